import type { JobQueue } from './jobs.ts';
import type { Store } from './store/store.ts';
import type { Warehouse } from './warehouse/index.ts';

/** What every handler can reach: the state, the clock, the warehouse and the job queue of one sandbox. */
export interface Sandboxed {
  store: Store;
  /** Where the sandbox listens, without a slash at the end. */
  url: string;
  /** The sandbox's own clock. */
  now: () => Date;
  /** The warehouse; opened at the first call. */
  warehouse: () => Promise<Warehouse>;
  jobs: JobQueue;
}
