import { SandboxError } from './errors.ts';
import { newUuid } from './store/store.ts';
import type { CsvOptions, Explore, MetricQuery, QueryOptions } from './warehouse/index.ts';

type QueryStatus = 'pending' | 'ready' | 'error' | 'cancelled' | 'expired';

/** Rows and columns of a finished query. */
export interface QueryRows {
  rows: readonly Record<string, unknown>[];
  columns: Record<string, unknown>;
}

/** Writes the rows of a query to a CSV file. */
type WriteCsv = (options: CsvOptions) => Promise<{ text: string; truncated: boolean }>;

/** A query of an explore, with how it runs. */
interface QuerySource {
  readonly explore: Explore;
  readonly metricQuery: MetricQuery;
  readonly options: QueryOptions;
}

/** A query of the v2 API, from its start until it is forgotten. */
export interface LedgerQuery {
  readonly queryUuid: string;
  readonly projectUuid: string;
  /** Only who started a query sees it. */
  readonly userUuid: string;
  /** Source of underlying data and totals; null for SQL and field values. */
  readonly source: QuerySource | null;
  readonly writeCsv: WriteCsv | null;
  status: QueryStatus;
  error: string | null;
  finishedAt: string | null;
  result: QueryRows | null;
}

type StartedQuery = Pick<LedgerQuery, 'projectUuid' | 'userUuid' | 'source' | 'writeCsv'>;

/** A stop on every query that is started while it holds. */
interface QueryHold {
  /** Lets the held queries run, and later ones too. */
  release: () => void;
}

/** More queries than these are forgotten, oldest first. */
const MAX_QUERIES = 500;

/** Runs the queries of the v2 API in the background and keeps their states. */
export class QueryLedger {
  readonly #queries = new Map<string, LedgerQuery>();
  readonly #now: () => Date;
  #gate: Promise<void> = Promise.resolve();
  #sqlGate: Promise<void> = Promise.resolve();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Every query, oldest first. */
  get all(): readonly LedgerQuery[] {
    return [...this.#queries.values()];
  }

  /** Keeps queries from running, for as long as a test wants. */
  hold(): QueryHold {
    const { promise, resolve } = withResolvers();
    this.#gate = promise;
    return { release: resolve };
  }

  /** Keeps the start of SQL from answering: the server runs it with a limit of one row first, however long that takes. */
  holdSql(): QueryHold {
    const { promise, resolve } = withResolvers();
    this.#sqlGate = promise;
    return { release: resolve };
  }

  /** Resolves when SQL may have been tried. */
  sqlAttempted(): Promise<void> {
    return this.#sqlGate;
  }

  /**
   * Starts a query; the record holds its state.
   * @param task gives its rows; what it throws as a refusal becomes its error
   */
  start(request: StartedQuery, task: () => Promise<QueryRows>): LedgerQuery {
    const query: LedgerQuery = {
      ...request,
      queryUuid: newUuid(),
      status: 'pending',
      error: null,
      finishedAt: null,
      result: null,
    };
    this.#queries.set(query.queryUuid, query);
    for (const [oldest] of this.#queries) {
      if (this.#queries.size <= MAX_QUERIES) break;
      this.#queries.delete(oldest);
    }
    void this.#run(query, task, this.#gate);
    return query;
  }

  /** The query with that id, if this user started it in this project. */
  find(queryUuid: string, projectUuid: string, userUuid: string): LedgerQuery | undefined {
    const query = this.#queries.get(queryUuid);
    return query?.projectUuid === projectUuid && query.userUuid === userUuid ? query : undefined;
  }

  /** Cancels a query; one that is finished loses its rows, as on the real server. */
  cancel(query: LedgerQuery): void {
    query.status = 'cancelled';
    query.result = null;
  }

  /** Lets the results of every finished query expire. */
  expire(): void {
    for (const query of this.#queries.values()) if (query.status === 'ready') query.status = 'expired';
  }

  clear(): void {
    this.#queries.clear();
    this.#gate = Promise.resolve();
    this.#sqlGate = Promise.resolve();
  }

  async #run(query: LedgerQuery, task: () => Promise<QueryRows>, gate: Promise<void>): Promise<void> {
    await gate;
    if (query.status !== 'pending') return;
    const outcome = await task().catch((error: unknown) =>
      error instanceof SandboxError ? error.message : 'Something went wrong.',
    );
    // Cancelled while it ran: a cancelled query stays so.
    if (query.status !== 'pending') return;
    query.finishedAt = this.#now().toISOString();
    if (typeof outcome === 'string') {
      query.status = 'error';
      query.error = outcome;
    } else {
      query.status = 'ready';
      query.result = outcome;
    }
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}
