import { untilAborted } from '../../async/abort.ts';
import { ignoreApiError, LightdashError, NotFoundError } from '../../lightdash/errors.ts';
import type { Rows } from '../../lightdash/rows/rows.ts';
import type { MetricQuery } from '../../query/builder/metric-query.ts';
import type { MissingText, ValueSearch } from '../../query/execution/field-values.ts';
import { parametersOf } from '../../query/execution/query-parameters.ts';
import { fieldValuesOf, fieldValuesRequest } from '../../query/execution/query-requests.ts';
import { runQuery } from '../../query/execution/run-query.ts';
import { fieldId } from '../../query/fields/explore.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import {
  type ComparedText,
  type Comparison,
  comparedTexts,
  notInRows,
  textsToVerify,
} from '../../query/filters/compared-texts.ts';
import { checkParameters } from '../../query/parameters/check-parameters.ts';
import { pluralize } from '../../text/format.ts';
import { isObject, unwrapJson } from '../../text/json.ts';
import { joinFirst } from '../../text/names.ts';
import { quoteInput } from '../../text/plain-text.ts';
import type { ToolContext } from '../tool.ts';
import { waitForLookUp, withSignal } from './side-look-ups.ts';

/** Look-ups of a query's texts, under way while the query runs. */
interface ValueVerification {
  /**
   * A note about each field that lacks a text of the filters, and one about texts that could not be verified. Waits at most
   * two seconds.
   *
   * @param rows those of the query; a text that they show needs no look-up. Undefined if they show no dimension.
   */
  notes(rows: Rows | undefined, context: ToolContext): Promise<readonly string[]>;
  /** Ends the look-ups that are under way: the query failed, or its rows have what they need. */
  end(): void;
}

/** A query whose texts are verified, with its project and explore. */
export interface VerifiedQuery {
  readonly projectUuid: string;
  /** Its explore, with the dimensions that the query defines. */
  readonly index: FieldIndex;
  /** Parameters of the query, as the caller wrote them. */
  readonly parameters?: unknown;
  readonly query: Pick<MetricQuery, 'dimensions' | 'limit' | 'filters' | 'additionalMetrics' | 'customDimensions'>;
}

/** Lines of missing texts in an answer. */
const MAX_NOTES = 2;
/** Missing texts of one field that are named. */
const MAX_NAMED = 3;

/** Starts the look-ups of texts that the rows cannot show; the others wait for the rows. */
export async function verifyValues(verified: VerifiedQuery, context: ToolContext): Promise<ValueVerification> {
  const { index, query } = verified;
  const compared = comparedTexts(index, query, await context.server.get());
  const customIds = (query.customDimensions ?? []).map(({ id }) => id);
  const isCustom = ({ fieldId }: ComparedText) => customIds.includes(fieldId);
  const texts = compared.filter((text) => !isCustom(text));
  const controller = new AbortController();
  const isOnlyDoubtful = context.verifiesValues === 'doubtful';
  const shownLater = isOnlyDoubtful ? [] : texts.filter(({ isShown }) => !isShown);
  const chosen = isOnlyDoubtful ? [] : await parameterTexts(verified, context);
  // Its outcome is remembered; a failure of the call is reported by the query.
  const atStart = [{ source: verified, texts: shownLater }, ...chosen];
  void verifyAll(atStart, controller.signal, context).catch(() => undefined);
  return {
    end: () => controller.abort(),
    async notes(rows = [], later) {
      const toVerify = isOnlyDoubtful
        ? textsToVerify(texts, query, rows)
        : [
            ...shownLater,
            ...notInRows(
              texts.filter(({ isShown }) => isShown),
              rows,
            ),
          ];
      const customNotes = customNote(notInRows(compared.filter(isCustom), rows));
      if (toVerify.length + chosen.length === 0) return customNotes;
      const sources = [{ source: verified, texts: toVerify }, ...chosen];
      try {
        const verifiedTexts = await waitForLookUp((signal) => verifyAll(sources, signal, later), later);
        return [...notesOf(verifiedTexts), ...customNotes];
      } finally {
        controller.abort();
      }
    },
  };
}

interface Verified {
  readonly missing: readonly MissingText[];
  readonly unverified: readonly ComparedText[];
}

/** An explore in which values are searched. */
interface ValueSource extends Pick<VerifiedQuery, 'projectUuid' | 'parameters'> {
  readonly index: Pick<FieldIndex, 'name' | 'fields'>;
}

/** Texts that fields of an explore should have. */
interface TextsOfSource {
  readonly source: ValueSource;
  readonly texts: readonly ComparedText[];
}

/** The values that a call sets for parameters, if a dimension has them: Lightdash accepts others (measured on 1.219). */
async function parameterTexts(
  { projectUuid, parameters }: VerifiedQuery,
  { read, server }: ToolContext,
): Promise<readonly TextsOfSource[]> {
  if (!isObject(unwrapJson(parameters)) || !(await server.get()).isNewer) return [];
  const available = await parametersOf(read, projectUuid).catch((error: unknown) => ignoreApiError(error) ?? []);
  const { values } = checkParameters(parameters, available);
  return available.flatMap(({ name, optionsFrom: from }) => {
    const chosen = [values[name] ?? []].flat().filter((value) => typeof value === 'string');
    if (from === undefined || chosen.length === 0) return [];
    const id = fieldId(from.model, from.dimension);
    const texts = chosen.map(
      (value): ComparedText => ({ fieldId: id, value, comparison: 'equals', ignoresCase: false, isShown: false }),
    );
    const source = { projectUuid, index: { name: from.model, fields: new Map() } };
    return [{ source, texts }];
  });
}

async function verifyAll(
  sources: readonly TextsOfSource[],
  signal: AbortSignal,
  context: ToolContext,
): Promise<Verified> {
  const fields = sources.flatMap(({ source, texts }) =>
    [...new Set(texts.map((text) => text.fieldId))].map((id) => ({
      source,
      ofField: texts.filter((text) => text.fieldId === id),
      fieldId: id,
    })),
  );
  const perField = await Promise.all(
    fields.map(({ source, ofField, fieldId: id }) => {
      // Nothing else of the source: a query has filters of its own.
      const { projectUuid, index, parameters } = source;
      const search: ValueSearch = (request) =>
        searchValues({ projectUuid, index, parameters, fieldId: id, ...request }, context, signal).catch(
          (error: unknown) => {
            if (context.signal.aborted || !(error instanceof LightdashError || signal.aborted)) throw error;
            return undefined;
          },
        );
      const key = JSON.stringify([projectUuid, index.name, id, parameters]);
      // Another call may have started the look-up, and may wait longer for it than this one does.
      return untilAborted(context.fieldValues.verify(key, ofField, search), signal).catch(
        (error: unknown): Verified => {
          if (context.signal.aborted || !signal.aborted) throw error;
          return { missing: [], unverified: ofField };
        },
      );
    }),
  );
  return {
    missing: perField.flatMap(({ missing }) => missing),
    unverified: perField.flatMap(({ unverified }) => unverified),
  };
}

function notesOf({ missing, unverified }: Verified): readonly string[] {
  const fieldIds = [...new Set(missing.map(({ text }) => text.fieldId))];
  const sentences = fieldIds.map((id) =>
    missingNote(
      id,
      missing.filter(({ text }) => text.fieldId === id),
    ),
  );
  const shown = sentences.length > MAX_NOTES ? [sentences[0] ?? '', sentences.slice(1).join(' ')] : sentences;
  return [...shown, ...unverifiedNote(unverified, 'the values could not be read in time')];
}

/** A note about texts that no row shows and no look-up finds: values of a dimension that only the query defines. */
const customNote = (texts: readonly ComparedText[]): readonly string[] =>
  unverifiedNote(texts, 'values of custom dimensions cannot be looked up');

function unverifiedNote(unverified: readonly ComparedText[], reason: string): readonly string[] {
  const texts = unverified.map(({ fieldId, value }) => `${fieldId} "${quoteInput(value)}"`);
  return texts.length > 0 ? [`Not verified that there is ${joinFirst(texts, MAX_NAMED)}: ${reason}.`] : [];
}

const IN_WORDS: Readonly<Record<Comparison, string>> = {
  ...{ equals: '', startsWith: 'that begins with ' },
  ...{ endsWith: 'that ends with ', include: 'that contains ' },
};

function missingNote(fieldId: string, missing: readonly MissingText[]): string {
  const named = missing.slice(0, MAX_NAMED).map(({ text, nearest, examples }) => {
    const empty = text.value === '' ? 'isNull finds rows without one; ' : '';
    const suggestion = nearest.length > 0 ? `nearest: ${nearest.join(', ')}` : `it has: ${examples.join(', ')}`;
    return `${IN_WORDS[text.comparison]}"${quoteInput(text.value)}"; ${empty}${suggestion}`;
  });
  const more = missing.length > MAX_NAMED ? `; nor ${pluralize(missing.length - MAX_NAMED, 'other')}` : '';
  return `${fieldId} has no value ${named.join('; none ')}${more}.`;
}

interface FieldSearch extends ValueSource {
  readonly fieldId: string;
  readonly search: string;
  readonly limit: number;
  readonly filters?: Readonly<Record<string, unknown>>;
}

/**
 * Values of a dimension that contain a text, searched in the explore; for releases that require it, in the field's own table.
 *
 * @returns undefined if the search outlasts the call.
 * @throws {LightdashError}
 */
async function searchValues(
  { index, ...search }: FieldSearch,
  context: ToolContext,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const bound = withSignal(context, signal);
  const read = async (table: string) => {
    const outcome = await runQuery(fieldValuesRequest({ ...search, table }), bound);
    return outcome.state === 'ready' ? fieldValuesOf(outcome.results, search.fieldId).map(String) : undefined;
  };
  try {
    return await read(index.name);
  } catch (error) {
    const table = index.fields.get(search.fieldId)?.table ?? index.name;
    if (!(error instanceof NotFoundError) || table === index.name) throw error;
    return read(table);
  }
}
