import type { Release } from '../release/releases.ts';
import { renewCatalog } from '../store/catalog.ts';
import { emptyStore, type Store, type StoredExplore } from '../store/store.ts';
import { charts, sqlCharts } from './charts.ts';
import { comments, notifications, schedulers } from './conversations.ts';
import { dashboards } from './dashboards.ts';
import { addParameters } from './parameters.ts';
import { attributes, credentials, groups, organization, tokens, users } from './people.ts';
import { project, shareUrls, spaces, tags, validationErrors } from './project.ts';
import { addTodaysContent } from './today.ts';

const by = <Key, Item extends object>(items: readonly Item[], key: (item: Item) => Key): Map<Key, Item> =>
  new Map(items.map((item) => [key(item), structuredClone(item)]));

/** A store with the content of the recorded Roastery server and these explores; every call returns a new copy. The
 * newer release has more content. */
export function seededStore(explores: readonly StoredExplore[], release: Release): Store {
  const store: Store = {
    ...emptyStore(),
    users: by(users, (user) => user.userUuid),
    tokens: by(Object.values(tokens), (token) => token.uuid),
    organizations: by([organization], (organization) => organization.organizationUuid),
    groups: by(groups, (group) => group.uuid),
    attributes: by(attributes, (attribute) => attribute.uuid),
    projects: by([project], (project) => project.projectUuid),
    explores: new Map([[project.projectUuid, { all: [...explores], isDeleted: false }]]),
    spaces: by(spaces, (space) => space.uuid),
    charts: by(charts, (chart) => chart.uuid),
    sqlCharts: by(sqlCharts, (chart) => chart.savedSqlUuid),
    dashboards: by(dashboards, (dashboard) => dashboard.uuid),
    schedulers: by(schedulers, (scheduler) => scheduler.schedulerUuid),
    comments: by(comments, (comment) => comment.commentId),
    notifications: by(notifications, (notification) => notification.notificationId),
    tags: by(tags, (tag) => tag.tagUuid),
    validationErrors: by(validationErrors, (error) => error.validationId),
    shareUrls: by(shareUrls, (share) => share.nanoid),
    credentials: by(credentials, (warehouseCredentials) => warehouseCredentials.uuid),
    next: { user: users.length + 1, job: 4, validation: 2, dashboardVersion: 4 },
  };
  if (release !== '0.1366') {
    addTodaysContent(store);
    addParameters(store);
  }
  renewCatalog(store, project.projectUuid);
  return store;
}
