import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

/** Starts a command as a host does, and connects to it. */
export async function connectTo(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Client> {
  const client = new Client({ name: 'lightdash-mcp-tests', version: '1' });
  const path = { PATH: process.env.PATH ?? '' };
  await client.connect(
    new StdioClientTransport({ command, args: [...args], env: { ...path, ...env }, stderr: 'pipe' }),
  );
  return client;
}
