import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { expectLine } from '../../helpers/answers.ts';
import { connectInMemory } from '../../helpers/client.ts';
import { answerJson, answerResults, startLoopback } from '../../helpers/loopback.ts';
import { listAll, read } from './sandbox.ts';

const token = 'planted-secret-0123456789abcdef';
const broken = '11111111-1111-4111-8111-111111111111';
const sound = '22222222-2222-4222-8222-222222222222';
const projects = [
  { projectUuid: broken, name: 'Never compiled' },
  { projectUuid: sound, name: 'Sound' },
];

const refuse = (response: ServerResponse, status: number, name: string, message: string) =>
  answerJson(response, status, { status: 'error', error: { statusCode: status, name, message, data: {} } });

async function connect(answer: (target: string, response: ServerResponse) => void) {
  const loopback = await startLoopback(({ target }, response) => answer(target, response));
  const connection = await connectInMemory({
    LIGHTDASH_URL: loopback.url.href,
    LIGHTDASH_API_KEY: token,
    LIGHTDASH_LOG_LEVEL: 'debug',
  });
  onTestFinished(connection.close);
  return { ...connection, loopback };
}

test('if the explores of a project cannot be read, those of the others are listed, with a log line', async () => {
  const { client, stderr } = await connect((target, response) => {
    if (target === '/api/v1/org/projects') return answerResults(response, projects);
    if (target.startsWith(`/api/v1/projects/${broken}/`))
      return refuse(response, 404, 'NotExistsError', 'Explores do not exist');
    return answerResults(response, target.endsWith('/explores') ? [{ name: 'orders', label: 'Orders' }] : []);
  });
  const { resources } = await listAll(client);
  expect(resources.map(({ name }) => name)).toContain('Explore: Orders (Sound)');
  expect(resources.filter(({ uri }) => uri.includes(broken))).toHaveLength(6);
  expectLine(stderr(), 'left out', broken);
  const { completion } = await client.complete({
    ref: { type: 'ref/resource', uri: 'lightdash://projects/{projectUuid}/explores/{exploreId}' },
    argument: { name: 'exploreId', value: 'ord' },
  });
  expect(completion.values).toEqual(['orders']);
});

test.each([
  [401, 'AuthorizationError', 'Personal access token is not recognised'],
  [500, 'UnexpectedServerError', 'Something went wrong.'],
])('a list that Lightdash answers with %i fails with its message, without the token', async (status, name, message) => {
  const { client } = await connect((_target, response) => refuse(response, status, name, `${message} ${token}`));
  const failure = await client.listResources().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: -32603, message: expect.stringContaining(message) });
  expect(String(failure)).not.toContain(token);
  const reading = await read(client, `lightdash://projects/${sound}/charts`).catch((error: unknown) => error);
  expect(reading).toMatchObject({ code: -32603, message: expect.stringContaining(message) });
  expect(String(reading)).not.toContain(token);
});

test('a chart whose explore and history cannot be read is shown without them', async () => {
  const chartUuid = '33333333-3333-4333-8333-333333333333';
  const { client } = await connect((target, response) => {
    if (target === '/api/v1/org/projects') return answerResults(response, projects);
    if (target.endsWith('/chart-summaries')) return answerResults(response, [{ uuid: chartUuid, name: 'C' }]);
    if (target === `/api/v1/saved/${chartUuid}`) {
      const metricQuery = { dimensions: ['orders_status'], metrics: [], filters: {}, sorts: [] };
      return answerResults(response, {
        uuid: chartUuid,
        projectUuid: sound,
        name: 'C',
        tableName: 'orders',
        metricQuery,
      });
    }
    return refuse(response, 404, 'NotExistsError', 'Explore "orders" has an error.');
  });
  const text = await read(client, `lightdash://projects/${sound}/charts/${chartUuid}`);
  expectLine(text, 'fields', 'by id', 'Explore "orders" has an error');
  expect(text).toContain('dimension orders_status');
  expect(text).not.toContain('Versions');
});

test('a host that cancels a read does not cancel that of another host', async () => {
  let release: (() => void) | undefined;
  const { client, loopback } = await connect((target, response) => {
    if (target === '/api/v1/org/projects') return answerResults(response, projects);
    release = () => answerResults(response, [{ name: 'orders', label: 'Orders' }]);
    return undefined;
  });
  const uri = `lightdash://projects/${sound}/explores`;
  const givenUp = new AbortController();
  const first = client.readResource({ uri }, { signal: givenUp.signal }).catch((error: unknown) => error);
  const second = client.readResource({ uri });
  await expect.poll(() => loopback.received.length).toBe(2);
  givenUp.abort();
  await first;
  release?.();
  expect(JSON.stringify(await second)).toContain('orders');
  expect(loopback.received).toHaveLength(2);
});

test('a read under way when this server writes is answered, and not cached', async () => {
  const held: (() => void)[] = [];
  let version = 1;
  const { client, loopback } = await connect((target, response) => {
    if (target === '/api/v1/org/projects') return answerResults(response, projects);
    if (!target.endsWith('/explores')) return answerResults(response, {});
    const explores = [{ name: `explore_${version}` }];
    if (version > 1) return answerResults(response, explores);
    held.push(() => answerResults(response, explores));
    return undefined;
  });
  const uri = `lightdash://projects/${sound}/explores`;
  const reading = client.readResource({ uri });
  await expect.poll(() => held.length).toBe(1);
  version = 2;
  await client.callTool({ name: 'update_tag', arguments: { projectUuid: sound, tagUuid: broken, name: 'x' } });
  for (const release of held) release();
  expect(JSON.stringify(await reading)).toContain('explore_');
  expect(await read(client, uri)).toContain('explore_2');
  expect(loopback.received.some(({ method }) => method === 'PATCH')).toBe(true);
});
