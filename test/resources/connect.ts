import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { LightdashClient } from '../../src/lightdash/client.ts';
import { SecretString } from '../../src/lightdash/secret.ts';
import { createServer, type ServerOptions } from '../../src/server.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A server over a Lightdash at `url`, and a client that speaks MCP with it. */
export async function connect(url: string, token: string, changes: Partial<ServerOptions> = {}) {
  const lightdash = new LightdashClient({
    url: new URL(url),
    credentials: { apiKey: new SecretString(token) },
    timeoutMs: 20_000,
    userAgent: 'test',
  });
  const { server } = createServer({
    version: '0',
    lightdash,
    log: quiet,
    maxResultTokens: 8_000,
    output: 'text',
    surface: { toolsets: [], tools: [], excludeTools: [], readOnly: false },
    projects: { allowOrganization: false },
    audit: () => undefined,
    confirm: true,
    ...changes,
  });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '0' });
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  return {
    client,
    lightdash,
    async close() {
      await client.close();
      await lightdash.close();
    },
  };
}

/** The text of a resource. */
export async function read(client: Client, uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  const [content] = contents;
  if (content === undefined || !('text' in content)) throw new Error(`${uri} has no text`);
  return content.text;
}

/** The text of a tool's answer. */
export async function call(client: Client, name: string, args: Record<string, unknown>): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args });
  return Array.isArray(content) ? content.map((part) => (part.type === 'text' ? part.text : '')).join('\n') : '';
}
