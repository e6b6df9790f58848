import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RELEASES, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { type InterceptingLightdash, interceptLightdash } from '../helpers/intercepting-lightdash.ts';
import { isObject, textIn, writingCall } from './writing-calls.ts';

// The routes by which the web app writes: the tools make the recorded requests, and answer what real servers answered.
// Look-ups come from the sandbox; the write itself gets the recorded answer.

const exchangeSchema = z.object({
  release: z.enum(RELEASES),
  route: z.string(),
  note: z.string(),
  auth: z.string(),
  status: z.number(),
  path: z.string(),
  body: z.unknown(),
  answer: z.unknown(),
});
const fixture = new URL('../fixtures/writing-exchanges.json', import.meta.url);
const exchanges = z.array(exchangeSchema).parse(JSON.parse(readFileSync(fixture, 'utf8')));

/** Requests that Lightdash took and the tools refuse, by a reason that their answer gives. */
const refusedOnPurpose: readonly (readonly [note: RegExp, reason: RegExp])[] = [
  [/filters and parameters for a chart/, /filters/],
  [/smallest body/, /^.*to/s],
  [/empty name|empty SQL/, /name|sql/],
  [/target: (not a mail address|slack|Slack|channel|empty list)/, /to/],
  [/timezone an offset/, /time zone/],
  [/pdf|format unknown|gsheets/, /format/],
  [/config|parameters/, /no argument/],
  [/alert: unknown field/, /no field/],
  [/alert$/, /alerts are on charts/],
  [/broken SQL/, /./],
];

describe.each(RELEASES)('the writing routes of %s', (version) => {
  let sandbox: Sandbox;
  let lightdash: InterceptingLightdash;
  let host: Connection;
  const outcomes = { succeeded: 0, failed: 0, unsent: 0, inexpressible: 0 };

  beforeAll(async () => {
    sandbox = await startSandbox({ version });
    lightdash = await interceptLightdash(sandbox.url);
    host = await connectInMemory({
      LIGHTDASH_URL: lightdash.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_PROJECT: 'Roastery',
      LIGHTDASH_CONFIRM: 'off',
    });
  });
  afterAll(async () => {
    await host.close();
    await lightdash.close();
    await sandbox.close();
  });
  beforeEach(() => sandbox.reset());

  const ofRelease = exchanges.filter(({ release, auth }) => release === version && auth !== 'no auth');

  test.each(ofRelease)('$route: $note ($status)', async (exchange) => {
    const { route, status, body, answer, note } = exchange;
    const call = writingCall(route, body, note);
    if (call === undefined) {
      outcomes.inexpressible += 1;
      // Only what leaves out what a tool always sends cannot be said to it.
      expect(`${status} ${note}`).toMatch(
        /without|empty|missing|alone|unknown key|partial|slug|null|minimal wrong|tiles and filters|preserve|the PATCH/,
      );
      return;
    }
    const results = isObject(answer) ? answer.results : undefined;
    const uuid = textIn(results, 'schedulerUuid');
    lightdash.intercept(call.route, { status, body: answer }, (request) => {
      if (/^GET \/api\/v1\/schedulers\/job\//.test(request))
        return { status: 200, body: { status: 'ok', results: { status: 'completed', details: null } } };
      if (uuid !== undefined && request.endsWith(`/schedulers/${uuid}`)) return { status: 200, body: answer };
      const savedSqlUuid = textIn(results, 'savedSqlUuid') ?? 'none';
      if (!request.endsWith(`/sqlRunner/saved/${savedSqlUuid}`) || !isObject(body)) return undefined;
      return { status: 200, body: { status: 'ok', results: { ...body, savedSqlUuid, slug: 'made' } } };
    });
    const { text, isError } = await callTool(host.client, call.tool, call.args);

    if (lightdash.written.length === 0) {
      outcomes.unsent += 1;
      expect(isError, text).toBe(true);
      if (status >= 400) return;
      const reason = refusedOnPurpose.find(([pattern]) => pattern.test(note))?.[1];
      expect(reason, `${note}: ${text}`).toBeDefined();
      expect(text).toMatch(reason ?? /^$/);
      return;
    }
    // A write is sent once, whatever came back.
    expect(lightdash.written).toHaveLength(1);
    if (status < 400) {
      outcomes.succeeded += 1;
      expect(isError, text).toBe(false);
      expect(call.comparable(lightdash.written[0])).toEqual(call.comparable(body));
      for (const fact of call.facts(results)) expect(text).toContain(fact);
      return;
    }
    outcomes.failed += 1;
    expect(isError, text).toBe(true);
    const message = isObject(answer) && isObject(answer.error) ? textIn(answer.error, 'message') : undefined;
    if (message !== undefined && status < 500 && message.length < 120) expect(text).toContain(message);
  });

  test('succeed and fail as recorded', () => {
    process.stdout.write(`\nwriting routes of ${version}: ${JSON.stringify(outcomes)}\n`);
    expect(outcomes.succeeded).toBeGreaterThan(version === '1.219' ? 50 : 8);
    expect(outcomes.failed).toBeGreaterThan(version === '1.219' ? 30 : 5);
    expect(ids.project).toBeTruthy();
  });
});
