import type { PollingOptions } from '../async/poll.ts';
import type { Config } from '../config/config.ts';
import { enabledTools, reachesOperations } from '../inventory/enabled-tools.ts';
import type { OperationAccess } from '../inventory/operation-calls.ts';
import { renamedTools } from '../inventory/renamed-tools.ts';
import { type ToolDefinition, toolDefinitions } from '../inventory/tool-entries.ts';
import { COMPACT } from '../inventory/tool-filter.ts';
import { toolSearchTools } from '../inventory/tool-search-entries.ts';
import type { LightdashClient } from '../lightdash/client.ts';
import type { Audit } from '../observability/audit-log.ts';
import type { Log } from '../observability/log.ts';
import type { SqlPolicy } from '../policy/model-sql.ts';
import type { ProjectPolicy } from '../policy/project-resolver.ts';
import { nodeCrypto } from '../secrets/node-crypto.ts';
import type { StoredResult } from '../tools/tool.ts';
import { InFlight } from './in-flight.ts';

interface AppOptions {
  readonly version: string;
  readonly lightdash: LightdashClient;
  readonly log: Log;
  readonly config: Config;
  /** Ids of operations that the settings may leave out; see excludableOperations. */
  readonly operationIds?: readonly string[];
  /** Receives a record of every call. */
  readonly audit: Audit;
  /** Current names by earlier ones; those of the releases unless a test passes its own. */
  readonly renamedTools?: Readonly<Record<string, string>>;
  /** Timers of one call's queries; the system's unless a test passes its own. */
  readonly polling?: () => PollingOptions;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/** State of the process: settings, tools, caches, kept results. Shared by all connections and calls. */
export class AppState {
  readonly options: AppOptions;
  readonly config: Config;
  readonly inFlight = new InFlight();
  /** Tools that may be called. */
  readonly callableTools: readonly ToolDefinition[];
  /** Tools that `tools/list` returns. */
  readonly listedTools: readonly ToolDefinition[];
  /** SQL that the model may write in arguments. */
  readonly sqlPolicy: SqlPolicy;
  /** Names of all tools that are switched on. */
  readonly enabledNames: ReadonlySet<string>;
  /** Names of the tools that the settings switch off. */
  readonly namesOff: ReadonlySet<string>;
  readonly #callableNames: ReadonlySet<string>;
  #services: ReturnType<AppState['load']> | undefined;

  /** @throws {ToolFilterError} if the settings name an unknown toolset or tool. */
  constructor(options: AppOptions) {
    const { config } = options;
    this.options = options;
    this.config = config;
    this.callableTools = enabledTools(config, options.operationIds);
    // Expressions are checked only if they could replace the missing raw SQL.
    const hasRawSql = this.callableTools.some(({ name }) => name === 'run_sql_query');
    this.sqlPolicy = config.sql === 'off' ? 'none' : hasRawSql ? 'any' : 'expressions';
    this.listedTools = config.toolsets?.includes(COMPACT) ? toolSearchTools(this.callableTools) : this.callableTools;
    this.#callableNames = new Set(this.callableTools.map(({ name }) => name));
    this.enabledNames = new Set([...this.#callableNames, ...this.listedTools.map(({ name }) => name)]);
    this.namesOff = new Set(toolDefinitions.map(({ name }) => name).filter((name) => !this.enabledNames.has(name)));
  }

  /** The name that a tool has now. */
  currentName(toolName: string): string {
    const { renamedTools: names = renamedTools } = this.options;
    return (Object.hasOwn(names, toolName) ? names[toolName] : undefined) ?? toolName;
  }

  isCallable(toolName: string): boolean {
    return this.#callableNames.has(toolName);
  }

  /** Modules and memories that only calls need; loaded with the first call. */
  services(): ReturnType<AppState['load']> {
    this.#services ??= this.load();
    return this.#services;
  }

  private async load() {
    const { config, options } = this;
    const { clock = Date.now } = options;
    const [
      { CachedClient },
      { toolNamed },
      { ProjectScope },
      { ProjectMemory },
      tokens,
      { createResultStore },
      capabilities,
      { PendingQueries },
      { FieldValueMemory },
      { OperationCalls },
      { loadLongTail },
      { FieldCatalog },
      { HeldStarts },
    ] = await Promise.all([
      import('../lightdash/cached-client.ts'),
      import('../tools/index.ts'),
      import('../policy/project-scope.ts'),
      import('../policy/project-resolver.ts'),
      import('../policy/confirmation-tokens.ts'),
      import('../query/execution/result-cache.ts'),
      import('../query/execution/server-capabilities.ts'),
      import('../tools/tool.ts'),
      import('../query/execution/field-values.ts'),
      import('../inventory/operation-calls.ts'),
      import('../operations/long-tail/catalog.ts'),
      import('../query/fields/field-catalog.ts'),
      import('../query/execution/query-start.ts'),
    ]);
    const client = new CachedClient(options.lightdash);
    let operations: Promise<InstanceType<typeof OperationCalls>> | undefined;
    return {
      client,
      toolNamed,
      operations: () => {
        operations ??= loadLongTail().then((longTail) => new OperationCalls(longTail, this.#operationAccess()));
        return operations;
      },
      ProjectScope,
      ServerCapabilities: capabilities.ServerCapabilities,
      projectPolicy: projectPolicy(config),
      projectMemory: new ProjectMemory(),
      capabilityMemory: new capabilities.CapabilityMemory(),
      results: createResultStore<StoredResult>({
        now: clock,
        newId: () => nodeCrypto().randomBytes(6).toString('base64url'),
      }),
      confirmations: config.confirm === 'on' ? new tokens.ConfirmationTokens(clock) : undefined,
      pending: new PendingQueries(),
      starts: new HeldStarts(),
      fields: new FieldCatalog(() => client.writes),
      fieldValues: new FieldValueMemory(clock),
    };
  }

  /** Limits of the tools of the toolset `api`. */
  #operationAccess(): OperationAccess {
    return {
      enabled: this.callableTools.filter((tool) => tool._meta['lightdash/toolset'] !== 'api'),
      excluded: this.config.excludeTools ?? [],
      withoutTool: reachesOperations(this.config),
      readOnly: this.config.readOnly,
      rawSql: this.sqlPolicy === 'any',
    };
  }
}

function projectPolicy({ project, allowedProjects, allowOrganization }: Config): ProjectPolicy {
  return {
    ...(project && { defaultProject: project }),
    ...(allowedProjects && { allowedProjects }),
    allowOrganization,
  };
}

/** The resolved value of `AppState.services`. */
export type AppServices = Awaited<ReturnType<AppState['services']>>;
