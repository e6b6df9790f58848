import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { callTool, connectInMemory } from '../../helpers/client.ts';
import { answerResults, type Received, startLoopback } from '../../helpers/loopback.ts';
import { expectNote } from '../../helpers/notes.ts';
import { fixture } from '../../query/roastery.ts';

const projectUuid = '28a012f6-4897-4927-8e21-30880ba92505';
const args = {
  projectUuid,
  exploreId: 'orders',
  metrics: ['orders_order_count'],
  filters: [{ field: 'orders_status', operator: 'notEquals', values: ['Delivered'] }],
};

/** A server of the older release whose search for values is the test's; the queries come at once. */
async function connect(search: (answer: (values: readonly string[]) => void) => void, isPatient = false) {
  const waits: number[] = [];
  const ended: string[] = [];
  const { url, received } = await startLoopback(({ target }: Received, response) => {
    response.on('close', () => void (response.writableEnded || ended.push(target)));
    if (target.endsWith('/health')) return answerResults(response, { version: '0.1366.1' });
    if (target.includes('/explores/orders')) {
      if (!target.endsWith('/runQuery')) return answerResults(response, fixture('explores/orders'));
      const rows = [{ orders_order_count: { value: { raw: 3000, formatted: '3,000' } } }];
      return answerResults(response, { rows, fields: {}, metricQuery: { metrics: args.metrics } });
    }
    search((results) => answerResults(response, { search: '', results }));
  });
  const { client, close } = await connectInMemory(
    { LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: 'ldpat_values' },
    {
      polling: () => ({
        deadline: new AbortController().signal,
        sleep: async (milliseconds, signal) => {
          waits.push(milliseconds);
          if (!isPatient) return void (await setImmediate());
          await new Promise((_resolve, reject) => signal.addEventListener('abort', reject));
        },
      }),
    },
  );
  onTestFinished(close);
  const searches = () => received.filter(({ target }) => target.endsWith('/search'));
  return { ask: () => callTool(client, 'run_metric_query', args), waits, ended, searches };
}

test('a look-up that takes longer than two seconds is ended, and the answer says what was not verified', async () => {
  const { ask, waits, ended, searches } = await connect(() => undefined);
  const { text, isError } = await ask();
  expect(isError, text).toBe(false);
  expectNote(text, 'value not verified', 'orders_status', '"Delivered"');
  expect(text).toMatch(/\n3000$/);
  expect(waits).toEqual([2_000]);
  await expect.poll(() => ended).toEqual([expect.stringMatching(/\/search$/)]);
  // It is not tried again for ten minutes.
  expectNote((await ask()).text, 'value not verified');
  expect(searches()).toHaveLength(1);
});

test('a look-up runs in parallel to the query, in its explore', async () => {
  let answer: ((values: readonly string[]) => void) | undefined;
  const { ask, searches } = await connect((answerWith) => {
    answer = answerWith;
    answerWith(['delivered', 'shipped']);
  }, true);
  expectNote((await ask()).text, 'no such value', 'orders_status', '"Delivered"', 'nearest', 'delivered');
  expect(answer).toBeDefined();
  expect(JSON.parse(searches()[0]?.body ?? '{}')).toMatchObject({ table: 'orders', search: '' });
});
