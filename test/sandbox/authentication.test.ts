import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { operations } from './operations.ts';
import { cookieOf, Person } from './person.ts';

let sandbox: Sandbox;
let clock = new Date('2026-11-23T20:19:00.000Z');
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => clock });
});
beforeEach(() => {
  clock = new Date('2026-11-23T20:19:00.000Z');
  sandbox.reset();
});
afterAll(() => sandbox.close());

const anonymous = () => new Person(sandbox);
const admin = () => Person.withToken(sandbox, sandbox.tokens.admin);
const madeUp = (path: string) => path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000');

describe('the three shapes of 401', () => {
  it.each([
    ['no credentials', {}],
    ['another scheme', { authorization: `Bearer ${'5'.repeat(32)}` }],
    ['a scheme in small letters', { authorization: `apikey ${'5'.repeat(32)}` }],
    ['a token without a scheme', { authorization: '5'.repeat(32) }],
    ['an empty token', { authorization: 'ApiKey ' }],
  ])('answers %s with twelve bytes of text without a content type', async (_, headers) => {
    const printed = vi.spyOn(console, 'error').mockReturnValue(undefined);
    onTestFinished(() => printed.mockRestore());
    const recorded = sandbox.requests.length;
    const answer = await new Person(sandbox, headers).call('GET', '/api/v1/org');
    expect(answer).toMatchObject({ status: 401, contentType: null, text: 'Unauthorized' });
    await admin().call('GET', '/api/v1/org');
    expect(sandbox.requests.slice(recorded).map(({ status }) => status)).toEqual([401, 200]);
    expect(printed).not.toHaveBeenCalled();
  });

  it('answers an unknown token with an envelope', async () => {
    const answer = await Person.withToken(sandbox, '0'.repeat(32)).call('GET', '/api/v1/org');
    expect(answer.status).toBe(401);
    expect(answer.error).toEqual({
      statusCode: 401,
      name: 'AuthorizationError',
      message: 'Personal access token is not recognised',
      data: {},
    });
  });

  it('answers an expired token like an unknown one', async () => {
    clock = new Date('2030-01-02T00:00:00.000Z');
    const answer = await Person.withToken(sandbox, sandbox.tokens.viewer).call('GET', '/api/v1/org');
    expect(answer.error?.message).toBe('Personal access token is not recognised');
  });

  it('refuses every token on a route for sessions', async () => {
    for (const [, method, path] of operations.filter(([, , , session]) => session)) {
      for (const person of [admin(), anonymous()]) {
        const answer = await person.call(method, madeUp(path));
        expect(answer.error, path).toMatchObject({ statusCode: 401, message: 'Failed to authorize user' });
      }
    }
    expect(operations.filter(([, , , session]) => session)).toHaveLength(15);
  });
});

describe('every operation of the API document', () => {
  const open = ['RegisterUser', 'getLoginOptions', 'githubOauthCallback'];

  it('has a route, and requires credentials unless it is public', async () => {
    for (const [id, method, path] of operations) {
      const answer = await anonymous().call(method, madeUp(path));
      expect([id, answer.contentType?.includes('html') ?? false]).toEqual([id, false]);
      expect([id, answer.status === 401]).toEqual([id, !open.includes(id)]);
    }
  });
});

describe('sessions', () => {
  it('open with e-mail and password and are prolonged by every response', async () => {
    const ada = await Person.signedIn(sandbox, 'ada@roastery.example');
    const answer = await ada.call('GET', '/api/v1/org');
    expect(answer.results).toMatchObject({ name: 'Roastery' });
    expect(cookieOf(answer)).toBe(ada.headers.cookie);
  });

  it('do not open with a wrong password', async () => {
    const wrong = { email: 'ada@roastery.example', password: 'wrong-password1' };
    const answer = await anonymous().call('POST', '/api/v1/login', wrong);
    expect(answer.error?.message).toBe('Email and password not recognized');
  });

  it('are the only credentials of GET /health', async () => {
    const health = z.object({ isAuthenticated: z.boolean(), version: z.literal('0.1367.0') });
    const ada = await Person.signedIn(sandbox, 'ada@roastery.example');
    expect((await ada.get(health, 'GET', '/api/v1/health')).isAuthenticated).toBe(true);
    expect((await admin().get(health, 'GET', '/api/v1/health')).isAuthenticated).toBe(false);
  });
});

describe('personal access tokens', () => {
  const tokens = '/api/v1/user/me/personal-access-tokens';
  const made = z.object({ uuid: z.string(), token: z.string().length(32) });
  const later = '2031-01-01T00:00:00.000Z';

  it('rotate once an hour, and the old one is invalid at once', async () => {
    const ada = await Person.signedIn(sandbox, 'ada@roastery.example');
    const wanted = { description: 'x', expiresAt: '2030-06-01T00:00:00.000Z' };
    const { uuid, token } = await ada.get(made, 'POST', tokens, wanted);
    const old = Person.withToken(sandbox, token);
    const rotated = await old.get(made, 'PATCH', `${tokens}/${uuid}/rotate`, { expiresAt: later });
    expect((await old.call('GET', '/api/v1/user')).status).toBe(401);
    const renewed = Person.withToken(sandbox, rotated.token);
    expect((await renewed.call('GET', '/api/v1/user')).status).toBe(200);
    const again = await renewed.call('PATCH', `${tokens}/${uuid}/rotate`, { expiresAt: later });
    expect(again.error).toMatchObject({ statusCode: 400, message: 'Token can only be rotated once per hour' });
    clock = new Date(clock.getTime() + 3_600_001);
    expect((await renewed.call('PATCH', `${tokens}/${uuid}/rotate`, { expiresAt: later })).status).toBe(200);
  });

  it('do not rotate without an expiry, with a past one, or for others', async () => {
    const ownToken = `${tokens}/dc6e160e-9096-4e27-b1b9-6e1772a9242f/rotate`;
    expect((await admin().call('PATCH', ownToken, { expiresAt: later })).error).toMatchObject({ statusCode: 400 });
    const vics = `${tokens}/78084743-d208-495e-b3ea-4cbcf7bd6add/rotate`;
    expect((await admin().call('PATCH', vics, { expiresAt: later })).error).toMatchObject({ statusCode: 404 });
    const vic = Person.withToken(sandbox, sandbox.tokens.viewer);
    const past = await vic.call('PATCH', vics, { expiresAt: '2020-01-01T00:00:00.000Z' });
    expect(past.error?.message).toBe('Expire time must be in the future');
  });

  it('are listed without their secret, and invalid once deleted', async () => {
    const ada = await Person.signedIn(sandbox, 'ada@roastery.example');
    const { uuid, token } = await ada.get(made, 'POST', tokens, { description: 'x', expiresAt: null });
    expect((await ada.call('GET', tokens)).text).not.toContain(token);
    await ada.call('DELETE', `${tokens}/${uuid}`);
    expect((await Person.withToken(sandbox, token).call('GET', '/api/v1/user')).status).toBe(401);
  });
});
