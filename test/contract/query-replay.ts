import type { ServerResponse } from 'node:http';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { expect } from 'vitest';
import type { PollingOptions } from '../../src/async/poll.ts';
import { exactNumber } from '../../src/query/execution/result-table.ts';
import { isObject, type JsonObject, objects, texts } from '../../src/text/json.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { answerResults, type Loopback, openLoopback, type Received } from '../helpers/loopback.ts';
import { bodyText, type Exchange, type Recording } from '../helpers/recordings.ts';

/** A recorded release, and what its server answers to the reads beside a query. */
export interface RecordedRelease {
  readonly queries: readonly Recording[];
  readonly health: JsonObject;
  /** The response to a read such as `/api/v1/projects/…/explores/orders`. */
  read(path: string): Exchange | undefined;
}

interface QueryCall {
  readonly text: string;
  readonly isError: boolean;
  readonly data: JsonObject;
  /** The body that started the query; undefined where the call was refused before. */
  readonly body: JsonObject | undefined;
  /** The path of the request that started the query. */
  readonly path: string | undefined;
}

const isExchange = (match: Exchange | JsonObject): match is Exchange => 'response' in match;

/** Sends a recorded answer. */
export function sendExchange(response: ServerResponse, exchange: Exchange): void {
  const { status, contentType } = exchange.response;
  response.writeHead(status, contentType ? { 'content-type': contentType } : {});
  response.end(bodyText(exchange));
}

/** A server that answers recorded queries of v2, with two clients of this server: one for text, one for data. */
export class QueryReplay {
  readonly #release: RecordedRelease;
  readonly #recordings: ReadonlyMap<string, readonly Exchange[]>;
  /** Polls of each query; the last state is repeated. */
  readonly #polls = new Map<string, number>();
  /** The start of a query that a test is about. */
  #expected: Exchange | undefined;
  #sent: Received | undefined;
  #server: Loopback | undefined;
  #clients: readonly Connection[] = [];

  constructor(release: RecordedRelease) {
    this.#release = release;
    this.#recordings = new Map(release.queries.map(({ operationId, exchanges }) => [operationId, exchanges]));
  }

  exchangesOf(operationId: string): readonly Exchange[] {
    return this.#recordings.get(operationId) ?? [];
  }

  /** The client whose answers are text. */
  get client(): Connection['client'] {
    const [asText] = this.#clients;
    if (asText === undefined) throw new Error('not open');
    return asText.client;
  }

  async open(): Promise<void> {
    this.#server = await openLoopback((received, response) => this.answer(received, response));
    const polling = (): PollingOptions => ({
      deadline: new AbortController().signal,
      sleep: () => Promise.resolve(),
    });
    // Without look-ups beside each query: none was recorded.
    const environment = {
      LIGHTDASH_URL: this.#server.url.href,
      LIGHTDASH_API_KEY: 'x',
      LIGHTDASH_CHECK_VALUES: 'doubtful',
    };
    this.#clients = await Promise.all([
      connectInMemory(environment, { polling }),
      connectInMemory({ ...environment, LIGHTDASH_OUTPUT: 'structured' }, { polling }),
    ]);
  }

  async close(): Promise<void> {
    for (const { close } of this.#clients) await close();
    await this.#server?.close();
  }

  /** The calls to come are about this exchange. */
  expect(exchange: Exchange): void {
    this.#expected = exchange;
    this.#sent = undefined;
    this.#polls.clear();
  }

  answer(received: Received, response: ServerResponse): void {
    const match = this.#lookUp(received);
    if (match === undefined) response.writeHead(404).end();
    else if (isExchange(match)) sendExchange(response, match);
    else answerResults(response, match);
  }

  /** Calls a tool for text, and again for data. */
  async call(exchange: Exchange, tool: string, args: JsonObject): Promise<QueryCall> {
    this.expect(exchange);
    const answer = await callTool(this.client, tool, { ...args });
    const sent: Received | undefined = this.#sent;
    const body: unknown = sent === undefined ? undefined : JSON.parse(sent.body);
    this.#polls.clear();
    const response = await this.#clients[1]?.client.callTool({ name: tool, arguments: { ...args } });
    const { structuredContent } = response as CallToolResult;
    const data = isObject(structuredContent) && isObject(structuredContent.results) ? structuredContent.results : {};
    return { ...answer, data, body: isObject(body) ? body : undefined, path: sent?.target };
  }

  /** The page of a query that was started with this answer. */
  resultsOf({ response }: Exchange): JsonObject {
    const start = isObject(response.body) && isObject(response.body.results) ? response.body.results : {};
    const page = this.#statesOf(String(start.queryUuid)).findLast(({ response: { body } }) =>
      /"status":"(ready|error)"/.test(JSON.stringify(body)),
    );
    const { body } = page?.response ?? {};
    return isObject(body) && isObject(body.results) ? body.results : {};
  }

  /** Checks that the recorded rows, or the recorded error, came back. */
  expectRecorded(exchange: Exchange, { text, isError, data }: QueryCall): void {
    const results = this.resultsOf(exchange);
    if (results.status === 'error') {
      expect(isError, text).toBe(true);
      expect(text).toContain(String(results.error).split('\n')[0]);
      return;
    }
    expect(isError, text).toBe(false);
    const rows = objects(results.rows);
    const { limit } = isObject(exchange.request.body) ? exchange.request.body : {};
    const isPart = typeof limit === 'number' && limit < rows.length;
    expect(objects(data.rows).length).toBeGreaterThanOrEqual(isPart ? limit : Math.min(rows.length, 1));
    expect(data.rows).toEqual(expectedRows(results, data.columns).slice(0, objects(data.rows).length));
    const total = Number(results.totalResults);
    // Long results were recorded in part.
    const isWhole = total === rows.length;
    expect(text.includes(`INCOMPLETE: Lightdash counts ${total} rows`)).toBe(!isWhole);
  }

  /** The states of a query in their order, but for pages of a size that no tool reads. */
  #statesOf(queryUuid: string): readonly Exchange[] {
    return this.exchangesOf('getAsyncQueryResults').filter(
      ({ note, request, response }) =>
        request.path.endsWith(queryUuid) && response.status === 200 && !/^page/.test(note),
    );
  }

  #nextState(queryUuid: string): Exchange | undefined {
    const states = this.#statesOf(queryUuid);
    const polls = this.#polls.get(queryUuid) ?? 0;
    this.#polls.set(queryUuid, polls + 1);
    return states[Math.min(polls, states.length - 1)];
  }

  /** The answer of the recorded server, as an exchange or as plain results. */
  #lookUp(received: Received): Exchange | JsonObject | undefined {
    const { pathname, searchParams } = new URL(received.target, 'http://replay');
    const queryUuid = /\/query\/([0-9a-f-]{36})$/.exec(pathname)?.[1];
    if (pathname === '/api/v1/health') return this.#release.health;
    // Later pages were not recorded.
    if (queryUuid !== undefined)
      return searchParams.get('page') === '1' ? this.#nextState(queryUuid) : { status: 'ready' };
    if (received.method !== 'POST') return this.#release.read(pathname);
    // A look-up of values may come late, out of the call before.
    const isLookUp = pathname.endsWith('/field-values') && !this.#expected?.request.path.endsWith('/field-values');
    if (!isLookUp) this.#sent ??= received;
    return this.#expected;
  }
}

/** Recorded rows as they have to come out: numbers that were sent as text are numbers, dates have their grain. */
function expectedRows({ rows, columns }: JsonObject, shown: unknown): unknown[] {
  const ids = objects(shown).map(({ id }) => id);
  const types = isObject(columns) ? columns : {};
  return objects(rows).map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([id, cell]) => {
        // The column of the order of a bin's ranges was not requested.
        if (!ids.includes(id)) return [];
        const column = types[id];
        const isNumber = isObject(column) && column.type === 'number';
        const raw = isObject(cell) && isObject(cell.value) ? cell.value.raw : cell;
        return [[id, (isNumber ? exactNumber(raw) : raw) ?? null]];
      }),
    ),
  );
}

export const bodyOf = ({ request }: Exchange): JsonObject => (isObject(request.body) ? request.body : {});
export const isSignedIn = ({ request }: Exchange): boolean => !/no auth|unknown token/.test(request.auth);

/**
 * The sorts of a recorded query as they are sent: those from the largest put rows without a value last, and without any a
 * date sorts upwards. A sorted query has a limit of one row more, which shows if it ties with the last.
 */
export function sortsOf(query: unknown): JsonObject {
  const { sorts, dimensions, limit } = isObject(query) ? query : {};
  const written = objects(sorts);
  const date = texts(dimensions).find((id) => /_(day|week|month|quarter|year)$/.test(id));
  if (written.length === 0) return date === undefined ? {} : { sorts: [{ fieldId: date, descending: false }] };
  const looksAhead = typeof limit === 'number' && limit < 5000 && texts(dimensions).length > 0;
  return {
    sorts: written.map((sort) => (sort.descending === true ? { nullsFirst: false, ...sort } : sort)),
    ...(looksAhead && { limit: limit + 1 }),
  };
}
