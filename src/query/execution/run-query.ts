import { type PollingOptions, poll } from '../../async/poll.ts';
import type { ExecuteOptions } from '../../lightdash/call-client.ts';
import type { Endpoint } from '../../lightdash/endpoint.ts';
import { CancelledError, ServerFaultError, UnknownRouteError } from '../../lightdash/errors.ts';
import { hasRows, joinRows, rowsOf } from '../../lightdash/rows/rows.ts';
import { STATEMENT_TIMEOUT_MS, stopQuery } from '../../operations/routes/async-queries.ts';
import { finite, isObject, type JsonObject, text } from '../../text/json.ts';
import type { ParameterValues } from '../parameters/parameter.ts';
import { noRowsAnywhere, readPage, warningsOf } from './query-page.ts';
import {
  explainMissingParameters,
  parameterNotes,
  type RequestedParameters,
  refuseParameters,
  resolveParameters,
} from './query-parameters.ts';
import {
  CANCELLED,
  type HeldStart,
  type HeldStarts,
  isHeld,
  outcomeOrHold,
  type SentStart,
  statementError,
  untilAnswered,
  untilCancelled,
  withProgress,
} from './query-start.ts';
import type { ServerCapabilities } from './server-capabilities.ts';

type Values = Readonly<Record<string, unknown>>;

/** An operation and what to send with it. */
interface OperationCall {
  readonly operation: Endpoint;
  readonly args: Values;
}

/** A query in the form of either API. */
export interface QueryRequest {
  /** Name for messages: `The query`. */
  readonly label: string;
  /** Call that starts the query on v2, whose results are read in pages; undefined if its project is unknown. */
  start(): Promise<(OperationCall & { readonly projectUuid: string }) | undefined>;
  /** Call of v1, which returns the rows at once (v1, and newer servers without object storage). */
  readonly v1: OperationCall | (() => Promise<OperationCall>);
  readonly parameters?: RequestedParameters | undefined;
}

/** The parts of a call that running a query uses. */
export interface QueryContext {
  readonly server: ServerCapabilities;
  readonly polling: PollingOptions;
  readonly starts: HeldStarts;
  /** Aborts when the host cancels the call. */
  readonly signal: AbortSignal;
  progress(sentence: string): void;
  /** A response may be 60 s old. */
  read(operation: Endpoint, args: Values): Promise<unknown>;
  execute(operation: Endpoint, args: Values, options?: ExecuteOptions): Promise<{ readonly results: unknown }>;
}

/** Start response of a v2 query; later pages do not repeat its fields and metric query. */
export interface QueryHandle {
  readonly projectUuid: string;
  readonly queryUuid: string;
  readonly start: JsonObject;
  /** The parameters that were sent with it. */
  readonly parameters?: ParameterValues;
  /** Values of its parameters, in words. */
  readonly notes?: readonly string[];
}

/** Rows and their description, in a form that `readResultTable` reads. */
export interface QueryResult {
  readonly state: 'ready';
  /** Response of v1, or start response of v2 merged with its pages. */
  readonly results: unknown;
  /** v2 sorts unsorted queries by default, and needs an explicit limit. */
  readonly api: 'v1' | 'v2';
  /** Warnings of the server, and the values of its parameters. */
  readonly warnings: readonly string[];
  /** The parameters that were sent. */
  readonly parameters?: ParameterValues;
}

/** A query that may still run: Lightdash has named it, or not answered its start yet. */
export type StartedQuery = QueryHandle | HeldStart<QueryHandle | QueryResult>;

/** The deadline came first; the query goes on in the warehouse. */
export interface PendingResult {
  readonly state: 'running';
  readonly handle: StartedQuery;
}

/** Small queries are ready after 20 to 100 ms; each poll costs the server about 55 ms for checking the token. */
const MIN_POLL_INTERVAL_MS = 60;
const MAX_POLL_INTERVAL_MS = 2_000;

/**
 * Runs a query on the API that the server has. Cancelling the call cancels the query.
 *
 * @throws {LightdashError} also for queries that fail, expire or are cancelled: newer servers report that with status 200.
 */
export async function runQuery(request: QueryRequest, context: QueryContext): Promise<QueryResult | PendingResult> {
  const { maxPageSize, version } = await context.server.get();
  if (maxPageSize !== undefined || context.server.hasOnlyV2) return runOnV2(request, context);
  try {
    return await runOnV1(request, context);
  } catch (error) {
    if (!(error instanceof UnknownRouteError) || version !== undefined) throw error;
    const result = await runOnV2(request, context);
    context.server.rememberOnlyV2();
    return result;
  }
}

async function runOnV2(request: QueryRequest, context: QueryContext): Promise<QueryResult | PendingResult> {
  try {
    const start = await sendStart(request, context);
    if (start === undefined) return await runOnV1(request, context);
    return await waitForResult(await outcomeOrHold(request.label, start, context), request.label, context);
  } catch (error) {
    if (!(error instanceof UnknownRouteError || isResultStorageMissing(error))) throw error;
    // A 501 may be about this query alone: v2 is given up only once v1 has the rows.
    const result = await runOnV1(request, context).catch((failure: unknown) => {
      throw failure instanceof UnknownRouteError && isResultStorageMissing(error) ? noRowsAnywhere() : failure;
    });
    context.server.disablePagination();
    return result;
  }
}

/** Starts a query on v2; undefined if it cannot be run there. */
export async function startQuery(request: QueryRequest, context: QueryContext): Promise<QueryHandle | undefined> {
  const start = await sendStart(request, context);
  return start && withProgress(request.label, context, untilCancelled(start.outcome, start, context));
}

/** Sends the request that starts a query on v2; undefined if it cannot be run there. */
async function sendStart(request: QueryRequest, context: QueryContext): Promise<SentStart<QueryHandle> | undefined> {
  const call = await request.start();
  if (call === undefined) return undefined;
  const { operation, args, projectUuid } = call;
  const parameters = await resolveParameters(request.parameters ?? {}, projectUuid, context.read);
  const body = { projectUuid, ...args, ...(parameters && { parameters: parameters.values }) };
  if (operation.timeoutMs !== undefined) context.starts.assertFree();
  // Do not abort this request: its response has the id that cancels the query.
  const outcome = context.execute(operation, body, { detached: true }).then(
    ({ results }) => {
      const start = isObject(results) ? results : {};
      const queryUuid = text(start.queryUuid);
      if (queryUuid === undefined) throw new ServerFaultError('Lightdash started no query.');
      const notes = [...(parameters?.notes ?? []), ...parameterNotes(start, parameters?.values)];
      return { projectUuid, queryUuid, start, notes, ...(parameters && { parameters: parameters.values }) };
    },
    async (error: unknown) => {
      throw await explainMissingParameters(statementError(error, operation), projectUuid, context.read);
    },
  );
  const cancel = () => void outcome.then((handle) => cancelQuery(handle, context)).catch(() => undefined);
  return { outcome, cancel };
}

/** Waits for a started query and reads all its rows. */
export async function waitForResult(
  start: StartedQuery | QueryResult,
  label: string,
  context: QueryContext,
): Promise<QueryResult | PendingResult> {
  if ('state' in start) return start;
  if (!isHeld(start)) return readResult(start, label, context);
  const outcome = await untilAnswered(label, start, context);
  return outcome === undefined ? { state: 'running', handle: start } : waitForResult(outcome, label, context);
}

async function readResult(
  handle: QueryHandle,
  label: string,
  context: QueryContext,
): Promise<QueryResult | PendingResult> {
  const { maxPageSize } = await context.server.get();
  const read = (page: number) => readPage(handle, { page, pageSize: maxPageSize ?? 500 }, context);
  return cancelQueryOnAbort(handle, context, async () => {
    const first = await pollQuery(label, context, () => read(1));
    if (first === undefined) return { state: 'running', handle };
    const firstRows = rowsOf(first.rows);
    const parts = [firstRows];
    const pages = pageCount(first, firstRows.length);
    for (let page = 2; page <= pages; page += 1) {
      if (context.polling.deadline.aborted) return { state: 'running', handle };
      const next = await read(page);
      if (next === undefined)
        throw new ServerFaultError(`Lightdash lost the rows of a finished query (page ${page} of ${pages}).`);
      parts.push(rowsOf(next.rows));
      context.progress(`Reading page ${page} of ${pages}`);
    }
    const rows = joinRows(parts);
    const results = { ...handle.start, ...first, rows };
    const warnings = [
      ...(handle.notes ?? []),
      ...warningsOf(handle.start),
      ...incompleteWarning(rows.length, first.totalResults),
    ];
    const { parameters } = handle;
    return { state: 'ready', results, api: 'v2', warnings, ...(parameters && { parameters }) };
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

/** A truncation that was not requested must not pass for the whole result. */
function incompleteWarning(rows: number, total: unknown): readonly string[] {
  if (typeof total !== 'number' || rows === total) return [];
  return rows < total
    ? [`INCOMPLETE: Lightdash counts ${total} rows and sent ${rows}. Run it again.`]
    : [`DOUBTFUL: Lightdash counts ${total} rows and sent ${rows}: some may be repeated. Run it again.`];
}

/** Waits for a query without reading its rows; returns their number, or undefined if the deadline came first. */
export function rowCount(handle: QueryHandle, label: string, context: QueryContext): Promise<number | undefined> {
  return cancelQueryOnAbort(handle, context, async () => {
    const first = await pollQuery(label, context, () => readPage(handle, { page: 1, pageSize: 1 }, context));
    return first === undefined ? undefined : Number(first.totalResults ?? 0);
  });
}

/** Cancels a query: its rows are not kept; the warehouse may finish the statement (measured on 1.219). */
export async function cancelQuery(
  { projectUuid, queryUuid }: Omit<QueryHandle, 'start'>,
  { execute }: QueryContext,
): Promise<void> {
  await execute(stopQuery, { projectUuid, queryUuid }, { detached: true });
}

/** True if the server cannot return results in pages because it has no object storage. */
export const isResultStorageMissing = (error: unknown): boolean =>
  error instanceof ServerFaultError && error.status === 501;

/** v1 answers with the rows alone, once the warehouse is done. */
async function runOnV1(request: QueryRequest, context: QueryContext): Promise<QueryResult | PendingResult> {
  const { label, v1, parameters } = request;
  refuseParameters(parameters ?? {});
  const call = typeof v1 === 'function' ? await v1() : v1;
  const operation = { ...call.operation, timeoutMs: STATEMENT_TIMEOUT_MS };
  context.starts.assertFree();
  const cancelling = new AbortController();
  const outcome = context.execute(operation, call.args, { detached: true, signal: cancelling.signal }).then(
    ({ results }): QueryResult => {
      // The values of a field come as `results`.
      if (!isObject(results) || !(hasRows(results.rows) || Array.isArray(results.results)))
        throw new ServerFaultError('Lightdash returned no rows of the query.');
      return { state: 'ready', results, api: 'v1', warnings: [] };
    },
    (error: unknown): never => {
      throw statementError(error, operation);
    },
  );
  const start = { outcome, cancel: () => cancelling.abort() };
  return waitForResult(await outcomeOrHold(label, start, context), label, context);
}

async function cancelQueryOnAbort<Outcome>(
  handle: QueryHandle,
  context: QueryContext,
  run: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    if (!context.signal.aborted) throw error;
    void cancelQuery(handle, context).catch(() => undefined);
    throw new CancelledError(CANCELLED);
  }
}

/** Polls a query; undefined if the deadline comes first. */
function pollQuery(
  label: string,
  { polling, signal, progress }: QueryContext,
  request: () => Promise<JsonObject | undefined>,
): Promise<JsonObject | undefined> {
  return poll(request, {
    deadline: polling.deadline,
    sleep: polling.sleep,
    signal,
    minIntervalMs: MIN_POLL_INTERVAL_MS,
    maxIntervalMs: MAX_POLL_INTERVAL_MS,
    onProgress: (sleptMs) => progress(`${label} is running (${Math.round(sleptMs / 1_000)} s)`),
  });
}
