import * as z from 'zod';
import { NotFoundError } from '../../lightdash/errors.ts';
import { exploreId, parameters, projectUuid } from '../../operations/fields.ts';
import { fieldValuesOf, fieldValuesRequest } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { runQuery } from '../../query/execution/run-query.ts';
import { exploreOf } from '../../query/fields/explores.ts';
import { resolveField } from '../../query/fields/resolve.ts';
import { plainText, quoteInput } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import type { Describe } from '../tool.ts';
import { stillRunning } from './query-answer.ts';

/** Distinct values of a dimension, for filters. */
export const searchFieldValues = defineTool({
  name: 'search_field_values',
  title: 'Find values of a field',
  description:
    'The values that a field (dimension) has, by part of a text: how a status is spelled, which countries there are to filter by.',
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
      context.pending.put({ started: outcome.handle, label: request.label, describe });
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

function renderValues(values: readonly unknown[], fieldId: string, search: string, limit: number): string {
  const containing = search === '' ? '' : ` that contain "${quoteInput(search)}"`;
  const more = values.length >= limit ? `, limit ${limit} reached: there may be more` : '';
  const head =
    values.length === 0
      ? `No values of ${fieldId}${containing}.`
      : `${values.length} values of ${fieldId}${containing}${more}:`;
  return [head, ...values.map((value) => (value === null ? '(null)' : plainText(String(value))))].join('\n');
}
