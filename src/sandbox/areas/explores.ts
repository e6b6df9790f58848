import * as z from 'zod';
import { isAllowed, projectFor } from '../access/permissions.ts';
import { looseBoolean, looseNumber } from '../http/body-validation.ts';
import { forbidden, notExists, notFound, unexpected } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import { renewCatalog } from '../store/catalog.ts';
import { exploreFor, exploresFor, isBroken, readExplores } from '../store/explores.ts';
import type { JsonObject, Project } from '../store/records.ts';
import type { StoredExplore } from '../store/store.ts';
import { type Explore, getFieldId } from '../warehouse/index.ts';

const base = '/api/v1/projects/{projectUuid}';

function exploreListItem({ release }: Pick<Call, 'release'>, explore: StoredExplore): JsonObject {
  const { name, label } = explore;
  if (isBroken(explore)) {
    const today = release === '0.1366' ? {} : { tags: null, databaseName: null, schemaName: null };
    return { name, label, ...today, errors: explore.errors };
  }
  const table = explore.tables[explore.baseTable];
  return {
    name,
    label,
    tags: explore.tags ?? [],
    ...(explore.groupLabel === undefined ? {} : { groupLabel: explore.groupLabel }),
    databaseName: table?.database,
    schemaName: table?.schema,
    ...(table?.description === undefined ? {} : { description: table.description }),
    ...(release === '0.1366' ? { type: 'default' } : {}),
    ...(release === '0.1366' || !explore.aiHint ? {} : { aiHint: explore.aiHint }),
  };
}

/**
 * Replaces the explores of a project. A body that is not a list is a 500, and the project keeps explores that are listed but
 * cannot be read, until a valid list comes.
 */
function setExplores(call: Call, project: Project, isComplete: boolean): void {
  const exploreSet = call.store.explores.get(project.projectUuid) ?? { all: [], isDeleted: false };
  call.store.explores.set(project.projectUuid, exploreSet);
  try {
    const explores = readExplores(call.body);
    const names = new Set(explores.map(({ name }) => name));
    // 1.219 keeps explores that are not in the list, unless the list is complete.
    const keptExplores = isComplete ? [] : exploreSet.all.filter(({ name }) => !names.has(name));
    exploreSet.all = [...explores, ...keptExplores];
    exploreSet.isDeleted = false;
  } catch {
    if (!Array.isArray(call.body)) exploreSet.isDeleted = true;
    throw unexpected();
  }
  renewCatalog(call.store, project.projectUuid);
}

/** The explore in which a field is searched: the one of that name, or on 0.1366 the first that joins such a table. */
function exploreWith(
  call: Pick<Call, 'release' | 'store' | 'user'>,
  project: Project,
  table: string,
): Explore | undefined {
  const explores = exploresFor(call.store, call.user, project);
  const named = explores.find((explore) => explore.name === table);
  if (named || call.release === '0.1366') return named ?? explores.find((explore) => table in explore.tables);
  throw notFound(`Explore ${table} does not exist`);
}

const filterRule = z.looseObject({
  target: z.looseObject({ fieldId: z.string() }),
  operator: z.string(),
  values: z.array(z.unknown()).exactOptional(),
});
const searchBody = z.object({
  table: z.string(),
  search: z.string().default(''),
  limit: looseNumber.default(10),
  filters: z.object({ and: z.array(filterRule).default([]) }).optional(),
  forceRefresh: looseBoolean.optional(),
});

/** Routes of explores. */
export const exploreRoutes = [
  route('GET', `${base}/explores`, {}, (call) => {
    const project = projectFor(call, call.params.projectUuid);
    return (call.store.explores.get(project.projectUuid)?.all ?? []).map((explore) => exploreListItem(call, explore));
  }),
  route('GET', `${base}/explores/{exploreId}`, {}, (call) =>
    exploreFor(call, projectFor(call, call.params.projectUuid), call.params.exploreId),
  ),
  route('PUT', `${base}/explores`, { until: '0.1366' }, (call) => {
    setExplores(call, projectFor(call, call.params.projectUuid, 'update project'), true);
  }),
  route(
    'PUT',
    `${base}/explores`,
    { since: '1.219', query: z.object({ complete: looseBoolean.default(false) }) },
    (call) => {
      const project = projectFor(call, call.params.projectUuid);
      if (!isAllowed(call.store, call.user, project, 'validate project')) {
        throw forbidden('User does not have permission to deploy to this project');
      }
      setExplores(call, project, call.query.complete);
      const exploreCount = call.store.explores.get(project.projectUuid)?.all.length ?? 0;
      return {
        exploreCount,
        warnings: { warningCount: 0, warningExploreCount: 0, exploresWithWarnings: [] },
      };
    },
  ),
  route('POST', `${base}/field/{fieldId}/search`, { body: searchBody }, async (call) => {
    const project = projectFor(call, call.params.projectUuid);
    const { table, search, limit, filters } = call.body;
    const { fieldId } = call.params;
    const explore = exploreWith(call, project, table);
    const dimensions = Object.values(explore?.tables ?? {}).flatMap((exploreTable) =>
      Object.values(exploreTable.dimensions),
    );
    if (!explore || !dimensions.some((dimension) => getFieldId(dimension) === fieldId)) {
      throw notExists(`Can't dimension with id: ${fieldId}`);
    }
    const options = { fieldId, search, limit, filters: filters?.and ?? [] };
    const values = await (await call.warehouse()).searchFieldValues(explore, options);
    return call.release === '0.1366' ? values : { ...values, refreshedAt: call.now().toISOString(), cached: false };
  }),
  route('GET', `${base}/tablesConfiguration`, {}, (call) => {
    projectFor(call, call.params.projectUuid);
    return { tableSelection: { type: 'ALL', value: null } };
  }),
  route('GET', `${base}/hasSavedCharts`, {}, (call) => {
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    return [...call.store.charts.values()].some((chart) => chart.projectUuid === projectUuid);
  }),
];
