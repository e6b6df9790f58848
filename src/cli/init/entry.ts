import { type Config, type SandboxRelease, sandboxReleases } from '../../config/config.ts';
import { settings } from '../../config/settings.ts';
import { type ProxySettings, proxyFor } from '../../lightdash/http/network.ts';

/** The server that a host starts: the part of its settings that is the same for all hosts. */
export interface Entry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The installation, which determines the command of an entry. */
export interface Installation {
  /** Path of the file that runs now. */
  readonly mainPath: string;
  readonly platform: NodeJS.Platform;
}

/** The sandbox's database, an optional peer of the package. */
const SANDBOX_DATABASE = '@duckdb/node-api';

/**
 * The command for this server: npx if it was installed as a package, its path if it runs from a checkout.
 *
 * On Windows npx is a script, which most hosts can only start by `cmd /c`.
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
 * The variables of an entry: all given settings, and the proxies and certificates of the environment, because hosts start
 * servers with little of a shell's environment.
 */
export function entryVariables(
  config: Config,
  settingVariables: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
  proxy: ProxySettings,
): Record<string, string> {
  const { url, sandbox } = config;
  const isRemote = sandbox === undefined;
  const connectionVariables = {
    ...(isRemote &&
      proxyFor(url, proxy) !== undefined && {
        HTTPS_PROXY: proxy.httpsProxy,
        HTTP_PROXY: proxy.httpProxy,
        NO_PROXY: proxy.noProxy,
      }),
    ...(isRemote && url.protocol === 'https:' && { NODE_EXTRA_CA_CERTS: environment.NODE_EXTRA_CA_CERTS }),
  };
  const values: Record<string, string | undefined> = {
    ...settingVariables,
    ...(isRemote && { [settings.url.env]: url.href.replace(/\/+$/, '') }),
    ...connectionVariables,
  };
  const names = [...Object.values(settings).map(({ env }) => env), ...Object.keys(connectionVariables)];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = values[name];
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

/** True if the value of a variable must not be shown. */
export function isSecret(variable: string): boolean {
  return secretNames.has(variable);
}

/** The entry with placeholders for secrets, to show. */
export function withPlaceholders(entry: Entry): Entry {
  const env = Object.entries(entry.env).map(([name, value]) => [name, isSecret(name) ? placeholder(name) : value]);
  return { ...entry, env: Object.fromEntries(env) };
}

/** Placeholder for a secret in an entry that is completed by hand. */
const placeholder = (variable: string): string =>
  variable === settings.apiKey.env ? 'your personal access token' : `your ${variable}`;
