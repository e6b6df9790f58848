import { type Config, type SandboxRelease, sandboxReleases } from '../../config/config.ts';
import { settings } from '../../config/settings.ts';
import { type ProxySettings, proxyFor } from '../../lightdash/http/network.ts';

/** What a host starts: the part of its settings that is the same for all of them. */
export interface Entry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What an entry depends on beside the settings. */
export interface Installation {
  /** Path of the file that runs now. */
  readonly mainPath: string;
  readonly platform: NodeJS.Platform;
}

/** The sandbox's database, which the package leaves to those who use it. */
const SANDBOX_DATABASE = '@duckdb/node-api';

/**
 * How a host starts this server: by npx where it was installed as a package, by its path where it runs from a checkout.
 *
 * On Windows npx is a script, which most hosts cannot start by themselves: `cmd /c` does.
 */
export function launch(
  { mainPath, platform }: Installation,
  sandbox?: SandboxRelease,
): Pick<Entry, 'command' | 'args'> {
  const flag = sandbox === sandboxReleases[0] ? '--sandbox' : `--sandbox=${sandbox}`;
  const flags = sandbox === undefined ? [] : [flag];
  const isPackage = /[\\/]node_modules[\\/]/.test(mainPath);
  if (!isPackage) return { command: 'node', args: [mainPath, ...flags] };
  const packages = sandbox === undefined ? [] : ['-p', 'lightdash-mcp', '-p', SANDBOX_DATABASE];
  const args = ['-y', ...packages, 'lightdash-mcp', ...flags];
  return platform === 'win32' ? { command: 'cmd', args: ['/c', 'npx', ...args] } : { command: 'npx', args };
}

/**
 * The variables of an entry: every setting that was given, and of the environment what the way to Lightdash depends on.
 * Hosts start servers with little of a shell's environment.
 */
export function entryVariables(
  config: Config,
  given: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
  proxy: ProxySettings,
): Record<string, string> {
  const { url, sandbox } = config;
  const isElsewhere = sandbox === undefined;
  const way = {
    ...(isElsewhere &&
      proxyFor(url, proxy) !== undefined && {
        HTTPS_PROXY: proxy.httpsProxy,
        HTTP_PROXY: proxy.httpProxy,
        NO_PROXY: proxy.noProxy,
      }),
    ...(isElsewhere && url.protocol === 'https:' && { NODE_EXTRA_CA_CERTS: environment.NODE_EXTRA_CA_CERTS }),
  };
  const all: Record<string, string | undefined> = {
    ...given,
    ...(isElsewhere && { [settings.url.env]: url.href.replace(/\/+$/, '') }),
    ...way,
  };
  const names = [...Object.values(settings).map(({ env }) => env), ...Object.keys(way)];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = all[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

const secretNames: ReadonlySet<string> = new Set([
  ...Object.values(settings).flatMap((setting) => ('secret' in setting && setting.secret ? [setting.env] : [])),
  // A proxy's address may hold a password.
  'HTTPS_PROXY',
  'HTTP_PROXY',
]);

/** Whether the value of a variable must not be shown. */
export function isSecret(variable: string): boolean {
  return secretNames.has(variable);
}

/** The entry as it may be shown: words in the place of every secret. */
export function withPlaceholders(entry: Entry): Entry {
  const env = Object.entries(entry.env).map(([name, value]) => [name, isSecret(name) ? placeholder(name) : value]);
  return { ...entry, env: Object.fromEntries(env) };
}

/** What stands for a secret in an entry that is to be completed by hand. */
const placeholder = (variable: string): string =>
  variable === settings.apiKey.env ? 'your personal access token' : `your ${variable}`;
