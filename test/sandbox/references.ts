import type { Sandbox } from '../../src/sandbox/index.ts';

/** Ids in the store that lead nowhere, in words. */
export function danglingReferences(store: Sandbox['store']): string[] {
  const missing: string[] = [];
  const check = (what: string, uuid: string | null, map: Map<string, unknown>) => {
    if (uuid !== null && !map.has(uuid)) missing.push(`${what} ${uuid}`);
  };
  const checkAccess = (what: string, users: { userUuid: string }[], groups: { groupUuid: string }[]) => {
    for (const user of users) check(`user with access to ${what}`, user.userUuid, store.users);
    for (const group of groups) check(`group with access to ${what}`, group.groupUuid, store.groups);
  };
  for (const user of store.users.values()) check('organization of a user', user.organizationUuid, store.organizations);
  for (const token of store.tokens.values()) check('owner of a token', token.userUuid, store.users);
  for (const link of store.inviteLinks.values()) check('invited user', link.userUuid, store.users);
  for (const group of store.groups.values()) {
    for (const userUuid of group.memberUuids) check('member of a group', userUuid, store.users);
  }
  for (const project of store.projects.values()) {
    checkAccess('a project', project.members, project.groups);
    check('upstream of a project', project.upstreamProjectUuid, store.projects);
    check('explores of a project', project.projectUuid, store.explores);
  }
  for (const space of store.spaces.values()) {
    check('project of a space', space.projectUuid, store.projects);
    checkAccess('a space', space.users, space.groups);
  }
  for (const chart of store.charts.values()) {
    check('space of a chart', chart.spaceUuid, store.spaces);
    check('dashboard of a chart', chart.dashboardUuid, store.dashboards);
    if (store.spaces.get(chart.spaceUuid)?.projectUuid !== chart.projectUuid)
      missing.push(`project of chart ${chart.uuid}`);
  }
  for (const chart of store.sqlCharts.values()) check('space of a SQL chart', chart.spaceUuid, store.spaces);
  for (const dashboard of store.dashboards.values()) {
    check('space of a dashboard', dashboard.spaceUuid, store.spaces);
    for (const tile of dashboard.tiles) {
      const chartUuid = tile.properties.savedChartUuid;
      if (typeof chartUuid === 'string') check('chart of a tile', chartUuid, store.charts);
    }
  }
  for (const scheduler of store.schedulers.values()) {
    check('chart of a delivery', scheduler.savedChartUuid, store.charts);
    check('dashboard of a delivery', scheduler.dashboardUuid, store.dashboards);
  }
  for (const comment of store.comments.values()) {
    check('dashboard of a comment', comment.dashboardUuid, store.dashboards);
    check('comment answered', comment.replyTo, store.comments);
  }
  for (const notification of store.notifications.values()) {
    check('reader of a notification', notification.userUuid, store.users);
    check('comment of a notification', notification.commentId, store.comments);
  }
  for (const tag of store.tags.values()) check('project of a tag', tag.projectUuid, store.projects);
  for (const item of store.catalog.values()) {
    check('project of a catalog item', item.projectUuid, store.projects);
    for (const tagUuid of item.tagUuids) check('tag of a catalog item', tagUuid, store.tags);
  }
  for (const error of store.validationErrors.values()) {
    check('project of a finding', error.projectUuid, store.projects);
    check('chart of a finding', error.chartUuid ?? null, store.charts);
    check('dashboard of a finding', error.dashboardUuid ?? null, store.dashboards);
  }
  return missing;
}
