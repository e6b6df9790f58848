import { describe, expect, onTestFinished, test } from 'vitest';
import { exploreName, joinedMetric, joinedName, largeProject, projectUuid } from '../../../bench/project.mjs';
import { callTool, connectInMemory } from '../../helpers/client.ts';
import { answerJson, openLoopback } from '../../helpers/loopback.ts';

const MB = 1024 * 1024;

/** A server of a project of this size, and its requests and bytes. */
async function serve(size: Parameters<typeof largeProject>[0]) {
  const project = largeProject(size);
  const sent = { requests: [] as string[], bytes: 0 };
  const server = await openLoopback(({ target }, response) => {
    const results = project.results(target);
    sent.requests.push(target);
    if (results === undefined) return answerJson(response, 404, { status: 'error', error: { message: 'not found' } });
    const text = JSON.stringify({ status: 'ok', results });
    sent.bytes += text.length;
    response.writeHead(200, { 'content-type': 'application/json' });
    return void response.end(text);
  });
  const host = await connectInMemory({
    LIGHTDASH_URL: server.url.href,
    LIGHTDASH_API_KEY: 'ldpat_growth',
    LIGHTDASH_PROJECT: projectUuid,
  });
  onTestFinished(async () => {
    await host.close();
    await server.close();
  });
  return {
    /** Searches, and returns the answer with what it took. */
    async find(words: string) {
      sent.requests = [];
      sent.bytes = 0;
      const { text, isError } = await callTool(host.client, 'find_fields', { words });
      expect(isError, text).toBe(false);
      return { text, requests: sent.requests, bytes: sent.bytes };
    },
  };
}

describe('find_fields in a project of 300 explores of 400 fields', () => {
  test('takes at most 6 requests and 6 MB at first, and 2 after', async () => {
    const { find } = await serve({ explores: 300, fields: 400 });
    const first = await find('gross revenue by month and planned discount');
    expect(first.requests.length, first.requests.join('\n')).toBeLessThanOrEqual(6);
    expect(first.bytes).toBeLessThanOrEqual(6 * MB);
    expect(first.text).toContain('gross_revenue_1');
    const again = await find('gross revenue by month and planned discount');
    expect(again.requests.length, again.requests.join('\n')).toBeLessThanOrEqual(2);
    const other = await find('average weight by region');
    expect(other.requests.length, other.requests.join('\n')).toBeLessThanOrEqual(2);
    expect(other.text).toContain('average_weight_26');
  });

  test('finds the fields of a named explore', async () => {
    const { find } = await serve({ explores: 300, fields: 400 });
    expect((await find('net margin of tickets_210')).text).toContain(`${exploreName(210)}_net_margin_40`);
  });

  test('needs one more request, once, for each table that is only joined', async () => {
    const { find } = await serve({ explores: 300, fields: 400, joinEvery: 100 });
    const first = await find('urgency index');
    expect(first.requests.length).toBeLessThanOrEqual(6 + 3);
    for (const position of [0, 100, 200]) expect(first.text).toContain(joinedMetric(position));
    expect(first.text).toContain(`${exploreName(200)}: ${joinedMetric(200)}`);
    const again = await find('urgency of notes');
    expect(again.requests.length, again.requests.join('\n')).toBeLessThanOrEqual(2);
    expect(again.text).toContain(joinedName(200));
  });
});

test('a catalog that is small enough is read whole: nothing is cut, typing errors included', async () => {
  const { find } = await serve({ explores: 40, fields: 60, joinEvery: 10 });
  const first = await find('seasnal revnue of orders_32');
  expect(first.requests.length).toBeLessThanOrEqual(6);
  expect(first.text).toContain(`${exploreName(32)}_seasonal_revenue_9`);
  const again = await find('urgency index 30');
  expect(again.text).toContain(joinedMetric(30));
  expect(again.requests.length).toBeLessThanOrEqual(2);
});

test('a word whose matches the server may have cut is reported', async () => {
  const { find } = await serve({ explores: 300, fields: 40 });
  expect((await find('discount')).text).toMatch(/50 or more .*"discount"/);
});

describe('nothing is missed silently', () => {
  test('explores hidden by the table settings are named, and read if the words name one', async () => {
    const { find } = await serve({ explores: 60, fields: 400, unlisted: 2 });
    const first = await find('gross revenue');
    expect(first.requests.length, first.requests.join('\n')).toBeLessThanOrEqual(6);
    expect(first.text).toMatch(new RegExp(`Not searched: ${exploreName(58)}, ${exploreName(59)}`));
    const named = await find(`net margin of ${exploreName(59)}`);
    expect(named.text).toContain(`${exploreName(59)}_net_margin_40`);
    expect(named.text).toMatch(new RegExp(`Not searched: ${exploreName(58)}\\.`));
  });

  test('a project of few explores is read whole, with those hidden by the table settings', async () => {
    const { find } = await serve({ explores: 4, fields: 40, unlisted: 1 });
    const { text } = await find('gross revenue');
    expect(text).toContain(`${exploreName(3)}_gross_revenue_1`);
    expect(text).not.toContain('Not searched');
  });

  test('a typing error in the first letters of a word is read as a word of the project', async () => {
    const { find } = await serve({ explores: 300, fields: 40, joinEvery: 100 });
    const { text } = await find('rugency of notes');
    expect(text).toContain(joinedMetric(0));
    await find('planned discount');
    expect((await find('dsicount')).text).toContain('discount');
  });

  test('two words that many fields have are searched together', async () => {
    const { find } = await serve({ explores: 300, fields: 100 });
    const { requests, text } = await find('seasonal score');
    expect(
      requests.some((target) => /search=seasonal(?:\+|%20)score/.test(target)),
      requests.join('\n'),
    ).toBe(true);
    expect(text).toContain('seasonal_score_59');
  });

  test('words without a match are named', async () => {
    const { find } = await serve({ explores: 4, fields: 40 });
    const { text } = await find('gross revenue in Zanzibar');
    expect(text).toMatch(/No field .*"zanzibar"/);
    expect(text).not.toContain('"gross"');
  });
});
