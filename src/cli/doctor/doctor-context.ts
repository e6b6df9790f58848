import type { Config } from '../../config/config.ts';
import { CachedClient } from '../../lightdash/cached-client.ts';
import type { LightdashClient } from '../../lightdash/client.ts';
import type { ProxySettings } from '../../lightdash/http/network.ts';
import { ServerCapabilities } from '../../query/execution/server-capabilities.ts';

/** A person waits for the answer. */
const CHECK_TIMEOUT_MS = 10_000;

/** The parts of the process that checks use. */
export interface ProcessEnvironment {
  /** Such as `20.18.1`. */
  readonly nodeVersion: string;
  readonly proxy: ProxySettings;
  /** Certificates are not checked (NODE_TLS_REJECT_UNAUTHORIZED=0). */
  readonly trustsEveryone: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Longest time of one check; {@link CHECK_TIMEOUT_MS} by default. */
  readonly checkTimeoutMs?: number;
}

/** Settings and client to check. */
export interface DoctorContext extends ProcessEnvironment {
  readonly checkTimeoutMs: number;
  readonly config: Config;
  readonly lightdash: LightdashClient;
  readonly client: CachedClient;
  readonly server: ServerCapabilities;
}

/** Prepares settings and their client for the checks. */
export function doctorContext(
  config: Config,
  lightdash: LightdashClient,
  environment: ProcessEnvironment,
): DoctorContext {
  const client = new CachedClient(lightdash);
  const server = new ServerCapabilities((operation, args) => client.executeCached(operation, args));
  return { checkTimeoutMs: CHECK_TIMEOUT_MS, ...environment, config, lightdash, client, server };
}
