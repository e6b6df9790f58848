import { LightdashError } from '../../lightdash/errors.ts';
import { fieldValuesOf, fieldValuesRequest } from '../../query/execution/query-requests.ts';
import { runQuery } from '../../query/execution/run-query.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { type ComparedText, nearestValues } from '../../query/filters/suggest-values.ts';
import { quoteInput } from '../../text/plain-text.ts';
import type { ToolContext } from '../tool.ts';

/** Values of a dimension that are compared with a filter's value. */
const MAX_VALUES = 100;
/** Filter values checked per query; each takes one or two more queries. */
const MAX_CHECKS = 3;
/** Values listed if none is near the filter's value. */
const MAX_EXAMPLES = 8;

/** A note about each filter value that its dimension does not have, with the nearest values. */
export async function missingValueNotes(
  doubtful: readonly ComparedText[],
  index: FieldIndex,
  projectUuid: string,
  context: ToolContext,
): Promise<string[]> {
  const notes = await Promise.all(
    doubtful.slice(0, MAX_CHECKS).map(async ({ fieldId, value }) => {
      const field = index.fields.get(fieldId);
      if (field?.kind !== 'dimension') return undefined;
      const search = (words: string) => searchValues(projectUuid, { id: fieldId, table: field.table }, words, context);
      const values = await search('');
      if (values === undefined || values.length === 0 || values.includes(value)) return undefined;
      // The list may be one page of many values: only a search for this one is certain.
      if (values.length >= MAX_VALUES && (await search(value))?.includes(value) !== false) return undefined;
      const nearest = nearestValues(value, values);
      const suggestion =
        nearest.length > 0 ? `nearest: ${nearest.join(', ')}` : `it has: ${values.slice(0, MAX_EXAMPLES).join(', ')}`;
      return `${fieldId} has no value "${quoteInput(value)}"; ${suggestion}.`;
    }),
  );
  return notes.filter((note) => note !== undefined);
}

/** Values of a dimension that contain a text; undefined if they cannot be read in time. */
async function searchValues(
  projectUuid: string,
  { id, table }: { readonly id: string; readonly table: string },
  search: string,
  context: ToolContext,
): Promise<string[] | undefined> {
  const request = fieldValuesRequest({ projectUuid, fieldId: id, table, search, limit: MAX_VALUES });
  try {
    const outcome = await runQuery(request, context);
    return outcome.state === 'ready' ? fieldValuesOf(outcome.results, id).map(String) : undefined;
  } catch (error) {
    if (error instanceof LightdashError && !context.signal.aborted) return undefined;
    throw error;
  }
}
