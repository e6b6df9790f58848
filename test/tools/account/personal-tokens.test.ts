import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../../src/observability/audit-log.ts';
import { RELEASES, type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { SEED_PASSWORD } from '../../../src/sandbox/seed/people.ts';
import { expectLine } from '../../helpers/answers.ts';
import { type Connection, callTool, connectInMemory } from '../../helpers/client.ts';
import { answerResults, startLoopback } from '../../helpers/loopback.ts';

describe.each(RELEASES)('personal access tokens on Lightdash %s', (version) => {
  let sandbox: Sandbox;
  let host: Connection;
  const records: AuditRecord[] = [];
  beforeAll(async () => {
    sandbox = await startSandbox({ version });
    const env = {
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_EMAIL: 'ada@roastery.example',
      LIGHTDASH_PASSWORD: SEED_PASSWORD,
    };
    host = await connectInMemory(env, { audit: { write: (record) => void records.push(record) } });
  });
  afterAll(async () => {
    await host.close();
    await sandbox.close();
  });

  async function confirmed(tool: string, args: Record<string, unknown>) {
    const preview = await callTool(host.client, tool, args);
    const [, confirmation] = /confirmation: (\S+)/.exec(preview.text) ?? [];
    return { preview: preview.text, ...(await callTool(host.client, tool, { ...args, confirmation })) };
  }
  const works = async (token: string) =>
    (await fetch(`${sandbox.url}/api/v1/org`, { headers: { authorization: `ApiKey ${token}` } })).status === 200;

  test('one is created after a confirmation, works, is in no log or audit, is listed without its secret, and deleted', async () => {
    const { preview, text } = await confirmed('create_personal_access_token', { description: 'Nightly export' });
    expectLine(preview, '"Nightly export"', 'Ada Abara', 'never expires');
    const [, secret = ''] = /Token: (\S+)/.exec(text) ?? [];
    expect(await works(secret)).toBe(true);
    expect(`${host.stderr()}${JSON.stringify(records)}`).not.toContain(secret);
    const listed = await callTool(host.client, 'list_personal_access_tokens', {});
    expect(listed.text).not.toContain(secret);
    const [, personalAccessTokenUuid] =
      /Nightly export.*personalAccessTokenUuid ([0-9a-f-]{36})/.exec(listed.text) ?? [];
    const gone = await confirmed('delete_personal_access_token', { personalAccessTokenUuid });
    expectLine(gone.preview, /^Deletes/, 'Nightly export');
    expectLine(gone.text, /^Done/, 'Nightly export', 'deleted', /\d+ tokens? left/);
    expect(await works(secret)).toBe(false);
  });

  test('deleting an unknown one is not a success, and a past date is refused before anything is sent', async () => {
    const none = await callTool(host.client, 'delete_personal_access_token', {
      personalAccessTokenUuid: '00000000-0000-4000-8000-000000000000',
    });
    expect(none).toMatchObject({
      isError: true,
      text: expect.stringMatching(/personal access token[\s\S]*list_personal_access_tokens/),
    });
    const past = await callTool(host.client, 'create_personal_access_token', {
      description: 'x',
      expiresAt: '2020-01-01',
    });
    expect(past).toMatchObject({ isError: true, text: expect.stringMatching(/in the future/) });
  });
});

test('a Lightdash that limits tokens: no token without an expiry, none beyond the limit', async () => {
  const { url, received } = await startLoopback(({ target }, response) =>
    answerResults(response, target.endsWith('/health') ? { auth: { pat: { maxExpirationTimeInDays: 30 } } } : {}),
  );
  const host = await connectInMemory({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: 'ldpat_of_the_tests' });
  for (const expiresAt of [undefined, '2199-01-01']) {
    const args = { description: 'x', ...(expiresAt && { expiresAt }) };
    const { text, isError } = await callTool(host.client, 'create_personal_access_token', args);
    expect({ text, isError }).toMatchObject({ isError: true, text: expect.stringMatching(/at most 30 days/) });
  }
  expect(received.filter(({ method }) => method === 'POST')).toEqual([]);
  await host.close();
});
