import type { JobQueue } from './jobs.ts';
import type { QueryLedger } from './query-ledger.ts';
import type { Release } from './release/releases.ts';
import type { Store } from './store/store.ts';
import type { Warehouse } from './warehouse/index.ts';

/** What every handler can reach: the state, the clock, the warehouse and the job queue of one sandbox. */
export interface SandboxContext {
  /** The release that the sandbox stands in for; areas branch on it where the releases differ. */
  release: Release;
  store: Store;
  /** Where the sandbox listens, without a slash at the end. */
  url: string;
  /** The sandbox's own clock. */
  now: () => Date;
  /** The warehouse; opened at the first call. */
  warehouse: () => Promise<Warehouse>;
  jobs: JobQueue;
  /** The queries of v2. */
  queries: QueryLedger;
  /** False on a server that cannot store results of v2: it answers 501 where they are read. */
  objectStorage: boolean;
}
