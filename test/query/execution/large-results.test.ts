import { expect, onTestFinished, test } from 'vitest';
import { callTool, connectInMemory } from '../../helpers/client.ts';
import { answerResults, startLoopback } from '../../helpers/loopback.ts';

const chartUuid = '3675b69e-8324-4110-bdca-059031aa8da3';
const projectUuid = '3675b69e-8324-4110-bdca-059031aa8dff';
const columns = {
  orders_id: { reference: 'orders_id', type: 'number' },
  orders_city: { reference: 'orders_city', type: 'string' },
};
const COUNT = 12_000;
/** As newer servers write them: numbers of the warehouse's bigint as text. */
const rows = Array.from({ length: COUNT }, (_, row) => ({
  orders_id: { value: { raw: String(row), formatted: String(row) } },
  orders_city: { value: { raw: `São Paulo, "${row % 7}"`, formatted: 'x' } },
}));
const lineOf = (row: number) => `${row},"São Paulo, ""${row % 7}"""`;

/** Reads a result to its end, as a model would: by what the answer says gives the rest. */
async function readOn(client: Parameters<typeof callTool>[0], first: string): Promise<string[]> {
  const lines: string[] = [];
  for (let text = first; ; ) {
    lines.push(...text.split('\n').filter((line) => /^\d+,"/.test(line)));
    const next = /get_query_result (\{.*\})$/m.exec(text)?.[1];
    if (next === undefined) return lines;
    text = (await callTool(client, 'get_query_result', JSON.parse(next))).text;
  }
}

async function connect(
  env: Record<string, string> = {},
  maxPageSize?: number,
  missingPage?: number,
  totals: { readonly totalPageCount?: number; readonly totalResults?: number } = {},
) {
  const { url, received } = await startLoopback(({ method, target }, response) => {
    const page = Number(new URLSearchParams(target.split('?')[1]).get('page') ?? 1);
    if (target.includes('/health')) {
      answerResults(response, maxPageSize ? { version: '0.2904.0', query: { maxLimit: COUNT, maxPageSize } } : {});
    } else if (target.startsWith('/api/v2/') && method === 'POST') {
      answerResults(response, { queryUuid: chartUuid, metricQuery: {}, fields: {} });
    } else if (target.startsWith('/api/v2/') && page === missingPage) {
      answerResults(response, { status: 'pending' });
    } else if (target.startsWith('/api/v2/') && maxPageSize) {
      const part = rows.slice((page - 1) * maxPageSize, page * maxPageSize);
      answerResults(response, {
        status: 'ready',
        columns,
        rows: part,
        totalPageCount: Math.ceil(COUNT / maxPageSize),
        totalResults: COUNT,
        ...totals,
      });
    } else if (method === 'POST') {
      answerResults(response, { rows, columns });
    } else {
      const chart = { uuid: chartUuid, projectUuid, name: 'Cities', metricQuery: { dimensions: [] } };
      answerResults(response, { history: [{ versionUuid: chartUuid }], chart });
    }
  });
  const connection = await connectInMemory({ LIGHTDASH_URL: String(url), LIGHTDASH_API_KEY: 'k', ...env });
  onTestFinished(() => connection.close());
  return { client: connection.client, received };
}

const all = Array.from({ length: COUNT }, (_, row) => lineOf(row));

test('a result of more than a megabyte is read without a row lost or changed', async () => {
  const { client, received } = await connect({ LIGHTDASH_MAX_RESULT_TOKENS: '12000' });
  const { text } = await callTool(client, 'run_saved_chart', { chartUuid });
  expect(text).toMatch(/^Rows 1-\d+ of 12,000 of Cities/);
  const requestCount = received.length;
  expect(await readOn(client, text)).toEqual(all);
  expect(received.length).toBe(requestCount);
});

test('a result in pages is read without a row lost or changed', async () => {
  const { client, received } = await connect({ LIGHTDASH_MAX_RESULT_TOKENS: '12000' }, 5_000);
  const { text } = await callTool(client, 'run_saved_chart', { chartUuid });
  expect(received.filter(({ method, target }) => method === 'GET' && target.startsWith('/api/v2/'))).toHaveLength(3);
  expect(await readOn(client, text)).toEqual(all);
});

test('a server that reports endless pages gets no more requests than its total needs', async () => {
  const { client, received } = await connect({}, 5_000, undefined, { totalPageCount: 1_000_000_000 });
  const { text } = await callTool(client, 'run_saved_chart', { chartUuid });
  expect(received.filter(({ method, target }) => method === 'GET' && target.startsWith('/api/v2/'))).toHaveLength(3);
  expect(text).not.toMatch(/INCOMPLETE|DOUBTFUL/);
});

test('rows over the total are reported as doubtful', async () => {
  const { client } = await connect({}, 5_000, undefined, { totalResults: 5_001 });
  const { text } = await callTool(client, 'run_saved_chart', { chartUuid });
  expect(text).toContain('DOUBTFUL: Lightdash counts 5001 rows and sent 10000');
});

test('a result without its second page is an error', async () => {
  const { client } = await connect({}, 5_000, 2);
  const { text, isError } = await callTool(client, 'run_saved_chart', { chartUuid });
  expect({ text, isError }).toMatchObject({ isError: true, text: expect.stringContaining('page 2 of 3') });
});

test('its resource holds all rows as CSV', async () => {
  const { client } = await connect();
  const { text } = await callTool(client, 'run_saved_chart', { chartUuid });
  const resultId = /"resultId":"([^"]+)"/.exec(text)?.[1];
  const { contents } = await client.readResource({ uri: `lightdash://results/${resultId}` });
  const csv = contents.map((part) => ('text' in part ? part.text : '')).join('');
  expect(csv.split('\n')).toEqual(['orders_id,orders_city', ...all]);
});

test('as structured content it has the same rows as the text, and the next page', async () => {
  const { client } = await connect({ LIGHTDASH_OUTPUT: 'structured' });
  const answer = await client.callTool({ name: 'run_saved_chart', arguments: { chartUuid } });
  const { results } = answer.structuredContent as {
    results: { rows: { orders_id: number }[]; rowCount: number; next: { resultId: string; offset: number } };
  };
  expect(results).toMatchObject({ rowCount: rows.length, next: { offset: results.rows.length } });
  const more = await client.callTool({ name: 'get_query_result', arguments: results.next });
  const { results: second } = more.structuredContent as { results: { rows: { orders_id: number }[]; offset: number } };
  expect(second.offset).toBe(results.rows.length);
  const ids = [...results.rows, ...second.rows].map((row) => row.orders_id);
  expect(ids).toEqual(ids.map((_, position) => position));
  expect(JSON.stringify(answer.structuredContent).length).toBeLessThanOrEqual(40_000);
});
