import { estimateBytes } from '../../lightdash/rows/rows.ts';
import {
  type PendingResult,
  type QueryHandle,
  type QueryRequest,
  type QueryResult,
  runQuery,
  waitForResult,
} from '../../query/execution/run-query.ts';
import { type RowsOptions, renderRows } from '../../render/rows.ts';
import type { Describe, PendingQuery, StoredResult, ToolAnswer, ToolContext } from '../tool.ts';

/** Runs a question and answers with its rows, or with how to get them later where they take too long. */
export async function answerQuery(
  question: QueryRequest,
  context: ToolContext,
  describe: Describe,
  part: PageOptions = {},
): Promise<ToolAnswer> {
  return answerOutcome(await runQuery(question, context), { what: question.label, describe }, context, part);
}

/** Comes back for a query that was started earlier. */
export async function answerPending(query: PendingQuery, context: ToolContext, part: PageOptions): Promise<ToolAnswer> {
  return answerOutcome(await waitForResult(query.started, query.what, context), query, context, part);
}

async function answerOutcome(
  outcome: QueryResult | PendingResult,
  { what, describe }: Omit<PendingQuery, 'started'>,
  context: ToolContext,
  part: PageOptions,
): Promise<ToolAnswer> {
  if (outcome.state === 'ready') return answerWithRows(await describe(outcome, context), context, part);
  context.pending.put({ started: outcome.started, what, describe });
  return stillRunning(what, outcome.started);
}

/** What to do about a query that outlasts the call. */
export function stillRunning(what: string, { projectUuid, queryUuid }: QueryHandle): ToolAnswer {
  const handle = JSON.stringify({ projectUuid, queryUuid });
  return {
    text: [
      `${what} is still running in the warehouse. It was not stopped, and need not be asked again:`,
      `get_query_result ${handle} waits for its rows, as often as it takes;`,
      `cancel_query ${handle} stops it.`,
    ].join('\n'),
    data: { status: 'running', projectUuid, queryUuid },
  };
}

/** Which rows of a result to show; the others are kept too. */
export type PageOptions = Pick<RowsOptions, 'maxRows' | 'offset'>;

/** Renders a result inside the budget and keeps it, if it is not all shown, for reading on. */
function answerWithRows(
  { table, renderOptions }: StoredResult,
  context: Pick<ToolContext, 'budget' | 'results'>,
  part: PageOptions = {},
): ToolAnswer {
  const data = { columns: table.columns.map(({ id }) => id), rows: table.rows };
  const options = { ...renderOptions, ...part, budget: context.budget };
  const whole = renderRows(table, options);
  if (!whole.more) return { text: whole.text, data, rows: whole.shown };
  const resultId = context.results.put({ table, renderOptions }, estimateBytes(table.rows));
  const head = renderRows(table, { ...options, resultId });
  const links = [
    { uri: `lightdash://results/${resultId}`, name: `All ${table.rows.length} rows as CSV`, mimeType: 'text/csv' },
  ];
  return { text: head.text, data: { resultId, ...data }, links, rows: head.shown };
}
