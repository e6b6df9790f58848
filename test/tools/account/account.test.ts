import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { expectLine } from '../../helpers/answers.ts';
import { callTool, callToolConfirmed, connectInMemory, connectOverStdio } from '../../helpers/client.ts';
import { answerJson, answerResults, startLoopback } from '../../helpers/loopback.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const expiresAt = '2030-01-01T00:00:00Z';
/** The uuid of a person's token, which is made one that expires: others cannot be rotated. */
function rotatable(token: string): string {
  const adminToken = [...sandbox.store.tokens.values()].find((accessToken) => accessToken.token === token);
  if (adminToken === undefined) throw new Error('no such token');
  adminToken.expiresAt = '2029-01-01T00:00:00.000Z';
  return adminToken.uuid;
}
const newTokenIn = (text: string) => /New token: (\S+)/.exec(text)?.[1] ?? '';

describe('rotating a token', () => {
  test('in use continues with the new one, names the setting to change, and shows it once', async () => {
    const old = sandbox.tokens.admin;
    const personalAccessTokenUuid = rotatable(old);
    const { client, stderr, close } = await connectOverStdio({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: old,
      LIGHTDASH_LOG_LEVEL: 'debug',
    });
    onTestFinished(close);
    const { text } = await callToolConfirmed(client, 'rotate_personal_access_token', {
      personalAccessTokenUuid,
      expiresAt,
    });
    const fresh = newTokenIn(text);
    expect(fresh).toHaveLength(32);
    expect(text).toMatch(/valid until 2030-01-01/);
    expectLine(text, 'new', 'LIGHTDASH_API_KEY');
    // The old one is dead, and the server goes on.
    const refused = await fetch(`${sandbox.url}/api/v1/org`, { headers: { authorization: `ApiKey ${old}` } });
    expect(refused.status).toBe(401);
    expect(await callTool(client, 'get_my_organization')).toMatchObject({ isError: false });
    // From now on both are secrets wherever they come up.
    for (const secret of [fresh, old]) {
      await callTool(client, 'create_space_in_project', { projectUuid: 'Roastery', name: `the token ${secret}` });
      expect((await callTool(client, 'list_spaces_in_project', { projectUuid: 'Roastery' })).text).not.toContain(
        secret,
      );
      expect(stderr()).not.toContain(secret);
    }
  });

  test('of another token leaves that of the server in use', async () => {
    const made = await fetch(`${sandbox.url}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(sandbox.administrator),
    });
    const cookie = made.headers.get('set-cookie')?.split(';')[0] ?? '';
    const answer = await fetch(`${sandbox.url}/api/v1/user/me/personal-access-tokens`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ description: 'other', expiresAt: '2029-01-01T00:00:00.000Z' }),
    });
    const { results }: { results: { uuid: string } } = JSON.parse(await answer.text());
    const host = await connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });
    onTestFinished(host.close);
    const { text } = await callToolConfirmed(host.client, 'rotate_personal_access_token', {
      personalAccessTokenUuid: results.uuid,
      expiresAt,
    });
    expect(newTokenIn(text)).toHaveLength(32);
    expectLine(text, 'not the token', 'server');
    expect(await callTool(host.client, 'get_my_organization')).toMatchObject({ isError: false });
  });

  test('returns the new token even if its use is unknown', async () => {
    const flaky = await startLoopback(({ method }, response) =>
      method === 'PATCH'
        ? answerResults(response, { token: 'ldpat_fresh_0123456789', expiresAt })
        : answerJson(response, 500, { status: 'error', error: { name: 'x', message: 'down' } }),
    );
    const host = await connectInMemory({
      LIGHTDASH_URL: flaky.url.href,
      LIGHTDASH_API_KEY: 'ldpat_old_0123456789',
      LIGHTDASH_CONFIRM: 'off',
    });
    onTestFinished(host.close);
    const answer = await callTool(host.client, 'rotate_personal_access_token', {
      personalAccessTokenUuid: 'x',
      expiresAt,
    });
    expect(answer.isError).toBe(false);
    expect(newTokenIn(answer.text)).toBe('ldpat_fresh_0123456789');
    expectLine(answer.text, 'unknown', 'server');
  });
});

test('the access token of Google Drive is not shown, in either output', async () => {
  const google = await startLoopback((_, response) => answerResults(response, 'ya29.planted-google-token'));
  for (const LIGHTDASH_OUTPUT of ['text', 'structured']) {
    const host = await connectInMemory({
      LIGHTDASH_URL: google.url.href,
      LIGHTDASH_API_KEY: 'ldpat_0123456789',
      LIGHTDASH_OUTPUT,
    });
    onTestFinished(host.close);
    const result = await host.client.callTool({ name: 'get_google_drive_access_token' });
    expect(result.isError).not.toBe(true);
    expect(JSON.stringify(result)).toContain('linked');
    expect(JSON.stringify(result)).not.toContain('ya29');
  }
});

test('a secret argument is in no answer, error or log line, whatever the server sends', async () => {
  const secret = 'planted-"warehouse"-password';
  for (const status of [200, 400, 500]) {
    const echoing = await startLoopback(({ body }, response) =>
      status === 200
        ? answerResults(response, { echo: body })
        : answerJson(response, status, { status: 'error', error: { name: 'x', message: body } }),
    );
    const host = await connectInMemory({ LIGHTDASH_URL: echoing.url.href, LIGHTDASH_API_KEY: 'ldpat_0123456789' });
    onTestFinished(host.close);
    const calls: readonly (readonly [string, Record<string, unknown>])[] = [
      ['create_warehouse_credentials', { name: 'x', credentials: { type: 'postgres', user: 'u', password: secret } }],
      ['register_user', { firstName: 'a', lastName: 'b', email: 'a@b.example', password: secret }],
      [
        'update_project_semantic_layer_connection',
        { projectUuid: '28a012f6-4897-4927-8e21-30880ba92505', type: 'CUBE', domain: 'x', token: secret },
      ],
      ['github_oauth_callback', { code: secret, state: secret }],
      ['get_email_verification_status', { passcode: secret }],
    ];
    for (const [tool, args] of calls) {
      const { text } = await callTool(host.client, tool, args);
      expect(text, tool).not.toMatch(/planted|warehouse\\*"-password/);
    }
    expect(host.stderr()).not.toContain('planted');
  }
});

test('a refused value of a secret argument is not repeated', async () => {
  const host = await connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });
  onTestFinished(host.close);
  const password = ['planted-password'.repeat(20)];
  const { text } = await callTool(host.client, 'register_user', { firstName: 'a', lastName: 'b', password });
  expectLine(text, 'password', 'text', '"[secret]"');
  expect(text).not.toContain('planted');
});

test('the own account is deleted with what to do before in the question alone', async () => {
  const { client, close } = await connectInMemory({
    LIGHTDASH_URL: sandbox.url,
    LIGHTDASH_API_KEY: sandbox.tokens.admin,
    LIGHTDASH_EMAIL: sandbox.administrator.email,
    LIGHTDASH_PASSWORD: sandbox.administrator.password,
  });
  onTestFinished(close);
  await callToolConfirmed(client, 'update_organization_member', { userUuid: ids.users.edie, role: 'admin' });
  const question = await callTool(client, 'delete_me');
  expectLine(question.text, 'Ada Abara', 'Daily sales');
  const done = await callToolConfirmed(client, 'delete_me');
  expectLine(done.text, /^Done/, 'Ada Abara');
  expect(done.text).not.toContain('Daily sales');
});
