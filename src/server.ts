import { randomBytes } from 'node:crypto';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { type Audit, type AuditRecord, idsOf, withoutSecrets } from './audit.ts';
import type { Config } from './config.ts';
import type { LightdashClient } from './lightdash/client.ts';
import { LightdashError } from './lightdash/errors.ts';
import type { Log } from './log.ts';
import { Reader } from './operations/reader.ts';
import type { Reply } from './tools/call.ts';
import { compactSurface } from './tools/compact.ts';
import { nearestAmong } from './tools/nearest.ts';
import { applyPolicy, COMPACT } from './tools/policy.ts';
import type { ProjectPolicy } from './tools/projects.ts';
import { surface, type ToolEntry } from './tools/surface.ts';
import type { StoredResult, Tool } from './tools/tool.ts';

export interface ServerOptions {
  readonly version: string;
  readonly lightdash: LightdashClient;
  readonly log: Log;
  readonly config: Config;
  /** Takes note of every call. */
  readonly audit: Audit;
  /** Milliseconds since the epoch; the system's unless a test tells the time. */
  readonly clock?: () => number;
}

type Extra = Pick<RequestHandlerExtra<ServerRequest, ServerNotification>, 'signal' | 'sendNotification'>;

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
  const { version, lightdash, log, audit, config, clock = Date.now } = options;
  const server = new Server({ name: 'lightdash-mcp', title: 'Lightdash', version }, { capabilities: { tools: {} } });
  const callable = visibleSurface(config);
  const names = callable.map(({ name }) => name);
  const isCompact = config.toolsets?.includes(COMPACT) ?? false;
  const entries = isCompact ? compactSurface(callable) : callable;
  const reader = new Reader(lightdash);
  const underWay = new Set<Promise<unknown>>();

  /** Everything that only calls need, loaded with the first one and kept. */
  let calls: ReturnType<typeof load> | undefined;
  const loadCalls = () => {
    calls ??= load();
    return calls;
  };
  async function load() {
    const [{ toolNamed }, { callTool }, { Projects }, { Confirmations }, { createResultStore }] = await Promise.all([
      import('./tools/index.ts'),
      import('./tools/call.ts'),
      import('./tools/projects.ts'),
      import('./tools/confirmation.ts'),
      import('./query/results.ts'),
    ]);
    return {
      toolNamed,
      callTool,
      projects: new Projects(projectPolicy(config), {
        read: (operation, args) => reader.read(operation, args),
        ask: async (operation, args) => (await reader.perform(operation, args)).results,
      }),
      results: createResultStore<StoredResult>({ now: clock, newId: () => randomBytes(6).toString('base64url') }),
      confirmations: config.confirm === 'on' ? new Confirmations(clock) : undefined,
    };
  }

  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: entries }));

  server.setRequestHandler(CallToolRequestSchema, async (request, extra) => {
    const reached = isCompact
      ? (await import('./tools/reach.ts')).reach(request.params.name, request.params.arguments, callable)
      : undefined;
    if (reached && 'text' in reached) {
      return { content: [{ type: 'text', text: reached.text }], ...(reached.isError && { isError: true }) };
    }
    const { name, args } = reached ?? { name: request.params.name, args: request.params.arguments };
    if (!names.includes(name)) {
      const known = surface.some((entry) => entry.name === name);
      if (known) record({ tool: name, ids: idsOf(args ?? {}), outcome: 'refused', ms: 0, bytes: 0, attempts: 0 });
      throw new McpError(ErrorCode.InvalidParams, noSuchTool(name, names));
    }
    const problem = audit.problem?.();
    if (problem !== undefined) return notRecorded(problem);
    const { toolNamed } = await loadCalls();
    const tool = toolNamed(name);
    const calling = tracked(tool, args ?? {}, request.params._meta?.progressToken, extra);
    underWay.add(calling);
    return calling.finally(() => underWay.delete(calling));
  });

  const record = (entry: Omit<AuditRecord, 'time'>) => audit.write({ time: new Date().toISOString(), ...entry });

  async function tracked(
    tool: Tool,
    args: Record<string, unknown>,
    progressToken: string | number | undefined,
    { signal, sendNotification }: Extra,
  ): Promise<CallToolResult> {
    const { callTool, projects, confirmations, results } = await loadCalls();
    const started = performance.now();
    const seen: { status?: number; bytes: number; attempts: number } = { bytes: 0, attempts: 1 };
    let steps = 0;
    const { result, outcome, project, rows } = await callTool(
      tool,
      args,
      {
        lightdash,
        signal,
        results,
        budget: { tokens: config.maxResultTokens, characters: MAX_RESULT_CHARACTERS },
        async perform(operation, values) {
          try {
            const reply = await reader.perform(operation, values, signal);
            seen.status = reply.status;
            seen.bytes += reply.bytes;
            seen.attempts = Math.max(seen.attempts, reply.attempts);
            return reply;
          } catch (error) {
            if (error instanceof LightdashError && error.status !== undefined) seen.status = error.status;
            throw error;
          }
        },
        read: (operation, values) => reader.read(operation, values, signal),
        fault: (stack) => log.error({ tool: tool.name, error: stack }, 'fault'),
        progress(sentence) {
          if (progressToken === undefined) return;
          const params = { progressToken, progress: ++steps, message: sentence };
          void sendNotification({ method: 'notifications/progress', params });
        },
      },
      {
        projects,
        readOnly: config.readOnly,
        confirmations,
        ...(server.getClientCapabilities()?.elicitation && { ask: (question) => ask(server, question, signal) }),
      },
      config.output,
    );
    record({
      tool: tool.name,
      ...(tool.operation && { operation: tool.operation.id }),
      ...(project !== undefined && { project }),
      ids: idsOf(args),
      outcome,
      ms: Math.round(performance.now() - started),
      ...(rows !== undefined && { rows }),
      ...seen,
      ...(!tool.readOnly && { arguments: withoutSecrets(args) }),
    });
    return seen.attempts > 1 ? withNote(result, `Lightdash answered at attempt ${seen.attempts}.`) : result;
  }

  return {
    server,
    async settled() {
      await Promise.allSettled(underWay);
      // The answers are written in the turn after their calls end.
      await new Promise(setImmediate);
    },
  };
}

/** The tools that the policy leaves; with a default project their `projectUuid` may be left out. */
function visibleSurface(config: Config): ToolEntry[] {
  const subjects = surface.map((entry) => ({
    entry,
    name: entry.name,
    toolset: entry._meta['lightdash/toolset'],
    readOnly: entry.annotations.readOnlyHint,
  }));
  const entries = applyPolicy(subjects, {
    toolsets: config.toolsets ?? [],
    tools: config.tools ?? [],
    excludeTools: config.excludeTools ?? [],
    readOnly: config.readOnly,
  }).map(({ entry }) => entry);
  return config.project === undefined ? entries : entries.map(withDefaultProject);
}

function projectPolicy({ project, allowedProjects, allowOrganization }: Config): ProjectPolicy {
  return {
    ...(project && { defaultProject: project }),
    ...(allowedProjects && { allowedProjects }),
    allowOrganization,
  };
}

function withDefaultProject(entry: ToolEntry): ToolEntry {
  const { required = [], properties = {}, ...rest } = entry.inputSchema;
  if (!required.includes('projectUuid')) return entry;
  const projectUuid = { type: 'string', description: 'Default: the configured project' };
  return {
    ...entry,
    inputSchema: {
      ...rest,
      properties: { ...properties, projectUuid },
      required: required.filter((name) => name !== 'projectUuid'),
    },
  };
}

function noSuchTool(name: string, names: readonly string[]): string {
  const isOff = surface.some((entry) => entry.name === name);
  if (isOff) return `The tool ${name} is switched off by the settings of this server`;
  return `There is no tool ${name.slice(0, 100)}${nearestAmong(name, names)}`;
}

const withNote = (result: CallToolResult, note: string): CallToolResult =>
  result.content.length === 0 ? result : { ...result, content: [...result.content, { type: 'text', text: note }] };

const notRecorded = (problem: string): CallToolResult => ({
  isError: true,
  content: [
    {
      type: 'text',
      text: `Nothing was sent: LIGHTDASH_AUDIT_LOG cannot be written (${problem}), and without a record nothing is called. Make room or mend the file, then restart this server.`,
    },
  ],
});

/** How long a person may think. */
const ASK_TIMEOUT_MS = 10 * 60_000;

/** Asks the person at the host a yes-or-no question. */
async function ask(server: Server, question: string, signal: AbortSignal): Promise<Reply> {
  const requestedSchema = { type: 'object' as const, properties: {} };
  const options = { signal, timeout: ASK_TIMEOUT_MS };
  try {
    return (await server.elicitInput({ message: question, requestedSchema }, options)).action;
  } catch (error) {
    const gaveNoAnswer = signal.aborted || (error instanceof McpError && error.code === ErrorCode.RequestTimeout);
    return gaveNoAnswer ? 'cancel' : 'unavailable';
  }
}
