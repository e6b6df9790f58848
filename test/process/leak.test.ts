import { mkdtempSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { type Connection, callToolConfirmed, connectOverStdio } from '../helpers/client.ts';
import { answerJson, type Loopback, openLoopback, type Received } from '../helpers/loopback.ts';
import { exampleArguments } from '../helpers/recorded-arguments.ts';

// Quotes and a backslash: a secret must not slip through in its JSON spelling either.
const secrets = {
  token: 'ldpat_planted-"token"\\0123456789abcdef',
  password: 'planted "password" \\ of Ada',
  cookie: 'connect.sid=s%3Aplanted-session-cookie.0123',
  header: 'Bearer planted-access/"client"+secret',
  basic: `Basic ${Buffer.from('planted-user:planted&pass word').toString('base64')}`,
};
/** Parts of the above that a server may tell alone. */
const parts = ['planted-access/"client"+secret', 'planted-session-cookie', 'planted-user', 'planted&pass word'];

/** The spellings in which a careless server repeats a text. */
const encodings: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => encodeURIComponent(text).replace(/%../g, (byte) => byte.toLowerCase()),
  (text) => new URLSearchParams({ a: text }).toString().slice(2),
  (text) => text.replaceAll('/', '\\/'),
  (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
  (text) => text.replaceAll('&', '&#38;').replaceAll('"', '&#x22;'),
  (text) => Buffer.from(`key: ${text}`).toString('base64'),
  (text) => Buffer.from(`key: ${text}`).toString('hex').toUpperCase(),
];

/** A server that repeats in its errors all that it was sent, as a careless proxy or a debugging page does. */
const echo = ({ method, target, headers, body }: Received) => {
  const { authorization = '', cookie = '' } = headers;
  // A server knows what it was sent, and can tell the parts of it.
  const sent = Object.values(headers).join('\n');
  const sentBasic = Buffer.from(secrets.basic.slice('Basic '.length), 'base64').toString();
  const knows = (secret: string) => sent.includes(secret) || sentBasic.includes(secret);
  const encoded = [...Object.values(secrets), ...parts]
    .filter(knows)
    .flatMap((secret) => encodings.map((encode) => encode(secret)));
  return `${encoded.join(' ')} cannot ${method} ${target} with ${authorization} ${cookie} ${decodeURIComponent(cookie)} ${headers['x-access'] ?? ''} ${body}`;
};

type Failing = (received: Received, response: ServerResponse) => void;

const now = { 'retry-after': '0' };
const envelope =
  (status: number, name: string): Failing =>
  (received, response) =>
    answerJson(
      response,
      status,
      { status: 'error', error: { statusCode: status, name, message: echo(received), data: {} } },
      now,
    );
const text =
  (status: number, type: string, write: (received: Received) => string, headers = {}): Failing =>
  (received, response) => {
    response.writeHead(status, { 'content-type': type, ...now, ...headers });
    response.end(write(received));
  };

const failures: Readonly<Record<string, Failing>> = {
  '400 in the envelope': envelope(400, 'ParameterError'),
  '401 in the envelope': envelope(401, 'AuthorizationError'),
  '403 in the envelope': envelope(403, 'ForbiddenError'),
  '404 in the envelope': envelope(404, 'NotFoundError'),
  '409 in the envelope': envelope(409, 'AlreadyExistsError'),
  '422 with reasons in data': (received, response) =>
    answerJson(response, 422, {
      status: 'error',
      error: {
        name: 'ValidateError',
        message: '',
        data: { 'body.x': { message: echo(received), value: echo(received) } },
      },
    }),
  '429 in the envelope': envelope(429, 'RateLimited'),
  '500 in the envelope': envelope(500, echo({ method: '', target: '', headers: {}, body: '' })),
  '502 as a page': text(502, 'text/html', (received) => `<html><title>${echo(received)}</title></html>`),
  '200 as a page': text(200, 'text/html', (received) => `<!doctype html><title>${echo(received)}</title>`),
  '200 as cut JSON': text(200, 'application/json', (received) =>
    JSON.stringify({ results: echo(received) }).slice(0, -2),
  ),
  'a redirect elsewhere': (received, response) => {
    response.writeHead(302, { location: `https://elsewhere.invalid/?echo=${encodeURIComponent(echo(received))}` });
    response.end();
  },
  'a connection that breaks': (_, response) => void response.destroy(),
  'an answer that breaks off': (received, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '9999' });
    response.write(JSON.stringify({ status: 'ok', results: echo(received) }));
    setImmediate(() => response.destroy());
  },
};

let failing: Failing = envelope(500, 'nothing chosen');
let lightdash: Loopback;
const connections: Connection[] = [];
const auditLog = join(mkdtempSync(join(tmpdir(), 'lightdash-leak-')), 'audit.jsonl');

beforeAll(async () => {
  lightdash = await openLoopback((received, response) => {
    if (received.target.endsWith('/login')) {
      response.writeHead(200, { 'set-cookie': `${secrets.cookie}; Path=/; HttpOnly` });
      return void response.end('{"status":"ok","results":{}}');
    }
    failing(received, response);
  });
  const common = {
    LIGHTDASH_URL: lightdash.url.href,
    LIGHTDASH_HEADERS: JSON.stringify({ 'X-Access': secrets.header, 'X-Basic': secrets.basic }),
    LIGHTDASH_LOG_LEVEL: 'debug',
    LIGHTDASH_AUDIT_LOG: auditLog,
  };
  connections.push(
    await connectOverStdio({
      ...common,
      LIGHTDASH_API_KEY: secrets.token,
      LIGHTDASH_EMAIL: 'ada@roastery.example',
      LIGHTDASH_PASSWORD: secrets.password,
    }),
    await connectOverStdio({ ...common, LIGHTDASH_SESSION_COOKIE: secrets.cookie }),
  );
});

afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await lightdash.close();
});

const projectUuid = '28a012f6-4897-4927-8e21-30880ba92505';
const anyUuid = '00000000-0000-4000-8000-000000000000';
/** The recorded calls, and one of each tool that stands for no recorded operation. */
const examples = new Map<string, Record<string, unknown>>([
  ['get_context', {}],
  ...exampleArguments(),
  ['find_fields', { projectUuid, words: 'revenue' }],
  ['get_content_as_code', { projectUuid, items: ['Revenue'] }],
  ['apply_content_as_code', { projectUuid, code: 'name: A\nslug: a\nspaceSlug: a\ntiles: []\n' }],
  ['search_field_values', { projectUuid, exploreId: 'orders', field: 'orders_status' }],
  ['get_query_result', { projectUuid, queryUuid: anyUuid }],
  ['cancel_query', { projectUuid, queryUuid: anyUuid }],
  ['get_saved_chart', { chartUuid: anyUuid }],
  ['get_dashboard', { dashboardUuid: anyUuid }],
  ['run_dashboard', { dashboardUuid: anyUuid }],
  ['get_space_access', { projectUuid, spaceUuid: anyUuid }],
  ['delete_chart', { chartUuid: anyUuid }],
  ['get_context', {}],
  ['get_user_access', { user: 'Ada' }],
  ['list_roles', {}],
  ['list_role_assignments', { projectUuid }],
  ['assign_role', { user: 'Ada', projectUuid, role: 'viewer' }],
  ['remove_role_assignment', { user: 'Ada', projectUuid }],
  ['invite_user', { email: 'zoe@roastery.example' }],
  ['list_pending_invites', {}],
  ['get_user_activity', { projectUuid }],
  ['rename_field', { projectUuid, model: 'orders', from: 'status', to: 'state' }],
  ['refresh_project', { projectUuid }],
  ['update_project', { projectUuid, name: 'x' }],
  ['list_personal_access_tokens', {}],
  ['create_personal_access_token', { description: 'x' }],
  ['delete_personal_access_token', { personalAccessTokenUuid: anyUuid }],
  ['reassign_schedulers', { user: 'Ada', newOwner: 'Vic' }],
  ['list_parameters', { projectUuid }],
  ['search_content', { projectUuid }],
  ['move_content', { projectUuid, items: ['x'], space: 'Sales' }],
  ['list_deleted_content', { projectUuid }],
  ['restore_content', { projectUuid, item: 'x' }],
  ['verify_content', { projectUuid, item: 'x' }],
  ['pin_content', { projectUuid, item: 'x' }],
  ['show_chart', { chartUuid: anyUuid }],
  ['create_chart', { projectUuid, name: 'x', query: { exploreId: 'orders', metrics: ['orders_order_count'] } }],
  ['update_chart', { chartUuid: anyUuid, name: 'x' }],
  ['create_sql_chart', { projectUuid, name: 'x', sql: 'select 1', space: 'Sales' }],
  ['update_sql_chart', { projectUuid, sqlChart: anyUuid, name: 'x' }],
  ['duplicate_chart', { chartUuid: anyUuid, name: 'x' }],
  ['delete_dashboard', { dashboardUuid: anyUuid }],
  ['get_dashboard_history', { dashboardUuid: anyUuid }],
  ['rollback_dashboard_version', { dashboardUuid: anyUuid, versionUuid: anyUuid }],
  ['update_dashboard', { dashboardUuid: anyUuid, name: 'x' }],
  ['duplicate_dashboard', { dashboardUuid: anyUuid, name: 'x' }],
  ['create_scheduler', { projectUuid, name: 'x', chart: anyUuid, to: ['a@b.example'], when: 'daily 8:00' }],
  ['list_schedulers', { projectUuid }],
  ['list_scheduler_runs', { projectUuid }],
  ['send_scheduler_now', { schedulerUuid: anyUuid }],
  ['run_read_operation', { operation: 'GetImpersonationSettings' }],
  ['run_write_operation', { operation: 'EnsurePlaygroundProject' }],
]);
const redirecting = 'install_github_app_for_organization';

/** Every spelling in which a secret could come out: as it is, inside of JSON, inside of JSON in JSON, encoded. */
const allSpellings = [...Object.values(secrets), ...parts].flatMap((secret) => {
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    decodeURIComponent(secret),
    ...encodings.map((encode) => encode(secret)),
  ];
});

const spellings = [...new Set(allSpellings)];
const spellingsIn = (text: string) => spellings.filter((spelling) => text.includes(spelling));

test('every tool is tried', () => {
  // Those that ask Lightdash for nothing repeat nothing.
  const untried = toolDefinitions.map(({ name }) => name).filter((name) => !examples.has(name));
  expect(untried).toEqual(['find_operation', 'describe_operation']);
});

test.each(Object.keys(failures))('no tool leaks a secret: %s', async (kind) => {
  failing = failures[kind] ?? failing;
  // Side by side: where a connection breaks, most of a call is the wait before it is made again.
  await Promise.all(connections.map((connection) => tryAll(connection, kind)));
});

async function tryAll({ client, stderr }: (typeof connections)[number], kind: string): Promise<void> {
  const answers = await Promise.all(
    [...examples].map(async ([tool, args]) => ({ tool, ...(await callToolConfirmed(client, tool, args)) })),
  );
  // The one operation whose answer is a redirect gives its address as a result: that is no failure.
  const failed = answers.filter(({ tool }) => !(kind === 'a redirect elsewhere' && tool === redirecting));
  expect(failed.filter(({ isError }) => !isError).map(({ tool }) => tool)).toEqual([]);
  for (const { tool, text: answer } of failed) expect(spellingsIn(answer), tool).toEqual([]);
  const written = [stderr().slice(-1_000_000), readFileSync(auditLog, 'utf8').slice(-1_000_000)];
  expect(written.join().length).toBeGreaterThan(10_000);
  for (const text of written) expect(spellingsIn(text)).toEqual([]);
}

test('the hostile server was sent the secrets, so that it could have leaked them', () => {
  const sent = JSON.stringify(lightdash.received.map(({ headers, body }) => [Object.values(headers), body]));
  for (const [name, secret] of Object.entries(secrets)) {
    const inJson = JSON.stringify(secret).slice(1, -1);
    expect(sent.includes(inJson) || sent.includes(JSON.stringify(inJson).slice(1, -1)), name).toBe(true);
  }
});
