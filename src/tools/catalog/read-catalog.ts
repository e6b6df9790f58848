import { setImmediate as nextTurn } from 'node:timers/promises';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { parametersOf } from '../../query/execution/query-parameters.ts';
import { exploreOf } from '../../query/fields/explores.ts';
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

export const catalogHandlers = {
  GetExplore: readExplore,
  GetExplores: rendered(renderExplores),
  getCatalog: rendered((results, budget) => renderCatalog(results, { budget })),
  getMetricsCatalog: rendered((results, budget) => renderMetricsCatalog(results, { budget, uuids: true })),
} satisfies ToolHandlers;
