import * as z from 'zod';
import { NotFoundError } from '../../lightdash/errors.ts';
import { readCell } from '../../lightdash/rows/cell.ts';
import { exploreId, parameters, projectUuid } from '../../operations/fields.ts';
import { fieldValuesOf, fieldValuesRequest, metricQueryRequest } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { runQuery } from '../../query/execution/run-query.ts';
import { exploreOf } from '../../query/fields/explores.ts';
import type { Field, FieldIndex } from '../../query/fields/field.ts';
import { resolveField } from '../../query/fields/resolve.ts';
import { cellWriter } from '../../render/rows-cells.ts';
import { pluralize } from '../../text/format.ts';
import { isObject } from '../../text/json.ts';
import { plainText, quoteInput } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import type { Describe, ToolAnswer, ToolContext } from '../tool.ts';
import { stillRunning } from './query-answer.ts';

/** Distinct values of a dimension, for filters. */
export const searchFieldValues = defineTool({
  name: 'search_field_values',
  title: 'Find values of a field: how is it spelled, is there a …',
  description:
    'The possible values that a field (dimension) has, by part of a text: how a status is spelled, which countries there are to filter by.',
  toolset: 'query',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({
    projectUuid: projectUuid(),
    exploreId: exploreId(),
    field: z.string().min(1),
    search: z.string().default(''),
    limit: z.int().min(1).max(5_000).default(50),
    parameters: parameters(),
  }),
  async run(args, context) {
    const { search, limit } = args;
    const index = await exploreOf(context.read, args.projectUuid, args.exploreId);
    const resolved = resolveField(index, args.field, 'dimension');
    if ('problem' in resolved) throw new ArgumentsError([resolved.problem]);
    const { id, kind, table } = resolved.field;
    if (kind !== 'dimension') {
      throw new ArgumentsError([`field: ${id} is a ${kind}; only dimensions have values to search`]);
    }
    if (resolved.field.filterType !== 'string') return distinctValues(args, resolved.field, index, context);
    const values = { projectUuid: args.projectUuid, fieldId: id, search, limit, parameters: args.parameters };
    const request = fieldValuesRequest({ ...values, table: index.name });
    const outcome = await runQuery(request, context).catch((error: unknown) => {
      if (!(error instanceof NotFoundError) || table === index.name) throw error;
      return runQuery(fieldValuesRequest({ ...values, table }), context);
    });
    if (outcome.state === 'running') {
      const describe: Describe = ({ results, warnings }) => ({
        table: readResultTable({ rows: fieldValuesOf(results, id).map((value) => ({ [id]: value })) }),
        renderOptions: { title: `values of ${id} in ${index.name}`, limit, notes: warnings },
      });
      context.pending.put({ handle: outcome.handle, label: request.label, describe });
      return stillRunning(request.label, outcome.handle);
    }
    const matching = fieldValuesOf(outcome.results, id);
    const notes = outcome.warnings.map((note) => `Note: ${plainText(note)}`);
    const text = [renderValues(matching, id, search, limit), ...notes].join('\n');
    const data = {
      field: id,
      search,
      values: matching,
      limit,
      limitReached: matching.length >= limit,
      filters: [],
      notes: outcome.warnings,
    };
    return { text, data, isWholeInData: true, rows: matching.length };
  },
});

interface ValueSearch {
  readonly projectUuid: string;
  readonly search: string;
  readonly limit: number;
  readonly parameters?: unknown;
}

/**
 * Values of a number, date or boolean: Lightdash searches texts alone, so the values are read by a query, in their order, and
 * searched here. If there are more than the limit, the last one is read too: with the first it is the range.
 */
async function distinctValues(
  args: ValueSearch,
  { id }: Field,
  index: FieldIndex,
  context: ToolContext,
): Promise<ToolAnswer> {
  const { search, limit } = args;
  const { maxLimit } = await context.server.get();
  const read = search === '' ? Math.min(limit, maxLimit) : maxLimit;
  const outcome = await runQuery(valuesRequest(args, id, index, { descending: false, limit: read }), context);
  if (outcome.state === 'running') {
    const describe: Describe = ({ results, warnings }) => ({
      table: readResultTable(results),
      renderOptions: { title: `values of ${id} in ${index.name}`, limit: read, notes: warnings },
    });
    context.pending.put({ handle: outcome.handle, label: 'The search', describe });
    return stillRunning('The search', outcome.handle);
  }
  const all = filterValues(outcome.results, id, index);
  const matching = all.filter(
    (value) => search === '' || (value !== null && String(value).toLowerCase().includes(search.toLowerCase())),
  );
  const isCut = all.length >= read;
  const last = isCut && search === '' ? await lastValue(args, id, index, context) : undefined;
  const notes = [
    ...outcome.warnings,
    'Read by a query of its distinct values: Lightdash searches the values of texts alone.',
    ...(last === undefined ? [] : [`The values go from ${all[0]} to ${last}.`]),
    ...(isCut && search !== ''
      ? [`Only the first ${read} values were searched: filter by a range to find others.`]
      : []),
  ];
  const shown = matching.slice(0, limit);
  const text = [renderValues(shown, id, search, limit), ...notes.map((note) => `Note: ${plainText(note)}`)].join('\n');
  const data = { field: id, search, values: shown, limit, limitReached: shown.length >= limit, filters: [], notes };
  return { text, data, isWholeInData: true, rows: shown.length };
}

function valuesRequest(
  { projectUuid, parameters: used }: ValueSearch,
  id: string,
  index: FieldIndex,
  { descending, limit }: { readonly descending: boolean; readonly limit: number },
) {
  return metricQueryRequest({
    ...{ projectUuid, exploreId: index.name, dimensions: [id], metrics: [], filters: {}, tableCalculations: [] },
    ...{ sorts: [{ fieldId: id, descending }], limit, ...(isObject(used) && { parameters: used }) },
  });
}

/** The values as a filter takes them: dates by their grain, shares as the ratio. Null for no value. */
function filterValues(results: unknown, id: string, index: FieldIndex): unknown[] {
  const { rows, columns } = readResultTable(results, undefined, index.fields);
  const column = columns.find((item) => item.id === id);
  const write = column && cellWriter(column, 'raw');
  return Array.from(rows, (row) => {
    const { raw } = readCell(row[id]);
    return typeof raw === 'string' && write ? write(row[id]).csv : raw;
  });
}

/** The greatest value; undefined if it does not come in time. Some warehouses sort a missing value before it. */
async function lastValue(args: ValueSearch, id: string, index: FieldIndex, context: ToolContext): Promise<unknown> {
  const outcome = await runQuery(valuesRequest(args, id, index, { descending: true, limit: 2 }), context);
  if (outcome.state === 'running') return undefined;
  return filterValues(outcome.results, id, index).find((value) => value !== null);
}

function renderValues(values: readonly unknown[], fieldId: string, search: string, limit: number): string {
  const containing = search === '' ? '' : ` that contain${values.length === 1 ? 's' : ''} "${quoteInput(search)}"`;
  const more = values.length >= limit ? `, limit ${limit} reached: there may be more` : '';
  const head =
    values.length === 0
      ? `No values of ${fieldId}${containing}.`
      : `${pluralize(values.length, 'value')} of ${fieldId}${containing}${more}:`;
  return [head, ...values.map((value) => (value === null ? '(null)' : plainText(String(value))))].join('\n');
}
