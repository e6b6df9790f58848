import { isObject, text } from '../text/json.ts';
import type { Preview, ToolArguments, ToolContext } from '../tools/tool.ts';

/** The text of a preview, and the state that a confirmation holds for. */
export interface ReadPreview {
  readonly text: string;
  /** The text, and the last change of each single object that was read for it. */
  readonly state: string;
}

/** Reads a preview fresh; undefined if there is nothing to confirm. */
export async function readPreview(
  preview: Preview,
  args: ToolArguments,
  context: ToolContext,
): Promise<ReadPreview | undefined> {
  const changes = new Set<string>();
  const noted = <Results>(results: Results): Results => {
    const change = lastChange(results);
    if (change !== undefined) changes.add(change);
    return results;
  };
  const text = await preview(args, {
    ...context,
    read: async (...request) => noted(await context.read(...request)),
    async execute(...request) {
      const response = await context.execute(...request);
      noted(response.results);
      return response;
    },
  });
  return text === undefined ? undefined : { text, state: JSON.stringify([text, ...[...changes].sort()]) };
}

/** When a chart, a dashboard or a delivery was changed last; undefined for lists and for what does not say it. */
function lastChange(results: unknown): string | undefined {
  if (!isObject(results)) return undefined;
  const uuid = text(results.uuid) ?? text(results.savedSqlUuid) ?? text(results.schedulerUuid);
  const at = text(results.updatedAt) ?? text(results.lastUpdatedAt);
  return uuid === undefined || at === undefined ? undefined : `${uuid} ${at}`;
}
