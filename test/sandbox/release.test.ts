import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RELEASES, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { deprecations } from '../../src/sandbox/release/deprecated.ts';
import { isWithin } from '../../src/sandbox/release/releases.ts';
import { routesOf } from '../../src/sandbox/release/routes.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { Person } from './person.ts';

describe('the routes of a release', () => {
  it.each(RELEASES)('are there once each on %s', (release) => {
    const names = routesOf(release, false).map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('deprecate only existing routes', () => {
    const names = new Set(
      routesOf('1.219', false).map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`),
    );
    const unserved = Object.keys(deprecations).filter((name) => !names.has(name));
    expect(unserved).toEqual(['POST /api/v1/projects/{}/calculate-subtotals']);
  });

  it('lie within open and closed bounds', () => {
    expect(isWithin('1.219', '0.1366', undefined)).toBe(true);
    expect(isWithin('1.219', undefined, '0.1366')).toBe(false);
    expect(isWithin('0.1366', '1.219', undefined)).toBe(false);
  });
});

describe.each([false, true])('a 1.219 with its deprecated routes taken away: %s', (withoutDeprecated) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ version: '1.219', withoutDeprecated });
  });
  afterAll(() => sandbox.close());

  it('warns of a deprecated route, or no longer has it', async () => {
    const admin = Person.withToken(sandbox, sandbox.tokens.admin);
    const path = `/api/v1/projects/${ids.project}/chart-summaries`;
    const answer = await admin.call('GET', path);
    if (withoutDeprecated) {
      expect(answer).toMatchObject({ status: 404, error: { message: 'API endpoint not found' } });
      return;
    }
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      warning: '299 - "This API endpoint is deprecated and will be removed after Sun, 09 Mar 2025 00:00:00 GMT."',
      deprecation: 'Mon, 09 Dec 2024 00:00:00 GMT',
      sunset: 'Sun, 09 Mar 2025 00:00:00 GMT',
    });
    expect(sandbox.requests.at(-1)).toMatchObject({ path, deprecated: true });
  });
});
