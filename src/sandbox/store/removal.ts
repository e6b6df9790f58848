import type { Store } from './store.ts';

/** Removes an item with its dependents, so that no reference is left dangling. */

export function removeUser(store: Store, userUuid: string): void {
  store.users.delete(userUuid);
  for (const [session, owner] of store.sessions) if (owner === userUuid) store.sessions.delete(session);
  for (const token of [...store.tokens.values()]) if (token.userUuid === userUuid) store.tokens.delete(token.uuid);
  for (const link of [...store.inviteLinks.values()]) {
    if (link.userUuid === userUuid) store.inviteLinks.delete(link.inviteCode);
  }
  const withoutUser = <Access extends { userUuid: string }>(list: Access[]) =>
    list.filter((access) => access.userUuid !== userUuid);
  for (const group of store.groups.values())
    group.memberUuids = group.memberUuids.filter((memberUuid) => memberUuid !== userUuid);
  for (const project of store.projects.values()) project.members = withoutUser(project.members);
  for (const space of store.spaces.values()) space.users = withoutUser(space.users);
  for (const attribute of store.attributes.values()) attribute.users = withoutUser(attribute.users);
  for (const warehouseCredentials of [...store.credentials.values()])
    if (warehouseCredentials.userUuid === userUuid) store.credentials.delete(warehouseCredentials.uuid);
  for (const notification of [...store.notifications.values()]) {
    if (notification.userUuid === userUuid) store.notifications.delete(notification.notificationId);
  }
}

/** Deletes a group with its access and its attribute values. */
export function removeGroup(store: Store, groupUuid: string): void {
  store.groups.delete(groupUuid);
  const withoutUser = <Access extends { groupUuid: string }>(list: Access[]) =>
    list.filter((access) => access.groupUuid !== groupUuid);
  for (const project of store.projects.values()) project.groups = withoutUser(project.groups);
  for (const space of store.spaces.values()) space.groups = withoutUser(space.groups);
  for (const attribute of store.attributes.values()) attribute.groups = withoutUser(attribute.groups);
}

/** Deletes a chart with its deliveries; its tiles stay, empty, as in the real server. */
export function removeChart(store: Store, chartUuid: string): void {
  store.charts.delete(chartUuid);
  for (const dashboard of store.dashboards.values()) {
    for (const tile of dashboard.tiles) {
      // The tile stays, empty, as in the real server.
      if (tile.properties.savedChartUuid === chartUuid) tile.properties = { ...tile.properties, savedChartUuid: null };
    }
  }
  for (const scheduler of [...store.schedulers.values()]) {
    if (scheduler.savedChartUuid === chartUuid) store.schedulers.delete(scheduler.schedulerUuid);
  }
  for (const error of [...store.validationErrors.values()]) {
    if (error.chartUuid === chartUuid) store.validationErrors.delete(error.validationId);
  }
}

/** Deletes an SQL chart with its deliveries; its tiles stay, empty. */
export function removeSqlChart(store: Store, savedSqlUuid: string): void {
  store.sqlCharts.delete(savedSqlUuid);
  for (const dashboard of store.dashboards.values()) {
    for (const tile of dashboard.tiles) {
      if (tile.properties.savedSqlUuid === savedSqlUuid) tile.properties = { ...tile.properties, savedSqlUuid: null };
    }
  }
  for (const scheduler of [...store.schedulers.values()]) {
    if (scheduler.savedSqlUuid === savedSqlUuid) store.schedulers.delete(scheduler.schedulerUuid);
  }
}

/** Deletes a dashboard with its charts, comments and deliveries. */
export function removeDashboard(store: Store, dashboardUuid: string): void {
  store.dashboards.delete(dashboardUuid);
  for (const chart of [...store.charts.values()]) {
    if (chart.dashboardUuid === dashboardUuid) removeChart(store, chart.uuid);
  }
  for (const scheduler of [...store.schedulers.values()]) {
    if (scheduler.dashboardUuid === dashboardUuid) store.schedulers.delete(scheduler.schedulerUuid);
  }
  for (const comment of [...store.comments.values()]) {
    if (comment.dashboardUuid === dashboardUuid) removeComment(store, comment.commentId);
  }
  for (const error of [...store.validationErrors.values()]) {
    if (error.dashboardUuid === dashboardUuid) store.validationErrors.delete(error.validationId);
  }
}

/** Deletes a comment with its replies. */
export function removeComment(store: Store, commentId: string): void {
  store.comments.delete(commentId);
  for (const child of [...store.comments.values()])
    if (child.replyTo === commentId) removeComment(store, child.commentId);
  for (const notification of [...store.notifications.values()]) {
    if (notification.commentId === commentId) store.notifications.delete(notification.notificationId);
  }
}

/** Deletes a space with all that is in it. */
export function removeSpace(store: Store, spaceUuid: string): void {
  store.spaces.delete(spaceUuid);
  for (const dashboard of [...store.dashboards.values()])
    if (dashboard.spaceUuid === spaceUuid) removeDashboard(store, dashboard.uuid);
  for (const chart of [...store.charts.values()]) if (chart.spaceUuid === spaceUuid) removeChart(store, chart.uuid);
  for (const sqlChart of [...store.sqlCharts.values()]) {
    if (sqlChart.spaceUuid === spaceUuid) removeSqlChart(store, sqlChart.savedSqlUuid);
  }
  for (const space of [...store.spaces.values()])
    if (space.parentSpaceUuid === spaceUuid) removeSpace(store, space.uuid);
}

/** Deletes a project with its spaces, tags, catalog and validation results. */
export function removeProject(store: Store, projectUuid: string): void {
  store.projects.delete(projectUuid);
  store.explores.delete(projectUuid);
  for (const space of [...store.spaces.values()]) if (space.projectUuid === projectUuid) removeSpace(store, space.uuid);
  for (const tag of [...store.tags.values()]) if (tag.projectUuid === projectUuid) store.tags.delete(tag.tagUuid);
  for (const item of [...store.catalog.values()]) {
    if (item.projectUuid === projectUuid) store.catalog.delete(item.catalogSearchUuid);
  }
  for (const error of [...store.validationErrors.values()]) {
    if (error.projectUuid === projectUuid) store.validationErrors.delete(error.validationId);
  }
  for (const project of store.projects.values()) {
    if (project.upstreamProjectUuid === projectUuid) project.upstreamProjectUuid = null;
  }
}

/** The organization with its projects, groups, attributes and members; the real server deletes the users too. */
export function removeOrganization(store: Store, organizationUuid: string): void {
  store.organizations.delete(organizationUuid);
  const ofOrganization = <Item extends { organizationUuid: string | null }>(items: Map<string, Item>) =>
    [...items.values()].filter((item) => item.organizationUuid === organizationUuid);
  for (const project of ofOrganization(store.projects)) removeProject(store, project.projectUuid);
  for (const group of ofOrganization(store.groups)) removeGroup(store, group.uuid);
  for (const attribute of ofOrganization(store.attributes)) store.attributes.delete(attribute.uuid);
  for (const share of ofOrganization(store.shareUrls)) store.shareUrls.delete(share.nanoid);
  for (const user of ofOrganization(store.users)) removeUser(store, user.userUuid);
}
