import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import {
  type CallToolResult,
  type ClientCapabilities,
  ElicitRequestSchema,
  type ElicitResult,
} from '@modelcontextprotocol/sdk/types.js';
import type { PollingOptions } from '../../src/async/poll.ts';
import { readCommand } from '../../src/config/command-line.ts';
import { excludableOperations } from '../../src/inventory/enabled-tools.ts';
import { LightdashClient } from '../../src/lightdash/client.ts';
import { AppState } from '../../src/mcp/app-state.ts';
import { createServer } from '../../src/mcp/server.ts';
import type { Audit } from '../../src/observability/audit-log.ts';

/** The published entry point, built by the global setup. */
export const mainPath = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Connection {
  readonly client: Client;
  /** The server's stderr so far. */
  readonly stderr: () => string;
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

const clientInfo = { name: 'lightdash-mcp-tests', version: '1' };

/** Starts the built server as a host does, and connects to it over stdio. */
export async function connectOverStdio(
  env: Environment,
  flags: readonly string[] = [],
  nodeFlags: readonly string[] = [],
): Promise<Connection & { readonly pid: number }> {
  let stderr = '';
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...nodeFlags, mainPath, ...flags],
    env: { ...env },
    stderr: 'pipe',
  });
  transport.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const client = new Client(clientInfo);
  await client.connect(transport);
  return { client, stderr: () => stderr, pid: transport.pid ?? 0, close: () => client.close() };
}

export interface InMemoryOptions {
  /** Answers the server's questions to the person; without it the client has no elicitation. */
  readonly elicit?: (question: string) => ElicitResult['action'];
  readonly clock?: () => number;
  readonly audit?: Audit;
  /** Deadlines of calls; the system timers by default. */
  readonly polling?: () => PollingOptions;
  /** Current names of tools by earlier ones. */
  readonly renamedTools?: Readonly<Record<string, string>>;
  /** Capabilities that the client declares besides. */
  readonly capabilities?: ClientCapabilities;
}

/** Connects to a server inside of this process: quicker, and coverage sees it. */
export async function connectInMemory(env: Environment, options: InMemoryOptions = {}): Promise<Connection> {
  const command = readCommand([], env);
  if (command.command !== 'serve') throw new Error('not a configuration');
  const { config } = command;
  const lightdash = new LightdashClient({
    ...config,
    credentials: config,
    timeoutMs: config.timeout * 1_000,
    userAgent: 'lightdash-mcp/test',
  });
  const lines: string[] = [];
  const note = (values: object, sentence: string) => void lines.push(`${sentence} ${JSON.stringify(values)}`);
  const log = { debug: note, info: note, warn: note, error: note };
  const app = new AppState({
    version: '0.0.0',
    config,
    operationIds: await excludableOperations(config),
    lightdash,
    log,
    audit: options.audit ?? { write: (record) => note(record, 'call') },
    ...(options.clock && { clock: options.clock }),
    ...(options.renamedTools && { renamedTools: options.renamedTools }),
    ...(options.polling && { polling: options.polling }),
  });
  const server = createServer(app);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const { elicit } = options;
  const client = new Client(clientInfo, {
    capabilities: { ...options.capabilities, ...(elicit && { elicitation: {} }) },
  });
  if (elicit) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => ({ action: elicit(params.message), content: {} }));
  }
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  return {
    client,
    stderr: () => lines.join('\n'),
    async close() {
      await client.close();
      await lightdash.close();
    },
  };
}

/** A tool's result as its reader sees it. */
export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

/** Calls a tool once. */
export async function callTool(client: Client, name: string, args: Record<string, unknown> = {}): Promise<ToolAnswer> {
  const { content, isError } = (await client.callTool({ name, arguments: args })) as CallToolResult;
  const text = content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n');
  return { text, isError: isError === true };
}

/** Calls a tool, and confirms it if it asks for a confirmation. */
export async function callToolConfirmed(
  client: Client,
  name: string,
  args: Record<string, unknown> = {},
): Promise<ToolAnswer> {
  const first = await callTool(client, name, args);
  const confirmation = first.isError ? undefined : /^confirmation: (\S+)$/m.exec(first.text)?.[1];
  return confirmation === undefined ? first : callTool(client, name, { ...args, confirmation });
}
