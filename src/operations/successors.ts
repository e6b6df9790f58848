import type { Successor } from '../lightdash/endpoint.ts';
import { NotAllowedError, ServerFaultError } from '../lightdash/errors.ts';
import { entries, finite, isObject, type JsonObject, objects, text } from '../text/json.ts';
import { deliveryRuns, projectDeliveryList } from './routes/deliveries.ts';
import { completeExplores, content, exploreContent, spaceAccessList, spaceContent } from './routes/newer-releases.ts';

// The newer requests of operations whose own route is deprecated on 1.219, with results in the shape of the older route.

/** A space with everyone who has access; `accessListed: false` if the token may not read that list. */
export const spaceWithAccess: Successor = {
  since: '1.104',
  async run(args, send) {
    const [space, access] = await Promise.all([
      send(spaceContent, args),
      send(spaceAccessList, args).catch((error: unknown) => {
        if (error instanceof NotAllowedError) return undefined;
        throw error;
      }),
    ]);
    const people = isObject(access) ? access.data : access;
    return Array.isArray(people)
      ? { ...(isObject(space) ? space : {}), access: people }
      : { ...(isObject(space) ? space : {}), accessListed: false };
  },
};

/** The API's largest page. */
const CONTENT_PAGE_SIZE = 5_000;

/** The charts of a project as the list of summaries had them; SQL charts are left out, as there. */
export const chartSummaries: Successor = {
  since: '1.219',
  async run({ projectUuid, excludeChartsSavedInDashboard }, send) {
    const charts: JsonObject[] = [];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const args = { projectUuids: projectUuid, contentTypes: 'chart', page, pageSize: CONTENT_PAGE_SIZE };
      const list = await send(content, args);
      if (!isObject(list) || !Array.isArray(list.data))
        throw new ServerFaultError('Lightdash returned no list of content.');
      charts.push(...objects(list.data));
      const { totalPageCount, totalResults } = isObject(list.pagination) ? list.pagination : {};
      // More pages than the total fills are an error of the server, not content.
      pages = Math.min(finite(totalPageCount) ?? 1, Math.ceil((finite(totalResults) ?? 0) / CONTENT_PAGE_SIZE));
    }
    return charts
      .filter(({ source }) => source !== 'sql')
      .filter(({ dashboard }) => !(excludeChartsSavedInDashboard && isObject(dashboard)))
      .map(summaryOf);
  },
};

function summaryOf(item: JsonObject): JsonObject {
  const part = (value: unknown): JsonObject => (isObject(value) ? value : {});
  return {
    uuid: item.uuid,
    name: item.name,
    description: text(item.description),
    spaceUuid: part(item.space).uuid,
    spaceName: part(item.space).name,
    projectUuid: part(item.project).uuid,
    organizationUuid: part(item.organization).uuid,
    pinnedListUuid: part(item.pinnedList).uuid ?? null,
    chartKind: item.chartKind,
    chartType: item.chartType,
    dashboardUuid: part(item.dashboard).uuid ?? null,
    dashboardName: part(item.dashboard).name ?? null,
    slug: item.slug,
    updatedAt: item.lastUpdatedAt,
    updatedByUser: item.lastUpdatedBy,
    viewsCount: item.views,
    verification: item.verification,
  };
}

/** The page of runs unless one is named. */
const RUNS_PAGE_SIZE = 50;

/**
 * The deliveries of a project with a page of their runs, in the shape of the older logs. `runsListed: false` if the role
 * may list deliveries (developer) and not their runs (admin).
 */
export const schedulerLogs: Successor = {
  since: '1.219',
  async run({ projectUuid, page = 1, pageSize = RUNS_PAGE_SIZE }, send) {
    const [list, runs] = await Promise.all([
      send(projectDeliveryList, { projectUuid }),
      send(deliveryRuns, { projectUuid, page, pageSize }).catch((error: unknown) => {
        if (error instanceof NotAllowedError) return undefined;
        throw error;
      }),
    ]);
    if (!isObject(list) || !Array.isArray(list.data))
      throw new ServerFaultError('Lightdash returned no list of deliveries.');
    const schedulers = objects(list.data);
    const named = (uuidKey: string, nameKey: string) =>
      schedulers
        .filter((scheduler) => text(scheduler[uuidKey]) !== undefined)
        .map((scheduler) => ({ [uuidKey]: scheduler[uuidKey], name: scheduler[nameKey] }));
    const data = {
      schedulers,
      users: schedulers.map(({ createdBy, createdByName }) => ({ userUuid: createdBy, firstName: createdByName })),
      charts: named('savedChartUuid', 'savedChartName'),
      dashboards: named('dashboardUuid', 'dashboardName'),
    };
    if (runs === undefined) return { ...data, logs: [], runsListed: false };
    const logs = objects(isObject(runs) ? runs.data : undefined).map((run) => ({
      ...run,
      jobId: run.runId,
      task: 'delivery',
      status: run.runStatus,
    }));
    return { pagination: isObject(runs) ? runs.pagination : undefined, data: { ...data, logs } };
  },
};

/** A table of the catalog, from its explore: the same keys but those of tags and icons, which were empty (1.219). */
export const tableMetadata: Successor = {
  since: '1.219',
  async run({ projectUuid, table }, send) {
    const explore = await send(exploreContent, { projectUuid, exploreId: table });
    const { name, label, ymlPath, baseTable, tables, joinedTables } = isObject(explore) ? explore : {};
    const base = isObject(tables) ? tables[String(baseTable)] : undefined;
    if (!isObject(base)) throw new ServerFaultError('Lightdash returned no tables of the explore.');
    const fields = [base.dimensions, base.metrics].flatMap(entries).flatMap(([, field]) =>
      field.hidden === true
        ? []
        : [
            {
              name: field.name,
              label: field.label,
              description: field.description,
              tableLabel: field.tableLabel,
              tableName: field.table,
              fieldType: field.fieldType,
              fieldValueType: field.type,
            },
          ],
    );
    return {
      name,
      label,
      description: base.description,
      modelName: name,
      source: ymlPath,
      fields,
      joinedTables: objects(joinedTables).map((join) => join.table),
    };
  },
};

/** Replaces all explores, as 0.1366 does by the same route. */
export const allExploresSet: Successor = {
  since: '1.219',
  run: (args, send) => send(completeExplores, { ...args, complete: true }),
};
