import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { AuditRecord } from '../../src/observability/audit-log.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { type Connection, callTool, connectInMemory, connectOverStdio } from '../helpers/client.ts';
import { answerResults, startLoopback } from '../helpers/loopback.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const projectUuid = ids.project;

/** A host whose server's records can be looked at. */
async function connect(env: Record<string, string> = {}, elicit?: () => 'accept' | 'decline') {
  const records: AuditRecord[] = [];
  const host = await connectInMemory(
    { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin, ...env },
    { audit: { write: (record) => void records.push(record) }, ...(elicit && { elicit }) },
  );
  onTestFinished(host.close);
  return { ...host, records };
}

test('a read is recorded with its subject and cost, without its arguments', async () => {
  const { client, records } = await connect();
  await callTool(client, 'run_metric_query', {
    projectUuid: 'Roastery',
    exploreId: 'orders',
    dimensions: ['orders_status'],
    metrics: ['orders_order_count'],
  });
  expect(records).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      call: expect.stringMatching(/^[0-9a-f]{12}$/),
      method: 'tools/call',
      host: 'lightdash-mcp-tests 1',
      tool: 'run_metric_query',
      operation: 'RunMetricQuery',
      project: projectUuid,
      ids: { projectUuid: 'Roastery', exploreId: 'orders' },
      outcome: 'ok',
      status: 200,
      ms: expect.any(Number),
      rows: 5,
      bytes: expect.any(Number),
      attempts: 1,
    },
  ]);
  expect(records[0]?.bytes).toBeGreaterThan(100);
});

test('a write is recorded before it is sent and after, with its arguments, without secrets', async () => {
  const { client, records } = await connect({
    LIGHTDASH_EMAIL: sandbox.administrator.email,
    LIGHTDASH_PASSWORD: sandbox.administrator.password,
  });
  await callTool(client, 'create_space_in_project', { projectUuid, name: 'Board' });
  await callTool(client, 'create_warehouse_credentials', {
    name: 'Mine',
    credentials: { type: 'postgres', user: 'ada', password: 'planted-password' },
  });
  await callTool(client, 'register_user', {
    firstName: 'A',
    lastName: 'B',
    email: 'a@b.example',
    password: 'planted-password-1',
    inviteCode: 'planted-code',
  });
  const written = [
    { projectUuid, name: 'Board' },
    { name: 'Mine', credentials: '[secret]' },
    { firstName: 'A', lastName: 'B', email: 'a@b.example', password: '[secret]', inviteCode: '[secret]' },
  ];
  // The first line has the arguments as they are sent, with their defaults; the second as they were given.
  expect(records.map((record) => record.arguments)).toMatchObject(written.flatMap((args) => [args, args]));
  expect(records.map(({ outcome }) => outcome).filter((_, at) => at % 2 === 0)).toEqual([
    'started',
    'started',
    'started',
  ]);
  expect(new Set(records.map(({ call }) => call)).size).toBe(3);
  expect(records[0]).toMatchObject({ call: records[1]?.call, project: projectUuid, attempts: 0, bytes: 0 });
  expect(JSON.stringify(records)).not.toContain('planted');
});

describe('the outcome of a call is recorded', () => {
  test('a refusal by settings, arguments or project scope', async () => {
    const { client, records } = await connect({
      LIGHTDASH_EXCLUDE_TOOLS: 'delete_space',
      LIGHTDASH_ALLOWED_PROJECTS: 'Roastery',
    });
    const spaceUuid = ids.spaces.sales;
    await expect(callTool(client, 'delete_space', { projectUuid, spaceUuid })).rejects.toThrow('switched off');
    await callTool(client, 'get_space', { projectUuid, spaceUuid: 'x' });
    await callTool(client, 'get_my_organization');
    expect(records.map(({ tool, outcome, ids: about }) => ({ tool, outcome, about }))).toEqual([
      { tool: 'delete_space', outcome: 'refused', about: { projectUuid, spaceUuid } },
      { tool: 'get_space', outcome: 'refused', about: { projectUuid, spaceUuid: 'x' } },
      { tool: 'get_my_organization', outcome: 'refused', about: {} },
    ]);
  });

  test('a refusal behind a compact surface', async () => {
    const { client, records } = await connect({ LIGHTDASH_TOOLSETS: 'compact', LIGHTDASH_READ_ONLY: 'true' });
    const about = { projectUuid, spaceUuid: ids.spaces.sales };
    await callTool(client, 'run_read_operation', { operation: 'delete_space', arguments: about });
    expect(records).toMatchObject([{ tool: 'delete_space', outcome: 'refused', ids: about, attempts: 0 }]);
  });

  test('with a line for the confirmation, the refusal and the call', async () => {
    const args = { projectUuid, spaceUuid: ids.spaces.sales };
    const plain = await connect();
    await callTool(plain.client, 'delete_space', args);
    const no = await connect({}, () => 'decline');
    await callTool(no.client, 'delete_space', args);
    const yes = await connect({}, () => 'accept');
    await callTool(yes.client, 'delete_space', args);
    const outcomes = [plain, no, yes].map(({ records }) => records.map(({ outcome }) => outcome));
    expect(outcomes).toEqual([['asked'], ['declined'], ['started', 'ok']]);
  });

  test('Lightdash’s refusals with their status', async () => {
    const { client, records } = await connect({ LIGHTDASH_API_KEY: sandbox.tokens.plainViewer });
    await callTool(client, 'get_space', { projectUuid, spaceUuid: ids.spaces.finance });
    await callTool(client, 'get_saved_chart', { chartUuid: '00000000-0000-4000-8000-000000000000' });
    expect(records).toMatchObject([
      { outcome: 'not allowed', status: 403 },
      { outcome: 'not found', status: 404 },
    ]);
  });

  test('a failed look-up is not the outcome of a call', async () => {
    const { client, records } = await connect({ LIGHTDASH_API_KEY: sandbox.tokens.viewer });
    await callTool(client, 'get_space_access', { projectUuid, spaceUuid: ids.spaces.shared });
    expect(records).toMatchObject([{ outcome: 'ok', status: 200 }]);
  });

  test('with the number of attempts', async () => {
    const busy = await startLoopback((_, response, count) => {
      if (count > 1) return answerResults(response, { name: 'Roastery' });
      response.writeHead(503, { 'retry-after': '0' });
      response.end();
    });
    const { client, records } = await connect({ LIGHTDASH_URL: busy.url.href });
    await callTool(client, 'get_my_organization');
    expect(records).toMatchObject([{ outcome: 'ok', status: 200, attempts: 2 }]);
  });

  test('a resource read, as the tool that returns it', async () => {
    const { client, records } = await connect();
    await client.readResource({ uri: `lightdash://projects/${projectUuid}/explores/orders` });
    expect(records).toMatchObject([{ tool: 'get_explore', project: projectUuid, outcome: 'ok' }]);
  });
});

test('lists of resources, completions and prompts are recorded, and not answered without a record', async () => {
  const { client, records } = await connect();
  await client.listResources();
  await client.complete({
    ref: { type: 'ref/resource', uri: 'lightdash://projects/{projectUuid}/charts' },
    argument: { name: 'projectUuid', value: '' },
  });
  await client.listPrompts();
  await expect(client.readResource({ uri: 'lightdash://results/none' })).rejects.toThrow();
  expect(records).toMatchObject([
    { method: 'resources/list', outcome: 'ok', host: 'lightdash-mcp-tests 1' },
    { method: 'completion/complete', target: 'projectUuid', outcome: 'ok' },
    { method: 'prompts/list', outcome: 'ok' },
    { method: 'resources/read', target: 'lightdash://results/none', outcome: 'failed' },
  ]);
});

test('if nothing can be recorded, nothing is read, listed, completed or sent', async () => {
  const records: AuditRecord[] = [];
  let problem: string | undefined = 'no room';
  const audit = { write: (record: AuditRecord) => void records.push(record), problem: () => problem };
  const host = await connectInMemory(
    { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin },
    { audit },
  );
  onTestFinished(host.close);
  const before = sandbox.requests.length;
  const ref = { type: 'ref/resource' as const, uri: 'lightdash://projects/{projectUuid}/charts' };
  await expect(host.client.listResources()).rejects.toThrow('no room');
  await expect(host.client.readResource({ uri: 'lightdash://projects' })).rejects.toThrow('no room');
  await expect(host.client.complete({ ref, argument: { name: 'projectUuid', value: '' } })).rejects.toThrow('no room');
  expect(await callTool(host.client, 'get_my_organization')).toMatchObject({ isError: true });
  expect(sandbox.requests.length).toBe(before);
  problem = undefined;
  // The room is gone between the look at the audit and the record of the write.
  audit.write = (record) => {
    records.push(record);
    problem = 'no room';
  };
  const answer = await callTool(host.client, 'create_space_in_project', { projectUuid, name: 'Unrecorded' });
  expect(answer).toMatchObject({
    isError: true,
    text: expect.stringContaining('nothing was sent: LIGHTDASH_AUDIT_LOG'),
  });
  expect(sandbox.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
});

describe('the audit file', () => {
  const newFile = () => join(mkdtempSync(join(tmpdir(), 'lightdash-audit-')), 'audit.jsonl');
  const linesOf = (path: string): Record<string, unknown>[] =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  async function start(env: Record<string, string>): Promise<Connection> {
    const host = await connectOverStdio({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      ...env,
    });
    onTestFinished(host.close);
    return host;
  }

  test('has a line for each call, is readable by its owner only, and is appended to by a later run', async () => {
    const path = newFile();
    for (let run = 0; run < 2; run += 1) {
      const { client, close } = await start({ LIGHTDASH_AUDIT_LOG: path });
      await callTool(client, 'get_my_organization');
      await callTool(client, 'create_space_in_project', { projectUuid, name: sandbox.tokens.admin });
      await close();
    }
    expect(linesOf(path)).toMatchObject([
      {
        tool: 'get_my_organization',
        outcome: 'ok',
        user: userInfo().username,
        account: expect.stringMatching(/^token \w{12}$/),
      },
      { tool: 'create_space_in_project', outcome: 'started', arguments: { projectUuid, name: '[secret]' } },
      { tool: 'create_space_in_project', outcome: 'ok' },
      { tool: 'get_my_organization' },
      { tool: 'create_space_in_project' },
      { tool: 'create_space_in_project' },
    ]);
    expect(readFileSync(path, 'utf8')).not.toContain(sandbox.tokens.admin);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.skipIf(!existsSync('/dev/full'))('that cannot be written stops calls before anything is sent', async () => {
    // Every write to it fails for want of room.
    const { client } = await start({ LIGHTDASH_AUDIT_LOG: '/dev/full' });
    await callTool(client, 'get_my_organization');
    const before = sandbox.requests.length;
    expect(await callTool(client, 'get_my_organization')).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^Nothing was sent.*LIGHTDASH_AUDIT_LOG/),
    });
    expect(sandbox.requests.length).toBe(before);
  });

  test('is optional: at the level info each call is a line on stderr', async () => {
    const { client, stderr, close } = await start({ LIGHTDASH_LOG_LEVEL: 'info' });
    await callTool(client, 'get_my_organization');
    await close();
    const lines = stderr()
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(lines).toMatchObject([{ msg: 'call', tool: 'get_my_organization', outcome: 'ok', status: 200 }]);
  });
});
