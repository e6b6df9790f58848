import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ToolFilterError } from '../../src/inventory/tool-filter.ts';
import { type Release, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { expectLine } from '../helpers/answers.ts';
import { answerJson, answerResults, type Received, startLoopback } from '../helpers/loopback.ts';
import { startServerProcess } from '../helpers/server-process.ts';
import { examine } from './examine.ts';

const API_KEY = 'ldpat_planted_0123456789';

const pem = (name: string) => readFileSync(new URL(`../fixtures/self-signed/${name}.pem`, import.meta.url), 'utf8');

/** The least that Lightdash answers the doctor on v1. */
function answerAsLightdash({ target }: Received): unknown {
  if (target.endsWith('/health')) return { version: '0.1366.1', query: { maxLimit: 5000 } };
  if (target.endsWith('/user')) {
    return { email: 'ada@roastery.example', firstName: 'Ada', lastName: 'Abara', role: 'admin', organizationName: 'R' };
  }
  return target.endsWith('/org/projects') ? [{ projectUuid: 'a', name: 'Roastery', type: 'DEFAULT' }] : undefined;
}

const answering = (change: (received: Received) => unknown = answerAsLightdash, tls?: { key: string; cert: string }) =>
  startLoopback((received, response) => {
    const results = change(received);
    if (results !== undefined) return answerResults(response, results);
    answerJson(response, 404, { status: 'error', error: { name: 'NotFoundError', message: 'not here' } });
  }, tls);

describe('a server that does not answer', () => {
  const hanging = (isHanging: (target: string) => boolean) =>
    startLoopback((received, response) => {
      if (!isHanging(received.target)) answerResults(response, answerAsLightdash(received) ?? null);
    });

  test('ends after the time of one check, with advice', async () => {
    const { url } = await hanging(() => true);
    const { code, lineOf: said } = await examine(
      { LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY },
      { checkTimeoutMs: 50 },
    );
    expect(code).toBe(1);
    expectLine(said('Address'), /^FAILED/, '0.05 s', 'firewall');
    expect(said('Sign-in')).toMatch(/^- /);
  });

  test('fails the one check that it does not answer, and the others are made', async () => {
    const { url } = await hanging((target) => target.endsWith('/user'));
    const { lineOf: said } = await examine(
      { LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY },
      { checkTimeoutMs: 500 },
    );
    expect(said('Address')).toMatch(/^ok /);
    expect(said('Version')).toMatch(/^ok /);
    expect(said('Sign-in')).toMatch(/^FAILED No answer/);
  });
});

test('a service account and a limit of personal tokens are named', async () => {
  const { url } = await answering((received) =>
    received.target.endsWith('/health')
      ? { version: '1.219.0', query: { maxLimit: 5000 }, auth: { pat: { maxExpirationTimeInDays: 90 } } }
      : answerAsLightdash(received),
  );
  const { lineOf: said } = await examine({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: 'ldsvc_planted_0123456789' });
  expectLine(said('Sign-in'), 'service account', '90 days');
});

test.each([
  ['0.2904.5', ['tested on 1.219', '13 tools deprecated']],
  ['1.300.0', ['newer than 1.219', 'It lacks 3', '22 tools deprecated']],
])('a release that has no sandbox, %s, is described by what was measured', async (version, facts) => {
  const { url } = await answering((received) =>
    received.target.endsWith('/health') ? { version, query: { maxLimit: 5000 } } : answerAsLightdash(received),
  );
  const { lineOf: said } = await examine({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY });
  expectLine(said('Version'), version, ...facts);
  expect(said('Session').includes('warehouse')).toBe(version === '0.2904.5');
});

test('a server that keeps its health to itself still signs in', async () => {
  const { url } = await answering((received) =>
    received.target.endsWith('/health') ? undefined : answerAsLightdash(received),
  );
  const { lineOf: said } = await examine({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY });
  expectLine(said('Sign-in'), /^ok/, 'Ada Abara');
  expect(said('Queries')).toMatch(/^- Not checked/);
});

describe.each([
  ['0.1366', /^ok By v1, at most 5,000 rows/],
  ['1.219', /^ok By v2, .*object storage: 1 row of \w+ of \w+ .*Roastery/],
] satisfies [Release, RegExp][])('on a sandbox of %s', (version, queries) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ version });
  });
  afterAll(() => sandbox.close());
  const settings = () => ({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });

  test('all is well for an administrator', async () => {
    const { code, lineOf: said, lines } = await examine(settings());
    expect(code).toBe(0);
    expect(said('Address')).toBe(`ok ${sandbox.url} answers.`);
    expect(said('Version')).toContain(version === '1.219' ? '1.219.0' : '0.1367.0');
    const lacking =
      version === '1.219'
        ? [
            'lacks 3',
            'create_pull_request_for_chart_fields',
            'routes of 22 tools deprecated',
            'get_custom_metrics',
            'get_scheduled_jobs',
            'removed',
          ]
        : ['lacks 12', 'get_dashboard_history', 'get_content_as_code', 'list_parameters'];
    expectLine(said('Version'), ...lacking);
    expectLine(said('Sign-in'), /^ok/, 'Ada Abara', 'ada@roastery.example', 'admin', 'Roastery', 'token');
    expect(said('Session')).toMatch(/^- None: .*LIGHTDASH_EMAIL/);
    expect(said('Projects')).toBe('ok 1 project: Roastery.');
    expect(said('Queries')).toMatch(queries);
    expect(lines.at(-1)).toBe('Nothing failed.');
  });

  test('a viewer sees which requests need other rights, and nothing fails', async () => {
    const { code, lineOf: said } = await examine({ ...settings(), LIGHTDASH_API_KEY: sandbox.tokens.plainViewer });
    expectLine(said('Sign-in'), 'Val Plain', 'val@roastery.example', 'viewer', 'Roastery');
    if (version === '1.219') expectLine(said('Queries'), /^warning/, 'not query', 'interactive viewer');
    expect(code).toBe(0);
  });

  test('a wrong token fails the sign-in, and checks without sign-in still run', async () => {
    const { code, lineOf: said, lines } = await examine({ ...settings(), LIGHTDASH_API_KEY: API_KEY });
    expect(code).toBe(1);
    expect(said('Sign-in')).toMatch(/^FAILED .*LIGHTDASH_API_KEY/);
    expect(said('Version')).toMatch(/^ok /);
    expect(said('Clock')).toMatch(/^ok /);
    expectLine(said('Projects'), /^- /, 'not signed in');
    expect(lines.at(-1)).toBe('1 failed.');
  });

  test('a session of the same user is reported, one of another user is a warning, a refused one fails', async () => {
    const { email, password } = sandbox.administrator;
    const same = { ...settings(), LIGHTDASH_EMAIL: email, LIGHTDASH_PASSWORD: password };
    expectLine((await examine(same)).lineOf('Session'), /^ok/, 'Ada Abara', 'ada@roastery.example');
    const other = await examine({ ...same, LIGHTDASH_API_KEY: sandbox.tokens.editor });
    expectLine(other.lineOf('Session'), /^warning/, 'session', 'Ada Abara', 'token', 'Edie Editor');
    const refused = await examine({ ...same, LIGHTDASH_PASSWORD: 'planted-password' });
    expect(refused.lineOf('Session')).toMatch(/^FAILED .*LIGHTDASH_PASSWORD/);
    expect(refused.lineOf('Sign-in')).toMatch(/^ok /);
    expect(refused.lines.join('\n')).not.toContain('planted-password');
  });

  test('e-mail and password alone are enough', async () => {
    const { email, password } = sandbox.administrator;
    const { code, lineOf: said } = await examine({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_EMAIL: email,
      LIGHTDASH_PASSWORD: password,
    });
    expect(code).toBe(0);
    expectLine(said('Sign-in'), /^ok/, 'e-mail', 'password');
    expect(said('Session')).toMatch(/^ok /);
  });

  test('the projects of the settings are looked up, and missing ones are named', async () => {
    const right = await examine({
      ...settings(),
      LIGHTDASH_PROJECT: 'roastery',
      LIGHTDASH_ALLOWED_PROJECTS: 'Roastery',
    });
    expect(right.lineOf('Project')).toBe('ok LIGHTDASH_PROJECT is Roastery.');
    expect(right.lineOf('Allowed')).toBe('ok LIGHTDASH_ALLOWED_PROJECTS is Roastery.');
    const wrong = await examine({
      ...settings(),
      LIGHTDASH_PROJECT: 'Roaster',
      LIGHTDASH_ALLOWED_PROJECTS: 'Roastery,4b1f7c5e-0000-4000-8000-000000000000',
    });
    expect(wrong.code).toBe(1);
    expectLine(wrong.lineOf('Project'), /^FAILED/, 'LIGHTDASH_PROJECT', '"Roaster"', '"Roastery"');
    expectLine(wrong.lineOf('Allowed'), /^FAILED/, '4b1f7c5e');
  });

  test('nothing is written to Lightdash', () => {
    const wrote = sandbox.requests.filter(
      ({ method, path }) => method !== 'GET' && !/\/login$|\/query\/metric-query$/.test(path),
    );
    expect(wrote).toEqual([]);
  });
});

test('a server without object storage is reported, with the behaviour of queries', async () => {
  const sandbox = await startSandbox({ version: '1.219', objectStorage: false });
  const { code, lineOf: said } = await examine({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });
  expectLine(said('Queries'), /^warning/, 'v1', '5,000 rows', 'S3');
  expect(code).toBe(0);
  await sandbox.close();
});

describe('a query on v2', () => {
  const orders = {
    name: 'orders',
    baseTable: 'orders',
    tables: { orders: { dimensions: { status: { type: 'string' } } } },
  };
  const answers: Readonly<Record<string, unknown>> = {
    '/health': { version: '0.2904.5', query: { maxLimit: 5000, maxPageSize: 2500 } },
    '/explores': [{ name: 'broken' }, { name: 'orders' }],
    '/explores/broken': {},
    '/explores/orders': orders,
    '/query/metric-query': { queryUuid: 'q' },
    '/query/q': { status: 'error', error: 'relation "orders" does not exist' },
  };
  const examined = async (changed: Readonly<Record<string, unknown>> = {}) => {
    const all = { ...answers, ...changed };
    const { url, received } = await answering((request) => {
      const end = Object.keys(all).find((path) => request.target.split('?')[0]?.endsWith(path));
      return end === undefined ? answerAsLightdash(request) : all[end];
    });
    return { ...(await examine({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY })), received };
  };

  test('that the warehouse refuses fails with its message, on the first readable explore', async () => {
    const { code, lineOf: said, received } = await examined();
    expectLine(said('Queries'), /^FAILED/, 'relation "orders" does not exist', 'warehouse');
    expect(code).toBe(1);
    // On 0.2904 the three dropped operations are gone, and queries go by v2; the successors came later.
    expectLine(said('Version'), '0.2904.5', 'lacks 3', 'create_pull_request_for_chart_fields', 'may lack 12', 'for 6');
    const query = received.find(({ target }) => target.endsWith('/metric-query'));
    expect(JSON.parse(query?.body ?? '')).toMatchObject({ query: { dimensions: ['orders_status'], limit: 1 } });
  });

  test('is not tried without an explore', async () => {
    const { lineOf: said, received } = await examined({
      '/explores': [{ name: 'orders', errors: [{ message: 'broken' }] }],
    });
    expectLine(said('Queries'), /^warning/, 'Roastery', 'no explore');
    expect(received.some(({ method }) => method === 'POST')).toBe(false);
  });
});

test('a user without an organization gets a warning', async () => {
  const { url } = await answering((received) =>
    received.target.endsWith('/user')
      ? { email: 'a@b.example', firstName: 'A', lastName: 'B', role: null, organizationName: null }
      : answerAsLightdash(received),
  );
  const { lineOf: said } = await examine({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY });
  expectLine(said('Sign-in'), /^warning/, 'a@b.example', 'no organization');
});

test('a user who sees no project gets a warning, and nothing is queried', async () => {
  const { url } = await answering((received) =>
    received.target.endsWith('/org/projects') ? [] : answerAsLightdash(received),
  );
  const { code, lineOf: said } = await examine({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY });
  expectLine(said('Projects'), /^warning/, 'no project', 'administrator');
  expectLine(said('Queries'), /^- /, 'no project');
  expect(code).toBe(0);
});

test('a default project that is not among the allowed ones fails', async () => {
  const projects = [
    { projectUuid: 'a', name: 'Roastery' },
    { projectUuid: 'b', name: 'Bakery' },
  ];
  const { url } = await answering((received) =>
    received.target.endsWith('/org/projects') ? projects : answerAsLightdash(received),
  );
  const { code, lines } = await examine({
    LIGHTDASH_URL: url.href,
    LIGHTDASH_API_KEY: API_KEY,
    LIGHTDASH_PROJECT: 'Bakery',
    LIGHTDASH_ALLOWED_PROJECTS: 'Roastery',
  });
  expectLine(lines.join('\n'), /^FAILED/, 'LIGHTDASH_PROJECT', 'Bakery', 'LIGHTDASH_ALLOWED_PROJECTS');
  expect(code).toBe(1);
});

describe('the address', () => {
  test('without an answer fails, and checks that need a connection are not made', async () => {
    const { url, close } = await answering();
    await close();
    const { code, lineOf: said, lines } = await examine({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY });
    expect(code).toBe(1);
    expectLine(said('Address'), /^FAILED/, url.origin, 'LIGHTDASH_URL');
    expectLine(said('Sign-in'), /^- /, 'no connection');
    expect(said('Node')).toMatch(/^ok /);
    expect(lines.join('\n')).not.toContain(API_KEY);
  });

  test('with an untrusted certificate fails at TLS', async () => {
    const { url } = await answering(answerAsLightdash, { key: pem('key'), cert: pem('certificate') });
    const { code, lineOf: said } = await examine({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY });
    expect(code).toBe(1);
    expectLine(said('Address'), /^ok/, url.origin);
    expect(said('TLS')).toMatch(/^FAILED .*not trusted .*NODE_EXTRA_CA_CERTS/);
  });

  test('with a sign-in page in front names the headers that would open it', async () => {
    const { url } = await startLoopback((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>Sign in to Example Access</title>');
    });
    const { code, lineOf: said } = await examine({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY });
    expect(code).toBe(1);
    expect(said('Address')).toMatch(/^FAILED .*web page.*LIGHTDASH_HEADERS/);
    expect(said('Sign-in')).toMatch(/^FAILED .*LIGHTDASH_HEADERS/);
  });

  test('that redirects is reported with its target', async () => {
    const { url } = await startLoopback((_, response) => {
      response.writeHead(302, { location: 'https://bi.example/login' });
      response.end();
    });
    const { lineOf: said } = await examine({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY });
    expectLine(said('Address'), /^FAILED/, 'redirects', 'https://bi.example');
  });

  test('over plain http to another machine is a warning if it is allowed', async () => {
    const { url } = await answering();
    // Reaches this machine, and is not known to.
    const { code, lineOf: said } = await examine({
      LIGHTDASH_URL: `http://0.0.0.0:${url.port}`,
      LIGHTDASH_API_KEY: API_KEY,
      LIGHTDASH_ALLOW_HTTP: 'true',
    });
    expectLine(said('TLS'), /^warning/, 'token');
    expect(code).toBe(0);
  });

  test('over https with unchecked certificates is a warning', async () => {
    const { url } = await answering(answerAsLightdash, { key: pem('key'), cert: pem('certificate') });
    const { exited, stdout } = startServerProcess(
      { LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      ['doctor'],
    );
    expect(await exited).toMatchObject({ code: 0 });
    expectLine(stdout.join('\n'), /^warning/, 'TLS', 'not checked');
  });
});

describe('the clock', () => {
  const answered = async (skewSeconds: number) => {
    const { url } = await answering();
    const settings = { LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY };
    return (await examine(settings, { now: () => Date.now() + skewSeconds * 1_000 })).lineOf('Clock');
  };

  test('that is ahead or behind is a warning with the difference', async () => {
    expectLine(await answered(3_600), /^warning/, /3,60\d seconds/, 'ahead');
    expectLine(await answered(-600), /^warning/, /(?:600|599) seconds/, 'behind');
  });

  test('that is right is reported as correct', async () => {
    expect(await answered(0)).toMatch(/^ok .*\d seconds?/);
  });

  test('of a server without a clock header is not judged', async () => {
    const { url } = await startLoopback((received, response) => {
      response.sendDate = false;
      answerResults(response, answerAsLightdash(received));
    });
    const { lineOf: said } = await examine({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY });
    expectLine(said('Clock'), /^- /, 'time');
  });
});

test('secrets and terminal codes that a server sends back are not shown', async () => {
  const secrets = { LIGHTDASH_API_KEY: API_KEY, LIGHTDASH_HEADERS: '{"x-access": "planted-header"}' };
  const headersOf = ({ headers }: Received) =>
    `\u001b[2J${headers.authorization} and ${headers['x-access']}\nok      Sign-in`;
  const failing = await startLoopback((received, response) =>
    answerJson(response, 400, { status: 'error', error: { name: 'X', message: headersOf(received) } }),
  );
  const answering = await startLoopback((received, response) => {
    const results = answerAsLightdash(received);
    if (received.target.endsWith('/user')) {
      return answerResults(response, { firstName: headersOf(received), organizationName: headersOf(received) });
    }
    answerResults(response, Array.isArray(results) ? [{ projectUuid: 'a', name: headersOf(received) }] : results);
  });
  for (const { url, received } of [failing, answering]) {
    const { lines } = await examine({ LIGHTDASH_URL: url.href, ...secrets });
    const text = lines.join('\n');
    expect(JSON.stringify(received)).toContain(API_KEY);
    expect(text).toContain('[secret]');
    expect(text).not.toContain(API_KEY);
    expect(text).not.toContain('planted-header');
    expect(text).not.toContain('\u001b');
    expect(lines.filter((line) => line.startsWith('ok      Sign-in')).length).toBeLessThanOrEqual(1);
  }
});

describe('this machine', () => {
  const nowhere = { LIGHTDASH_URL: 'https://lightdash.invalid', LIGHTDASH_API_KEY: API_KEY };

  test.each([
    ['18.20.8', 'FAILED'],
    ['20.18.0', 'FAILED'],
    ['20.18.1', 'ok'],
    ['22.0.0', 'ok'],
  ])('with Node %s is %s', async (nodeVersion, mark) => {
    expect((await examine(nowhere, { nodeVersion })).lineOf('Node')).toMatch(
      new RegExp(`^${mark} Node ${nodeVersion}`),
    );
  });

  test('behind a proxy names it, without its password', async () => {
    const { url, close } = await answering();
    await close();
    const { lines, lineOf: said } = await examine(nowhere, {
      proxy: { httpsProxy: `http://ada:planted-password@${url.host}` },
    });
    expect(said('Proxy')).toContain(url.host);
    expect(lines.join('\n')).not.toContain('planted-password');
  });

  test('behind a proxy that is named without a scheme is reported', async () => {
    const proxy = { httpsProxy: '127.0.0.1:9' };
    expect((await examine(nowhere, { proxy })).lineOf('Proxy')).toMatch(/^ok .*127\.0\.0\.1:9, /);
  });

  test('with a proxy that the address bypasses says so', async () => {
    const proxy = { httpsProxy: 'http://proxy.example:3128', noProxy: '.invalid' };
    const line = (await examine(nowhere, { proxy })).lineOf('Proxy');
    expectLine(line, /^ok/, 'Not used');
    expect(line).not.toContain('proxy.example');
  });
});

describe('the command', () => {
  const run = async (env: Record<string, string>, flags: readonly string[] = []) => {
    const server = startServerProcess(env, ['doctor', ...flags]);
    const { code } = await server.exited;
    return { code, stdout: server.stdout, stderr: server.stderr() };
  };

  test.each(['--sandbox', '--sandbox=0.1366'])('works with %s, and ends', async (flag) => {
    const { code, stdout, stderr } = await run({}, [flag]);
    expect(stderr).toBe('');
    expect(stdout.at(-1)).toBe('Nothing failed.');
    expectLine(stdout.join('\n'), /^ok/, 'Session', 'Ada Abara');
    expect(code).toBe(0);
  });

  test('ends without a stack trace if its output is read no further, as by head', async () => {
    const server = startServerProcess({}, ['doctor', '--sandbox']);
    server.stopReading();
    await server.exited;
    expect(server.stderr()).toBe('');
  });

  test('ends with 1 if a check failed', async () => {
    const { url } = await startLoopback((_, response) => answerJson(response, 401, { status: 'error', error: {} }));
    const { code, stdout } = await run({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: API_KEY });
    expect(code).toBe(1);
    expect(stdout.join('\n')).not.toContain(API_KEY);
  });

  test.each([
    ['a setting that is missing', {}, 'LIGHTDASH_URL'],
    [
      'an address over plain http',
      { LIGHTDASH_URL: 'http://bi.example', LIGHTDASH_API_KEY: API_KEY },
      'LIGHTDASH_ALLOW_HTTP',
    ],
    [
      'a proxy that is no address',
      { LIGHTDASH_URL: 'https://bi.example', LIGHTDASH_API_KEY: API_KEY, https_proxy: 'http://' },
      'HTTPS_PROXY',
    ],
  ])('ends with 2 and one line for %s', async (_, env, named) => {
    const { code, stdout, stderr } = await run(env);
    expect(code).toBe(2);
    expect(stdout).toEqual([]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(named);
  });

  test('ends with 2 for an audit log that cannot be written, like the server', async () => {
    const { code, stderr } = await run({}, ['--sandbox', '--audit-log', '/no/such/folder/audit.jsonl']);
    expect(code).toBe(2);
    expectLine(stderr, 'LIGHTDASH_AUDIT_LOG', '(ENOENT)');
  });

  test('ends with 2 for an unknown toolset', async () => {
    const env = { LIGHTDASH_URL: 'https://bi.example', LIGHTDASH_API_KEY: API_KEY, LIGHTDASH_TOOLSETS: 'quary' };
    const { code, stderr } = await run(env);
    expect(code).toBe(2);
    expectLine(stderr, 'toolset', '"quary"', 'nearest', 'query');
  });
});

test('settings with an unknown toolset are not examined', async () => {
  const settings = { LIGHTDASH_URL: 'https://bi.invalid', LIGHTDASH_API_KEY: API_KEY, LIGHTDASH_TOOLSETS: 'quary' };
  await expect(examine(settings)).rejects.toThrow(ToolFilterError);
});
