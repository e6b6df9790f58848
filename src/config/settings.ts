import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { SecretString } from '../secrets/secret-string.ts';

/** One setting: its environment variable, flag, one-line help, and how its text is read. */
export interface Setting<Value> {
  readonly env: string;
  readonly help: string;
  /** Form of the value, for `--help` and the README. */
  readonly form: string;
  readonly read: z.ZodType<Value, string>;
  readonly fallback?: string;
  /** Must not be shown, nor kept where others read. */
  readonly secret?: true;
  /** Limits what the server may do, so that an empty value must not be taken for none. */
  readonly restricts?: true;
  /** Quotes and `$` may be part of its value. */
  readonly quotable?: true;
}

const setting = <Value>(declared: Setting<Value>): Setting<Value> => declared;

const secret = z
  .string()
  .min(1, 'is empty')
  .transform((text) => new SecretString(text.trim()));

/** A secret that travels in a header. */
const headerText = z
  .string()
  .trim()
  .regex(/^[\u0020-\u007e]+$/, 'has characters in it that no header can carry');

const token = headerText
  .refine(
    (text) => !/^(authorization\s*:|(bearer|apikey|token|basic)\b[ :])/i.test(text),
    'should be the token alone, without the word before it',
  )
  .refine((text) => !text.includes(' '), 'should be the token alone: there is a blank in it')
  .transform((text) => new SecretString(text));

const cookie = headerText
  .refine((text) => !/^cookie\s*:/i.test(text), 'should be the cookie alone, without Cookie: before it')
  .refine((text) => text.includes('='), 'should look like connect.sid=…')
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
/** Headers that determine the framing or the origin of a request are not settable. */
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

const positive = (unit: string, min: number, max: number) =>
  z.string().transform((text, context) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    context.addIssue({ code: 'custom', message: `should be a whole number of ${unit} from ${min} to ${max}` });
    return z.NEVER;
  });

/** Every setting, in the order of `--help` and the README. */
export const settings = {
  url: setting({ env: 'LIGHTDASH_URL', form: 'https://…', help: 'Address of Lightdash', read: address }),
  apiKey: setting({
    env: 'LIGHTDASH_API_KEY',
    form: 'token',
    help: 'Personal access token',
    read: token,
    secret: true,
  }),
  email: setting({
    env: 'LIGHTDASH_EMAIL',
    form: 'e-mail',
    help: 'With the password, signs in for the operations that refuse tokens',
    read: z.string().min(3, 'is not an e-mail address'),
  }),
  password: setting({
    env: 'LIGHTDASH_PASSWORD',
    form: 'password',
    help: 'Goes with the e-mail address',
    read: secret,
    secret: true,
    quotable: true,
  }),
  sessionCookie: setting({
    env: 'LIGHTDASH_SESSION_COOKIE',
    form: 'connect.sid=…',
    help: 'A ready session instead of e-mail and password',
    read: cookie,
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
    restricts: true,
  }),
  tools: setting({
    env: 'LIGHTDASH_TOOLS',
    form: 'names',
    help: 'Single tools on top, or alone',
    read: someNames,
    restricts: true,
  }),
  excludeTools: setting({
    env: 'LIGHTDASH_EXCLUDE_TOOLS',
    form: 'names',
    help: 'Single tools to leave out',
    read: someNames,
    restricts: true,
  }),
  readOnly: setting({
    env: 'LIGHTDASH_READ_ONLY',
    form: 'true',
    help: 'Only tools that read; no SQL unless LIGHTDASH_SQL=on',
    read: flag,
    fallback: 'false',
    restricts: true,
  }),
  sql: setting({
    env: 'LIGHTDASH_SQL',
    form: 'on|off',
    help: 'SQL written by the model: raw SQL, calculations, custom metrics and dimensions (default on; off if read-only)',
    read: z.enum(['on', 'off'], 'should be on or off'),
    restricts: true,
  }),
  allowedProjects: setting({
    env: 'LIGHTDASH_ALLOWED_PROJECTS',
    form: 'uuids or names',
    help: 'Refuse every call that is about another project',
    read: names.refine((list) => list.length > 0, 'names no project'),
    restricts: true,
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
  checkValues: setting({
    env: 'LIGHTDASH_CHECK_VALUES',
    form: 'all|doubtful',
    help: 'Texts of filters that are looked up in the warehouse: all, or only those of results that look wrong',
    read: z.enum(['all', 'doubtful'], 'should be all or doubtful'),
    fallback: 'all',
  }),
  chartFolder: setting({
    env: 'LIGHTDASH_CHART_FOLDER',
    form: 'path',
    help: 'Folder for files of charts and CSV exports with save; none unless set',
    read: z.string().min(1).refine(isAbsolute, 'should be an absolute path'),
  }),
  chartFont: setting({
    env: 'LIGHTDASH_CHART_FONT',
    form: 'path',
    help: 'Font file for names in other scripts on charts; else one of the system is looked for',
    read: z.string().min(1).refine(isAbsolute, 'should be an absolute path'),
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
    restricts: true,
  }),
};
