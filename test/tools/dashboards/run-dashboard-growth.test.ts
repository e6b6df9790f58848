import { expect, onTestFinished, test } from 'vitest';
import { largeProject, projectUuid } from '../../../bench/project.mjs';
import { contentResults, dashboardUuid } from '../../../bench/project-content.mjs';
import { callTool, connectInMemory } from '../../helpers/client.ts';
import { answerJson, answerResults, openLoopback } from '../../helpers/loopback.ts';

/** Runs a dashboard; the time of the call is up once so many queries were started. */
async function runTiles(tiles: number, maxStarted: number, offset = 0) {
  const project = largeProject({ explores: 10, fields: 20 });
  const deadline = new AbortController();
  let started = 0;
  const server = await openLoopback(({ method, target, body }, response) => {
    if (method === 'POST') started += 1;
    if (started >= maxStarted) deadline.abort();
    const results = contentResults(method, target, body, 0) ?? project.results(target);
    if (results === undefined) return answerJson(response, 404, { status: 'error', error: { message: 'not found' } });
    return answerResults(response, results);
  });
  const host = await connectInMemory(
    { LIGHTDASH_URL: server.url.href, LIGHTDASH_API_KEY: 'ldpat_growth', LIGHTDASH_PROJECT: projectUuid },
    { polling: () => ({ deadline: deadline.signal, sleep: async () => undefined }) },
  );
  onTestFinished(async () => {
    await host.close();
    await server.close();
  });
  const answer = await callTool(host.client, 'run_dashboard', { dashboardUuid: dashboardUuid(tiles), offset });
  return { ...answer, started };
}

test('a dashboard of 40 tiles runs in one call, each chart with rows and a way to read more', async () => {
  const { text, started } = await runTiles(40, Number.POSITIVE_INFINITY);
  expect(started).toBe(40);
  expect(text).toContain('40 charts.');
  expect(text.length).toBeLessThanOrEqual(40_000);
  const tiles = text.split('\n## ').slice(1);
  expect(tiles).toHaveLength(40);
  for (const tile of tiles) expect(tile).toMatch(/get_query_result|rows/);
});

test('a larger dashboard names the next tile', async () => {
  const { text, started } = await runTiles(60, Number.POSITIVE_INFINITY);
  expect(started).toBe(40);
  expect(text).toMatch(/40 of 60 charts.*offset 40\b/);
  const rest = await runTiles(60, Number.POSITIVE_INFINITY, 40);
  expect(rest.text).toContain('20 charts of 60.');
});

test('at the deadline no further chart is started, and the answer names the next tile', async () => {
  const { text, isError, started } = await runTiles(40, 6);
  expect(isError).toBe(false);
  // A query whose start is still to be sent counts as run: its handle waits for it.
  const run = Number(/(\d+) of 40 charts/.exec(text)?.[1]);
  expect(run).toBeGreaterThanOrEqual(started);
  expect(run).toBeLessThan(20);
  expect(text).toMatch(new RegExp(`time.* ${40 - run} more`));
  expect(text).toContain(`offset ${run}`);
});
