import type { JobQueue } from './jobs.ts';
import type { QueryLedger } from './query-ledger.ts';
import type { Release } from './release/releases.ts';
import type { Store } from './store/store.ts';
import type { Warehouse } from './warehouse/index.ts';

/** State, clock, warehouse and job queue of one sandbox, for every handler. */
export interface SandboxContext {
  /** The release that the sandbox answers as. */
  release: Release;
  store: Store;
  /** Base URL of the sandbox, without a trailing slash. */
  url: string;
  /** The sandbox's own clock. */
  now: () => Date;
  /** The warehouse; opened at the first call. */
  warehouse: () => Promise<Warehouse>;
  jobs: JobQueue;
  /** The queries of v2. */
  queries: QueryLedger;
  /** False for a server without object storage: reading v2 results answers 501. */
  objectStorage: boolean;
}
