import { fieldId } from '../../query/fields/explore.ts';
import { joinFields, labelOf, renderWithinBudget } from '../../render/page.ts';
import { formatInteger, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, list, objects, text, texts } from '../../text/json.ts';
import { type Budget, standardBudget } from '../../text/token-budget.ts';

interface CatalogOptions {
  /** Adds the `catalogSearchUuid` for changes of categories and icons; it changes at every compile. */
  readonly uuids?: boolean;
  readonly budget?: Budget;
  /** False if no words were searched for. */
  readonly hasSearch?: boolean;
}

/** The data catalog: tables with their joins, then fields by id. */
export function renderCatalog(items: unknown, options: CatalogOptions = {}): string {
  const { budget = standardBudget } = options;
  const all = objects(items);
  if (all.length === 0)
    return 'Nothing in the catalog matches. The search looks for whole words; find_fields is more forgiving.';
  const tables = all.filter((item) => item.type === 'table');
  const fields = all.filter((item) => item.type === 'field');
  const tableLines = tables.map((table) => tableLine(table, options));
  const fieldLines = fields.map((field) => fieldLine(field, options));
  const uuid = options.uuids ? '|catalogSearchUuid' : '';
  const lines = [
    ...(tables.length > 0
      ? [`${pluralize(tables.length, 'table')}: name|label|description|joins|tags|categories${uuid}`, ...tableLines]
      : []),
    ...(fields.length > 0
      ? [
          `${pluralize(fields.length, 'field')}: id|label|kind type|description|charts that use it|categories${uuid}`,
          ...fieldLines,
        ]
      : []),
  ];
  return renderWithinBudget([], lines, budget, 'lines', 'narrow with search, type or filter');
}

/** The metrics catalog in the order of the response, with its page if it has pages. */
export function renderMetricsCatalog(results: unknown, options: CatalogOptions = {}): string {
  const { budget = standardBudget } = options;
  const source = isObject(results) ? results : {};
  const metrics = objects(source.data);
  if (metrics.length === 0) {
    const total = isObject(source.pagination) ? finite(source.pagination.totalResults) : undefined;
    return total !== undefined && total > 0
      ? `No metric on this page: ${describeCount(0, source.pagination)}.`
      : `No metric in the catalog matches.${options.hasSearch === false ? '' : ' The search looks for whole words; find_fields is more forgiving.'}`;
  }
  const uuid = options.uuids ? '|catalogSearchUuid' : '';
  const head = `${describeCount(metrics.length, source.pagination)}: id|label|kind type|description|charts that use it|categories${uuid}`;
  const lines = metrics.map((metric) => fieldLine(metric, options));
  return renderWithinBudget(
    [head],
    lines,
    budget,
    'metrics',
    'narrow with search, or take pages with page and pageSize',
  );
}

function describeCount(count: number, pagination: unknown): string {
  if (!isObject(pagination)) return pluralize(count, 'metric');
  const [page, pages, total] = [
    finite(pagination.page),
    finite(pagination.totalPageCount),
    finite(pagination.totalResults),
  ];
  if (page === undefined || pages === undefined || total === undefined) return pluralize(count, 'metric');
  const next = page < pages ? `; page ${page + 1} has more` : '';
  return `${formatInteger(count)} of ${pluralize(total, 'metric')}, page ${page} of ${pages}${next}`;
}

function tableLine(table: JsonObject, { uuids }: CatalogOptions): string {
  const name = text(table.name) ?? '';
  // 0.1366 sends the joins, newer servers only the names of their tables.
  const joins = list(table.joinedTables).flatMap((join) =>
    isObject(join) ? (text(join.table) ?? []) : (text(join) ?? []),
  );
  return joinFields([
    name,
    labelOf(table.label, name),
    text(table.description) ?? '',
    joins.join(', '),
    texts(table.tags).join(', '),
    categories(table),
    uuids ? (text(table.catalogSearchUuid) ?? '') : '',
  ]);
}

function fieldLine(field: JsonObject, { uuids }: CatalogOptions): string {
  const name = text(field.name) ?? '';
  const type = text(field.basicType);
  return joinFields([
    fieldId(text(field.tableName) ?? '', name),
    labelOf(field.label, name),
    [text(field.fieldType), type].filter(Boolean).join(' '),
    text(field.description) ?? '',
    field.chartUsage === undefined ? '' : `${field.chartUsage}`,
    categories(field),
    uuids ? (text(field.catalogSearchUuid) ?? '') : '',
  ]);
}

const categories = (item: JsonObject): string =>
  objects(item.categories)
    .flatMap((category) => text(category.name) ?? [])
    .join(', ');
