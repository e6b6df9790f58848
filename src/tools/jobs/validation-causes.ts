import { ignoreApiError } from '../../lightdash/errors.ts';
import { exploreNames, exploreOf, type Read } from '../../query/fields/explores.ts';
import { pluralize } from '../../text/format.ts';
import { type JsonObject, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { nearest } from '../../text/suggest.ts';

/** Causes that get a cure; each reads an explore. */
const MAX_CAUSES = 8;
const MIN_SIMILARITY = 0.5;

interface Cause {
  readonly table: string;
  /** Undefined if the whole explore is gone. */
  readonly field: string | undefined;
  readonly places: number;
}

/** The causes of errors, most frequent first: one renamed field breaks many charts. */
function causesOf(errors: readonly JsonObject[], explores: readonly string[]): readonly Cause[] {
  const causes = new Map<string, Cause>();
  for (const error of errors) {
    const field = text(error.fieldName);
    // 0.1366 does not say which explore a field is of.
    const table = text(error.tableName) ?? explores.find((name) => field?.startsWith(`${name}_`));
    if (table === undefined || (field === undefined && error.errorType !== 'model')) continue;
    const key = `${table} ${field ?? ''}`;
    causes.set(key, { table, field, places: (causes.get(key)?.places ?? 0) + 1 });
  }
  return [...causes.values()].toSorted((left, right) => right.places - left.places);
}

/** A line for each cause: what is gone, in how many places, and what repairs it. */
export async function curesOf(errors: readonly JsonObject[], projectUuid: string, read: Read): Promise<string[]> {
  const names = (await exploreNames(read, projectUuid).catch(ignoreApiError)) ?? [];
  const causes = causesOf(errors, names);
  const lines = await Promise.all(
    causes.slice(0, MAX_CAUSES).map(async ({ table, field, places }) => {
      const errorCount = `${pluralize(places, 'error')}`;
      if (field === undefined) {
        const now = nearest(table, names, { max: 1, minSimilarity: MIN_SIMILARITY })[0];
        return `- explore ${plainText(table)} is gone or broken (${errorCount})${now && now !== table ? `; the nearest is ${now}` : ''}`;
      }
      const explore = await exploreOf(read, projectUuid, table).catch(ignoreApiError);
      // The name of the table, which all its fields begin with, would make all alike.
      const withoutTable = (id: string) => (id.startsWith(`${table}_`) ? id.slice(table.length + 1) : id);
      const ids = new Map([...(explore?.fields.keys() ?? [])].map((id) => [withoutTable(id), id]));
      const options = { max: 2, minSimilarity: MIN_SIMILARITY };
      const close = nearest(withoutTable(field), [...ids.keys()], options).map((name) => ids.get(name));
      const cure = close.length > 0 ? `; if it was renamed to ${close.join(' or ')}, rename_field repairs all` : '';
      return `- field ${plainText(field)} is not in explore ${plainText(table)} (${errorCount})${cure}`;
    }),
  );
  if (lines.length === 0) return [];
  const more = causes.length > MAX_CAUSES ? [`- ${causes.length - MAX_CAUSES} more causes`] : [];
  return ['Causes, most frequent first:', ...lines, ...more];
}
