import { resolve } from 'node:path';
import * as z from 'zod';
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
interface Installation {
  /** Path of the file that runs now. */
  readonly mainPath: string;
  /** Path of the Node that runs it: programs of a desktop often have none on their PATH. */
  readonly nodePath: string;
  readonly platform: NodeJS.Platform;
  /** The tarball that npx took the package from; undefined if it came from the registry. */
  readonly tarball?: string | undefined;
}

/** The sandbox's database, an optional peer of the package. */
const SANDBOX_DATABASE = '@duckdb/node-api';

/**
 * The command for this server: the Node and the file that run now, or npx if it keeps that file in its cache.
 *
 * On Windows npx is a script, which most hosts can only start by `cmd /c`.
 */
export function launch(
  { mainPath, nodePath, platform, tarball }: Installation,
  sandbox?: SandboxRelease,
): Pick<Entry, 'command' | 'args'> {
  const flag = sandbox === sandboxReleases[0] ? '--sandbox' : `--sandbox=${sandbox}`;
  const flags = sandbox === undefined ? [] : [flag];
  if (npxFolder(mainPath) === undefined) return { command: nodePath, args: [mainPath, ...flags] };
  const packages = [
    ...(sandbox === undefined && tarball === undefined ? [] : ['-p', tarball ?? PACKAGE]),
    ...(sandbox === undefined ? [] : ['-p', SANDBOX_DATABASE]),
  ];
  const args = ['-y', ...packages, PACKAGE, ...flags];
  return platform === 'win32' ? { command: 'cmd', args: ['/c', 'npx', ...args] } : { command: 'npx', args };
}

const PACKAGE = 'lightdash-mcp';

/** Folder of npx's cache that holds the file; undefined if npx did not fetch it. */
const npxFolder = (mainPath: string) => /^(.*[\\/]_npx[\\/][^\\/]+)[\\/]node_modules[\\/]/.exec(mainPath)?.[1];

/**
 * The tarball that npx took the running package from, by what npx keeps of it.
 *
 * @param read text of a file; undefined if there is none.
 */
export async function npxTarball(
  mainPath: string,
  read: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const folder = npxFolder(mainPath);
  const manifest = folder === undefined ? undefined : await read(`${folder}/package.json`);
  if (folder === undefined || manifest === undefined) return undefined;
  const source = npxManifest.safeParse(JSON.parse(manifest)).data?.dependencies[PACKAGE];
  return source?.startsWith('file:') ? resolve(folder, source.slice('file:'.length)) : undefined;
}

const npxManifest = z.looseObject({ dependencies: z.record(z.string(), z.string()) });

/**
 * The variables of an entry: all settings, and the proxies and certificates of the environment, because hosts start
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
