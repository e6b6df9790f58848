import * as z from 'zod';
import { untilAborted } from '../../async/abort.ts';
import { type PollingOptions, PROGRESS_INTERVAL_MS, poll } from '../../async/poll.ts';
import {
  CancelledError,
  InvalidInputError,
  NotFoundError,
  ServerFaultError,
  UnknownRouteError,
} from '../../lightdash/errors.ts';
import type { Endpoint } from '../../lightdash/route.ts';
import { joinRows, rowsOf } from '../../lightdash/rows/rows.ts';
import { queryPage, stopQuery } from '../../operations/routes/async-queries.ts';
import { finite, isObject, type JsonObject, objects, text } from '../../text/json.ts';
import type { ServerCapabilities } from './server-capabilities.ts';

type Values = Readonly<Record<string, unknown>>;

/** An operation and what to send with it. */
interface OperationCall {
  readonly operation: Endpoint;
  readonly args: Values;
}

/** Anything that brings rows, as each API is asked for it. */
export interface QueryRequest {
  /** As a person is told of it: `The query`. */
  readonly label: string;
  /** Where queries are started and read in pages (v2): what starts this one; undefined where that cannot be found out. */
  start(): Promise<(OperationCall & { readonly projectUuid: string }) | undefined>;
  /** Where they are answered at once (v1, and newer servers without object storage). */
  readonly v1: OperationCall;
}

/** What running a question needs of the call that asks it. */
export interface QueryContext {
  readonly server: ServerCapabilities;
  readonly polling: PollingOptions;
  /** Aborts when the host takes the call back. */
  readonly signal: AbortSignal;
  progress(sentence: string): void;
  execute(
    operation: Endpoint,
    args: Values,
    how?: { readonly detached: boolean },
  ): Promise<{ readonly results: unknown }>;
}

/** A query that was started, as the server told of it then: fields and metric query are in no later answer. */
export interface QueryHandle {
  readonly projectUuid: string;
  readonly queryUuid: string;
  readonly start: JsonObject;
}

/** Rows, with whatever came with them, in the form that `readResult` reads. */
export interface QueryResult {
  readonly state: 'ready';
  /** The answer of v1, or what v2 told at the start with its pages put together. */
  readonly results: unknown;
  /** Newer servers sort what is not sorted, and need our limit. */
  readonly api: 'v1' | 'v2';
  /** What the server itself has to say about the query. */
  readonly warnings: readonly string[];
}

/** The deadline came first; the query goes on in the warehouse. */
export interface PendingResult {
  readonly state: 'running';
  readonly started: QueryHandle;
}

/** Small queries are ready after 20 to 100 ms; each look costs the server about 55 ms of checking the token. */
const MIN_POLL_INTERVAL_MS = 60;
const MAX_POLL_INTERVAL_MS = 2_000;

/**
 * Gets the answer to a question, on whichever API the server has. Cancelling the call cancels the query in the warehouse.
 *
 * @throws {LightdashError} also for queries that fail, expire or are cancelled: newer servers tell that with status 200.
 */
export async function runQuery(request: QueryRequest, context: QueryContext): Promise<QueryResult | PendingResult> {
  const { maxPageSize } = await context.server.get();
  if (maxPageSize === undefined) return askOlder(request, context);
  try {
    const started = await startQuery(request, context);
    return await (started ? waitForResult(started, request.label, context) : askOlder(request, context));
  } catch (error) {
    if (!(error instanceof UnknownRouteError || isResultStorageMissing(error))) throw error;
    context.server.disablePagination();
    return askOlder(request, context);
  }
}

/** Starts a question's query on v2; undefined where it cannot be asked there. */
export async function startQuery(request: QueryRequest, context: QueryContext): Promise<QueryHandle | undefined> {
  const { signal, execute } = context;
  const asked = await request.start();
  if (asked === undefined) return undefined;
  const { operation, args, projectUuid } = asked;
  // Not taken back with the call: only the answer tells which query there is to cancel.
  const starting = execute(operation, { projectUuid, ...args }, { detached: true }).then(({ results }) => {
    const start = isObject(results) ? results : {};
    const queryUuid = text(start.queryUuid);
    if (queryUuid === undefined) throw new ServerFaultError('Lightdash started no query.');
    return { projectUuid, queryUuid, start };
  });
  try {
    return await untilAborted(
      withProgress(request.label, context, starting),
      signal,
      () => new CancelledError('The call was cancelled, and the query with it.'),
    );
  } catch (error) {
    // Cancelled before it was known which query it is: it is stopped as soon as that is known.
    if (signal.aborted) void starting.then((started) => cancelQuery(started, context)).catch(() => undefined);
    throw error;
  }
}

/** Waits for a query that was started and reads all its rows. */
export async function waitForResult(
  started: QueryHandle,
  label: string,
  context: QueryContext,
): Promise<QueryResult | PendingResult> {
  const { maxPageSize } = await context.server.get();
  const read = (page: number) => readPage(started, { page, pageSize: maxPageSize ?? 500 }, context);
  return cancelQueryOnAbort(started, context, async () => {
    const first = await pollQuery(label, context, () => read(1));
    if (first === undefined) return { state: 'running', started };
    const firstRows = rowsOf(first.rows);
    const parts = [firstRows];
    const pages = pageCount(first, firstRows.length);
    for (let page = 2; page <= pages; page += 1) {
      if (context.polling.deadline.aborted) return { state: 'running', started };
      const next = await read(page);
      if (next === undefined)
        throw new ServerFaultError(`Lightdash took back the rows of a finished query (page ${page} of ${pages}).`);
      parts.push(rowsOf(next.rows));
      context.progress(`Reading page ${page} of ${pages}`);
    }
    const rows = joinRows(parts);
    const results = { ...started.start, ...first, rows };
    const warnings = [...warningsOf(started.start), ...incomplete(rows.length, first.totalResults)];
    return { state: 'ready', results, api: 'v2', warnings };
  });
}

/** With 500 rows a page, more than Lightdash answers with its largest limit. */
const MAX_PAGES = 1_000;

/** Number of pages to read: what the server reports, but no more than its total number of rows fills. */
function pageCount(first: JsonObject, rows: number): number {
  const [reported = 1, total] = [finite(first.totalPageCount), finite(first.totalResults)];
  const filled = total === undefined ? reported : Math.ceil(total / Math.max(rows, 1));
  return rows === 0 ? 1 : Math.min(reported, filled, MAX_PAGES);
}

/** A cut that nobody asked for must not pass for the whole. */
function incomplete(rows: number, total: unknown): readonly string[] {
  if (typeof total !== 'number' || rows === total) return [];
  return rows < total
    ? [`INCOMPLETE: Lightdash counts ${total} rows and sent ${rows}. Run it again.`]
    : [`DOUBTFUL: Lightdash counts ${total} rows and sent ${rows}: some may be repeated. Run it again.`];
}

/** Waits for a query without reading its rows: how many there are, or undefined when the deadline came first. */
export function rowCount(started: QueryHandle, label: string, context: QueryContext): Promise<number | undefined> {
  return cancelQueryOnAbort(started, context, async () => {
    const first = await pollQuery(label, context, () => readPage(started, { page: 1, pageSize: 1 }, context));
    return first === undefined ? undefined : Number(first.totalResults ?? 0);
  });
}

/** Stops a query in the warehouse. */
export async function cancelQuery(
  { projectUuid, queryUuid }: Omit<QueryHandle, 'start'>,
  { execute }: QueryContext,
): Promise<void> {
  await execute(stopQuery, { projectUuid, queryUuid }, { detached: true });
}

/** Whether it was refused because this server cannot hand out results in pages. */
export const isResultStorageMissing = (error: unknown): boolean =>
  error instanceof ServerFaultError && error.status === 501;

async function askOlder({ label, v1 }: QueryRequest, context: QueryContext): Promise<QueryResult> {
  const { results } = await withProgress(label, context, context.execute(v1.operation, v1.args));
  return { state: 'ready', results, api: 'v1', warnings: [] };
}

async function cancelQueryOnAbort<Outcome>(
  started: QueryHandle,
  context: QueryContext,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!context.signal.aborted) throw error;
    void cancelQuery(started, context).catch(() => undefined);
    throw new CancelledError('The call was cancelled, and the query with it.');
  }
}

/** Polls a query; undefined if the deadline comes first. */
function pollQuery(
  label: string,
  { polling, signal, progress }: QueryContext,
  request: () => Promise<JsonObject | undefined>,
): Promise<JsonObject | undefined> {
  return poll(request, {
    ...polling,
    signal,
    minIntervalMs: MIN_POLL_INTERVAL_MS,
    maxIntervalMs: MAX_POLL_INTERVAL_MS,
    onProgress: (sleptMs) => progress(`${label} is running (${Math.round(sleptMs / 1_000)} s)`),
  });
}

const page = z.looseObject({ status: z.string(), error: z.string().nullish() });

/** A page of a query's rows; undefined while it runs. */
async function readPage(
  { projectUuid, queryUuid }: QueryHandle,
  which: { readonly page: number; readonly pageSize: number },
  { execute }: QueryContext,
): Promise<JsonObject | undefined> {
  const results = await execute(queryPage, { projectUuid, queryUuid, ...which }).then(
    (reply) => reply.results,
    (error: unknown) => {
      throw error instanceof NotFoundError && !(error instanceof UnknownRouteError) ? expiredResultError(error) : error;
    },
  );
  const read = page.safeParse(results).data;
  switch (read?.status) {
    case 'ready':
      return read;
    case 'error':
      throw new InvalidInputError(read.error ?? 'The query failed, and Lightdash gives no reason.', {
        advice: 'The warehouse refused the query; compile_query shows the SQL of a metric query.',
      });
    case 'expired':
      throw new NotFoundError('The results of this query have expired.', { advice: 'Run it again.' });
    case 'cancelled':
      throw new CancelledError('This query was cancelled; it has no rows.');
    case undefined:
      throw new ServerFaultError('Lightdash told no state of the query.');
    default:
      // pending, queued, executing, and what later releases may add.
      return undefined;
  }
}

const expiredResultError = (error: NotFoundError) =>
  new NotFoundError(error.message, {
    status: 404,
    advice: 'Results are kept for a while and for who asked alone. Run the query again.',
  });

/** Tells the host every few seconds that it goes on, for as long as one request takes. */
async function withProgress<Value>(label: string, { progress }: QueryContext, request: Promise<Value>): Promise<Value> {
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += PROGRESS_INTERVAL_MS / 1_000;
    progress(`${label} is running (${seconds} s)`);
  }, PROGRESS_INTERVAL_MS);
  try {
    return await request;
  } finally {
    clearInterval(timer);
  }
}

/** The server's own warnings, in plain words: they are written in Markdown, with links. */
function warningsOf(start: JsonObject): string[] {
  return objects(start.warnings).flatMap(({ message }) => {
    const plain = text(message)
      ?.replace(/\s*\[Read more\]\([^)]*\)/gi, '')
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll('**', '');
    return plain === undefined ? [] : [`Lightdash: ${plain.trim()}`];
  });
}
