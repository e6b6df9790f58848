import * as z from 'zod';
import { canView, projectFor, spaceOf } from '../access/permissions.ts';
import { textList } from '../http/body-validation.ts';
import { pageOf, pageQuery } from '../http/pagination.ts';
import { notFound, unexpected } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import { baseFields, catalogFields } from '../store/catalog.ts';
import { exploresFor } from '../store/explores.ts';
import type { CatalogItem, Chart, JsonObject } from '../store/records.ts';
import { described, type IndexedField, indexedFields, plainField, tableItem } from '../views/catalog.ts';
import { chartKind, latestVersion } from '../views/charts.ts';
import { getFieldId } from '../warehouse/index.ts';

const base = '/api/v1/projects/{projectUuid}/dataCatalog';

/** True if every word is in the name, the label or the description. */
function matches(item: JsonObject, search: string): boolean {
  const text = [item.name, item.label, item.description].join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Metrics on a page of 1.219. */
const CATALOG_PAGE = 50;

/** An item of a search; 1.219 adds a rank, here the share of its label that the search covers. */
function ranked({ release }: Pick<Call, 'release'>, item: JsonObject, search: string): JsonObject {
  if (release === '0.1366') return item;
  const label = String(item.label).toLowerCase();
  const matches = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => label.includes(word));
  return { ...item, searchRank: Math.min(1, matches.join(' ').length / label.length) };
}

const SORTABLE = ['name', 'label', 'tableLabel', 'tableName', 'chartUsage', 'category'];

function sorted(items: IndexedField[], sort: string | undefined, order: string | undefined): IndexedField[] {
  if (sort === undefined) return items;
  if (!SORTABLE.includes(sort)) throw unexpected();
  const keyOf = (item: IndexedField) => (sort === 'category' ? (item.categories[0]?.name ?? '') : item[sort]);
  const direction = order === 'desc' ? -1 : 1;
  return [...items].sort((a, b) => {
    const [x, y] = [keyOf(a), keyOf(b)];
    const compared = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
    return compared * direction;
  });
}

function chartsUsing(call: Call<'projectUuid'>, isUsing: (chart: Chart) => boolean): Chart[] {
  const { projectUuid } = projectFor(call, call.params.projectUuid);
  return [...call.store.charts.values()]
    .filter((chart) => chart.projectUuid === projectUuid && isUsing(chart))
    .filter((chart) => canView(call.store, call.user, spaceOf(call.store, chart)));
}

function analyticsItem({ store, release }: Pick<Call, 'store' | 'release'>, chart: Chart): JsonObject {
  const { dashboardUuid } = chart;
  const dashboardName = dashboardUuid === null ? null : store.dashboards.get(dashboardUuid)?.name;
  const { uuid: spaceUuid, name: spaceName } = spaceOf(store, chart);
  const { slug, description } = chart;
  const today = release === '0.1366' ? {} : { slug, description };
  return { name: chart.name, uuid: chart.uuid, ...today, spaceUuid, spaceName, dashboardName, dashboardUuid };
}

function itemFor(call: Call<'projectUuid' | 'catalogSearchUuid'>): CatalogItem {
  const { projectUuid } = projectFor(call, call.params.projectUuid, 'manage tags');
  const item = call.store.catalog.get(call.params.catalogSearchUuid);
  if (item?.projectUuid !== projectUuid) throw notFound('Catalog search not found');
  return item;
}

const catalogQuery = z.object({
  search: z.string().optional(),
  type: z.enum(['table', 'field']).optional(),
  filter: z.enum(['tables', 'dimensions', 'metrics']).optional(),
});
const metricsQuery = z.object({
  ...pageQuery,
  search: z.string().optional(),
  sort: z.string().optional(),
  order: z.enum(['asc', 'desc']).optional(),
  categories: textList.optional(),
});
const icon = z.union([z.null(), z.object({ unicode: z.string() }), z.object({ url: z.string() })]);

/** Routes of the catalog. */
export const catalogRoutes = [
  route('GET', base, { query: catalogQuery }, (call) => {
    const project = projectFor(call, call.params.projectUuid);
    const { search, type, filter } = call.query;
    const explores = exploresFor(call.store, call.user, project);
    if (!search) {
      if (type !== 'field') return explores.map((explore) => tableItem(call, explore));
      return explores.flatMap((explore) =>
        Object.values(explore.tables).flatMap((table) =>
          [...catalogFields(table.dimensions), ...catalogFields(table.metrics)].map((field) =>
            plainField(call, explore, field),
          ),
        ),
      );
    }
    const tables =
      type === 'field' || (filter && filter !== 'tables') ? [] : explores.map((explore) => tableItem(call, explore));
    const fields = type === 'table' || filter === 'tables' ? [] : indexedFields(call, project);
    const kind = filter === 'dimensions' ? 'dimension' : filter === 'metrics' ? 'metric' : undefined;
    const selected = fields.filter((field) => kind === undefined || field.fieldType === kind);
    return [...tables, ...selected].filter((item) => matches(item, search)).map((item) => ranked(call, item, search));
  }),
  route('GET', `${base}/metrics`, { query: metricsQuery }, (call) => {
    const project = projectFor(call, call.params.projectUuid);
    const { search, categories, sort, order } = call.query;
    const metrics = indexedFields(call, project)
      .filter((field) => field.fieldType === 'metric')
      .filter((field) => !search || matches(field, search))
      .filter((field) => !categories || field.categories.some((tag) => categories.includes(tag.tagUuid)));
    const all = sorted(metrics, sort, order).map((item) => (search ? ranked(call, item, search) : item));
    if (call.release === '0.1366') return pageOf(all, call.query);
    // Always in pages; a size without a page is ignored.
    const { page, pageSize = CATALOG_PAGE } = call.query;
    return pageOf(all, { page: page || 1, pageSize: page ? pageSize : CATALOG_PAGE });
  }),
  route('GET', `${base}/{table}/metadata`, {}, (call) => {
    const project = projectFor(call, call.params.projectUuid);
    const explore = exploresFor(call.store, call.user, project).find((explore) => explore.name === call.params.table);
    if (!explore) throw notFound(`Explore with name ${call.params.table} not found`);
    return {
      name: explore.name,
      label: explore.label,
      ...described(explore.tables[explore.baseTable] ?? {}),
      modelName: explore.name,
      source: explore.ymlPath,
      fields: baseFields(explore).map((field) => plainField(call, explore, field)),
      joinedTables: explore.joinedTables.map((join) => join.table),
    };
  }),
  route('GET', `${base}/{table}/analytics`, {}, (call) => {
    const charts = chartsUsing(call, (chart) => latestVersion(chart).tableName === call.params.table);
    return {
      charts: charts.map((chart) => ({ ...analyticsItem(call, chart), chartKind: chartKind(latestVersion(chart)) })),
    };
  }),
  route('GET', `${base}/{table}/analytics/{field}`, {}, (call) => {
    const id = getFieldId({ table: call.params.table, name: call.params.field });
    const charts = chartsUsing(call, (chart) => {
      const { dimensions, metrics } = latestVersion(chart).metricQuery;
      return dimensions.includes(id) || metrics.includes(id);
    });
    const today = (chart: Chart) =>
      call.release === '0.1366' ? {} : { chartKind: chartKind(latestVersion(chart)), viewsCount: chart.views };
    return { charts: charts.map((chart) => ({ ...analyticsItem(call, chart), ...today(chart) })) };
  }),
  route('POST', `${base}/{catalogSearchUuid}/categories`, { body: z.object({ tagUuid: z.string() }) }, (call) => {
    const { projectUuid } = projectFor(call, call.params.projectUuid, 'manage tags');
    const tag = call.store.tags.get(call.body.tagUuid);
    if (tag?.projectUuid !== projectUuid) throw notFound('Tag not found');
    const item = itemFor(call);
    if (item.tagUuids.includes(tag.tagUuid)) throw unexpected();
    item.tagUuids = [...item.tagUuids, tag.tagUuid];
  }),
  route('DELETE', `${base}/{catalogSearchUuid}/categories/{tagUuid}`, {}, (call) => {
    const item = itemFor(call);
    item.tagUuids = item.tagUuids.filter((uuid) => uuid !== call.params.tagUuid);
  }),
  route('PATCH', `${base}/{catalogSearchUuid}/icon`, { body: z.object({ icon }) }, (call) => {
    itemFor(call).icon = call.body.icon;
  }),
  route('GET', '/api/v1/projects/{projectUuid}/custom-metrics', {}, (call) =>
    chartsUsing(call, () => true).flatMap((chart) =>
      (latestVersion(chart).metricQuery.additionalMetrics ?? []).map((metric) => ({
        name: metric.uuid,
        label: metric.label,
        modelName: metric.table,
        yml: ['label', 'description', 'type']
          .filter((key) => metric[key] !== undefined)
          .map((key) => `${key}: ${String(metric[key])}\n`)
          .join(''),
        chartLabel: chart.name,
        chartUrl: `${call.url}/projects/${chart.projectUuid}/saved/${chart.uuid}/view`,
      })),
    ),
  ),
  route('GET', '/api/v1/projects/{projectUuid}/catalog', {}, (call) => {
    const catalog: Record<string, Record<string, JsonObject>> = {};
    for (const explore of exploresFor(call.store, call.user, projectFor(call, call.params.projectUuid))) {
      for (const table of Object.values(explore.tables)) {
        const database = String(table.database);
        const schema = String(table.schema);
        const tables = catalog[database]?.[schema] ?? {};
        catalog[database] = { ...catalog[database], [schema]: tables };
        tables[table.name] = { ...described(table), sqlTable: table.sqlTable };
      }
    }
    return catalog;
  }),
];
