import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { RELEASES, type Release, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';

/** The new project: 0.1366 returns its uuid alone. */
const created = z.object({
  results: z.string().or(z.object({ projectUuid: z.string() }).transform(({ projectUuid }) => projectUuid)),
});

/** Ids of one of everything that a project holds. */
export interface ProjectContent {
  readonly projectUuid: string;
  readonly chartUuid: string;
  readonly versionUuid: string;
  readonly dashboardUuid: string;
  readonly tileUuid: string;
  readonly spaceUuid: string;
  readonly tagUuid: string;
  readonly catalogSearchUuid: string;
  readonly pinnedListUuid: string;
  readonly validationId: number;
  readonly schedulerUuid: string;
  readonly commentId: string;
  readonly nanoId: string;
  readonly jobId: string;
}

export interface TwoProjects {
  readonly sandbox: Sandbox;
  /** The seeded project. */
  readonly roastery: ProjectContent;
  /** A copy of it under the name Second, with one of everything of its own. */
  readonly second: ProjectContent;
}

/** Objects of each project that are looked up to place a call; a look-up does not count as touching it. */
const lookUps = [
  // The version decides by which route a look-up is sent.
  /^GET \/api\/v1\/health$/,
  /^GET \/api\/v1\/org\/projects$/,
  /^GET \/api\/v1\/projects\/[^/]+$/,
  /^GET \/api\/v1\/projects\/[^/]+\/(chart-summaries|charts|dashboards|spaces|tags|validate|dataCatalog\/metrics)$/,
  /^GET \/api\/v1\/schedulers\/[^/]+(\/logs)?$/,
  /^GET \/api\/v1\/share\/[^/]+$/,
  /^GET \/api\/v1\/comments\/dashboards\/[^/]+$/,
  /^GET \/api\/v1\/dashboards\/[^/]+$/,
];

/** The requests among them that are no mere look-ups. */
export const beyondLookUps = (requests: Sandbox['requests']): string[] =>
  requests
    .map(({ method, path }) => `${method} ${path}`)
    .filter((request) => !lookUps.some((lookUp) => lookUp.test(request)));

/** Starts a sandbox with two projects, so that each has one of everything. */
export async function startTwoProjects(version: Release = RELEASES[0]): Promise<TwoProjects> {
  const sandbox = await startSandbox({ version });
  const response = await fetch(`${sandbox.url}/api/v1/projects/${ids.project}/createPreview`, {
    method: 'POST',
    headers: { authorization: `ApiKey ${sandbox.tokens.admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Second', copyContent: true }),
  });
  const { results } = created.parse(JSON.parse(await response.text()));
  return {
    sandbox,
    roastery: furnish(sandbox, ids.project, ids.spaces.sales),
    second: furnish(sandbox, results),
  };
}

function furnish({ store }: Sandbox, projectUuid: string, inSpace?: string): ProjectContent {
  const isOurs = (item: { projectUuid: string }) => item.projectUuid === projectUuid;
  const first = <Item>(items: Iterable<Item>, which: (item: Item) => boolean): Item => {
    const item = [...items].find(which);
    if (item === undefined) throw new Error('the project lacks something');
    return item;
  };
  const project = first(store.projects.values(), isOurs);
  project.pinnedListUuid ??= randomUUID();
  const space = first(store.spaces.values(), (space) => isOurs(space) && (inSpace ?? space.uuid) === space.uuid);
  const chart = first(store.charts.values(), (chart) => isOurs(chart) && chart.dashboardUuid === null);
  const dashboard = first(
    store.dashboards.values(),
    (dashboard) => isOurs(dashboard) && dashboard.tiles.some((tile) => tile.type === 'saved_chart'),
  );
  const tile = first(dashboard.tiles, ({ type }) => type === 'saved_chart');
  // A copy keeps the ids of its tiles; these two are to differ.
  if (inSpace === undefined) tile.uuid = randomUUID();
  const now = new Date().toISOString();
  const tagUuid = randomUUID();
  const createdByUserUuid = ids.users.ada;
  store.tags.set(tagUuid, {
    tagUuid,
    projectUuid,
    name: `of ${project.name}`,
    color: '#111111',
    createdAt: now,
    createdByUserUuid,
  });
  const comment = first(store.comments.values(), () => true);
  const commentId = randomUUID();
  store.comments.set(commentId, {
    ...comment,
    commentId,
    replyTo: null,
    dashboardUuid: dashboard.uuid,
    dashboardTileUuid: tile.uuid,
  });
  const schedulerUuid = randomUUID();
  const delivery = first(store.schedulers.values(), (scheduler) => scheduler.savedChartUuid !== null);
  store.schedulers.set(schedulerUuid, { ...structuredClone(delivery), schedulerUuid, savedChartUuid: chart.uuid });
  const validationId = 100 + store.validationErrors.size;
  const finding = first(store.validationErrors.values(), () => true);
  store.validationErrors.set(validationId, { ...finding, validationId, projectUuid, chartUuid: chart.uuid });
  const nanoId = `link${randomUUID().slice(0, 17)}`;
  store.shareUrls.set(nanoId, {
    nanoid: nanoId,
    path: `/projects/${projectUuid}/tables/orders`,
    params: '',
    organizationUuid: ids.organization,
    createdByUserUuid,
  });
  const id = 1_000 + store.jobs.size;
  store.jobs.set(id, {
    id,
    task: 'downloadCsv',
    projectUuid,
    createdByUserUuid,
    status: 'completed',
    createdAt: now,
    details: { fileUrl: 'https://files.example/planted.csv', truncated: false },
  });
  return {
    projectUuid,
    chartUuid: chart.uuid,
    versionUuid: chart.versions[0].versionUuid,
    dashboardUuid: dashboard.uuid,
    tileUuid: tile.uuid,
    spaceUuid: space.uuid,
    tagUuid,
    catalogSearchUuid: first(store.catalog.values(), isOurs).catalogSearchUuid,
    pinnedListUuid: project.pinnedListUuid,
    validationId,
    schedulerUuid,
    commentId,
    nanoId,
    jobId: String(id),
  };
}
