import { LRUCache } from 'lru-cache';
import type { PollingOptions } from '../async/poll.ts';
import type { ApiResponse, LightdashClient } from '../lightdash/client.ts';
import type { Endpoint } from '../lightdash/route.ts';
import type { Kind } from '../operations/long-tail/catalog.ts';
import type { Operation, Shape, Toolset } from '../operations/operation.ts';
import type { ResultStore } from '../query/execution/result-cache.ts';
import type { ResultTable } from '../query/execution/result-table.ts';
import type { QueryHandle, QueryResult } from '../query/execution/run-query.ts';
import type { ServerCapabilities } from '../query/execution/server-capabilities.ts';
import type { RowsOptions } from '../render/rows.ts';
import type { SecretString } from '../secrets/secret-string.ts';
import type { Budget } from '../text/token-budget.ts';

/** Parsed arguments of a call, by name. */
export type ToolArguments = Readonly<Record<string, unknown>>;

/** What a tool answers: a text that is whole in itself, and the data behind it for programs. */
export interface ToolAnswer {
  readonly text: string;
  readonly data?: unknown;
  /** A secret that the answer is there to give (a new token): not replaced in it. */
  readonly carriesSecret?: SecretString;
  /** Resources that hold more than the text, for the person at the host to open or attach. */
  readonly links?: readonly AnswerLink[];
  /** Rows of data in the answer, for the audit. */
  readonly rows?: number;
  /** Where the call itself was not carried out: it waits for a confirmation, or the person said no. */
  readonly outcome?: 'asked' | 'declined';
}

/** A resource of this server, offered along with an answer. */
interface AnswerLink {
  readonly uri: string;
  readonly name: string;
  readonly mimeType: string;
}

/** A result that is kept for reading on. */
export interface StoredResult {
  readonly table: ResultTable;
  /** What it is of, its limit, filters and notes, as they were told with its first page. */
  readonly renderOptions: Omit<RowsOptions, 'budget' | 'offset' | 'resultId'>;
}

/** Makes of rows what a reader has to know of them. */
export type Describe = (ready: QueryResult, context: ToolContext) => StoredResult | Promise<StoredResult>;

/** A query whose call was answered before it was ready. */
export interface PendingQuery {
  readonly started: QueryHandle;
  readonly what: string;
  readonly describe: Describe;
  /** How its rows are to be written to a file, where that is what was asked for. */
  readonly file?: FileLayout;
}

/** Remembers of the latest queries what only their start told: labels, formats, the question. */
export class PendingQueries {
  readonly #kept = new LRUCache<string, PendingQuery>({ max: 100 });

  put(query: PendingQuery): void {
    this.#kept.set(query.started.queryUuid, query);
  }

  get(queryUuid: string): PendingQuery | undefined {
    return this.#kept.get(queryUuid);
  }
}

/** How the rows of a query are written to a file, under v2's names. */
export interface FileLayout {
  readonly onlyRaw: unknown;
  readonly showTableNames?: unknown;
  readonly columnOrder?: unknown;
  readonly customLabels?: unknown;
  readonly hiddenFields?: unknown;
  readonly pivotConfig?: unknown;
  readonly attachmentDownloadName?: unknown;
}

/** Reads what an operation answers; see Reader. */
export type CachedRead = (operation: Endpoint, args: ToolArguments) => Promise<unknown>;

/** What a tool may use while it runs. */
export interface ToolContext {
  readonly lightdash: LightdashClient;
  /** Aborts when the host takes the call back. */
  readonly signal: AbortSignal;
  readonly budget: Budget;
  /** What the server can do, found out at the first question. */
  readonly server: ServerCapabilities;
  /** How long this call may wait. */
  readonly polling: PollingOptions;
  /** Queries that were still running when their calls had to be answered. */
  readonly pending: PendingQueries;
  /**
   * Carries out an operation; throws the client's errors. Detached, it is carried out even if the host takes the call back.
   */
  execute(operation: Endpoint, args: ToolArguments, how?: { readonly detached: boolean }): Promise<ApiResponse>;
  /** What a reading operation answers, at most a minute old: for look-ups beside what was asked. */
  read: CachedRead;
  /** Whether a project is one that this server may speak of. */
  allows(project: { readonly projectUuid: string; readonly name: string }): boolean;
  /** Takes note of an error of our own, which the caller only learns the fact of. */
  fault(stack: string): void;
  /** Results that may be read on; see get_query_result. */
  readonly results: ResultStore<StoredResult>;
  /** Everything that can be called; loaded with the first use. */
  operations(): Promise<OperationDirectory>;
  /** Tells the host how a long call is coming on, where it asked to know. */
  progress(sentence: string): void;
}

/** What all tools have. */
interface ToolBase {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly toolset: Toolset;
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  /** The operation this tool stands for, if it stands for one. */
  readonly operation?: Operation;
  /** Lists what is in several projects unless one is named: refused where projects are restricted. */
  readonly acrossProjects?: boolean;
  /** Builds the argument schemas; called once, at the first call. */
  readonly input: () => Shape;
  /** What an irreversible call would do, read from what is there now, if the operation has no preview of its own. */
  preview?(args: ToolArguments, context: Pick<ToolContext, 'execute' | 'read'>): Promise<string>;
}

/** A tool that answers by itself. */
export interface RunnableTool extends ToolBase {
  run(args: ToolArguments, context: ToolContext): Promise<ToolAnswer>;
}

/** A tool that stands for the call of another one, which is checked, confirmed and recorded as if it were called directly. */
export interface DelegatingTool extends ToolBase {
  delegate(args: ToolArguments, context: Pick<ToolContext, 'operations'>): Promise<DelegatedCall>;
}

/** A tool as it is listed and called. */
export type Tool = RunnableTool | DelegatingTool;

/** The call that a delegating tool stands for; its arguments are not parsed yet. */
export interface DelegatedCall {
  readonly tool: RunnableTool;
  readonly args: Readonly<Record<string, unknown>>;
  /** Why it is not called; undefined if it is. */
  readonly refusal: string | undefined;
}

/** What to look for among tools and operations. */
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
