import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  type CallToolRequest,
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import type { Config } from '../config/config.ts';
import { enabledTools } from '../inventory/enabled-tools.ts';
import { toolDefinitions } from '../inventory/tool-entries.ts';
import { COMPACT } from '../inventory/tool-filter.ts';
import { toolSearchTools } from '../inventory/tool-search-entries.ts';
import { CachedClient } from '../lightdash/cached-client.ts';
import type { LightdashClient } from '../lightdash/client.ts';
import { LightdashError } from '../lightdash/errors.ts';
import { type Audit, type AuditRecord, idsOf, withoutSecrets } from '../observability/audit-log.ts';
import type { Log } from '../observability/log.ts';
import type { ProjectPolicy } from '../policy/project-scope.ts';
import type { PollingOptions } from '../query/execution/run-query.ts';
import { nearestAmong } from '../text/suggest.ts';
import type { StoredResult, Tool } from '../tools/tool.ts';
import { CallDeadline } from './call-deadline.ts';
import type { CallOutcome, OutputMode } from './call-tool.ts';
import type { ContentContext } from './content-context.ts';
import { elicitConfirmation } from './elicitation.ts';
import { serverInstructions } from './instructions.ts';
import { contentCapabilities, registerContent, type Track } from './resources/register.ts';

export interface ServerOptions {
  readonly version: string;
  readonly lightdash: LightdashClient;
  readonly log: Log;
  readonly config: Config;
  /** Takes note of every call. */
  readonly audit: Audit;
  /** How long one call may wait for a query; begins with the call. */
  readonly patience?: () => PollingOptions;
  /** Milliseconds since the epoch; the system's unless a test tells the time. */
  readonly clock?: () => number;
}

/** Claude Desktop gives up on a call at about 60 s; other hosts at as much or more. */
const CALL_TIMEOUT_MS = 45_000;

/** What a call may take beyond one request: its look-ups and further requests. With the default of 45 s no call takes a minute. */
const LOOKUP_GRACE_MS = 10_000;

const defaultPatience = (): PollingOptions => ({
  deadline: AbortSignal.timeout(CALL_TIMEOUT_MS),
  wait: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
  every(milliseconds, tick) {
    const timer = setInterval(tick, milliseconds);
    return () => clearInterval(timer);
  },
});

type Extra = Pick<RequestHandlerExtra<ServerRequest, ServerNotification>, 'signal'> &
  Partial<Pick<RequestHandlerExtra<ServerRequest, ServerNotification>, 'sendNotification'>>;

/** How a tool is called. */
interface CallOptions {
  readonly output: OutputMode;
  /** What it reads may be a minute old: it is read as a resource. */
  readonly useCache: boolean;
  readonly progressToken: string | number | undefined;
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
  const { version, lightdash, log, audit, config, clock = Date.now, patience = defaultPatience } = options;
  const callable = enabledTools(config);
  const names = callable.map(({ name }) => name);
  const usesToolSearch = config.toolsets?.includes(COMPACT) ?? false;
  const entries = usesToolSearch ? toolSearchTools(callable) : callable;
  const enabledNames: ReadonlySet<string> = new Set([...names, ...entries.map(({ name }) => name)]);
  const instructions = serverInstructions(enabledNames, {
    hasDefaultProject: config.project !== undefined,
    isRestricted: config.allowedProjects !== undefined,
    isReadOnly: callable.every(({ annotations }) => annotations.readOnlyHint),
    confirms: config.confirm === 'on',
  });
  const server = new Server(
    { name: 'lightdash-mcp', title: 'Lightdash', version },
    { capabilities: { tools: {}, ...contentCapabilities }, instructions },
  );
  const reader = new CachedClient(lightdash);
  const inFlight = new Set<Promise<unknown>>();
  /** What goes on although its call has ended, such as cancelling a query, is waited for before the process ends. */
  const trackInFlight = (request: Promise<unknown>) => {
    const settling = request.catch(() => undefined).finally(() => inFlight.delete(settling));
    inFlight.add(settling);
  };

  /** Everything that only calls need, loaded with the first one and kept. */
  let calls: ReturnType<typeof load> | undefined;
  const loadCalls = () => {
    calls ??= load();
    return calls;
  };
  async function load() {
    const [
      { toolNamed },
      { callTool },
      { Projects },
      { ConfirmationTokens },
      { createResultStore },
      { ServerCapabilities: LightdashServer },
      { PendingQueries },
    ] = await Promise.all([
      import('../tools/index.ts'),
      import('./call-tool.ts'),
      import('../policy/project-scope.ts'),
      import('../policy/confirmation-tokens.ts'),
      import('../query/execution/result-cache.ts'),
      import('../query/execution/server-capabilities.ts'),
      import('../tools/tool.ts'),
    ]);
    return {
      toolNamed,
      callTool,
      projects: new Projects(projectPolicy(config), {
        read: (operation, args) => reader.executeCached(operation, args),
        fresh: async (operation, args) => (await reader.execute(operation, args)).results,
      }),
      results: createResultStore<StoredResult>({ now: clock, newId: () => randomBytes(6).toString('base64url') }),
      confirmations: config.confirm === 'on' ? new ConfirmationTokens(clock) : undefined,
      pending: new PendingQueries(),
      lightdashServer: new LightdashServer(async (operation, args) => reader.executeCached(operation, args)),
    };
  }

  const track: Track = (work) => {
    const working = work();
    inFlight.add(working);
    return working.finally(() => inFlight.delete(working));
  };

  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: entries }));

  // From the first moment on: a host may close stdin right behind its last call.
  server.setRequestHandler(CallToolRequestSchema, (request, extra) => track(() => handleCallTool(request, extra)));

  async function handleCallTool(request: CallToolRequest, extra: Extra): Promise<CallToolResult> {
    const reached = usesToolSearch
      ? (await import('../inventory/tool-search.ts')).resolveOperationCall(
          request.params.name,
          request.params.arguments,
          callable,
        )
      : undefined;
    if (reached && 'text' in reached) {
      if (reached.off !== undefined) recordRefused(reached.off, reached.args);
      return { content: [{ type: 'text', text: reached.text }], ...(reached.isError && { isError: true }) };
    }
    const { name, args } = reached ?? { name: request.params.name, args: request.params.arguments };
    if (!names.includes(name)) {
      recordRefused(name, args);
      throw new McpError(ErrorCode.InvalidParams, noSuchTool(name, names));
    }
    const problem = audit.problem?.();
    if (problem !== undefined) return notRecorded(problem);
    const { toolNamed } = await loadCalls();
    const tool = toolNamed(name);
    const progressToken = request.params._meta?.progressToken;
    const callOptions: CallOptions = { output: config.output, useCache: false, progressToken };
    return (await runTool(tool, args ?? {}, extra, callOptions)).result;
  }

  const contentOptions = async (): Promise<ContentContext> => {
    const { toolNamed, projects, results } = await loadCalls();
    return {
      enabledTools: enabledNames,
      scope: {
        visible: () => projects.visible(),
        // A configured name that no project has is told where it matters: by the calls that need it.
        defaultProjectUuid: () => projects.defaultProjectUuid(),
        organization: !projects.restricted || config.allowOrganization,
      },
      secrets: () => lightdash.secrets,
      results: { get: (resultId) => results.get(resultId)?.table, ids: () => results.ids() },
      read: (operation, args, signal) => reader.executeCached(operation, args, signal),
      async readTool(name, args, output, signal) {
        const callOptions: CallOptions = { output, useCache: true, progressToken: undefined };
        const { result, outcome } = await runTool(toolNamed(name), args, { signal }, callOptions);
        const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
        return { outcome, text, data: result.structuredContent?.results };
      },
      warn: (values, sentence) => log.warn(values, sentence),
    };
  };
  registerContent(server, contentOptions, track);
  /** Takes note of a call of a tool that the settings switch off. */
  function recordRefused(name: string, args: Readonly<Record<string, unknown>> = {}): void {
    if (!toolDefinitions.some((entry) => entry.name === name)) return;
    record({ tool: name, ids: idsOf(args), outcome: 'refused', ms: 0, bytes: 0, attempts: 0 });
  }
  const record = (entry: Omit<AuditRecord, 'time'>) => audit.write({ time: new Date().toISOString(), ...entry });

  async function runTool(
    tool: Tool,
    args: Record<string, unknown>,
    { signal, sendNotification }: Extra,
    { output, useCache, progressToken }: CallOptions,
  ): Promise<CallOutcome> {
    const { callTool, projects, confirmations, results, pending, lightdashServer } = await loadCalls();
    const started = performance.now();
    const time = new CallDeadline(config.timeout * 1_000 + LOOKUP_GRACE_MS);
    const within = AbortSignal.any([signal, time.signal]);
    const seen: { status?: number; bytes: number; attempts: number } = { bytes: 0, attempts: 1 };
    let refusal: number | undefined;
    let steps = 0;
    const handleCallTool = await callTool(
      tool,
      args,
      {
        lightdash,
        signal,
        results,
        budget: { tokens: config.maxResultTokens, characters: MAX_RESULT_CHARACTERS },
        server: lightdashServer,
        polling: patience(),
        pending,
        async execute(operation, values, { detached } = { detached: false }) {
          try {
            if (useCache && operation.readOnly && !operation.neverCached) {
              return {
                results: await reader.executeCached(operation, values, within),
                status: 200,
                attempts: 0,
                bytes: 0,
              };
            }
            const request = reader.execute(operation, values, detached ? undefined : within);
            if (detached) trackInFlight(request);
            const reply = await request;
            seen.status = reply.status;
            seen.bytes += reply.bytes;
            seen.attempts = Math.max(seen.attempts, reply.attempts);
            return reply;
          } catch (error) {
            if (error instanceof LightdashError) {
              refusal = error.status;
              seen.attempts = Math.max(seen.attempts, error.attempts);
            }
            throw error;
          }
        },
        read: (operation, values) => reader.executeCached(operation, values, within),
        allows: (project) => projects.allows(project),
        fault: (stack) => log.error({ tool: tool.name, error: stack }, 'fault'),
        progress(sentence) {
          if (progressToken === undefined) return;
          const params = { progressToken, progress: ++steps, message: sentence };
          void sendNotification?.({ method: 'notifications/progress', params });
        },
      },
      {
        projects,
        readOnly: config.readOnly,
        confirmations,
        ...(server.getClientCapabilities()?.elicitation && {
          ask: (question) => time.pauseFor(() => elicitConfirmation(server, question, signal)),
        }),
      },
      output,
    ).finally(() => time.end());
    const { outcome, project, rows } = handleCallTool;
    // A look-up that failed beside a call that went well is not what came of it.
    const status = (['ok', 'asked', 'declined'].includes(outcome) ? undefined : refusal) ?? seen.status;
    record({
      tool: tool.name,
      ...(tool.operation && { operation: tool.operation.id }),
      ...(project !== undefined && { project }),
      ids: idsOf(args),
      outcome,
      ms: Math.round(performance.now() - started),
      ...(rows !== undefined && { rows }),
      ...seen,
      ...(status !== undefined && { status }),
      ...(!tool.readOnly && { arguments: withoutSecrets(args) }),
    });
    const { attempts } = seen;
    // A failure tells its attempts itself.
    return attempts > 1 && !handleCallTool.result.isError
      ? { ...handleCallTool, result: withNote(handleCallTool.result, `Lightdash answered at attempt ${attempts}.`) }
      : handleCallTool;
  }

  return {
    server,
    async settled() {
      await Promise.allSettled(inFlight);
      // The answers are written in the turn after their calls end.
      await new Promise(setImmediate);
    },
  };
}

function projectPolicy({ project, allowedProjects, allowOrganization }: Config): ProjectPolicy {
  return {
    ...(project && { defaultProject: project }),
    ...(allowedProjects && { allowedProjects }),
    allowOrganization,
  };
}

function noSuchTool(name: string, names: readonly string[]): string {
  const isOff = toolDefinitions.some((entry) => entry.name === name);
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
