import { parseArgs } from 'node:util';
import {
  type Config,
  ConfigError,
  checkTogether,
  type HostId,
  hostIds,
  type ReadSettings,
  type SandboxRelease,
  sandboxReleases,
} from './config.ts';
import { assertKnownNames, textOf } from './environment.ts';
import { type Setting, settings } from './settings.ts';

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const isSettingName = (name: string): name is keyof typeof settings => Object.hasOwn(settings, name);
const settingNames = Object.keys(settings).filter(isSettingName);

/** Options and settings of `init`; it prompts for missing settings. */
export interface InitRequest {
  readonly host: HostId | undefined;
  /** Name of this server in the host. */
  readonly name: string;
  /** Write the entry into the host's file instead of printing it. */
  readonly write: boolean;
  /** Replace an entry of that name without asking. */
  readonly force: boolean;
  /** The settings as text, by variable. */
  readonly variables: Readonly<Record<string, string>>;
  readonly sandbox: SandboxRelease | undefined;
}

/** Command to run. */
type Command =
  | { readonly command: 'help' }
  | { readonly command: 'version' }
  | { readonly command: 'serve' | 'doctor'; readonly config: Config }
  | { readonly command: 'init'; readonly request: InitRequest };

/** Placeholder for the address of the sandbox, which is known only after its start. */
const SANDBOX_PLACEHOLDER_URL = new URL('http://127.0.0.1');

/**
 * Reads command line and environment; a flag wins over its variable.
 *
 * @throws {ConfigError}
 */
export function readCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Command {
  const { command, flags } = parseFlags(expandSwitches(argv));
  if (flags.help) return { command: 'help' };
  if (flags.version) return { command: 'version' };
  assertKnownNames(environment);
  const isSandboxUrl = (flags.url ?? environment.LIGHTDASH_URL) === 'sandbox';
  const sandbox = readRelease(flags.sandbox ?? (isSandboxUrl ? sandboxReleases[0] : undefined));
  const read: Record<string, unknown> = {};
  const texts: Record<string, string> = {};
  for (const name of settingNames) {
    const { env, fallback, read: schema }: Setting<unknown> = settings[name];
    const flag = flags[kebab(name)];
    const explicit = (typeof flag === 'string' ? flag : undefined) ?? textOf(settings[name], environment[env]);
    const text = explicit ?? fallback;
    if (text === undefined || (sandbox && name === 'url')) continue;
    const result = schema.safeParse(text);
    if (!result.success) {
      const source = typeof flag === 'string' ? `--${kebab(name)}` : env;
      // The value itself is not repeated: it may be a secret in the wrong place.
      throw new ConfigError(`${source} ${result.error.issues[0]?.message ?? 'cannot be understood'}`);
    }
    read[name] = result.data;
    if (explicit !== undefined) texts[env] = explicit;
  }
  if (command === 'init') return { command, request: { ...readInitOptions(flags), variables: texts, sandbox } };
  // SQL can do more than read.
  read.sql ??= read.readOnly ? 'off' : 'on';
  // Cast: each value was parsed by the schema of its own setting.
  if (sandbox) return { command, config: { ...read, url: SANDBOX_PLACEHOLDER_URL, sandbox } as Config };
  return { command, config: { ...checkTogether(read as ReadSettings), sandbox } };
}

/** Adds the implied value to flags without one: `--sandbox`, and switches such as `--read-only`. */
function expandSwitches(argv: readonly string[]): string[] {
  const switches = settingNames.filter((name) => settings[name].form === 'true').map((name) => `--${kebab(name)}`);
  return argv.map((argument, at) => {
    if (argument === '--sandbox') return `--sandbox=${sandboxReleases[0]}`;
    const standsAlone = argv[at + 1]?.startsWith('-') ?? true;
    return standsAlone && switches.includes(argument) ? `${argument}=true` : argument;
  });
}

function readRelease(value: string | boolean | undefined): SandboxRelease | undefined {
  if (value === undefined) return undefined;
  const release = sandboxReleases.find((name) => name === value);
  if (release === undefined) throw new ConfigError(`--sandbox should be one of ${sandboxReleases.join(', ')}`);
  return release;
}

type Flags = Readonly<Record<string, string | boolean | undefined>>;

const commands = ['doctor', 'init'] as const;

const initOptions = {
  host: { type: 'string' },
  name: { type: 'string' },
  write: { type: 'boolean' },
  force: { type: 'boolean' },
} as const;

function parseFlags(argv: readonly string[]): { command: 'serve' | 'doctor' | 'init'; flags: Flags } {
  const { values: flags, positionals } = parseArguments(argv);
  const [word, ...rest] = positionals;
  const command = word === undefined ? 'serve' : commands.find((name) => name === word);
  if (command === undefined || rest.length > 0) {
    throw new ConfigError(
      `There is something on the command line that is neither an option nor a command (${commands.join(', ')}). See lightdash-mcp --help`,
    );
  }
  const initOption =
    command === 'init' ? undefined : Object.keys(initOptions).find((name) => flags[name] !== undefined);
  if (initOption !== undefined) throw new ConfigError(`The option --${initOption} belongs to lightdash-mcp init`);
  return { command, flags };
}

function parseArguments(argv: readonly string[]): { values: Flags; positionals: readonly string[] } {
  try {
    const options = Object.fromEntries(settingNames.map((name) => [kebab(name), { type: 'string' as const }]));
    return parseArgs({
      args: [...argv],
      options: {
        ...options,
        ...initOptions,
        sandbox: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new ConfigError(`${flagProblem(error)}. See lightdash-mcp --help`);
  }
}

function readInitOptions({
  host,
  name = 'lightdash',
  write,
  force,
}: Flags): Omit<InitRequest, 'variables' | 'sandbox'> {
  const hostId = hostIds.find((id) => id === host);
  if (host !== undefined && hostId === undefined)
    throw new ConfigError(`--host should be one of ${hostIds.join(', ')}`);
  // Cursor leaves out tools whose name is longer than 60 characters together with the server's; our longest has 44.
  if (typeof name !== 'string' || !/^[a-z0-9_-]{1,15}$/i.test(name)) {
    throw new ConfigError('--name should be at most 15 letters, digits, - or _');
  }
  return { host: hostId, name, write: write === true, force: force === true };
}

/** Problem of the command line, without values: one may be a secret in the wrong place. */
function flagProblem(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) return 'The command line cannot be understood';
  const name = /'(-{1,2}[a-z-]+)(?![\w-])/i.exec(error.message)?.[1] ?? 'of that name';
  switch (error.code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return `There is no option ${name}`;
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
      return `The option ${name} ${/does not take/.test(error.message) ? 'takes no value' : 'needs a value'}`;
    default:
      return 'There is something on the command line that cannot be understood';
  }
}

/**
 * Text for a person who starts the server in a terminal.
 *
 * @param program how it was started, such as `lightdash-mcp` or `node dist/main.js`.
 */
export function introduction(program: string): string {
  const commands = [
    ['init', "makes the entry for your host's settings"],
    ['doctor', 'checks address, sign-in, projects and queries'],
    ['--sandbox', 'serves sample data: no account, no network'],
    ['--help', 'lists all settings'],
  ] as const;
  return [
    'This is an MCP server for Lightdash. A host, such as Claude Desktop or Cursor, starts it and talks to it over stdin and stdout.',
    ...commands.map(([flag, purpose]) => `  ${program} ${flag.padEnd(11)}${purpose}`),
  ].join('\n');
}

/**
 * Text of `--help`.
 *
 * @param program as for `introduction`.
 */
export function helpText(program: string): string {
  const rows = settingNames.map((name): [string, string] => {
    const { env, form, help, fallback }: Setting<unknown> = settings[name];
    return [
      `  --${kebab(name)} ${form === 'true' ? '[true]' : `<${form}>`}`,
      `${help}${fallback ? ` (default ${fallback})` : ''} [${env}]`,
    ];
  });
  const initRows: [string, string][] = [
    [`  --host <${hostIds[0]}|…>`, hostIds.join(', ')],
    ['  --write', "Write the entry into the host's file; without it, it is printed"],
    ['  --force', 'Replace an entry of the same name without asking'],
    ['  --name <name>', 'Name of this server in the host (default lightdash)'],
  ];
  const commands = [
    ['', 'Serve over stdio; started by hosts'],
    ['doctor', 'Check address, sign-in, projects and queries with the same options'],
    ['init', "Prompt for address and token, check them, create the entry for a host's settings"],
  ] as const;
  const width = Math.max(...[...rows, ...initRows].map(([left]) => left.length)) + 2;
  const columns = ([left, right]: [string, string]) => left.padEnd(width) + right;
  return [
    `Usage: ${program} [command] [options]`,
    '',
    'Serves Lightdash to an MCP host over stdio. Hosts start it; see docs/hosts.md for their settings.',
    '',
    ...commands.map(([left, right]) => `  ${program} ${left}`.padEnd(program.length + 10) + right),
    '',
    'Each option can be given as the environment variable in brackets; secrets are best given there.',
    '',
    ...rows.map(columns),
    columns([
      `  --sandbox[=${sandboxReleases.join('|')}]`,
      'Use an embedded Lightdash with sample data: no account, no network [LIGHTDASH_URL=sandbox]',
    ]),
    columns(['  -h, --help', 'Print this']),
    columns(['  -v, --version', 'Print the version']),
    '',
    'Options of init, in addition to those above, which go into the entry:',
    '',
    ...initRows.map(columns),
  ].join('\n');
}
