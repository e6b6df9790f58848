import * as z from 'zod';
import { projectRole } from '../../access/roles.ts';
import { looseNumber } from '../../http/body-validation.ts';
import { type Call, route } from '../../http/route.ts';
import type { JsonObject, Project } from '../../store/records.ts';
import { newNanoid, type Store } from '../../store/store.ts';
import { byline } from '../../views/people.ts';
import { projectAs } from './find-by-id.ts';

const since = '1.219';
const base = '/api/v1/analytics/user-activity/{projectUuid}';

const inProject = <Item extends { projectUuid: string }>(items: Iterable<Item>, { projectUuid }: Project) =>
  [...items].filter((item) => item.projectUuid === projectUuid);

/** Counts of the database come as text. */
function countUsers(store: Store, users: readonly (string | undefined)[]): JsonObject[] {
  const counts = new Map<string, number>();
  for (const userUuid of users) if (userUuid) counts.set(userUuid, (counts.get(userUuid) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([userUuid, count]) => ({ ...byline(store, userUuid), count: String(count) }));
}

const mostViewed = (items: readonly { uuid: string; slug: string; name: string; views: number }[]) =>
  items
    .filter((item) => item.views > 0)
    .sort((a, b) => b.views - a.views)
    .map(({ uuid, slug, name, views }) => ({ count: String(views), uuid, slug, name }));

/** Usage of a project. Queries are those in the ledger; views of dashboards by user are not recorded. */
function activity(call: Pick<Call, 'store' | 'queries'>, project: Project): JsonObject {
  const { store, queries } = call;
  const roles = [...store.users.values()]
    .filter((user) => !user.isPending)
    .map((user) => ({ user, role: projectRole(store, user, project)?.role }))
    .filter(({ role }) => role !== undefined);
  const countRoles = (...wanted: readonly string[]) => roles.filter(({ role }) => wanted.includes(role ?? '')).length;
  const activeUserUuids = queries.all
    .filter((ledgerQuery) => ledgerQuery.projectUuid === project.projectUuid)
    .map((ledgerQuery) => ledgerQuery.userUuid);
  const charts = inProject(store.charts.values(), project);
  return {
    numberUsers: roles.length,
    numberInteractiveViewers: countRoles('interactive_viewer'),
    numberViewers: countRoles('viewer'),
    numberEditors: countRoles('editor', 'developer'),
    numberAdmins: countRoles('admin'),
    numberWeeklyQueryingUsers: Math.round((100 * new Set(activeUserUuids).size) / Math.max(roles.length, 1)),
    tableMostQueries: countUsers(store, activeUserUuids),
    tableMostCreatedCharts: countUsers(
      store,
      charts.map((chart) => chart.versions[0].createdByUserUuid),
    ),
    // Recorded as empty though there were users who had never run a query.
    tableNoQueries: [],
    chartWeeklyQueryingUsers: [],
    chartWeeklyAverageQueries: [],
    dashboardViews: mostViewed(inProject(store.dashboards.values(), project)),
    userMostViewedDashboards: [],
    chartViews: mostViewed(charts),
  };
}

/** Routes of user activity on 1.219. */
export const activityRoutes = [
  route('GET', base, { since }, (call) => activity(call, projectAs(call, call.params.projectUuid, 'admin'))),
  route('POST', `${base}/download`, { since }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'admin');
    const name = newNanoid();
    const rows = [...call.store.charts.values()]
      .filter((chart) => chart.projectUuid === projectUuid)
      .map((chart) => `${chart.uuid},${chart.name},${chart.views}`);
    const content = ['chart_uuid,chart_name,views', ...rows].join('\n');
    call.store.files.set(name, { projectUuid, contentType: 'text/csv', fileName: 'user-activity.csv', content });
    return `${call.url}/api/v1/file/${name}`;
  }),
  route(
    'GET',
    `${base}/download-activity`,
    { since, query: z.object({ page: looseNumber.optional(), pageSize: looseNumber }) },
    (call) => {
      projectAs(call, call.params.projectUuid, 'admin');
      const { page = 1, pageSize } = call.query;
      return { data: [], pagination: { pageSize, page, totalPageCount: 0, totalResults: 0 } };
    },
  ),
];
