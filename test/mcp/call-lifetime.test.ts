import { expect, onTestFinished, test, vi } from 'vitest';
import { callTool, connectInMemory } from '../helpers/client.ts';
import { answerResults, startLoopback } from '../helpers/loopback.ts';

const projects = Array.from({ length: 12 }, (_, index) => ({
  projectUuid: `3675b69e-8324-4110-bdca-0000000000${String(index).padStart(2, '0')}`,
  name: `Project ${index}`,
}));
const chartUuid = '9d8a6b1e-0d8c-4f0f-9e53-2a4ad8b7c001';

/** A server limited to twelve projects, over a Lightdash that holds back the list of charts of the first. */
async function connectRestricted(env: Record<string, string> = {}) {
  let closed: () => void = () => undefined;
  const heldRequestClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const lightdash = await startLoopback((request, response) => {
    if (request.target === '/api/v1/org/projects') return answerResults(response, projects);
    if (request.target === '/api/v1/health') return answerResults(response, { version: '0.1366.1' });
    response.once('close', closed);
  });
  const connection = await connectInMemory({
    LIGHTDASH_URL: lightdash.url.href,
    LIGHTDASH_API_KEY: 'ldpat_of_the_lifetime_test',
    LIGHTDASH_ALLOWED_PROJECTS: projects.map(({ projectUuid }) => projectUuid).join(','),
    ...env,
  });
  onTestFinished(connection.close);
  const chartLists = () => lightdash.received.filter(({ target }) => target.includes('/chart-summaries')).length;
  return { ...connection, lightdash, chartLists, heldRequestClosed };
}

test('the project look-ups of a call end when the host cancels it, and send nothing more', async () => {
  const { client, lightdash, chartLists, heldRequestClosed } = await connectRestricted();
  const cancelling = new AbortController();
  const call = client
    .callTool({ name: 'get_saved_chart', arguments: { chartUuid } }, undefined, { signal: cancelling.signal })
    .catch((error: unknown) => error);
  await expect.poll(chartLists).toBe(1);
  cancelling.abort('enough');
  await call;
  await heldRequestClosed;
  const sent = lightdash.received.length;
  // Another call of the same connection: what the first might still have sent would have been sent by then.
  await callTool(client, 'list_organization_projects');
  expect(lightdash.received.slice(sent).filter(({ target }) => target.includes('/chart-summaries'))).toEqual([]);
});

test('the project look-ups of a call end at its deadline, and the answer reports the timeout', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { client, chartLists } = await connectRestricted({ LIGHTDASH_TIMEOUT: '300' });
  const call = client.callTool({ name: 'get_saved_chart', arguments: { chartUuid } }, undefined, { timeout: 600_000 });
  await vi.waitFor(() => expect(chartLists()).toBe(1), { timeout: 5_000 });
  await vi.advanceTimersByTimeAsync(310_000);
  const { isError, content } = await call;
  expect(isError).toBe(true);
  expect(JSON.stringify(content)).toMatch(/lookups .*long|LIGHTDASH_TIMEOUT/);
  expect(chartLists()).toBeLessThan(projects.length);
});
