import { LRUCache } from 'lru-cache';
import type { PollingOptions } from '../async/poll.ts';
import type { ExecuteOptions } from '../lightdash/call-client.ts';
import type { ApiResponse, LightdashClient } from '../lightdash/client.ts';
import type { Endpoint, RawSql, Release } from '../lightdash/endpoint.ts';
import type { Kind } from '../operations/long-tail/catalog.ts';
import type { Operation, Shape, Toolset } from '../operations/operation.ts';
import type { ScopeDeclaration } from '../operations/references.ts';
import type { MetricQuery } from '../query/builder/metric-query.ts';
import type { FieldValueMemory } from '../query/execution/field-values.ts';
import type { HeldStarts } from '../query/execution/query-start.ts';
import type { ResultStore } from '../query/execution/result-cache.ts';
import type { ResultTable } from '../query/execution/result-table.ts';
import type { QueryResult, StartedQuery } from '../query/execution/run-query.ts';
import type { ServerCapabilities } from '../query/execution/server-capabilities.ts';
import type { FieldCatalog } from '../query/fields/field-catalog.ts';
import type { ParameterValues } from '../query/parameters/parameter.ts';
import type { RowsOptions } from '../render/rows.ts';
import type { SecretString } from '../secrets/secret-string.ts';
import type { JsonObject } from '../text/json.ts';
import type { Budget } from '../text/token-budget.ts';

/** Parsed arguments of a call, by name. */
export type ToolArguments = Readonly<Record<string, unknown>>;

/** Result of a tool: a complete text for the model, and the same facts as data for programs. */
export interface ToolAnswer {
  readonly text: string;
  readonly data?: unknown;
  /** The data has every fact of the text, notes included. */
  readonly isWholeInData?: true;
  /** A secret that the call returns (a new token): not redacted from its text. */
  readonly carriesSecret?: SecretString;
  /** The text is JSON for the App of a host, not for a model: it is never cut. */
  readonly isForApp?: true;
  /** Pictures for hosts that show them. */
  readonly images?: readonly AnswerImage[];
  /** Facts for the host and its apps alone, which models do not read. */
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Resources that hold more than the text, for the person at the host to open or attach. */
  readonly links?: readonly AnswerLink[];
  /** Rows of data in the answer, for the audit. */
  readonly rows?: number;
  /** Set if the operation was not carried out: it waits for a confirmation, or the person declined. */
  readonly outcome?: 'asked' | 'declined';
}

/** A picture in an answer. */
interface AnswerImage {
  readonly mimeType: string;
  readonly data: Buffer;
}

/** A resource of this server that belongs to an answer. */
interface AnswerLink {
  readonly uri: string;
  readonly name: string;
  readonly mimeType: string;
}

/** A result that is kept for its later pages. */
export interface StoredResult {
  readonly table: ResultTable;
  /** Render options of the first page, reused for later pages. */
  readonly renderOptions: Omit<RowsOptions, 'budget' | 'offset' | 'resultId'>;
  /** The query of the rows, if it can be saved as a chart. */
  readonly query?: {
    readonly projectUuid: string;
    readonly metricQuery: MetricQuery;
    readonly parameters?: ParameterValues;
  };
}

/** Writes the rows of a result as text, from its response. */
export type Describe = (result: QueryResult, context: ToolContext) => StoredResult | Promise<StoredResult>;

/** Place and title of a file to save. */
export interface SaveTarget {
  readonly folder: string;
  readonly title: string;
}

/** Options of a file of rows, under v2's names. */
export interface FileLayout {
  readonly onlyRaw: boolean;
  readonly showTableNames?: boolean;
  readonly columnOrder?: readonly string[];
  readonly customLabels?: Readonly<Record<string, string>>;
  readonly hiddenFields?: readonly string[];
  readonly attachmentDownloadName?: string;
}

/** A query that was still running at the end of its call. */
export interface PendingQuery {
  readonly handle: StartedQuery;
  /** Its name at the start of a sentence: `The query`. */
  readonly label: string;
  readonly describe: Describe;
  /** Notes about the rows of the file, by the first of them. */
  readonly notesOf?: FileNotes;
  /** Layout of the file, if a file was requested instead of rows. */
  readonly file?: FileLayout;
  /** The file is saved on this machine, too. */
  readonly save?: SaveTarget;
  /** The most rows of a query of SQL, which does not say it itself. */
  readonly limit?: number;
}

/** Notes about a file, from the response with the first page of its rows. */
export type FileNotes = (results: JsonObject, context: ToolContext) => Promise<readonly string[]>;

/** A file of v1 that was still being written at the end of its call. */
export interface PendingFile {
  readonly jobId: string;
  /** Maximum number of rows; undefined for all, `unread` if a chart may have one of its own. */
  readonly limit: number | 'unread' | undefined;
  readonly save: SaveTarget | undefined;
}

/** Keeps the start responses of the latest queries: later responses lack labels, formats and the query itself. */
export class PendingQueries {
  readonly #queries = new LRUCache<string, PendingQuery>({ max: 100 });
  readonly #files = new LRUCache<string, PendingFile>({ max: 100 });

  put(query: PendingQuery): void {
    this.#queries.set(query.handle.queryUuid, query);
  }

  putFile(file: PendingFile): void {
    this.#files.set(file.jobId, file);
  }

  getFile(jobId: string): PendingFile | undefined {
    return this.#files.get(jobId);
  }

  get(queryUuid: string): PendingQuery | undefined {
    return this.#queries.get(queryUuid);
  }
}

/** Reads through the cache: a response may be 60 s old. */
export type CachedRead = (operation: Endpoint, args: ToolArguments) => Promise<unknown>;

/** Settings of this server that a tool reports. */
export interface ServerSettings {
  /** Name or uuid of the configured project. */
  readonly defaultProject: string | undefined;
  /** Calls are limited to some projects. */
  readonly isRestricted: boolean;
  readonly isReadOnly: boolean;
  /** SQL that the model may write. */
  readonly sql: 'any' | 'expressions' | 'none';
  /** Toolsets and presets that are named; empty for all, or for single tools alone. */
  readonly toolsets: readonly string[];
  /** Number of tools that cannot be called. */
  readonly toolsOff: number;
}

/** The services and limits of one call. */
export interface ToolContext {
  readonly lightdash: LightdashClient;
  /** Aborts when the host cancels the call. */
  readonly signal: AbortSignal;
  readonly budget: Budget;
  /** Capabilities of the Lightdash server, read once. */
  readonly server: ServerCapabilities;
  /** The moment now. */
  now(): Date;
  /** Deadline and waits of this call. */
  readonly polling: PollingOptions;
  readonly pending: PendingQueries;
  /** Starts of queries that go on after their calls. */
  readonly starts: HeldStarts;
  /** Search over the fields of a project. */
  readonly fields: FieldCatalog;
  /** Sends a request; throws the client's errors. A detached one goes on after a cancellation by the host. */
  execute(operation: Endpoint, args: ToolArguments, options?: ExecuteOptions): Promise<ApiResponse>;
  /** Reads through the cache, for lookups in addition to the requested operation. */
  read: CachedRead;
  /** True if LIGHTDASH_ALLOWED_PROJECTS includes a project. */
  allows(project: { readonly projectUuid: string; readonly name: string }): boolean;
  /** Logs an internal error, whose details the model does not get. */
  fault(stack: string): void;
  /** Results with more pages, for get_query_result. */
  readonly results: ResultStore<StoredResult>;
  /** Values of fields that earlier look-ups found. */
  readonly fieldValues: FieldValueMemory;
  /** Texts of filters to look up: all, or only doubtful ones. */
  readonly verifiesValues: 'all' | 'doubtful';
  /** Everything that can be called; loaded with the first use. */
  operations(): Promise<OperationDirectory>;
  /** A text as it may leave this process: secrets and control characters removed. */
  redact(text: string): string;
  /** The host shows the chart App (MCP Apps). */
  readonly showsApps: boolean;
  readonly settings: ServerSettings;
  /** Settings of charts: the folder for their files, and a font for characters that the package's own lack. */
  readonly charts: { readonly folder: string | undefined; readonly font: string | undefined };
  /** Sends a progress notification, if the host requested them. */
  progress(sentence: string): void;
}

/**
 * Reads what a call would change and describes it for the person who confirms; undefined if there is nothing to confirm.
 *
 * @throws the client's errors: an object that cannot be read cannot be deleted either.
 */
export type Preview = (args: ToolArguments, context: ToolContext) => Promise<string | undefined>;

/** The common part of all tools. */
interface ToolBase {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly toolset: Toolset;
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  /** SQL that the caller writes; operations declare it themselves. */
  readonly rawSql?: RawSql | undefined;
  /** The first measured release that it works on, if 0.1366 lacks its routes. */
  readonly since?: Release;
  /** Its operation, if it has a single one. */
  readonly operation?: Operation;
  /** Lists objects of several projects unless one is named: refused if projects are restricted. */
  readonly acrossProjects?: boolean;
  /** Builds the argument schemas; called once, by the first call. */
  readonly input: () => Shape;
  /** Reads arguments that are written inside of a text (YAML), so that the policy sees what is in them. */
  readonly expand?: (args: ToolArguments) => Promise<ToolArguments>;
  /** Scope of a tool without an operation. */
  readonly scope?: ScopeDeclaration;
  /** Present if calls are confirmed first. */
  readonly preview?: Preview;
}

/** A tool that returns its own answer. */
export interface RunnableTool extends ToolBase {
  run(args: ToolArguments, context: ToolContext): Promise<ToolAnswer>;
}

/** A tool that stands for the call of another one, which is checked, confirmed and recorded as if it were called directly. */
interface DelegatingTool extends ToolBase {
  delegate(args: ToolArguments, context: Pick<ToolContext, 'operations'>): Promise<DelegatedCall>;
}

/** A tool of the server. */
export type Tool = RunnableTool | DelegatingTool;

/** The call that a delegating tool stands for; its arguments are not parsed yet. */
export interface DelegatedCall {
  readonly tool: RunnableTool;
  readonly args: Readonly<Record<string, unknown>>;
  /** Reason for a refusal; undefined if the call goes on. */
  readonly refusal: string | undefined;
}

/** A search over tools and operations. */
export interface OperationSearch {
  readonly words: string;
  readonly area?: string | undefined;
  readonly kind?: Kind | undefined;
}

/** The call of a tool or an operation by name. */
export interface OperationCall {
  readonly operation: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Items of the answer's list to leave out. */
  readonly offset: number;
  readonly mayWrite: boolean;
}

/** Everything that can be called, with a tool or without. All throw if there is no such operation, or it is off. */
export interface OperationDirectory {
  /** A line for each of the best. */
  find(search: OperationSearch): string;
  /** Signature of an operation, or of a part of its arguments such as `chartConfig.config`. */
  describe(operation: string, part?: string): string;
  resolve(call: OperationCall): DelegatedCall;
}
