import * as z from 'zod';
import { ServerFaultError } from '../../lightdash/errors.ts';
import { sqlRequest } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { prepareQuery } from './prepare-query.ts';
import { answerQuery } from './query-answer.ts';

/** Newer servers wrap the SQL in an object. */
const compiled = z.union([z.string(), z.looseObject({ query: z.string() }).transform(({ query }) => query)]);

const compileQuery: ToolHandler<'CompileQuery'> = async (operation, written, context) => {
  const { notes, args } = await prepareQuery(written, context);
  const { results } = await context.execute(operation, args);
  const sql = compiled.safeParse(results).data;
  if (sql === undefined) throw new ServerFaultError('Lightdash returned no SQL.');
  return { text: [...notes.map((note) => `Note: ${note}`), sql].join('\n'), data: { sql } };
};

const runSql: ToolHandler<'RunSqlQuery'> = async (_operation, args, context) => {
  const { maxLimit } = await context.server.get();
  return answerQuery(sqlRequest(args, maxLimit), context, ({ results, api, warnings }) => {
    const table = readResultTable(results);
    // Newer servers cut v1 responses at their limit without a note; older ones have no limit.
    const isLimited = api === 'v2' || table.rows.length === maxLimit;
    return { table, renderOptions: { title: 'the SQL query', notes: warnings, ...(isLimited && { limit: maxLimit }) } };
  });
};

export const sqlHandlers = { CompileQuery: compileQuery, RunSqlQuery: runSql } satisfies ToolHandlers;
