import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settings } from '../../src/config/settings.ts';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { SEED_PASSWORD } from '../../src/sandbox/seed/people.ts';
import { callToolConfirmed, connectOverStdio } from '../helpers/client.ts';
import { exampleArguments } from '../helpers/recorded-arguments.ts';
import { startServerProcess } from '../helpers/server-process.ts';

describe('without failures', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  test('no answer, log line or audit line contains a secret', async () => {
    const auditLog = join(mkdtempSync(join(tmpdir(), 'lightdash-leak-')), 'audit.jsonl');
    const header = 'planted-access-client-secret';
    const { client, stderr, close } = await connectOverStdio({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_EMAIL: sandbox.administrator.email,
      LIGHTDASH_PASSWORD: sandbox.administrator.password,
      LIGHTDASH_HEADERS: JSON.stringify({ 'X-Access': header }),
      LIGHTDASH_LOG_LEVEL: 'debug',
      LIGHTDASH_AUDIT_LOG: auditLog,
    });
    const examples = exampleArguments();
    // Deletions come last: the others need their objects.
    const calls = toolDefinitions
      .filter(({ name }) => examples.has(name))
      .map(({ name, annotations }) => ({ name, last: annotations.destructiveHint }))
      .toSorted((left, right) => Number(left.last) - Number(right.last));
    const answers: { name: string; text: string; isError: boolean }[] = [];
    for (const { name } of calls) {
      // A new user's password is that of the recorded person: it is theirs, and must not show either.
      answers.push({ name, ...(await callToolConfirmed(client, name, examples.get(name))) });
    }
    await close();
    expect(answers.filter(({ isError }) => !isError).length).toBeGreaterThan(80);
    const written = [...answers.map(({ text }) => text), stderr(), readFileSync(auditLog, 'utf8')];
    for (const secret of [sandbox.tokens.admin, SEED_PASSWORD, header]) {
      for (const text of written) expect(text).not.toContain(secret);
    }
    const cookies = [...sandbox.store.sessions.keys()];
    for (const cookie of cookies) for (const text of written) expect(text).not.toContain(cookie);
  });
});

describe('if the server does not start', () => {
  const planted = 'ldpat_planted0123456789';
  const enough = { LIGHTDASH_URL: 'https://bi.example', LIGHTDASH_API_KEY: planted };
  const run = async (env: Record<string, string>, flags: string[] = []) => {
    const server = startServerProcess(env, flags);
    const { code } = await server.exited;
    return { code, written: `${server.stdout.join('\n')}${server.stderr()}` };
  };

  test('the help and the version contain no setting', async () => {
    const env = Object.fromEntries(Object.values(settings).map(({ env: name }) => [name, planted]));
    for (const flag of ['--help', '--version']) {
      const { code, written } = await run(env, [flag]);
      expect(code).toBe(0);
      expect(written).not.toContain(planted);
    }
  });

  // Every setting that can refuse a value is given a token in its place.
  const refusing = Object.values(settings)
    .map(({ env }) => env)
    .filter((env) => {
      const takesAnyText = ['LIGHTDASH_API_KEY', 'LIGHTDASH_PASSWORD', 'LIGHTDASH_SESSION_COOKIE', 'LIGHTDASH_EMAIL'];
      return ![...takesAnyText, 'LIGHTDASH_PROJECT', 'LIGHTDASH_ALLOWED_PROJECTS', 'LIGHTDASH_URL'].includes(env);
    });
  test.each(refusing)('a token instead of %s is not repeated', async (name) => {
    const value = name === 'LIGHTDASH_AUDIT_LOG' ? `/nowhere/${planted}` : planted;
    const { code, written } = await run({ ...enough, [name]: value });
    expect({ code, written }).toMatchObject({ code: 2, written: expect.not.stringContaining(planted) });
    expect(written.trim().split('\n')).toHaveLength(1);
  });

  test.each([
    [['--api-key', planted, planted]],
    [[`--${planted}`]],
    [['--url', `https://${planted}@bi.example`]],
    [['--url', `https://ada:${planted}@bi.example`]],
    [['--url', `http://${planted}.example`]],
    [['--tools', planted]],
    [['--toolsets', `spaces,${planted}`]],
    [[`--sandbox=${planted}`]],
  ])('a token on the command line is not repeated: %j', async (flags) => {
    const { code, written } = await run(enough, flags);
    expect({ code, written }).toMatchObject({ code: 2, written: expect.not.stringContaining('planted0123456789') });
  });
});
