import { setImmediate as nextTurn } from 'node:timers/promises';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { parametersOf } from '../../query/execution/query-parameters.ts';
import { exploreOf } from '../../query/fields/explores.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { pluralize } from '../../text/format.ts';
import { isObject, list, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';
import { rendered, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import type { CachedRead } from '../tool.ts';
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

/** Filters of the API are ignored without a search on 0.1366 (recorded), so they are applied here. */
const readCatalog: ToolHandler<'getCatalog'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const { filter } = args;
  const items = objects(results).filter(
    ({ type, fieldType }) =>
      filter === undefined || filter === (type === 'table' ? 'tables' : `${text(fieldType) ?? ''}s`),
  );
  return { text: renderCatalog(items, { budget: context.budget }), data: items };
};

const readMetricsCatalog: ToolHandler<'getMetricsCatalog'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
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
    text: [renderMetricsCatalog(results, { budget: context.budget, uuids: true }), ...note].join('\n'),
    data: results,
  };
};

/** Tables that explores join and that are no explore themselves. */
async function joinedOnly(projectUuid: string, read: CachedRead): Promise<readonly string[]> {
  const tables = objects(await read(operationById('getCatalog'), { projectUuid, type: 'table' }).catch(ignoreApiError));
  const names = new Set(tables.map(({ name }) => name));
  // 0.1366 sends the joins, newer servers only the names of their tables.
  const joined = tables.flatMap(({ joinedTables }) =>
    list(joinedTables).flatMap((join) => text(isObject(join) ? join.table : join) ?? []),
  );
  return [...new Set(joined)].filter((name) => !names.has(name));
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

export const catalogHandlers = {
  GetExplore: readExplore,
  GetExplores: rendered(renderExplores),
  getCatalog: readCatalog,
  getMetricsCatalog: readMetricsCatalog,
  getCustomMetrics: rendered(renderCustomMetrics),
} satisfies ToolHandlers;
