import type { Config } from '../../config/config.ts';
import { Reader } from '../../lightdash/cached-client.ts';
import type { LightdashClient } from '../../lightdash/client.ts';
import type { ProxySettings } from '../../lightdash/http/network.ts';
import { Server } from '../../query/execution/server-capabilities.ts';

/** What checks need of the process that they run in. */
export interface Circumstances {
  /** Such as `20.18.1`. */
  readonly nodeVersion: string;
  readonly proxy: ProxySettings;
  /** Certificates are not checked (NODE_TLS_REJECT_UNAUTHORIZED=0). */
  readonly trustsEveryone: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What is checked. */
export interface Subject extends Circumstances {
  readonly config: Config;
  readonly lightdash: LightdashClient;
  readonly reader: Reader;
  /** What the server tells of itself. */
  readonly server: Server;
}

/** A set of settings with a client for them, ready to be checked. */
export function subjectOf(config: Config, lightdash: LightdashClient, circumstances: Circumstances): Subject {
  const reader = new Reader(lightdash);
  const server = new Server((operation, args) => reader.read(operation, args));
  return { ...circumstances, config, lightdash, reader, server };
}
