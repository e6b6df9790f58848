import { type FunctionTool, getAllMcpTools, MCPServerStdio, RunContext } from '@openai/agents';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calls, resource, server, toolNames } from './server.ts';

/**
 * In its strict mode OpenAI holds a model to a schema: every argument is required, those that may be left out may be
 * null. A schema with an object of any shape in it, or without arguments, cannot be had strictly and is used as it is.
 */
const LEAST_STRICT_TOOLS = 110;

describe('the agents of OpenAI, with strict schemas', () => {
  const client = new MCPServerStdio({ name: 'lightdash', ...server });
  let tools: FunctionTool[];
  beforeAll(async () => {
    await client.connect();
    const all = await getAllMcpTools({ mcpServers: [client], convertSchemasToStrict: true });
    tools = all.filter((tool) => tool.type === 'function');
  });
  afterAll(() => client.close());
  const named = (name: string) => tools.find((tool) => tool.name === name);

  test('list every tool', () => {
    expect(tools.map(({ name }) => name)).toEqual(toolNames);
  });

  test(`convert at least ${LEAST_STRICT_TOOLS} of the tools`, () => {
    const strict = tools.filter((tool) => tool.strict);
    process.stdout.write(`\nOpenAI strict: ${strict.length} of ${tools.length} tools\n`);
    expect(strict.length).toBeGreaterThanOrEqual(LEAST_STRICT_TOOLS);
  });

  test.each(calls)('call $name', async ({ name, args, answer }) => {
    const result = await named(name)?.invoke(new RunContext({}), JSON.stringify(args));
    expect(result).toMatchObject({ type: 'text', text: expect.stringContaining(answer) });
  });

  test('call a strict tool with null for omitted arguments', async () => {
    const tool = named('get_explore');
    expect(tool).toMatchObject({ strict: true, parameters: { required: expect.arrayContaining(['search']) } });
    const args = { projectUuid: 'Roastery', exploreId: 'orders', search: null, tables: null };
    const result = await tool?.invoke(new RunContext({}), JSON.stringify(args));
    expect(result).toMatchObject({ type: 'text', text: expect.stringContaining('orders_order_count') });
  });

  test('read a resource', async () => {
    const { contents } = await client.readResource(resource.uri);
    expect(contents[0]).toMatchObject({ uri: resource.uri, text: expect.stringContaining(resource.text) });
  });
});
