import { ignoreApiError } from '../../lightdash/errors.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { readSavedFilters } from '../../query/filters/lightdash-filters.ts';
import { isObject, type JsonObject, text } from '../../text/json.ts';
import type { ToolContext } from '../tool.ts';
import { verifyValues } from './verify-values.ts';

/**
 * Notes about texts in the filters of a dashboard or delivery that their fields do not have, as a query's notes: what they
 * filter would be empty or whole. Filters that are switched off count, too: a viewer may switch them on.
 *
 * @param explores those of the project: a filter is verified in the first one that has its field.
 */
export async function savedFilterNotes(
  rules: readonly JsonObject[],
  explores: readonly FieldIndex[],
  projectUuid: string,
  context: ToolContext,
): Promise<readonly string[]> {
  const byExplore = new Map<FieldIndex, JsonObject[]>();
  for (const { disabled: _disabled, ...rule } of rules) {
    const index = explores.find(({ fields }) => fields.has(filteredField(rule) ?? ''));
    if (index !== undefined) byExplore.set(index, [...(byExplore.get(index) ?? []), rule]);
  }
  const notes = await Promise.all(
    [...byExplore].map(([index, ofExplore]) =>
      filterValueNotes({ dimensions: { id: 'all', and: ofExplore } }, index, projectUuid, context),
    ),
  );
  return notes.flat();
}

/** Notes about texts in the filters of a saved query that their fields do not have. */
export async function filterValueNotes(
  saved: unknown,
  index: FieldIndex,
  projectUuid: string,
  context: ToolContext,
): Promise<readonly string[]> {
  const query = { dimensions: [], limit: 1, filters: readSavedFilters(saved) };
  const verification = await verifyValues({ projectUuid, index, query }, context);
  return verification.notes(undefined, context);
}

/** The notes, or that there are none because the explores cannot be read: a write does not wait for them. */
export const orUnverified = async (notes: Promise<readonly string[]>): Promise<readonly string[]> =>
  (await notes.catch(ignoreApiError)) ?? ['Not verified: the values of the filters, for the explores cannot be read.'];

/** Id of the field that a saved rule filters. */
export const filteredField = ({ target }: JsonObject): string | undefined =>
  text(isObject(target) ? target.fieldId : undefined);
