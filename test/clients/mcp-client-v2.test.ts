import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calls, resource, server, structuredCall, structuredServer, toolNames } from './server.ts';

describe('version 2 of the official client, which first requests the revision of 2026', () => {
  const client = new Client({ name: 'client-v2', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  beforeAll(() => client.connect(new StdioClientTransport({ ...server, stderr: 'pipe' })));
  afterAll(() => client.close());

  test('falls back to the revision that the server speaks', () => {
    expect(client.getProtocolEra()).toBe('legacy');
    expect(client.getNegotiatedProtocolVersion()).toBe('2025-11-25');
  });

  test('lists every tool', async () => {
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(toolNames);
  });

  test.each(calls)('calls $name', async ({ name, args, answer }) => {
    const { content, isError } = await client.callTool({ name, arguments: args });
    expect(isError ?? false).toBe(false);
    expect(content[0]).toMatchObject({ type: 'text', text: expect.stringContaining(answer) });
  });

  test('reads a resource', async () => {
    const { contents } = await client.readResource({ uri: resource.uri });
    expect(contents[0]).toMatchObject({ uri: resource.uri, text: expect.stringContaining(resource.text) });
  });
});

test('version 2 of the official client takes data in addition to the text, and checks it by the schema', async () => {
  const client = new Client({ name: 'client-v2', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new StdioClientTransport({ ...structuredServer, stderr: 'pipe' }));
  const { name, args, facts } = structuredCall;
  expect((await client.listTools()).tools.find((tool) => tool.name === name)?.outputSchema).toBeDefined();
  const result = await client.callTool({ name, arguments: args });
  await client.close();
  expect(result.content[0]).toMatchObject({ type: 'text', text: expect.stringContaining('1 row of orders') });
  for (const fact of facts) expect(JSON.stringify(result.structuredContent)).toContain(fact);
});
