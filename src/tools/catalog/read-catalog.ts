import { setImmediate as nextTurn } from 'node:timers/promises';
import { ignoreApiError, NotFoundError, ServerFaultError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { parametersOf } from '../../query/execution/query-parameters.ts';
import { type CatalogTable, readCatalogTables } from '../../query/fields/catalog-fields.ts';
import { fieldId } from '../../query/fields/explore.ts';
import { exploreOf } from '../../query/fields/explores.ts';
import { nearestFields } from '../../query/fields/resolve.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { pluralize } from '../../text/format.ts';
import { isObject, objects, text } from '../../text/json.ts';
import { joinWithOr } from '../../text/names.ts';
import { plainText, quoteInput } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';
import { ArgumentsError } from '../arguments.ts';
import { rendered, renderResults, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import type { CachedRead, ToolContext } from '../tool.ts';
import { renderCatalog, renderMetricsCatalog } from './render-catalog.ts';
import { renderExplore } from './render-explore.ts';
import { renderExplores } from './render-explores.ts';

const readExplore: ToolHandler<'GetExplore'> = async (_operation, args, context) => {
  const { execute, budget } = context;
  const read: CachedRead = async (operation, values) => (await execute(operation, values)).results;
  const index = await exploreOf(read, args.projectUuid, args.exploreId);
  const hasParameters = [...index.fields.values()].some((field) => field.parameters.length > 0);
  const parameters = hasParameters
    ? await parametersOf(context.read, args.projectUuid).catch((error: unknown) => ignoreApiError(error) ?? [])
    : [];
  await nextTurn();
  return {
    text: await renderExplore(index, { search: args.search, tables: args.tables, parameters, budget }),
    data: { name: index.name, fields: [...index.fields.values()].filter((field) => !field.hidden) },
  };
};

/**
 * Filters of the API are ignored without a search on 0.1366 (recorded), so they are applied here: without a type it lists tables.
 *
 * @throws {ArgumentsError} for a filter that the type has none of.
 */
const readCatalog: ToolHandler<'getCatalog'> = async (operation, args, context) => {
  const { filter } = args;
  const filtered = filter === undefined ? undefined : filter === 'tables' ? 'table' : 'field';
  if (filtered !== undefined && args.type !== undefined && args.type !== filtered)
    throw new ArgumentsError([`filter ${filter} is of type "${filtered}", not "${args.type}"`]);
  const type = args.type ?? (args.search === undefined ? filtered : undefined);
  const { results } = await context.execute(operation, { ...args, ...(type && { type }) });
  const items = objects(results).filter(
    ({ type, fieldType }) =>
      filter === undefined || filter === (type === 'table' ? 'tables' : `${text(fieldType) ?? ''}s`),
  );
  const joined = args.search === undefined ? [] : await joinedOnly(args.projectUuid, context.read);
  const note =
    joined.length === 0
      ? []
      : [plainText(`Not searched: fields of ${joined.join(', ')}, only joined. find_fields finds them.`)];
  return { text: [renderCatalog(items, { budget: context.budget }), ...note].join('\n'), data: items };
};

/**
 * @throws {ArgumentsError} for an order without a sort, which the API ignores.
 * @throws {ServerFaultError} with the sorts there are, for one that makes the API fail without a reason (recorded).
 */
const readMetricsCatalog: ToolHandler<'getMetricsCatalog'> = async (operation, args, context) => {
  const { sort } = args;
  if (args.order !== undefined && sort === undefined)
    throw new ArgumentsError([`order needs sort: ${SORTS}`], 'was not called; nothing was sent');
  const { results } = await context.execute(operation, args).catch((error: unknown) => {
    if (sort === undefined || !(error instanceof ServerFaultError)) throw error;
    throw new ServerFaultError(error.message, {
      status: error.status ?? 500,
      advice: `It cannot sort by "${quoteInput(sort)}": sort takes ${SORTS}.`,
    });
  });
  const joined = await joinedOnly(args.projectUuid, context.read);
  const note =
    joined.length === 0
      ? []
      : [
          plainText(
            `Not in this catalog, so without tags: metrics of ${joined.join(', ')}, which ${joined.length === 1 ? 'is' : 'are'} only joined. find_fields finds them.`,
          ),
        ];
  return {
    text: [
      renderMetricsCatalog(results, { budget: context.budget, uuids: true, hasSearch: args.search !== undefined }),
      ...note,
    ].join('\n'),
    data: results,
  };
};

/** Sorts that both releases were seen to take. */
const SORTS = 'name or chartUsage';

const NO_LIST = 'Lightdash returned no list: this does not say that there is nothing.';

/** The charts that select a field, as Lightdash counts them: not those that filter or sort by it, or use a grain of a date. */
const readFieldAnalytics: ToolHandler<'getAnalyticsField'> = async (operation, args, context) => {
  const { table } = args;
  const field = await fieldOfTable(args, context);
  const { results } = await context.execute(operation, { ...args, field });
  if (!isObject(results) || !Array.isArray(results.charts)) return { text: NO_LIST, data: results };
  const id = fieldId(table, field);
  const head =
    results.charts.length > 0
      ? renderResults(operation, results, context.budget)
      : plainText(`No chart selects ${id} itself.`);
  const note = `Lightdash lists charts that select the field: search_content with uses "${id}" also finds those that filter or sort by it, or show a grain of it.`;
  return { text: [head, plainText(note)].join('\n'), data: results };
};

/**
 * The name of a field by its name or id: the API has no charts of any other, without a word. Of a table that no
 * explore has the name as it was written.
 *
 * @throws {ArgumentsError} if the explore lacks it.
 */
async function fieldOfTable(
  { projectUuid, table, field }: { readonly projectUuid: string; readonly table: string; readonly field: string },
  { read }: ToolContext,
): Promise<string> {
  const tables = await catalogTables(projectUuid, read);
  const isExplore = tables?.some(({ name }) => name === table) ?? true;
  const explore = isExplore ? table : joiningExplores(tables, table)[0];
  const index = explore && (await exploreOf(read, projectUuid, explore).catch(ignoreApiError));
  if (!index) return field;
  const fields = [...index.fields.values()].filter((candidate) => candidate.table === table);
  const match = fields.find(({ id, name }) => name === field || id === field);
  if (match !== undefined) return match.name;
  const nearest = nearestFields(index, field).map(({ id }) => id);
  const suggestion = nearest.length > 0 ? `; did you mean ${joinWithOr(nearest)}?` : '';
  throw new ArgumentsError([`field: ${table} has no ${quoteInput(field)}${suggestion}`]);
}

/** The charts of a table: Lightdash has them by explore, so that of a table that is joined too it lists a part, or none. */
const readAnalytics: ToolHandler<'getAnalytics'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  if (!isObject(results) || !Array.isArray(results.charts)) return { text: NO_LIST, data: results };
  const { table } = args;
  const tables = await catalogTables(args.projectUuid, context.read);
  const joining = joiningExplores(tables, table);
  const isExplore = tables === undefined || tables.some(({ name }) => name === table);
  const verb = joining.length === 1 ? 'joins' : 'join';
  const elsewhere = isExplore
    ? `${joining.join(', ')} ${verb} ${table} too: charts there that use its fields are not in this list; search_content with uses finds those of a field.`
    : `It is no explore, but a table that ${joining.join(', ')} ${verb}. search_content with uses "${table}" finds the charts with its fields.`;
  const note = joining.length > 0 ? [plainText(elsewhere)] : [];
  const head =
    results.charts.length > 0
      ? renderResults(operation, results, context.budget)
      : plainText(`No chart is built on ${table}.${isExplore || joining.length > 0 ? '' : NO_SUCH_TABLE}`);
  return { text: [head, ...note].join('\n'), data: results };
};

/** @throws {NotFoundError} for a table that is only joined with the explores that have its fields. */
const readMetadata: ToolHandler<'getMetadata'> = async (operation, args, context) => {
  const { projectUuid, table } = args;
  try {
    const { results } = await context.execute(operation, args);
    const isListed = isObject(results) && Array.isArray(results.fields);
    return { text: isListed ? renderResults(operation, results, context.budget) : NO_LIST, data: results };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const tables = await catalogTables(projectUuid, context.read);
    const joining = joiningExplores(tables, table);
    const [explore] = joining;
    if (explore === undefined) throw error;
    throw new NotFoundError(`${table} is no explore, but a table that is joined by ${joining.join(', ')}.`, {
      status: 404,
      advice: `get_explore ${JSON.stringify({ exploreId: explore, tables: [table] })} lists its fields.`,
    });
  }
};

/** An explore that does not compile is not among the tables. */
const NO_SUCH_TABLE = ' No explore that compiles has that name or joins it: get_explores lists all.';

const joiningExplores = (tables: readonly CatalogTable[] | undefined, table: string): readonly string[] =>
  (tables ?? []).filter(({ joined }) => joined.includes(table)).map(({ name }) => name);

/** Tables that explores join and that are no explore themselves. */
async function joinedOnly(projectUuid: string, read: CachedRead): Promise<readonly string[]> {
  const tables = (await catalogTables(projectUuid, read)) ?? [];
  const names = new Set(tables.map(({ name }) => name));
  return [...new Set(tables.flatMap(({ joined }) => joined))].filter((name) => !names.has(name));
}

/** The explores of the catalog that compile, with the tables that they join; undefined if it cannot be read. */
async function catalogTables(projectUuid: string, read: CachedRead): Promise<readonly CatalogTable[] | undefined> {
  const catalog = await read(operationById('getCatalog'), { projectUuid, type: 'table' }).catch(ignoreApiError);
  return catalog === undefined ? undefined : readCatalogTables(catalog);
}

/** Custom metrics of saved charts with their YAML, whose line breaks matter. */
function renderCustomMetrics(results: unknown, budget: Budget): string {
  const metrics = objects(results);
  if (metrics.length === 0) return 'No chart of this project defines a custom metric.';
  const blocks = metrics.flatMap(({ name, label, modelName, yml, chartLabel, chartUrl }) => [
    plainText(
      `${text(label) ?? '?'} (id ${text(name) ?? '?'}, model ${text(modelName) ?? '?'}) in chart ${text(chartLabel) ?? '?'}: ${text(chartUrl) ?? ''}`,
    ),
    ...(text(yml) ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => `  ${plainText(line)}`),
  ]);
  const head = `${pluralize(metrics.length, 'custom metric')}, each with its YAML:`;
  return renderWithinBudget([head], blocks, budget, 'lines', 'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown');
}

/** Handlers of explores, tables and fields. */
export const catalogHandlers = {
  GetExplore: readExplore,
  GetExplores: rendered(renderExplores),
  getCatalog: readCatalog,
  getMetricsCatalog: readMetricsCatalog,
  getAnalytics: readAnalytics,
  getAnalyticsField: readFieldAnalytics,
  getMetadata: readMetadata,
  getCustomMetrics: rendered(renderCustomMetrics),
} satisfies ToolHandlers;
