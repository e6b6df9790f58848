import { estimateBytes } from '../../lightdash/rows/rows.ts';
import { isHeld } from '../../query/execution/query-start.ts';
import {
  type PendingResult,
  type QueryRequest,
  type QueryResult,
  runQuery,
  type StartedQuery,
  waitForResult,
} from '../../query/execution/run-query.ts';
import { type RenderedRows, type RowsOptions, renderRows } from '../../render/rows.ts';
import type { Describe, PendingQuery, StoredResult, ToolAnswer, ToolContext } from '../tool.ts';

/** A query, and how to describe its rows. */
export interface QueryRun {
  readonly request: QueryRequest;
  readonly describe: Describe;
  /** Ends what was started in addition to the query. */
  readonly end?: () => void;
}

/** Runs a query and returns its rows, or its handle if it outlasts the call. */
export async function answerQuery(
  request: QueryRequest,
  context: ToolContext,
  describe: Describe,
  page: PageOptions = {},
): Promise<ToolAnswer> {
  return answerOutcome(await runQuery(request, context), { label: request.label, describe }, context, page);
}

/** Runs a query and ends what was started in addition to it. */
export async function answerRun(
  { request, describe, end }: QueryRun,
  context: ToolContext,
  page: PageOptions = {},
): Promise<ToolAnswer> {
  try {
    return await answerQuery(request, context, describe, page);
  } finally {
    end?.();
  }
}

/** Waits for a query that an earlier call started. */
export async function answerPending(query: PendingQuery, context: ToolContext, page: PageOptions): Promise<ToolAnswer> {
  return answerOutcome(await waitForResult(query.handle, query.label, context), query, context, page);
}

async function answerOutcome(
  outcome: QueryResult | PendingResult,
  { label, describe }: Omit<PendingQuery, 'handle'>,
  context: ToolContext,
  page: PageOptions,
): Promise<ToolAnswer> {
  if (outcome.state === 'ready') return answerWithRows(await describe(outcome, context), context, page);
  context.pending.put({ handle: outcome.handle, label, describe });
  return stillRunning(label, outcome.handle);
}

/** The handle of a query that outlasts the call. */
export function stillRunning(label: string, handle: StartedQuery): ToolAnswer {
  const { projectUuid, queryUuid } = handle;
  const reference = JSON.stringify({ projectUuid, queryUuid });
  const state = isHeld(handle)
    ? 'is not answered yet: Lightdash is still at it. This server waits on, up to ten minutes'
    : 'is still running in the warehouse. It was not stopped';
  return {
    text: [
      `${label} ${state}; do not start it again:`,
      `get_query_result ${reference} waits for its rows; repeat it if needed;`,
      `cancel_query ${reference} gives it up.`,
    ].join('\n'),
    data: { status: 'running', projectUuid, queryUuid },
    isWholeInData: true,
  };
}

/** The part of a result to show; the other rows are kept too. */
type PageOptions = Pick<RowsOptions, 'maxRows' | 'offset'>;

/** Renders a result within the budget and keeps it for later pages if it is longer. */
export function answerWithRows(
  stored: StoredResult,
  context: Pick<ToolContext, 'budget' | 'results'>,
  page: PageOptions = {},
): ToolAnswer {
  const { table, renderOptions } = stored;
  const options = { ...renderOptions, ...page, budget: context.budget };
  const whole = renderRows(table, options);
  context.results.setLast(stored);
  if (!whole.more) return rowsAnswer(whole);
  const resultId = context.results.put(stored, estimateBytes(table.rows));
  const head = renderRows(table, { ...options, resultId });
  const links = [
    { uri: `lightdash://results/${resultId}`, name: `All ${table.rows.length} rows as CSV`, mimeType: 'text/csv' },
  ];
  return { ...rowsAnswer(head), links };
}

/** A page of rows as an answer. */
export const rowsAnswer = (page: RenderedRows): ToolAnswer => ({
  text: page.text,
  get data() {
    return page.facts;
  },
  isWholeInData: true,
  rows: page.shown,
});
