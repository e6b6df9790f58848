import type * as z from 'zod';
import { isLoopback } from '../lightdash/http/network.ts';
import type { settings } from './settings.ts';

/** A setting that is missing or invalid; the message is one line that names it. */
export class ConfigError extends Error {}

/** Settings that are set or have a default. */
export type ReadSettings = { -readonly [Name in keyof typeof settings]?: z.output<(typeof settings)[Name]['read']> };
type WithFallback =
  | 'readOnly'
  | 'allowOrganization'
  | 'confirm'
  | 'sql'
  | 'allowHttp'
  | 'timeout'
  | 'maxResultTokens'
  | 'output'
  | 'checkValues'
  | 'logLevel';

/** The settings as the server uses them. */
export type Config = Omit<ReadSettings, WithFallback | 'url'> &
  Required<Pick<ReadSettings, WithFallback | 'url'>> & {
    /** Use an embedded Lightdash of this release; `url` is ignored then. */
    readonly sandbox: SandboxRelease | undefined;
  };

/** Releases of Lightdash that the sandbox imitates, the default first. */
export const sandboxReleases = ['1.219', '0.1366'] as const;
/** A release that `--sandbox=` takes. */
export type SandboxRelease = (typeof sandboxReleases)[number];

/** Programs that `init` supports. */
export const hostIds = ['claude-desktop', 'claude-code', 'cursor', 'vscode', 'windsurf', 'codex', 'gemini'] as const;
/** A host that `lightdash-mcp init` writes an entry for. */
export type HostId = (typeof hostIds)[number];

/**
 * Cross-field validation.
 *
 * @throws {ConfigError}
 */
export function checkTogether(read: ReadSettings): Omit<Config, 'sandbox'> {
  const { url } = read;
  if (url === undefined) {
    throw new ConfigError(
      'LIGHTDASH_URL is not set: give the address of your Lightdash, such as https://app.lightdash.cloud',
    );
  }
  const credentials = read.apiKey ?? read.sessionCookie ?? (read.email && read.password);
  if (credentials === undefined || credentials === '') {
    throw new ConfigError('LIGHTDASH_API_KEY is not set: make a personal access token in Lightdash under Settings');
  }
  if ((read.email === undefined) !== (read.password === undefined)) {
    throw new ConfigError(
      `${read.email === undefined ? 'LIGHTDASH_EMAIL' : 'LIGHTDASH_PASSWORD'} is not set: the two go together`,
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !read.allowHttp) {
    throw new ConfigError(
      'LIGHTDASH_URL should start with https://: over http anyone on the way can read the token. LIGHTDASH_ALLOW_HTTP=true allows it',
    );
  }
  return read as Omit<Config, 'sandbox'>;
}
