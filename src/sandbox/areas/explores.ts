import { z } from 'zod';
import { projectFor } from '../access/permissions.ts';
import { looseBoolean, looseNumber } from '../http/body-validation.ts';
import { notExists, unexpected } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import { renewCatalog } from '../store/catalog.ts';
import { exploreFor, exploresFor, isBroken, readExplores } from '../store/explores.ts';
import type { JsonObject, Project } from '../store/records.ts';
import type { StoredExplore } from '../store/store.ts';
import { type Explore, getFieldId } from '../warehouse/index.ts';

const base = '/api/v1/projects/{projectUuid}';

function exploreListItem(explore: StoredExplore): JsonObject {
  const { name, label } = explore;
  if (isBroken(explore)) return { name, label, errors: explore.errors };
  const table = explore.tables[explore.baseTable];
  return {
    name,
    label,
    tags: explore.tags ?? [],
    ...(explore.groupLabel === undefined ? {} : { groupLabel: explore.groupLabel }),
    databaseName: table?.database,
    schemaName: table?.schema,
    ...(table?.description === undefined ? {} : { description: table.description }),
    type: 'default',
  };
}

/**
 * Puts the explores of a project. What is no list is a 500, and the project keeps explores that are listed but cannot be read,
 * until a good list comes.
 */
function setExplores(call: Call, project: Project): void {
  const set = call.store.explores.get(project.projectUuid) ?? { all: [], lost: false };
  call.store.explores.set(project.projectUuid, set);
  try {
    set.all = readExplores(call.body);
    set.lost = false;
  } catch {
    if (!Array.isArray(call.body)) set.lost = true;
    throw unexpected();
  }
  renewCatalog(call.store, project.projectUuid);
}

/** The explore in which a field is searched: that of its table, or the first that joins it. */
function exploreWith(call: Pick<Call, 'store' | 'user'>, project: Project, table: string): Explore | undefined {
  const explores = exploresFor(call.store, call.user, project);
  return explores.find((one) => one.name === table) ?? explores.find((one) => table in one.tables);
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

export const exploreRoutes = [
  route('GET', `${base}/explores`, {}, (call) => {
    const project = projectFor(call, call.params.projectUuid);
    return (call.store.explores.get(project.projectUuid)?.all ?? []).map(exploreListItem);
  }),
  route('GET', `${base}/explores/{exploreId}`, {}, (call) =>
    exploreFor(call, projectFor(call, call.params.projectUuid), call.params.exploreId),
  ),
  route('PUT', `${base}/explores`, {}, (call) => {
    setExplores(call, projectFor(call, call.params.projectUuid, 'update project'));
  }),
  route('POST', `${base}/field/{fieldId}/search`, { body: searchBody }, async (call) => {
    const project = projectFor(call, call.params.projectUuid);
    const { table, search, limit, filters } = call.body;
    const { fieldId } = call.params;
    const explore = exploreWith(call, project, table);
    const dimensions = Object.values(explore?.tables ?? {}).flatMap((one) => Object.values(one.dimensions));
    if (!explore || !dimensions.some((dimension) => getFieldId(dimension) === fieldId)) {
      throw notExists(`Can't dimension with id: ${fieldId}`);
    }
    return (await call.warehouse()).searchFieldValues(explore, { fieldId, search, limit, filters: filters?.and ?? [] });
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
