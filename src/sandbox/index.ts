import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { application, type RequestRecord } from './http/application.ts';
import { JobQueue } from './jobs.ts';
import { routes } from './routes.ts';
import { seededStore } from './seed/index.ts';
import { ADMIN_EMAIL, SEED_PASSWORD, tokens } from './seed/people.ts';
import { loadExplores } from './store/explores.ts';
import type { Store } from './store/store.ts';
import { openWarehouse, type Warehouse } from './warehouse/index.ts';

export type { RequestRecord } from './http/application.ts';

/** Requests beyond these drop out of the log, oldest first. */
const KEPT_REQUESTS = 20_000;

export interface SandboxOptions {
  /** The folder with `explores.json`, `tables.sql` and `data/`; the one beside this file unless told otherwise. */
  dataDir?: string;
  /** The sandbox's clock: relative dates in filters, times of changes, expiry of tokens. */
  now?: () => Date;
  /** The release to stand in for. */
  version?: '0.1366';
}

/** A running embedded Lightdash. */
export interface Sandbox {
  /** Its address, such as `http://127.0.0.1:41234`. */
  url: string;
  /** Personal access tokens: an admin, an interactive viewer (through a group), a mere viewer, and an editor of the project. */
  tokens: { admin: string; viewer: string; plainViewer: string; editor: string };
  /** Who the admin token belongs to, for signing in with a password. */
  administrator: { email: string; password: string };
  /** The latest requests, oldest first. */
  requests: readonly RequestRecord[];
  /** The state as it is now, for tests to look into. */
  readonly store: Store;
  /** Resolves when no background job is left. */
  settled: () => Promise<void>;
  /** Puts everything back as it was at the start, the log too. */
  reset: () => void;
  close: () => Promise<void>;
}

/**
 * Starts an embedded Lightdash 0.1366 with the Roastery content on a free loopback port. Everything lives in memory. The
 * warehouse opens at the first query.
 * @throws when the data folder cannot be read
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const dataDir = options.dataDir ?? fileURLToPath(new URL('./roastery/', import.meta.url));
  const now = options.now ?? (() => new Date());
  const explores = await loadExplores(dataDir);
  const requests: RequestRecord[] = [];
  const jobs = new JobQueue();
  let store = seededStore(explores);
  let url = '';
  let opening: Promise<Warehouse> | null = null;
  const warehouse = () => {
    opening ??= openWarehouse({ dataDir, now });
    return opening;
  };
  const record = (request: RequestRecord) => {
    requests.push(request);
    if (requests.length > KEPT_REQUESTS) requests.splice(0, requests.length - KEPT_REQUESTS);
  };
  const app = application(routes, () => ({ store, url, now, warehouse, jobs }), record);
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    administrator: { email: ADMIN_EMAIL, password: SEED_PASSWORD },
    tokens: {
      admin: tokens.admin.token,
      viewer: tokens.viewer.token,
      plainViewer: tokens.plainViewer.token,
      editor: tokens.editor.token,
    },
    requests,
    get store() {
      return store;
    },
    settled: () => jobs.settled(),
    reset: () => {
      store = seededStore(explores);
      requests.length = 0;
    },
    close: async () => {
      jobs.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      if (opening) await (await opening).close();
    },
  };
}
