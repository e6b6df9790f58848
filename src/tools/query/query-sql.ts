import * as z from 'zod';
import { ServerFaultError } from '../../lightdash/errors.ts';
import {
  explainMissingParameters,
  refuseParameters,
  resolveParameters,
} from '../../query/execution/query-parameters.ts';
import { sqlRequest } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { sqlNotes } from '../../query/notes/sql-notes.ts';
import { type ParameterValues, parameterText } from '../../query/parameters/parameter.ts';
import { lowestLimit } from '../../query/sql/select-columns.ts';
import { isObject, texts } from '../../text/json.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { prepareQuery } from './prepare-query.ts';
import { answerQuery } from './query-answer.ts';

/** Newer servers wrap the SQL in an object. */
const compiled = z.union([z.string(), z.looseObject({ query: z.string() }).transform(({ query }) => query)]);

const compileQuery: ToolHandler<'CompileQuery'> = async (operation, written, context) => {
  const { notes, args } = await prepareQuery(written, context);
  const { isNewer } = await context.server.get();
  if (!isNewer) refuseParameters({ written: args.parameters });
  const parameters = await resolveParameters({ written: args.parameters }, args.projectUuid, context.read);
  const body = { ...args, parameters: parameters?.values };
  const { results } = await context.execute(operation, body).catch(async (error: unknown) => {
    throw await explainMissingParameters(error, args.projectUuid, context.read);
  });
  const sql = compiled.safeParse(results).data;
  if (sql === undefined) throw new ServerFaultError('Lightdash returned no SQL.');
  const allNotes = [...notes, ...(parameters?.notes ?? []), ...referencedParameters(results, parameters?.values)];
  return { text: [...allNotes.map((note) => `Note: ${note}`), sql].join('\n'), data: { sql } };
};

/** The parameters that compiled SQL refers to, with the values that the call set. */
function referencedParameters(results: unknown, sent: ParameterValues = {}): readonly string[] {
  const names = texts(isObject(results) ? results.parameterReferences : undefined);
  if (names.length === 0) return [];
  const values = names.map((name) => `${name} (${sent[name] === undefined ? 'default' : parameterText(sent[name])})`);
  return [`Values of parameters stand in the SQL: ${values.join(', ')}.`];
}

const runSql: ToolHandler<'RunSqlQuery'> = async (_operation, args, context) => {
  const { maxLimit } = await context.server.get();
  return answerQuery(sqlRequest(args, maxLimit), context, ({ results, api, warnings }) => {
    const table = readResultTable(results);
    // Newer servers cut v1 responses at their limit without a note; older ones have no limit.
    const isLimited = api === 'v2' || table.rows.length === maxLimit;
    const notes = [...warnings, ...sqlNotes(args.sql, table)];
    const limit = lowestLimit(args.sql, isLimited ? maxLimit : undefined);
    return { table, renderOptions: { title: 'the SQL query', notes, limit } };
  });
};

/** Handlers of the SQL of a query, and of SQL that the caller writes. */
export const sqlHandlers = { CompileQuery: compileQuery, RunSqlQuery: runSql } satisfies ToolHandlers;
