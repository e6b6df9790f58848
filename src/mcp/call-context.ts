import { type PollingOptions, sleep } from '../async/poll.ts';
import { toolDefinitions } from '../inventory/tool-entries.ts';
import { CallClient } from '../lightdash/call-client.ts';
import type { ElicitationOutcome } from '../policy/authorize-call.ts';
import type { ProjectScope } from '../policy/project-scope.ts';
import { redact, type SecretString } from '../secrets/secret-string.ts';
import { sanitizeText } from '../text/plain-text.ts';
import type { Tool, ToolArguments, ToolContext } from '../tools/tool.ts';
import type { AppServices, AppState } from './app-state.ts';
import { CallDeadline } from './call-deadline.ts';

/** Claude Desktop gives up on a call at about 60 s; other hosts at that or more. */
const CALL_TIMEOUT_MS = 45_000;

/** Extra time per call for look-ups, on top of the timeout of one request. With the default of 45 s no call takes a minute. */
const LOOKUP_GRACE_MS = 10_000;

/** Hosts cut or refuse results that are longer. */
export const MAX_RESULT_CHARACTERS = 40_000;

/** The rows of structured content; the other facts have the rest. */
const MAX_ROWS_CHARACTERS = 30_000;

/** One request of the host, as its handler receives it. */
export interface HostRequest {
  /** MCP method, for the audit. */
  readonly method: string;
  /** Name and version of the host's program, for the audit. */
  readonly host?: string;
  /** Aborts when the host cancels. */
  readonly signal: AbortSignal;
  /** Reads may be up to 60 s old: set for resources. */
  readonly useCache: boolean;
  /** Reports progress to the host; absent unless the host requested it. */
  readonly reportProgress?: (message: string) => void;
  /** Requests the person's consent at the host; absent if the host cannot. */
  readonly elicit?: (question: string) => Promise<ElicitationOutcome>;
  /** The host declared MCP Apps. */
  readonly showsApps?: boolean;
}

/** Everything that lives as long as one call. `end` must be called when it is over. */
export interface CallContext {
  readonly client: CallClient;
  readonly scope: ProjectScope;
  /** Aborts at the deadline or when the host cancels. */
  readonly signal: AbortSignal;
  readonly elicit?: (question: string) => Promise<ElicitationOutcome>;
  /** Records a write that is about to run. @throws {OutOfScopeError} if it cannot be recorded. */
  readonly beforeRun?: (tool: Tool, args: ToolArguments) => void;
  /** Secrets of this server, for redaction. */
  secrets(): readonly SecretString[];
  /** The context that the tool of this call runs with. */
  tool(toolName: string): ToolContext;
  end(): void;
}

/** The time that the queries of a call have; most calls have none, so its timer starts with the first look at it. */
class SystemPolling implements PollingOptions {
  readonly sleep = sleep;
  readonly #endsAt: number;
  #deadline: AbortSignal | undefined;

  /** @param requestsMs time that the requests of the call have together: a query is handed back before that is up. */
  constructor(requestsMs: number) {
    this.#endsAt = performance.now() + Math.min(CALL_TIMEOUT_MS, requestsMs);
  }

  get deadline(): AbortSignal {
    this.#deadline ??= AbortSignal.timeout(Math.max(0, Math.round(this.#endsAt - performance.now())));
    return this.#deadline;
  }
}

/** Builds the context of one call: its deadline, its client and its project scope. */
export function createCallContext(
  app: AppState,
  services: AppServices,
  request: HostRequest,
  beforeRun?: CallContext['beforeRun'],
): CallContext {
  const { config, options } = app;
  const deadline = new CallDeadline(config.timeout * 1_000 + LOOKUP_GRACE_MS, request.signal);
  const { signal } = deadline;
  const polling = options.polling?.() ?? new SystemPolling(config.timeout * 1_000);
  const client = new CallClient(services.client, { signal, useCache: request.useCache, onDetached: app.inFlight.keep });
  const scope = new services.ProjectScope(services.projectPolicy, services.projectMemory, {
    cached: client.read,
    fresh: async (endpoint, args) => (await services.client.execute(endpoint, args, signal)).results,
  });
  const sender = scope.restrict(client);
  const budget = { tokens: config.maxResultTokens, characters: MAX_RESULT_CHARACTERS };
  const { elicit } = request;
  return {
    client,
    scope,
    signal,
    secrets: () => options.lightdash.secrets,
    ...(elicit && { elicit: (question: string) => deadline.pauseFor(() => elicit(question)) }),
    ...(beforeRun && { beforeRun }),
    tool: (toolName) => ({
      execute: sender.execute,
      read: sender.read,
      lightdash: options.lightdash,
      signal: request.signal,
      results: services.results,
      pending: services.pending,
      starts: services.starts,
      fields: services.fields,
      fieldValues: services.fieldValues,
      now: () => new Date((options.clock ?? Date.now)()),
      verifiesValues: config.checkValues,
      operations: services.operations,
      budget: config.output === 'structured' ? { ...budget, jsonCharacters: MAX_ROWS_CHARACTERS } : budget,
      server: new services.ServerCapabilities(client.read, services.capabilityMemory),
      polling,
      allows: (project) => scope.projects.allows(project),
      fault: (stack) => options.log.error({ tool: toolName, error: stack }, 'fault'),
      redact: (text) => redact(sanitizeText(text), options.lightdash.secrets),
      showsApps: request.showsApps === true,
      settings: {
        defaultProject: config.project,
        isRestricted: config.allowedProjects !== undefined,
        isReadOnly: config.readOnly,
        sql: app.sqlPolicy,
        toolsets: config.toolsets ?? [],
        toolsOff: toolDefinitions.length - app.callableTools.length,
      },
      charts: { folder: config.chartFolder, font: config.chartFont },
      progress: (message) => request.reportProgress?.(message),
    }),
    end: () => deadline.end(),
  };
}
