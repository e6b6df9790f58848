import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { plainText } from '../text/plain-text.ts';
import type { AppState } from './app-state.ts';
import { appExtension, SHOW_CHART, showsApps, withChartApp } from './chart-app.ts';
import { contentContext } from './content-context.ts';
import { elicitConfirmation } from './elicitation.ts';
import { serverInstructions } from './instructions.ts';
import { withOutputSchemas } from './output-schemas.ts';
import { ProtocolError, requestFailed } from './protocol-errors.ts';
import { contentCapabilities, registerContent } from './resources/register.ts';
import { handleCallTool } from './tool-calls.ts';

/** The parts of a call that are not checked yet. Some hosts write null for what they leave out. */
const callToolRequest = z.object({
  params: z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).nullish() }),
});
const listToolsRequest = ListToolsRequestSchema.extend({
  params: z.looseObject({ cursor: z.string().nullish() }).nullish(),
});

/**
 * Builds the MCP server of one connection. All state beyond it is in `app`.
 *
 * The SDK's low-level `Server` rather than `McpServer`: the latter builds every schema when a tool is registered and
 * converts all of them at each `tools/list`; here the list is data and a schema is built when its tool is first called.
 */
export function createServer(app: AppState): Server {
  const { config, callableTools, listedTools } = app;
  const showsCharts = app.isCallable(SHOW_CHART);
  const server = new Server(
    { name: 'lightdash-mcp', title: 'Lightdash', version: app.options.version },
    {
      capabilities: {
        tools: {},
        ...contentCapabilities,
        ...(showsCharts && { extensions: appExtension }),
      },
      instructions: serverInstructions(app.enabledNames, {
        hasDefaultProject: config.project !== undefined,
        isRestricted: config.allowedProjects !== undefined,
        isReadOnly: callableTools.every(({ annotations }) => annotations.readOnlyHint),
        isWithoutSql: app.sqlPolicy === 'none',
        confirms: config.confirm === 'on' && callableTools.some(({ _meta }) => _meta['lightdash/confirms']),
      }),
    },
  );
  const tools = withOutputSchemas(listedTools, config.output);
  server.setRequestHandler(listToolsRequest, () => ({
    tools: showsApps(server.getClientCapabilities()) ? withChartApp(tools) : tools,
  }));
  // Tracked from the first moment: a host may close stdin right after its last call.
  // Not by setRequestHandler, which would check the request twice more, and the result.
  server.fallbackRequestHandler = (request, extra) => {
    if (request.method !== 'tools/call') throw new ProtocolError(ErrorCode.MethodNotFound, 'Method not found');
    const { params } = callToolRequest.parse(request);
    const elicit = server.getClientCapabilities()?.elicitation
      ? (question: string) => elicitConfirmation(server, question, extra.signal)
      : undefined;
    const caller = {
      ...hostOf(server),
      ...(elicit && { elicit }),
      showsApps: showsApps(server.getClientCapabilities()),
    };
    return trackRequest(app, () => handleCallTool(app, params, extra, caller));
  };
  registerContent(server, showsCharts, (request, work) =>
    trackRequest(app, () => contentContext(app, { ...request, ...hostOf(server) }, work)),
  );
  return server;
}

/** Tracks the work of a request. The message of an unexpected error may hold anything: it is logged, not sent. */
function trackRequest<Result>({ inFlight, options }: AppState, work: () => Promise<Result>): Promise<Result> {
  return inFlight.track(work).catch((error: unknown) => {
    if (error instanceof McpError || error instanceof ProtocolError) throw error;
    options.log.error({ error: error instanceof Error ? error.stack : String(error) }, 'fault');
    throw requestFailed('The request failed inside of lightdash-mcp; its log says more.');
  });
}

const MAX_HOST_LENGTH = 100;

/** Name and version of the host's program, as it said when it connected. */
function hostOf(server: Server): { readonly host?: string } {
  const client = server.getClientVersion();
  return client ? { host: plainText(`${client.name} ${client.version}`).slice(0, MAX_HOST_LENGTH) } : {};
}
