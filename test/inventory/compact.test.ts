import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { expectLine } from '../helpers/answers.ts';
import { type Connection, connectInMemory } from '../helpers/client.ts';

describe('the compact surface', () => {
  let sandbox: Sandbox;
  let host: Connection;
  const connect = (more: Record<string, string> = {}) =>
    connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_TOOLSETS: 'compact',
      ...more,
    });
  const call = async (name: string, args: Record<string, unknown>, on = host) => {
    const result = await on.client.callTool({ name, arguments: args });
    const content = Array.isArray(result.content) ? result.content : [];
    return { isError: result.isError === true, text: content.map((part) => part.text).join('\n') };
  };

  beforeAll(async () => {
    sandbox = await startSandbox();
    host = await connect();
  });
  afterAll(async () => {
    await host.close();
    await sandbox.close();
  });

  test('lists at most 20 tools in at most 2,500 tokens', async () => {
    const { tools } = await host.client.listTools();
    const cost = tools.map(({ name, description, inputSchema }) =>
      countTokens(JSON.stringify({ name, description, input_schema: inputSchema })),
    );
    expect(tools.length).toBeLessThanOrEqual(20);
    expect(cost.reduce((sum, item) => sum + item, 0)).toBeLessThanOrEqual(2_500);
  });

  test('finds, describes and runs an operation that is not listed', async () => {
    const search = await call('find_operation', { words: 'share a space with a group' });
    expect(search.text.split('\n')[1]).toMatch(/^add_space_group_access \(tool, writes/);
    const described = await call('describe_operation', { operation: 'get_space_access' });
    expect(described.text).toContain('spaceUuid');
    const spaces = [...sandbox.store.spaces.values()];
    const args = { projectUuid: 'Roastery', spaceUuid: spaces[0]?.uuid };
    const ran = await call('run_read_operation', { operation: 'get_space_access', arguments: args });
    expect(ran).toMatchObject({ isError: false, text: expect.stringContaining('have access') });
  });

  test.each(['plot revenue as a graph', 'draw a picture of a chart', 'show a chart of an earlier result'])(
    'finds show_chart by "%s"',
    async (words) => {
      const search = await call('find_operation', { words });
      expect(search.text).toContain('show_chart');
    },
  );

  test('does not accept a write as a read', async () => {
    const before = sandbox.requests.length;
    const answer = await call('run_read_operation', { operation: 'create_space_in_project', arguments: { name: 'x' } });
    expect(answer).toMatchObject({ isError: true, text: expect.stringContaining('run_write_operation') });
    expect(sandbox.requests.length).toBe(before);
  });

  test('checks arguments and requires confirmation as a direct call does', async () => {
    const wrong = await call('run_write_operation', { operation: 'delete_space', arguments: { room: 'x' } });
    expect(wrong.isError).toBe(true);
    expectLine(wrong.text, 'no argument', '"room"', 'projectUuid', 'spaceUuid');
    const [space] = [...sandbox.store.spaces.values()];
    const args = { projectUuid: 'Roastery', spaceUuid: space?.uuid };
    const preview = await call('run_write_operation', { operation: 'delete_space', arguments: args });
    expect(preview.text).toMatch(/confirmation: \S+$/);
    expect(sandbox.store.spaces.size).toBeGreaterThan(0);
  });

  test('neither runs nor finds writes when read-only', async () => {
    const reader = await connect({ LIGHTDASH_READ_ONLY: 'true' });
    const { tools } = await reader.client.listTools();
    expect(tools.map(({ name }) => name)).not.toContain('run_write_operation');
    const refused = await call('run_read_operation', { operation: 'delete_space', arguments: {} }, reader);
    expect(refused).toMatchObject({ isError: true, text: expect.stringMatching(/switch delete_space off/) });
    await reader.close();
  });
});
