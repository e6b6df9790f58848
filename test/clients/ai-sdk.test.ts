import { createMCPClient, type MCPClient } from '@ai-sdk/mcp';
import { Experimental_StdioMCPTransport as StdioTransport } from '@ai-sdk/mcp/mcp-stdio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calls, resource, server, structuredCall, structuredServer, toolNames } from './server.ts';

describe('the AI SDK', () => {
  let client: MCPClient;
  let tools: Awaited<ReturnType<MCPClient['tools']>>;
  beforeAll(async () => {
    client = await createMCPClient({ transport: new StdioTransport({ ...server, stderr: 'pipe' }) });
    tools = await client.tools();
  });
  afterAll(() => client.close());

  test('lists every tool', () => {
    expect(Object.keys(tools)).toEqual(toolNames);
  });

  test.each(calls)('calls $name', async ({ name, args, answer }) => {
    const result = await tools[name]?.execute(args, { toolCallId: '1', messages: [] });
    expect(result).toMatchObject({ content: [{ type: 'text', text: expect.stringContaining(answer) }] });
    expect(result).not.toHaveProperty('isError', true);
  });

  test('reads a resource', async () => {
    const { contents } = await client.readResource({ uri: resource.uri });
    expect(contents[0]).toMatchObject({ uri: resource.uri, text: expect.stringContaining(resource.text) });
  });
});

test('the AI SDK takes data in addition to the text', async () => {
  const client = await createMCPClient({ transport: new StdioTransport({ ...structuredServer, stderr: 'pipe' }) });
  const { name, args, facts } = structuredCall;
  const result = await (await client.tools())[name]?.execute(args, { toolCallId: '1', messages: [] });
  await client.close();
  for (const fact of facts) expect(JSON.stringify(result)).toContain(fact);
});
