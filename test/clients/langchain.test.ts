import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calls, resource, server, structuredCall, structuredServer, toolNames } from './server.ts';

describe('the adapters of LangChain', () => {
  const client = new MultiServerMCPClient({ mcpServers: { lightdash: { transport: 'stdio', ...server } } });
  let tools: Awaited<ReturnType<MultiServerMCPClient['getTools']>>;
  beforeAll(async () => {
    tools = await client.getTools();
  });
  afterAll(() => client.close());

  test('list every tool', () => {
    expect(tools.map(({ name }) => name)).toEqual(toolNames);
  });

  test.each(calls)('call $name', async ({ name, args, answer }) => {
    const tool = tools.find((item) => item.name === name);
    expect(await tool?.invoke(args)).toContain(answer);
  });

  test("turn a failed call into an error with the server's message", async () => {
    const tool = tools.find(({ name }) => name === 'get_group');
    await expect(tool?.invoke({ groupUuid: 'nothing of the kind' })).rejects.toThrow(
      /get_group .*\n.*groupUuid.*"nothing of the kind".*Finance/,
    );
  });

  test('read a resource', async () => {
    const [content] = await client.readResource('lightdash', resource.uri);
    expect(content).toMatchObject({ uri: resource.uri, text: expect.stringContaining(resource.text) });
  });
});

test('the adapters of LangChain take data in addition to the text', async () => {
  const client = new MultiServerMCPClient({ mcpServers: { lightdash: { transport: 'stdio', ...structuredServer } } });
  const { name, args, facts } = structuredCall;
  const tool = (await client.getTools()).find((item) => item.name === name);
  const answer = JSON.stringify(await tool?.invoke(args));
  await client.close();
  for (const fact of facts) expect(answer.replaceAll('\\', '')).toContain(fact);
});
