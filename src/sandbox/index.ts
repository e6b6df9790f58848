import { fileURLToPath } from 'node:url';
import { type ServerType, serve } from '@hono/node-server';
import { application, type RequestRecord } from './http/application.ts';
import { JobQueue, type PickUp } from './jobs.ts';
import { QueryLedger } from './query-ledger.ts';
import { deprecationOf } from './release/deprecated.ts';
import { newerRefusal, noSuchEndpoint } from './release/refusals.ts';
import { type Release, VERSIONS } from './release/releases.ts';
import { routesOf } from './release/routes.ts';
import { seededStore } from './seed/index.ts';
import { ADMIN_EMAIL, SEED_PASSWORD, tokens } from './seed/people.ts';
import { loadExplores } from './store/explores.ts';
import type { Store } from './store/store.ts';
import { openWarehouse, type Warehouse } from './warehouse/index.ts';

export { RELEASES, type Release } from './release/releases.ts';

/** Requests that stay in the log at least; at twice as many the oldest are dropped. */
const MIN_LOGGED_REQUESTS = 10_000;

const MAX_FAULTS = 100;

/** Release, port and data of an embedded Lightdash. */
export interface SandboxOptions {
  /** The folder with `explores.json`, `tables.sql` and `data/`; the one next to this file by default. */
  dataDir?: string;
  /** The sandbox's clock: relative dates in filters, times of changes, expiry of tokens. */
  now?: () => Date;
  /** Resolves when a worker takes the next background job; by default 20 ms after it was queued. */
  pickUp?: PickUp;
  /** The release to answer as; 0.1366 by default. */
  version?: Release;
  /** False for a 1.219 without object storage: reading v2 results answers 501. */
  objectStorage?: boolean;
  /** True (default) for a 1.219 with a bin; false for one that deletes for good, which is Lightdash's own default. */
  softDelete?: boolean;
  /** Takes away the routes that 1.219 marks deprecated: they answer 404, as on a later release. */
  withoutDeprecated?: boolean;
}

/** A running embedded Lightdash. */
export interface Sandbox {
  /** Its address, such as `http://127.0.0.1:41234`. */
  url: string;
  /**
   * Personal access tokens: an admin, a developer and an editor of the project, an interactive viewer (through a group), a mere
   * viewer, and a member of the organization without a role in the project.
   */
  tokens: Record<'admin' | 'developer' | 'editor' | 'viewer' | 'plainViewer' | 'member', string>;
  /** The user of the admin token, for signing in with a password. */
  administrator: { email: string; password: string };
  /** The latest requests, oldest first. */
  requests: readonly RequestRecord[];
  /** Mistakes of the sandbox itself, answered with a 500 that the real server did not plan; the first hundred. */
  faults: readonly unknown[];
  /** The current state, for tests. */
  readonly store: Store;
  /** The queries of the v2 API, for tests to hold, expire and look into; none on 0.1366. */
  readonly queries: Pick<QueryLedger, 'all' | 'hold' | 'holdSql' | 'expire'>;
  /** Resolves when no background job is left. */
  settled: () => Promise<void>;
  /** Puts everything back as it was at the start, the log too. */
  reset: () => void;
  close: () => Promise<void>;
}

const newerDialect = {
  refusal: newerRefusal,
  unknownRoute: noSuchEndpoint,
  faultId: 'sentryEventId',
  deprecationOf,
} as const;

/**
 * Starts an embedded Lightdash with the Roastery content on a free loopback port. Everything lives in memory. The
 * warehouse opens at the first query.
 * @throws when the data folder cannot be read
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const dataDir = options.dataDir ?? fileURLToPath(new URL('./roastery/', import.meta.url));
  const now = options.now ?? (() => new Date());
  const release = options.version ?? '0.1366';
  const isOlder = release === '0.1366';
  const ledger = new QueryLedger(now);
  const explores = await loadExplores(dataDir, release);
  const requests: RequestRecord[] = [];
  const jobs = new JobQueue(options.pickUp);
  const createStore = () => {
    const created = seededStore(explores, release);
    created.settings.softDelete = !isOlder && (options.softDelete ?? true);
    return created;
  };
  let store = createStore();
  let url = '';
  let opening: Promise<Warehouse> | null = null;
  const warehouse = () => {
    opening ??= openWarehouse({ dataDir, now, release });
    return opening;
  };
  const record = (request: RequestRecord) => {
    requests.push(request);
    if (requests.length >= 2 * MIN_LOGGED_REQUESTS) requests.splice(0, MIN_LOGGED_REQUESTS);
  };
  const faults: unknown[] = [];
  const reportFault = (error: unknown) => {
    if (faults.length < MAX_FAULTS) faults.push(error);
  };
  const app = application(
    routesOf(release, options.withoutDeprecated ?? false),
    () => ({
      release,
      store,
      url,
      now,
      warehouse,
      jobs,
      queries: ledger,
      objectStorage: options.objectStorage ?? true,
    }),
    { record, reportFault: reportFault },
    isOlder ? {} : { ...newerDialect, version: VERSIONS[release] },
  );
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  url = await addressOf(server);
  return {
    url,
    administrator: { email: ADMIN_EMAIL, password: SEED_PASSWORD },
    tokens: {
      admin: tokens.admin.token,
      viewer: tokens.viewer.token,
      plainViewer: tokens.plainViewer.token,
      editor: tokens.editor.token,
      developer: tokens.developer.token,
      member: tokens.member.token,
    },
    requests,
    faults,
    get store() {
      return store;
    },
    queries: ledger,
    settled: () => jobs.settled(),
    reset: () => {
      store = createStore();
      ledger.clear();
      requests.length = 0;
      faults.length = 0;
    },
    close: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** The address of a server, once it listens. */
async function addressOf(server: ServerType): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the sandbox has no address');
  return `http://127.0.0.1:${address.port}`;
}
