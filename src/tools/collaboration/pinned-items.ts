import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { pluralize } from '../../text/format.ts';
import { isObject, objects, text } from '../../text/json.ts';
import type { Budget } from '../../text/token-budget.ts';
import { rendered, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';

/** The items pinned to the homepage, in its order. */
function renderPinnedItems(results: unknown, budget: Budget): string {
  const lines = objects(results).map(({ type, data }) => {
    const item = isObject(data) ? data : {};
    const kind = text(item.chartKind);
    return joinFields([
      text(item.name) ?? '?',
      text(type) ?? '?',
      text(item.uuid) ?? '',
      kind === undefined ? '' : kind.replaceAll('_', ' '),
      text(item.description) ?? '',
    ]);
  });
  if (lines.length === 0) return 'Nothing is pinned in this list, or nothing that you may see.';
  const head = `${pluralize(lines.length, 'item')} pinned, in order: name|type|uuid|kind|description`;
  return renderWithinBudget([head], lines, budget, 'items', 'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown');
}

const reorder: ToolHandler<'updatePinnedItemsOrder'> = async (operation, args, { execute, budget }) => {
  const { results } = await execute(operation, args);
  const pinned = objects(results).flatMap(({ data }) => (isObject(data) ? [text(data.uuid)] : []));
  const missing = args.items.map(({ data }) => data.uuid).filter((uuid) => !pinned.includes(uuid));
  const done = missing.length === args.items.length ? 'Nothing was reordered.' : 'Reordered.';
  const note = missing.length > 0 ? ` Not pinned in this list: ${missing.join(', ')}.` : '';
  return { text: `${done}${note} ${renderPinnedItems(results, budget)}`, data: results };
};

/** Handlers of pins and their order. */
export const pinnedItemHandlers = {
  getPinnedItems: rendered(renderPinnedItems),
  updatePinnedItemsOrder: reorder,
} satisfies ToolHandlers;
