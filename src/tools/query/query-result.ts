import * as z from 'zod';
import { projectUuid as project, uuid } from '../../operations/fields.ts';
import { queryPage } from '../../operations/routes/async-queries.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { cancelQuery as cancelStartedQuery } from '../../query/execution/run-query.ts';
import { renderRows } from '../../render/rows.ts';
import { text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import type { PendingQuery, Tool, ToolArguments, ToolContext } from '../tool.ts';
import { answerPending } from './query-answer.ts';

const queryUuid = () => uuid('the tool that started the query');

/** The query of a handle; where it was started by another process, as much as the handle itself tells. */
function pendingQuery({ projectUuid, queryUuid: id }: ToolArguments, { pending }: ToolContext): PendingQuery {
  const known = pending.get(String(id));
  if (known) return known;
  if (text(projectUuid) === undefined) throw new ArgumentsError(['projectUuid is missing: it goes with queryUuid']);
  return {
    started: { projectUuid: String(projectUuid), queryUuid: String(id), start: {} },
    what: 'The query',
    describe: ({ results, warnings }) => ({
      table: readResultTable(results),
      renderOptions: { title: 'the query', notes: warnings },
    }),
  };
}

/** The rest of a result from memory, or the rows of a query that outlasted its call. */
export const getQueryResult: Tool = {
  name: 'get_query_result',
  title: 'Read on in a result',
  description:
    'More rows of a result (resultId, kept half an hour), or the rows of a query that was still running (queryUuid, projectUuid).',
  toolset: 'query',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({
    resultId: z.string().min(1).optional(),
    queryUuid: queryUuid().optional(),
    projectUuid: project().optional(),
    offset: z.int().min(0).default(0),
  }),
  async run(args, context) {
    const { resultId, offset } = args;
    if ((resultId === undefined) === (args.queryUuid === undefined)) {
      throw new ArgumentsError(['give either resultId or queryUuid, as the earlier answer told']);
    }
    if (resultId === undefined) return answerPending(pendingQuery(args, context), context, { offset: Number(offset) });
    const stored = context.results.get(String(resultId));
    if (stored === undefined) {
      throw new ArgumentsError([
        `resultId ${String(resultId)} is not kept any more (20 results, half an hour); run the query again`,
      ]);
    }
    const { table, renderOptions } = stored;
    const { budget } = context;
    const page = renderRows(table, { ...renderOptions, budget, offset: Number(offset), resultId: String(resultId) });
    return { text: page.text, data: table.rows.slice(Number(offset)), rows: page.shown };
  },
};

const state = z.looseObject({ status: z.string() });

/** Stops a query that was started here. It is one's own: nobody else loses anything. */
export const cancelQuery: Tool = {
  name: 'cancel_query',
  title: 'Stop a query',
  description: 'Stops a running query.',
  toolset: 'query',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({ queryUuid: queryUuid(), projectUuid: project().optional() }),
  async run(args, context) {
    const { started } = pendingQuery(args, context);
    const { projectUuid, queryUuid: id } = started;
    // Lightdash "cancels" finished queries too, and throws their rows away.
    const { results } = await context.execute(queryPage, { projectUuid, queryUuid: id, page: 1, pageSize: 1 });
    const { status } = state.catch({ status: 'unknown' }).parse(results);
    if (['ready', 'error', 'expired', 'cancelled'].includes(status)) {
      return { text: `Nothing was stopped: the query is over (${status}).`, data: { status } };
    }
    await cancelStartedQuery(started, context);
    return { text: `The query was stopped (it was ${status}). It has no rows.`, data: { status: 'cancelled' } };
  },
};
