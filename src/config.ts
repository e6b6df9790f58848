import { parseArgs } from 'node:util';
import * as z from 'zod';
import { isLoopback } from './lightdash/network.ts';
import { SecretString } from './lightdash/secret.ts';

/** A setting that is missing or cannot be understood; the message is one line that names it. */
export class ConfigError extends Error {}

/** One setting: its environment variable, flag, one-line help, and how its text is read. */
interface Setting<Value> {
  readonly env: string;
  readonly help: string;
  /** What the value looks like, for `--help` and the README. */
  readonly form: string;
  readonly read: z.ZodType<Value, string>;
  readonly fallback?: string;
  /** Must not be shown, nor kept where others read. */
  readonly secret?: true;
}

const setting = <Value>(declared: Setting<Value>): Setting<Value> => declared;

const secret = z
  .string()
  .min(1, 'is empty')
  .transform((text) => new SecretString(text.trim()));

/** A secret that travels in a header. */
const headerSecret = z
  .string()
  .trim()
  .regex(/^[\u0020-\u007e]+$/, 'has characters in it that no header can carry')
  .transform((text) => new SecretString(text));

const flag = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.enum(['true', 'false', '1', '0', 'yes', 'no'], 'should be true or false'))
  .transform((text) => text === 'true' || text === '1' || text === 'yes');

const address = z.string().transform((text, context) => {
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  const problem = !url
    ? 'is not an address such as https://app.lightdash.cloud'
    : url.protocol !== 'https:' && url.protocol !== 'http:'
      ? 'should start with https://'
      : url.username || url.password
        ? 'must not carry a user name or password; use LIGHTDASH_API_KEY'
        : undefined;
  if (problem !== undefined) {
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  }
  // The web app's pages and the API share the address; people paste either.
  const root = new URL(url ?? withScheme);
  root.pathname = root.pathname.replace(/\/(api\/v\d+|projects|login|home)(\/.*)?$/, '').replace(/\/+$/, '');
  root.search = '';
  root.hash = '';
  return root;
});

const names = z.string().transform((text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean),
);

/** Names where an empty list would mean all. */
const someNames = names.refine((list) => list.length > 0, 'names nothing');

const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
/** What decides where a request ends and who it is from is not for a setting. */
const ownHeaders = ['connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect', 'content-type'];

const headers = z.string().transform((text, context) => {
  const asJson = text.trim().startsWith('{');
  let pairs: [string, unknown][];
  try {
    pairs = asJson
      ? Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(text)))
      : text
          .split('\n')
          .filter((line) => line.trim())
          // Without a colon there is no name, and the whole may be a token that belongs elsewhere.
          .map((line) => /^([^:]*):(.*)$/s.exec(line) ?? ['', '', ''])
          .map(([, name = '', value = '']) => [name.trim(), value.trim()]);
  } catch {
    pairs = [['', '']];
  }
  if (pairs.some(([name, value]) => !headerName.test(name) || /[^\t\u0020-\u007e\u0080-\u00ff]/.test(String(value)))) {
    context.addIssue({
      code: 'custom',
      message: 'should be JSON such as {"CF-Access-Client-Id": "…"}, or "Name: value" lines',
    });
    return z.NEVER;
  }
  const own = pairs.find(([name]) => ownHeaders.includes(name.toLowerCase()));
  if (own) {
    context.addIssue({ code: 'custom', message: `cannot set ${own[0].toLowerCase()}: lightdash-mcp does` });
    return z.NEVER;
  }
  return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), new SecretString(String(value))]));
});

const positive = (unit: string, least: number, most: number) =>
  z.string().transform((text, context) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    context.addIssue({ code: 'custom', message: `should be a whole number of ${unit} from ${least} to ${most}` });
    return z.NEVER;
  });

/** Every setting, in the order in which `--help` and the README tell them. */
export const settings = {
  url: setting({ env: 'LIGHTDASH_URL', form: 'https://…', help: 'Address of Lightdash', read: address }),
  apiKey: setting({
    env: 'LIGHTDASH_API_KEY',
    form: 'token',
    help: 'Personal access token',
    read: headerSecret,
    secret: true,
  }),
  email: setting({
    env: 'LIGHTDASH_EMAIL',
    form: 'e-mail',
    help: 'With the password, signs in for the 15 operations that refuse tokens',
    read: z.string().min(3, 'is not an e-mail address'),
  }),
  password: setting({
    env: 'LIGHTDASH_PASSWORD',
    form: 'password',
    help: 'Goes with the e-mail address',
    read: secret,
    secret: true,
  }),
  sessionCookie: setting({
    env: 'LIGHTDASH_SESSION_COOKIE',
    form: 'connect.sid=…',
    help: 'A ready session instead of e-mail and password',
    read: headerSecret,
    secret: true,
  }),
  headers: setting({
    env: 'LIGHTDASH_HEADERS',
    form: 'JSON or lines',
    help: 'Extra headers for an access proxy in front of Lightdash',
    read: headers,
    secret: true,
  }),
  allowHttp: setting({
    env: 'LIGHTDASH_ALLOW_HTTP',
    form: 'true',
    help: 'Send the token over plain http to other machines',
    read: flag,
    fallback: 'false',
  }),
  project: setting({
    env: 'LIGHTDASH_PROJECT',
    form: 'uuid or name',
    help: 'The project that calls are about when they name none',
    read: z.string().min(1),
  }),
  toolsets: setting({
    env: 'LIGHTDASH_TOOLSETS',
    form: 'names',
    help: 'Which tools there are: toolsets, or the presets analyst, admin, compact, all (the default), with commas',
    read: someNames,
  }),
  tools: setting({ env: 'LIGHTDASH_TOOLS', form: 'names', help: 'Single tools on top, or alone', read: someNames }),
  excludeTools: setting({
    env: 'LIGHTDASH_EXCLUDE_TOOLS',
    form: 'names',
    help: 'Single tools to leave out',
    read: someNames,
  }),
  readOnly: setting({
    env: 'LIGHTDASH_READ_ONLY',
    form: 'true',
    help: 'Only tools that read; no raw SQL',
    read: flag,
    fallback: 'false',
  }),
  allowedProjects: setting({
    env: 'LIGHTDASH_ALLOWED_PROJECTS',
    form: 'uuids or names',
    help: 'Refuse every call that is about another project',
    read: names.refine((list) => list.length > 0, 'names no project'),
  }),
  allowOrganization: setting({
    env: 'LIGHTDASH_ALLOW_ORGANIZATION',
    form: 'true',
    help: 'With allowed projects: allow also what belongs to no project',
    read: flag,
    fallback: 'false',
  }),
  confirm: setting({
    env: 'LIGHTDASH_CONFIRM',
    form: 'on|off',
    help: 'Ask before what cannot be undone',
    read: z.enum(['on', 'off'], 'should be on or off'),
    fallback: 'on',
  }),
  timeout: setting({
    env: 'LIGHTDASH_TIMEOUT',
    form: 'seconds',
    help: 'For a whole call to Lightdash',
    read: positive('seconds', 1, 3600),
    fallback: '45',
  }),
  maxResultTokens: setting({
    env: 'LIGHTDASH_MAX_RESULT_TOKENS',
    form: 'tokens',
    help: 'Longest answer; what is over is paged or said to be cut',
    read: positive('tokens', 200, 100_000),
    fallback: '8000',
  }),
  output: setting({
    env: 'LIGHTDASH_OUTPUT',
    form: 'text|structured',
    help: 'Answers as text for models, or as structured content for programs',
    read: z.enum(['text', 'structured'], 'should be text or structured'),
    fallback: 'text',
  }),
  logLevel: setting({
    env: 'LIGHTDASH_LOG_LEVEL',
    form: 'level',
    help: 'Log on stderr: debug, info, warn, error or silent',
    read: z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'should be debug, info, warn, error or silent'),
    fallback: 'warn',
  }),
  auditLog: setting({
    env: 'LIGHTDASH_AUDIT_LOG',
    form: 'path',
    help: 'Appends one JSON line for each call to this file',
    read: z.string().min(1),
  }),
};

type Settings = typeof settings;
type Read = { -readonly [Name in keyof Settings]?: z.output<Settings[Name]['read']> };
type WithFallback =
  | 'readOnly'
  | 'allowOrganization'
  | 'confirm'
  | 'allowHttp'
  | 'timeout'
  | 'maxResultTokens'
  | 'output'
  | 'logLevel';

/** The settings as the server uses them. */
export type Config = Omit<Read, WithFallback | 'url'> &
  Required<Pick<Read, WithFallback | 'url'>> & {
    /** Use an embedded Lightdash of this release; `url` means nothing then. */
    readonly sandbox: SandboxRelease | undefined;
  };

/** The releases of Lightdash that the sandbox stands in for; the first where none is named. */
export const sandboxReleases = ['0.1366', '0.2904'] as const;
export type SandboxRelease = (typeof sandboxReleases)[number];

/** The programs whose settings `init` knows. */
export const hostIds = ['claude-desktop', 'claude-code', 'cursor', 'vscode', 'windsurf', 'codex', 'gemini'] as const;
export type HostId = (typeof hostIds)[number];

/** What `init` is told on the command line and by the environment; it asks for what is missing. */
export interface InitRequest {
  readonly host: HostId | undefined;
  /** What the host calls this server. */
  readonly name: string;
  /** Write the entry into the host's file instead of printing it. */
  readonly write: boolean;
  /** Replace an entry of that name without asking. */
  readonly force: boolean;
  /** The settings that are given, as text, by the names of their variables. */
  readonly given: Readonly<Record<string, string>>;
  readonly sandbox: SandboxRelease | undefined;
}

/** What the command line asks for. */
export type Command =
  | { readonly command: 'help' }
  | { readonly command: 'version' }
  | { readonly command: 'serve' | 'doctor'; readonly config: Config }
  | { readonly command: 'init'; readonly request: InitRequest };

/** The address of the sandbox, which is known only once it runs. */
const NOWHERE = new URL('http://127.0.0.1');

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const settingNames = Object.keys(settings) as (keyof Settings)[];

/**
 * Reads command line and environment; a flag wins over its variable, an empty variable counts as unset.
 *
 * @throws {ConfigError}
 */
export function readCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Command {
  const { command, flags } = parseFlags(spelledOut(argv));
  if (flags.help) return { command: 'help' };
  if (flags.version) return { command: 'version' };
  const bySandboxUrl = (flags.url ?? environment.LIGHTDASH_URL) === 'sandbox';
  const sandbox = readRelease(flags.sandbox ?? (bySandboxUrl ? sandboxReleases[0] : undefined));
  const read: Record<string, unknown> = {};
  const texts: Record<string, string> = {};
  for (const name of settingNames) {
    const { env, fallback, read: schema }: Setting<unknown> = settings[name];
    const flag = flags[kebab(name)];
    const given = (typeof flag === 'string' ? flag : undefined) ?? filledIn(environment[env]);
    const text = given ?? fallback;
    if (text === undefined || (sandbox && name === 'url')) continue;
    const result = schema.safeParse(text);
    if (!result.success) {
      const source = typeof flag === 'string' ? `--${kebab(name)}` : env;
      // The value itself is not repeated: it may be a secret in the wrong place.
      throw new ConfigError(`${source} ${result.error.issues[0]?.message ?? 'cannot be understood'}`);
    }
    read[name] = result.data;
    if (given !== undefined) texts[env] = given;
  }
  if (command === 'init') return { command, request: { ...readInitOptions(flags), given: texts, sandbox } };
  if (sandbox) return { command, config: { ...read, url: NOWHERE, sandbox } as Config };
  return { command, config: { ...checkTogether(read as Read), sandbox } };
}

/** Gives flags that may stand alone the value that they mean then: `--sandbox`, and switches such as `--read-only`. */
function spelledOut(argv: readonly string[]): string[] {
  const switches = settingNames.filter((name) => settings[name].form === 'true').map((name) => `--${kebab(name)}`);
  return argv.map((argument, at) => {
    if (argument === '--sandbox') return `--sandbox=${sandboxReleases[0]}`;
    const standsAlone = argv[at + 1]?.startsWith('-') ?? true;
    return standsAlone && switches.includes(argument) ? `${argument}=true` : argument;
  });
}

/**
 * The text of a variable. An empty one counts as unset, and so does a field of Claude Desktop's form that was left empty:
 * the host may pass on the placeholder of the bundle's manifest as it stands.
 */
function filledIn(variable: string | undefined): string | undefined {
  const text = variable?.trim() ?? '';
  return text === '' || /^\$\{user_config\.\w+\}$/.test(text) ? undefined : text;
}

function readRelease(given: string | boolean | undefined): SandboxRelease | undefined {
  if (given === undefined) return undefined;
  const release = sandboxReleases.find((one) => one === given);
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
  const { values: flags, positionals } = parsed(argv);
  const [given, ...rest] = positionals;
  const command = given === undefined ? 'serve' : commands.find((each) => each === given);
  if (command === undefined || rest.length > 0) {
    throw new ConfigError(
      `There is something on the command line that is neither an option nor a command (${commands.join(', ')}). See lightdash-mcp --help`,
    );
  }
  const foreign = command === 'init' ? undefined : Object.keys(initOptions).find((name) => flags[name] !== undefined);
  if (foreign !== undefined) throw new ConfigError(`The option --${foreign} belongs to lightdash-mcp init`);
  return { command, flags };
}

function parsed(argv: readonly string[]): { values: Flags; positionals: readonly string[] } {
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

function readInitOptions({ host, name = 'lightdash', write, force }: Flags): Omit<InitRequest, 'given' | 'sandbox'> {
  const known = hostIds.find((id) => id === host);
  if (host !== undefined && known === undefined) throw new ConfigError(`--host should be one of ${hostIds.join(', ')}`);
  // Cursor leaves out tools whose name is longer than 60 characters together with the server's; our longest has 44.
  if (typeof name !== 'string' || !/^[a-z0-9_-]{1,15}$/i.test(name)) {
    throw new ConfigError('--name should be at most 15 letters, digits, - or _');
  }
  return { host: known, name, write: write === true, force: force === true };
}

/** What is wrong with the command line, by names alone: a value may be a secret in the wrong place. */
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

/** Checks what no setting can tell alone. */
function checkTogether(read: Read): Omit<Config, 'sandbox'> {
  const { url } = read;
  if (url === undefined) {
    throw new ConfigError(
      'LIGHTDASH_URL is not set: give the address of your Lightdash, such as https://app.lightdash.cloud',
    );
  }
  const signsIn = read.apiKey ?? read.sessionCookie ?? (read.email && read.password);
  if (signsIn === undefined || signsIn === '') {
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

/** What `--help` prints. */
export function helpText(): string {
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
    ['  --name <name>', 'What the host calls this server (default lightdash)'],
  ];
  const width = Math.max(...[...rows, ...initRows].map(([left]) => left.length)) + 2;
  const line = ([left, right]: [string, string]) => left.padEnd(width) + right;
  return [
    'Usage: lightdash-mcp [command] [options]',
    '',
    'Serves Lightdash to an MCP host over stdio. Hosts start it; see docs/hosts.md for their settings.',
    '',
    line(['  lightdash-mcp', 'Serve: what a host starts']),
    line(['  lightdash-mcp doctor', 'Check address, sign-in, projects and queries with the same options']),
    line(['  lightdash-mcp init', "Ask for address and token, check them, make the entry for a host's settings"]),
    '',
    'Each option can be given as the environment variable in brackets; secrets are best given there.',
    '',
    ...rows.map(line),
    line([
      `  --sandbox[=${sandboxReleases.join('|')}]`,
      'Use an embedded Lightdash with sample data: no account, no network [LIGHTDASH_URL=sandbox]',
    ]),
    line(['  -h, --help', 'Print this']),
    line(['  -v, --version', 'Print the version']),
    '',
    'Options of init, beside those above, which it puts into the entry:',
    '',
    ...initRows.map(line),
  ].join('\n');
}
