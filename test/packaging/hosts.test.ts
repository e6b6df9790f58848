import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { isJSONRPCResultResponse, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { parse as parseJson } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { hosts } from '../../src/cli/init/hosts.ts';
import { type HostId, hostIds } from '../../src/config/config.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';

const run = promisify(execFile);

const entry = z.object({
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()).optional(),
});
const servers = z.object({ lightdash: entry });
const settings = z
  .object({ mcpServers: servers.optional(), servers: servers.optional(), mcp_servers: servers.optional() })
  .transform((file) => file.mcpServers ?? file.servers ?? file.mcp_servers);

const apps = { extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } } };
/** A handshake for each host; together they have every form of capabilities that hosts send, and each revision since 2025-03. */
const handshakes: Readonly<Record<HostId, readonly [revision: string, capabilities: object]>> = {
  'claude-desktop': ['2025-06-18', apps],
  'claude-code': ['2025-11-25', { roots: {}, elicitation: {} }],
  cursor: ['2025-06-18', { elicitation: { form: {} }, roots: { listChanged: false }, ...apps }],
  vscode: ['2025-11-25', { roots: { listChanged: true }, sampling: {}, elicitation: { form: {}, url: {} }, ...apps }],
  windsurf: ['2025-03-26', {}],
  codex: ['2025-06-18', { elicitation: {} }],
  gemini: ['2025-06-18', { roots: { listChanged: true } }],
};

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ version: '1.219' });
});
afterAll(() => sandbox.close());

/** Lets `init` write the file of a host, and reads the entry in it as the host would. */
async function writtenEntry(id: HostId, home: string) {
  const env = { HOME: home, LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin };
  await run(process.execPath, ['dist/main.js', 'init', '--host', id, '--write'], { env });
  const text = readFileSync(hosts[id].file({ platform: 'linux', home, environment: {} }), 'utf8');
  const written = settings.parse(hosts[id].format === 'toml' ? parseToml(text) : parseJson(text))?.lightdash;
  if (written === undefined) throw new Error(`no server in ${text}`);
  // VS Code fills in what it prompted for.
  const values = Object.entries(written.env ?? {}).map(([name, value]) => [
    name,
    value.startsWith('$') ? sandbox.tokens.admin : value,
  ]);
  return { ...written, env: z.record(z.string(), z.string()).parse(Object.fromEntries(values)) };
}

// Programs of a desktop start servers in another folder, and with next to nothing on the PATH.
test.each(hostIds)('%s starts what init wrote for it, and gets a first answer', async (id) => {
  const home = mkdtempSync(join(tmpdir(), 'lightdash-mcp-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const { command, args, env } = await writtenEntry(id, home);
  const transport = new StdioClientTransport({
    command,
    args,
    env: { ...env, PATH: '/nowhere', HOME: home },
    cwd: home,
    stderr: 'pipe',
  });
  onTestFinished(() => transport.close());
  const waiting = new Map<unknown, (message: JSONRPCMessage) => void>();
  transport.onmessage = (message) => 'id' in message && waiting.get(message.id)?.(message);
  let last = 0;
  const request = async (method: string, params: Record<string, unknown> = {}) => {
    last += 1;
    const sent = last;
    const answered = new Promise<JSONRPCMessage>((resolve) => waiting.set(sent, resolve));
    await transport.send({ jsonrpc: '2.0', id: sent, method, params });
    const message = await answered;
    if (!isJSONRPCResultResponse(message)) throw new Error(JSON.stringify(message));
    return message.result;
  };
  const call = async (name: string, arguments_: object) =>
    JSON.stringify(await request('tools/call', { name, arguments: arguments_ }));

  await transport.start();
  const [protocolVersion, capabilities] = handshakes[id];
  const clientInfo = { name: id, version: '1' };
  expect(await request('initialize', { protocolVersion, capabilities, clientInfo })).toMatchObject({ protocolVersion });
  await transport.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  expect(JSON.stringify(await request('tools/list'))).toContain('"run_metric_query"');
  expect(await call('get_context', {})).toContain('1 project: Roastery');
  const query = { exploreId: 'orders', metrics: ['orders_order_count'] };
  expect(await call('run_metric_query', query)).toContain('1 row of orders');
});
