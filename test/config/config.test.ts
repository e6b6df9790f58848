import { describe, expect, test } from 'vitest';
import { helpText, introduction, readCommand } from '../../src/config/command-line.ts';
import { type Config, ConfigError } from '../../src/config/config.ts';
import { settings } from '../../src/config/settings.ts';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { SecretString } from '../../src/secrets/secret-string.ts';
import { expectLine } from '../helpers/answers.ts';

const enough = { LIGHTDASH_URL: 'https://bi.example', LIGHTDASH_API_KEY: 'ldpat_0123456789' };

function configOf(environment: Record<string, string | undefined>, argv: string[] = []): Config {
  const read = readCommand(argv, environment);
  if (read.command !== 'serve') throw new Error(`${read.command} instead of a configuration`);
  return read.config;
}

function refusal(environment: Record<string, string | undefined>, argv: string[] = []): string {
  try {
    readCommand(argv, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

test('address and token are enough; the rest has defaults', () => {
  const config = configOf(enough);
  expect(config.url.href).toBe('https://bi.example/');
  expect(config.apiKey?.reveal()).toBe('ldpat_0123456789');
  expect(config).toMatchObject({
    timeout: 45,
    maxResultTokens: 8000,
    output: 'text',
    logLevel: 'warn',
    allowHttp: false,
  });
});

test('every setting can be a variable and a flag, and the flag wins', () => {
  const variables = { ...enough, LIGHTDASH_TIMEOUT: '10', LIGHTDASH_OUTPUT: 'structured' };
  expect(configOf(variables)).toMatchObject({ timeout: 10, output: 'structured' });
  expect(configOf(variables, ['--timeout', '20', '--output=text'])).toMatchObject({ timeout: 20, output: 'text' });
});

test('an empty variable counts as unset, and values are trimmed', () => {
  expect(configOf({ ...enough, LIGHTDASH_TIMEOUT: '' }).timeout).toBe(45);
  expect(configOf({ ...enough, LIGHTDASH_TIMEOUT: ' 12 ' }).timeout).toBe(12);
  expect(configOf({ ...enough, LIGHTDASH_API_KEY: ' ldpat_x\n' }).apiKey?.reveal()).toBe('ldpat_x');
});

test("an empty field of Claude Desktop's form counts as unset, except for settings that limit the server", () => {
  const config = configOf({ ...enough, LIGHTDASH_PROJECT: `\${user_config.project}`, LIGHTDASH_READ_ONLY: 'false' });
  expect(config.project).toBeUndefined();
  expect(refusal({ ...enough, LIGHTDASH_API_KEY: `\${user_config.api_key}` })).toContain(
    'LIGHTDASH_API_KEY is not set',
  );
  expect(refusal({ ...enough, LIGHTDASH_READ_ONLY: `\${user_config.read_only}` })).toContain(
    'LIGHTDASH_READ_ONLY is empty',
  );
});

describe('a setting that could switch off a limit stops the start', () => {
  test.each([
    ['LIGHTDASH_READONLY', 'LIGHTDASH_READ_ONLY'],
    ['LIGHTDASH_READ_ONYL', 'LIGHTDASH_READ_ONLY'],
    ['LIGHTDASH_ALLOWED_PROJECT', 'LIGHTDASH_ALLOWED_PROJECTS'],
    ['LIGHTDASH_AUDITLOG', 'LIGHTDASH_AUDIT_LOG'],
    ['LIGHTDASH_TOKEN', 'LIGHTDASH_'],
    ['lightdash_read_only', 'LIGHTDASH_READ_ONLY'],
  ])('the unknown name %s, with the nearest name', (name, nearest) => {
    const message = refusal({ ...enough, [name]: 'true' });
    expectLine(message, name, nearest.endsWith('_') ? /LIGHTDASH_/ : nearest);
    expect(message).not.toContain('\n');
    expectLine(refusal({ ...enough, [name]: '' }), name);
  });

  test('an unknown name whatever the command', () => {
    for (const command of ['doctor', 'init']) {
      expectLine(
        refusal({ ...enough, LIGHTDASH_READONLY: '1' }, [command]),
        'LIGHTDASH_READONLY',
        'LIGHTDASH_READ_ONLY',
      );
    }
    expect(readCommand(['--help'], { LIGHTDASH_READONLY: '1' }).command).toBe('help');
  });

  const restricting = Object.values(settings).filter(({ restricts }) => restricts);
  test.each(restricting.map(({ env }) => env))('an empty %s', (name) => {
    for (const empty of ['', ' ', '\t\n']) {
      expect(refusal({ ...enough, [name]: empty })).toMatch(new RegExp(`^${name} .*\\bempty\\b`));
    }
  });

  test('those are all settings that limit the server', () => {
    expect(restricting.map(({ env }) => env)).toEqual([
      'LIGHTDASH_TOOLSETS',
      'LIGHTDASH_TOOLS',
      'LIGHTDASH_EXCLUDE_TOOLS',
      'LIGHTDASH_READ_ONLY',
      'LIGHTDASH_SQL',
      'LIGHTDASH_ALLOWED_PROJECTS',
      'LIGHTDASH_AUDIT_LOG',
    ]);
  });

  test.each(Object.values(settings).map(({ env }) => env))('a placeholder in %s that was not replaced', (name) => {
    for (const placeholder of [
      `\${VALUE}`,
      `\${env:VALUE}`,
      '$VALUE',
      '%VALUE%',
      '{{ value }}',
      '$(value)',
      '<value>',
    ]) {
      const message = refusal({ ...enough, [name]: placeholder });
      expect(message).toContain(`${name} is a placeholder`);
      expect(message).not.toContain(placeholder);
    }
  });

  test.each([
    'LIGHTDASH_URL',
    'LIGHTDASH_API_KEY',
    'LIGHTDASH_SESSION_COOKIE',
    'LIGHTDASH_TOOLSETS',
    'LIGHTDASH_AUDIT_LOG',
  ])('quotes around %s', (name) => {
    for (const quote of ['"', "'"]) {
      expect(refusal({ ...enough, [name]: `${quote}value${quote}` })).toContain(`${name} is in quotes`);
    }
  });
});

describe('a token', () => {
  test.each([
    'Bearer ldpat_x',
    'ApiKey ldpat_x',
    'Authorization: ApiKey ldpat_x',
    'ldpat_x ldpat_y',
    `\${TOKEN}`,
    `ldpat_\${TOKEN}`,
  ])('is not %s', (value) => {
    const message = refusal({ ...enough, LIGHTDASH_API_KEY: value });
    expectLine(message, /^LIGHTDASH_API_KEY/, /alone|placeholder/);
    expect(message).not.toContain('ldpat');
  });

  test('a password may be anything', () => {
    for (const password of ['"quoted"', `with \${dollar} inside`, 'a b']) {
      const config = configOf({ ...enough, LIGHTDASH_EMAIL: 'a@b.example', LIGHTDASH_PASSWORD: password });
      expect(config.password?.reveal()).toBe(password);
    }
  });
});

test('SQL by the model is on, unless the server is read-only or the setting says so', () => {
  expect(configOf(enough).sql).toBe('on');
  expect(configOf({ ...enough, LIGHTDASH_READ_ONLY: 'true' }).sql).toBe('off');
  expect(configOf({ ...enough, LIGHTDASH_READ_ONLY: 'true', LIGHTDASH_SQL: 'on' }).sql).toBe('on');
  expect(configOf({ ...enough, LIGHTDASH_SQL: 'off' }).sql).toBe('off');
  expect(configOf({ LIGHTDASH_URL: 'sandbox', LIGHTDASH_READ_ONLY: 'true' }).sql).toBe('off');
});

test('a value that contains a placeholder is a value', () => {
  expect(configOf({ ...enough, LIGHTDASH_PROJECT: `The \${user_config.x}` }).project).toBe(`The \${user_config.x}`);
});

test('every setting that is read into a secret says so', () => {
  const samples: Readonly<Record<string, string>> = { headers: '{"x": "y"}', sessionCookie: 'a=b' };
  const secrets = Object.entries(settings).filter(([name, { read }]) => {
    const { data } = read.safeParse(samples[name] ?? 'text');
    return [data, ...Object.values(Object(data))].some((value) => value instanceof SecretString);
  });
  expect(secrets.map(([name]) => name)).toEqual(['apiKey', 'password', 'sessionCookie', 'headers']);
  const declared = Object.entries(settings).filter(([, { secret }]) => secret);
  expect(declared.map(([name]) => name)).toEqual(secrets.map(([name]) => name));
});

describe('the address', () => {
  test.each([
    ['bi.example', 'https://bi.example/'],
    ['https://bi.example/', 'https://bi.example/'],
    ['https://bi.example/projects/28a012f6/home', 'https://bi.example/'],
    ['https://bi.example/api/v1', 'https://bi.example/'],
    ['https://bi.example/tools/lightdash/', 'https://bi.example/tools/lightdash'],
    ['https://bi.example/login?redirect=x#y', 'https://bi.example/'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/'],
    ['http://localhost:8080', 'http://localhost:8080/'],
  ])('%s is read as %s', (value, address) => {
    expect(configOf({ ...enough, LIGHTDASH_URL: value }).url.href).toBe(address);
  });

  test.each([
    'https://',
    'ftp://bi.example',
    'https://ada:secret@bi.example',
    'https://secret@bi.example',
    'ada:secret@bi.example',
    'not an address',
  ])('%s is refused', (value) => {
    const message = refusal({ ...enough, LIGHTDASH_URL: value });
    expect(message).toMatch(/^LIGHTDASH_URL /);
    expect(message).not.toContain('secret');
  });

  test('over plain http to another machine needs a setting that allows it', () => {
    expect(refusal({ ...enough, LIGHTDASH_URL: 'http://bi.example' })).toContain('LIGHTDASH_ALLOW_HTTP');
    expect(configOf({ ...enough, LIGHTDASH_URL: 'http://bi.example', LIGHTDASH_ALLOW_HTTP: 'true' }).allowHttp).toBe(
      true,
    );
  });

  test.each(['localhost.evil.example', '127.0.0.1.evil.example', '0.0.0.0', '10.0.0.1', '[::2]', 'localhost.'])(
    'over plain http to %s is not to this machine',
    (host) => {
      expect(refusal({ ...enough, LIGHTDASH_URL: `http://${host}` })).toContain('LIGHTDASH_ALLOW_HTTP');
    },
  );

  test.each(['localhost', '127.0.0.1', '127.1', '[::1]'])('over plain http to %s is accepted', (host) => {
    expect(configOf({ ...enough, LIGHTDASH_URL: `http://${host}:8080` }).url.protocol).toBe('http:');
  });
});

describe('signing in', () => {
  const { LIGHTDASH_URL } = enough;

  test('works with a token, with e-mail and password, or with a session cookie', () => {
    expect(configOf({ LIGHTDASH_URL, LIGHTDASH_EMAIL: 'a@b.example', LIGHTDASH_PASSWORD: 'p' }).email).toBe(
      'a@b.example',
    );
    expect(configOf({ LIGHTDASH_URL, LIGHTDASH_SESSION_COOKIE: 'connect.sid=x' }).sessionCookie?.reveal()).toBe(
      'connect.sid=x',
    );
  });

  test.each([
    [{}, 'LIGHTDASH_URL'],
    [{ LIGHTDASH_URL }, 'LIGHTDASH_API_KEY'],
    [{ ...enough, LIGHTDASH_EMAIL: 'a@b.example' }, 'LIGHTDASH_PASSWORD'],
    [{ ...enough, LIGHTDASH_PASSWORD: 'p' }, 'LIGHTDASH_EMAIL'],
    [{ LIGHTDASH_URL, LIGHTDASH_EMAIL: 'a@b.example' }, 'LIGHTDASH_'],
  ])('%j is incomplete, and the error names the missing setting', (environment, named) => {
    expect(refusal(environment)).toContain(named);
  });
});

describe('extra headers', () => {
  const headersOf = (input: string) =>
    Object.fromEntries(
      Object.entries(configOf({ ...enough, LIGHTDASH_HEADERS: input }).headers ?? {}).map(([name, value]) => [
        name,
        value.reveal(),
      ]),
    );

  test('come as JSON or as lines', () => {
    const both = { 'cf-access-client-id': 'abc', 'x-time': '12:30' };
    expect(headersOf('{"CF-Access-Client-Id": "abc", "x-time": "12:30"}')).toEqual(both);
    expect(headersOf('CF-Access-Client-Id: abc\nX-Time: 12:30\n')).toEqual(both);
  });

  test.each(['{"a": 1}', '{broken', 'no colon', 'nocolon', 'bad name: x', '{"a":"b\\nInjected: c"}', ': x'])(
    '%j is refused',
    (value) => {
      expect(refusal({ ...enough, LIGHTDASH_HEADERS: value })).toMatch(/^LIGHTDASH_HEADERS should be/);
    },
  );
});

test.each([
  ['LIGHTDASH_TIMEOUT', '0'],
  ['LIGHTDASH_TIMEOUT', '1.5'],
  ['LIGHTDASH_TIMEOUT', 'forever'],
  ['LIGHTDASH_MAX_RESULT_TOKENS', '1'],
  ['LIGHTDASH_OUTPUT', 'xml'],
  ['LIGHTDASH_LOG_LEVEL', 'loud'],
  ['LIGHTDASH_ALLOW_HTTP', 'maybe'],
])('%s=%s is refused in one line that names it and not the value', (name, value) => {
  const message = refusal({ ...enough, [name]: value });
  expect(message).toMatch(new RegExp(`^${name} should be `));
  expect(message).not.toContain('\n');
});

test('an invalid flag is named as the flag', () => {
  expect(refusal(enough, ['--log-level', 'loud'])).toMatch(/^--log-level /);
  expect(refusal(enough, ['--loglevel', 'debug'])).toContain('--loglevel');
  // A text that belongs to no option may be a secret in the wrong place: it is not repeated.
  const message = refusal(enough, ['ldpat_planted']);
  expect(message).not.toContain('ldpat_planted');
  expectLine(message, 'command line', 'doctor', 'init');
});

describe('init', () => {
  const requestOf = (argv: string[], environment: Record<string, string> = {}) => {
    const read = readCommand(['init', ...argv], environment);
    if (read.command !== 'init') throw new Error(`${read.command} instead of init`);
    return read.request;
  };

  test('takes the values of the command line and leaves the rest to the prompts', () => {
    expect(requestOf([])).toEqual({
      host: undefined,
      name: 'lightdash',
      write: false,
      force: false,
      variables: {},
      sandbox: undefined,
    });
    const flags = [
      '--host',
      'codex',
      '--write',
      '--force',
      '--name',
      'lightdash-prod',
      '--read-only',
      '--project',
      'R',
    ];
    expect(requestOf(flags, { LIGHTDASH_URL: 'bi.example', LIGHTDASH_PROJECT: 'other' })).toMatchObject({
      host: 'codex',
      name: 'lightdash-prod',
      write: true,
      force: true,
      variables: { LIGHTDASH_URL: 'bi.example', LIGHTDASH_READ_ONLY: 'true', LIGHTDASH_PROJECT: 'R' },
    });
  });

  test('allows no name so long that Cursor would drop a tool', () => {
    const longest = Math.max(...toolDefinitions.map(({ name }) => name.length));
    const name = 'a'.repeat(60 - longest);
    expect(refusal({}, ['init', '--name', name])).toMatch(/^--name .*\b15\b/);
    expect(requestOf(['--name', 'a'.repeat(15)]).name).toHaveLength(15);
  });

  test.each([
    [['doctor', '--write'], /--write .*\binit\b/],
    [['--host', 'codex'], /--host .*\binit\b/],
    [['init', '--host', 'emacs'], /^--host .*claude-desktop, /],
    [['init', 'codex'], /command line .*\(doctor, init\)/],
    [['init', '--url', 'ftp://x'], /^--url .*https:\/\//],
  ])('with arguments that do not fit, as %j, is refused', (argv, message) => {
    expect(refusal(enough, argv)).toMatch(message);
  });
});

test('doctor takes the settings that the server takes', () => {
  const read = readCommand(['doctor', '--timeout', '20'], enough);
  expect(read).toMatchObject({ command: 'doctor', config: { timeout: 20 } });
  expect(refusal({}, ['doctor'])).toContain('LIGHTDASH_URL');
});

test('a switch may have a value or none', () => {
  expect(configOf(enough, ['--read-only'])).toMatchObject({ readOnly: true });
  expect(configOf(enough, ['--read-only', '--timeout', '9'])).toMatchObject({ readOnly: true, timeout: 9 });
  expect(configOf(enough, ['--read-only', 'false'])).toMatchObject({ readOnly: false });
  expect(configOf(enough, ['--read-only=no'])).toMatchObject({ readOnly: false });
  expectLine(refusal(enough, ['--timeout']), '--timeout', 'value', '--help');
});

test('help and version take precedence over everything else', () => {
  expect(readCommand(['--help'], {})).toEqual({ command: 'help' });
  expect(readCommand(['-v', '--timeout', 'x'], {})).toEqual({ command: 'version' });
});

test('the help names every setting with its flag', () => {
  const help = helpText('lightdash-mcp');
  for (const [name, { env }] of Object.entries(settings)) {
    expect(help).toContain(env);
    expect(help).toContain(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} `);
  }
});

test('the introduction at a terminal names existing commands', () => {
  const text = introduction('node dist/main.js');
  const commands = [...text.matchAll(/^ {2}node dist\/main\.js (\S+) /gm)].map(([, command = '']) => command);
  expect(commands).toEqual(['init', 'doctor', '--sandbox', '--help']);
  const settings = { LIGHTDASH_URL: 'https://bi.example', LIGHTDASH_API_KEY: 'ldpat_0123456789' };
  for (const command of commands) expect(() => readCommand([command], settings)).not.toThrow();
});
