import { posix, win32 } from 'node:path';
import type { HostId } from '../../config/config.ts';
import { settings } from '../../config/settings.ts';
import { type Entry, isSecret } from './entry.ts';
import { mergeJson } from './merge-json.ts';
import type { Merged } from './merge-result.ts';
import { mergeToml } from './merge-toml.ts';

/** The machine whose settings files are searched. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** The user's home folder. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A program that starts MCP servers. */
export interface Host {
  readonly id: HostId;
  readonly title: string;
  /** Path of its user-level settings file. */
  file(machine: Machine): string;
  /** Adds the entry under `name` to the text of its settings; the text is empty for a new file. */
  merge(text: string, name: string, entry: Entry): Merged;
  readonly format: 'json' | 'jsonc' | 'toml';
  /** Prompts for secrets when it starts the server: they are not in its file. */
  readonly asksForSecrets: boolean;
  /** Pattern of variables that the host replaces in values. */
  readonly variable: RegExp | undefined;
  /** Next step of the user after the entry is written. */
  readonly next: string;
}

const join = ({ platform, home }: Machine, ...parts: string[]) =>
  (platform === 'win32' ? win32 : posix).join(home, ...parts);

/** The folder where desktop programs keep their settings. */
function applicationData(machine: Machine): string {
  const { platform, environment } = machine;
  if (platform === 'darwin') return join(machine, 'Library', 'Application Support');
  if (platform === 'win32') return environment.APPDATA || join(machine, 'AppData', 'Roaming');
  return environment.XDG_CONFIG_HOME || join(machine, '.config');
}

const inApplicationData =
  (...parts: string[]) =>
  (machine: Machine) =>
    join({ ...machine, home: applicationData(machine) }, ...parts);

const inHome =
  (...parts: string[]) =>
  (machine: Machine) =>
    join(machine, ...parts);

/** In the folder that a variable names, or in the usual one. */
const inFolderOf = (variable: string, defaultFolder: string[], file: string) => (machine: Machine) =>
  join({ ...machine, home: machine.environment[variable] || join(machine, ...defaultFolder) }, file);

/** The entry as a host's object, without empty variables. */
const hostEntry = ({ command, args, env }: Entry): Readonly<Record<string, unknown>> => ({
  command,
  args,
  ...(Object.keys(env).length > 0 && { env }),
});

type Common = Pick<Host, 'format' | 'merge' | 'asksForSecrets'>;

/** `{"mcpServers": {"lightdash": {…}}}`, which most hosts share. */
const mcpServers = (extra: Readonly<Record<string, unknown>> = {}): Common => ({
  format: 'json',
  asksForSecrets: false,
  merge: (text, name, entry) => mergeJson(text, { key: 'mcpServers', name, entry: { ...extra, ...hostEntry(entry) } }),
});

/** VS Code prompts for secrets once and keeps them: the file refers to its inputs. */
const vscode: Common = {
  format: 'jsonc',
  asksForSecrets: true,
  merge(text, name, entry) {
    const secrets = Object.keys(entry.env).filter(isSecret);
    const id = (variable: string) =>
      `${name}-${variable
        .toLowerCase()
        .replace(/^lightdash_/, '')
        .replaceAll('_', '-')}`;
    const inputs = secrets.map((variable) => ({
      type: 'promptString',
      id: id(variable),
      description: `Lightdash: ${helpOf(variable)}`,
      password: true,
    }));
    const references = Object.fromEntries(secrets.map((variable) => [variable, `\${input:${id(variable)}}`]));
    const env = { ...entry.env, ...references };
    return mergeJson(text, { key: 'servers', name, entry: { type: 'stdio', ...hostEntry({ ...entry, env }) }, inputs });
  },
};

const helpOf = (variable: string) => Object.values(settings).find(({ env }) => env === variable)?.help ?? variable;

/** npx fetches the package at the first start, which takes longer than the 10 s that Codex waits. */
const CODEX_STARTUP_SECONDS = 60;

const codex: Common = {
  format: 'toml',
  asksForSecrets: false,
  merge: (text, name, entry) =>
    mergeToml(text, {
      key: 'mcp_servers',
      name,
      entry: { startup_timeout_sec: CODEX_STARTUP_SECONDS, ...hostEntry(entry) },
    }),
};

/** All hosts of `init`. Paths are from the hosts' documentation, as of November 2026. */
export const hosts: Readonly<Record<HostId, Host>> = {
  'claude-desktop': {
    ...mcpServers(),
    id: 'claude-desktop',
    title: 'Claude Desktop',
    file: inApplicationData('Claude', 'claude_desktop_config.json'),
    variable: undefined,
    next: 'Quit Claude Desktop and start it again.',
  },
  'claude-code': {
    ...mcpServers({ type: 'stdio' }),
    id: 'claude-code',
    title: 'Claude Code',
    file: inFolderOf('CLAUDE_CONFIG_DIR', [], '.claude.json'),
    variable: /\$\{/,
    next: 'Start a new session of Claude Code; /mcp shows the server.',
  },
  cursor: {
    ...mcpServers(),
    id: 'cursor',
    title: 'Cursor',
    file: inHome('.cursor', 'mcp.json'),
    variable: /\$\{/,
    next: 'Restart Cursor; its settings show the server under MCP.',
  },
  vscode: {
    ...vscode,
    id: 'vscode',
    title: 'VS Code',
    file: inApplicationData('Code', 'User', 'mcp.json'),
    variable: /\$\{/,
    next: 'In VS Code run "MCP: List Servers" and start it: it prompts for the secrets once and keeps them.',
  },
  windsurf: {
    ...mcpServers(),
    id: 'windsurf',
    title: 'Windsurf',
    file: inHome('.codeium', 'windsurf', 'mcp_config.json'),
    variable: /\$\{/,
    next: 'In Windsurf refresh the list of MCP servers in Cascade.',
  },
  codex: {
    ...codex,
    id: 'codex',
    title: 'Codex',
    file: inFolderOf('CODEX_HOME', ['.codex'], 'config.toml'),
    variable: undefined,
    next: 'Start Codex again; /mcp shows the server.',
  },
  gemini: {
    ...mcpServers(),
    id: 'gemini',
    title: 'Gemini CLI',
    file: inHome('.gemini', 'settings.json'),
    variable: /\$\{?\w/,
    next: 'Start Gemini CLI again; /mcp shows the server.',
  },
};

/** A settings file with only this entry, to paste. */
export function renderEntry(host: Host, name: string, entry: Entry): string {
  return host.merge('', name, entry).text.trimEnd();
}

/** Claude Code's command to add the entry; `entry` with placeholders, because shells keep a history. */
export function claudeCommand(name: string, entry: Entry, platform: NodeJS.Platform): string {
  const quoted = (text: string) => {
    if (/^[\w@%+=:,./-]+$/.test(text)) return text;
    return platform === 'win32' ? `"${text.replaceAll('"', '\\"')}"` : `'${text.replaceAll("'", "'\\''")}'`;
  };
  const variables = Object.entries(entry.env).flatMap(([variable, value]) => ['--env', quoted(`${variable}=${value}`)]);
  // Arguments after --env are read as variables until the next option.
  const options = ['--scope', 'user', ...variables, '--transport', 'stdio'];
  return ['claude mcp add', ...options, name, '--', entry.command, ...entry.args.map(quoted)].join(' ');
}
