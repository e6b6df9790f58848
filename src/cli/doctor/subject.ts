import type { Config } from '../../config/config.ts';
import { CachedClient } from '../../lightdash/cached-client.ts';
import type { LightdashClient } from '../../lightdash/client.ts';
import type { ProxySettings } from '../../lightdash/http/network.ts';
import { ServerCapabilities } from '../../query/execution/server-capabilities.ts';

/** What checks need of the process that they run in. */
export interface ProcessEnvironment {
  /** Such as `20.18.1`. */
  readonly nodeVersion: string;
  readonly proxy: ProxySettings;
  /** Certificates are not checked (NODE_TLS_REJECT_UNAUTHORIZED=0). */
  readonly trustsEveryone: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What is checked. */
export interface DoctorContext extends ProcessEnvironment {
  readonly config: Config;
  readonly lightdash: LightdashClient;
  readonly reader: CachedClient;
  /** What the server tells of itself. */
  readonly server: ServerCapabilities;
}

/** A set of settings with a client for them, ready to be checked. */
export function doctorContext(
  config: Config,
  lightdash: LightdashClient,
  circumstances: ProcessEnvironment,
): DoctorContext {
  const reader = new CachedClient(lightdash);
  const server = new ServerCapabilities((operation, args) => reader.executeCached(operation, args));
  return { ...circumstances, config, lightdash, reader, server };
}
