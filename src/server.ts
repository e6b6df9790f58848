import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import { closest } from 'fastest-levenshtein';
import type { LightdashClient } from './lightdash/client.ts';
import type { Log } from './log.ts';
import { Reader } from './operations/reader.ts';
import type { OutputMode } from './tools/call.ts';
import { surface } from './tools/surface.ts';

export interface ServerOptions {
  readonly version: string;
  readonly lightdash: LightdashClient;
  readonly log: Log;
  readonly maxResultTokens: number;
  readonly output: OutputMode;
}

export interface RunningServer {
  readonly server: Server;
  /** Resolves when no call is under way. */
  settled(): Promise<void>;
}

/** Hosts cut or refuse results that are longer. */
const MAX_RESULT_CHARACTERS = 40_000;

/**
 * Puts the MCP server together.
 *
 * The SDK's low-level `Server` rather than `McpServer`: the latter builds every schema when a tool is registered and
 * converts all of them at each `tools/list`; here the list is data and a schema is built when its tool is first called.
 */
export function createServer(options: ServerOptions): RunningServer {
  const { version, lightdash, log, maxResultTokens, output } = options;
  const server = new Server({ name: 'lightdash-mcp', title: 'Lightdash', version }, { capabilities: { tools: {} } });
  const names = surface.map(({ name }) => name);
  const reader = new Reader(lightdash);
  const underWay = new Set<Promise<unknown>>();

  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...surface] }));

  server.setRequestHandler(CallToolRequestSchema, async (request, extra) => {
    const { name, arguments: args } = request.params;
    const [{ tools }, { callTool }] = await Promise.all([import('./tools/index.ts'), import('./tools/call.ts')]);
    const tool = tools.find((each) => each.name === name);
    if (tool === undefined) {
      throw new McpError(ErrorCode.InvalidParams, `There is no tool ${name}; the nearest is ${closest(name, names)}`);
    }
    const started = performance.now();
    const progressToken = request.params._meta?.progressToken;
    let steps = 0;
    const calling = callTool(
      tool,
      args,
      {
        lightdash,
        signal: extra.signal,
        budget: {
          tokens: maxResultTokens,
          characters: MAX_RESULT_CHARACTERS,
          rest: 'Ask for less: a search, a filter or a page.',
        },
        perform: (operation, values) => reader.perform(operation, values, extra.signal),
        read: (operation, values) => reader.read(operation, values, extra.signal),
        fault: (error) =>
          log.error({ tool: name, error: error instanceof Error ? error.stack : String(error) }, 'fault'),
        progress(sentence) {
          if (progressToken === undefined) return;
          const params = { progressToken, progress: ++steps, message: sentence };
          void extra.sendNotification({ method: 'notifications/progress', params });
        },
      },
      output,
    );
    underWay.add(calling);
    const result = await calling.finally(() => underWay.delete(calling));
    log.info({ tool: name, ms: Math.round(performance.now() - started), failed: result.isError === true }, 'call');
    return result;
  });

  return {
    server,
    async settled() {
      await Promise.allSettled(underWay);
      // The answers are written in the turn after their calls end.
      await new Promise(setImmediate);
    },
  };
}
