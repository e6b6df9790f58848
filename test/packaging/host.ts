import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

/**
 * Node 20.18 goes by package.json alone to recognize an ES module; later ones look into the file as well,
 * and would hide that package.json is missing.
 */
const AS_THE_OLDEST_NODE = '--no-experimental-detect-module';

/** Starts a command as a host does, and connects to it. */
export async function connectTo(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Client> {
  const client = new Client({ name: 'lightdash-mcp-tests', version: '1' });
  const always = { PATH: process.env.PATH ?? '', NODE_OPTIONS: AS_THE_OLDEST_NODE };
  await client.connect(
    new StdioClientTransport({ command, args: [...args], env: { ...always, ...env }, stderr: 'pipe' }),
  );
  return client;
}
