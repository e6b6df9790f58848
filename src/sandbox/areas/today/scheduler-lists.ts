import * as z from 'zod';
import { looseBoolean, textList } from '../../http/body-validation.ts';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { wrongParameter } from '../../http/refusals.ts';
import type { Call } from '../../http/route.ts';
import type { JsonObject, Scheduler, SchedulerRun } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import { byline } from '../../views/people.ts';
import { runLogs, runView, schedulerView, subjectOf, targetType } from '../../views/today/schedulers.ts';
import { projectAs } from './find-by-id.ts';

// Lists of deliveries, of their runs and of the log lines of those, on 1.219.

/** The deliveries of a project. */
export const inProject = (store: Store, projectUuid: string) =>
  [...store.schedulers.values()].filter((scheduler) => subjectOf(store, scheduler)?.projectUuid === projectUuid);

/** Query of the lists of deliveries. */
export const listQuery = z.object({
  ...pageQuery,
  searchQuery: z.string().optional(),
  sortBy: z.union([z.literal('name'), z.literal('createdAt')]).optional(),
  sortDirection: z.union([z.literal('asc'), z.literal('desc')]).optional(),
  formats: z.string().optional(),
  resourceType: z.string().optional(),
  resourceUuids: z.string().optional(),
  destinations: z.string().optional(),
  createdByUserUuids: z.string().optional(),
  includeLatestRun: looseBoolean.optional(),
});
type ListQuery = z.output<typeof listQuery>;

const split = (list: string | undefined) => list?.split(',').filter((item) => item !== '');

/** Matching deliveries, by name by default. Unknown destinations are ignored. */
export function listed(store: Store, schedulers: readonly Scheduler[], query: ListQuery): JsonObject[] {
  const [formats, uuids, creatorUuids] = [query.formats, query.resourceUuids, query.createdByUserUuids].map(split);
  const destinations = split(query.destinations)?.filter((item) =>
    ['email', 'slack', 'msteams', 'googlechat'].includes(item),
  );
  const words = query.searchQuery?.toLowerCase() ?? '';
  const matchesQuery = (scheduler: Scheduler) =>
    scheduler.name.toLowerCase().includes(words) &&
    (formats?.includes(scheduler.format) ?? true) &&
    (query.resourceType === undefined || subjectOf(store, scheduler)?.resourceType === query.resourceType) &&
    (uuids?.includes(subjectOf(store, scheduler)?.uuid ?? '') ?? true) &&
    (creatorUuids?.includes(scheduler.createdBy) ?? true) &&
    (!destinations?.length || scheduler.targets.some((target) => destinations.includes(targetType(target))));
  const key = (scheduler: Scheduler) =>
    query.sortBy === 'createdAt' ? scheduler.createdAt : scheduler.name.toLowerCase();
  const sign = query.sortDirection === 'desc' ? -1 : 1;
  return schedulers
    .filter(matchesQuery)
    .sort((a, b) => (key(a) < key(b) ? -1 : 1) * sign)
    .map((scheduler) => ({
      ...schedulerView(store, scheduler, true),
      ...(query.includeLatestRun ? { latestRun: latestRun(store, scheduler) } : {}),
    }));
}

/** Views of the runs that match, the newest first. */
export const runsOf = (store: Store, matchesQuery: (run: SchedulerRun) => boolean): JsonObject[] =>
  [...store.schedulerRuns.values()]
    .filter(matchesQuery)
    .reverse()
    .map((run) => runView(store, run))
    .filter((view) => view !== undefined);

const latestRun = (store: Store, { schedulerUuid }: Scheduler) =>
  runsOf(store, (run) => run.schedulerUuid === schedulerUuid)[0] ?? null;

const STATUSES = ['completed', 'partial_failure', 'failed', 'running', 'scheduled'];
/** Query of the list of runs. */
export const runQuery = z.object({
  ...pageQuery,
  statuses: z.string().optional(),
  schedulerUuids: textList.optional(),
  resourceType: z.string().optional(),
});

/** The runs of a project's deliveries. @throws 400 for an unknown status */
export function runs(call: Call<'projectUuid', unknown, z.output<typeof runQuery>>) {
  const { store, query } = call;
  const { projectUuid } = projectAs(call, call.params.projectUuid, 'admin');
  const statuses = split(query.statuses);
  const unknownStatus = statuses?.find((status) => !STATUSES.includes(status));
  if (unknownStatus)
    throw wrongParameter(`Invalid statuses value: ${unknownStatus}. Must be one of: ${STATUSES.join(', ')}`);
  const schedulersByUuid = new Set(inProject(store, projectUuid).map((scheduler) => scheduler.schedulerUuid));
  const runs = runsOf(store, (run) => schedulersByUuid.has(run.schedulerUuid))
    .filter((run) => statuses?.includes(String(run.runStatus)) ?? true)
    .filter((run) => query.schedulerUuids?.includes(String(run.schedulerUuid)) ?? true)
    .filter((run) => query.resourceType === undefined || run.resourceType === query.resourceType);
  return pageOf(runs, query);
}

/** Every delivery of a project with the log lines of their runs, the newest run first. */
export function logs(call: Call<'projectUuid', unknown, { page?: number | undefined; pageSize?: number | undefined }>) {
  const { store, params, query } = call;
  const { projectUuid, organizationUuid } = projectAs(call, params.projectUuid, 'developer');
  const schedulers = inProject(store, projectUuid);
  const lines = [...store.schedulerRuns.values()]
    .filter((run) => schedulers.some(({ schedulerUuid }) => schedulerUuid === run.schedulerUuid))
    .reverse()
    .flatMap((run) =>
      runLogs(store, run).map(({ isParent: _, target, targetType: kind, details: __, ...line }) => ({
        ...line,
        schedulerUuid: run.schedulerUuid,
        ...(target === null ? {} : { target, targetType: kind }),
        details: { projectUuid, organizationUuid, createdByUserUuid: run.createdByUserUuid },
      })),
    );
  const { data, pagination } = pageOf(lines, { page: query.page ?? 1, pageSize: query.pageSize ?? 10 });
  const distinct = (uuids: readonly (string | null)[]) => [...new Set(uuids)].filter((uuid) => uuid !== null);
  return {
    pagination,
    data: {
      schedulers: schedulers.map((scheduler) => schedulerView(store, scheduler)),
      users: distinct(schedulers.map((scheduler) => scheduler.createdBy)).map((uuid) => byline(store, uuid)),
      charts: distinct(schedulers.map((scheduler) => scheduler.savedChartUuid)).map((savedChartUuid) => ({
        name: store.charts.get(savedChartUuid)?.name,
        savedChartUuid,
      })),
      dashboards: distinct(schedulers.map((scheduler) => scheduler.dashboardUuid)).map((dashboardUuid) => ({
        name: store.dashboards.get(dashboardUuid)?.name,
        dashboardUuid,
      })),
      logs: data,
    },
  };
}
