import type { Endpoint } from '../lightdash/route.ts';
import type { ResultTable } from '../query/execution/result-table.ts';
import type { SecretString } from '../secrets/secret-string.ts';

type Values = Readonly<Record<string, unknown>>;

/** A project that may be shown. */
export interface VisibleProject {
  readonly projectUuid: string;
  readonly name: string;
}

/** Which projects resources, completion and prompts may speak of. */
export interface ProjectVisibility {
  /** The projects that the token sees, or the allowed ones of them. */
  visible(): Promise<readonly VisibleProject[]>;
  /** Uuid of the project that is meant where none is named. */
  defaultProjectUuid(): Promise<string | undefined>;
  /** Whether people and groups, which belong to no project, may be shown. */
  readonly organization: boolean;
}

/** Results that this server still holds. */
export interface HeldResults {
  get(resultId: string): ResultTable | undefined;
  /** Ids, newest first. */
  ids(): readonly string[];
}

/** What came of reading through a tool. */
export interface ToolReading {
  /** `ok`, or the kind of what went wrong. */
  readonly outcome: string;
  /** The tool's text, or what went wrong in words. */
  readonly text: string;
  /** The data behind the text, where that was asked for. */
  readonly data?: unknown;
}

/** What resources, completion and prompts are made of. */
export interface ContentContext {
  /** Names of the tools that are switched on. */
  readonly enabledTools: ReadonlySet<string>;
  readonly scope: ProjectVisibility;
  /** Every secret of this server, for redacting what leaves it. */
  readonly secrets: () => readonly SecretString[];
  readonly results?: HeldResults;
  /** What a reading operation answers, at most a minute old. */
  read(operation: Endpoint, args: Values, signal?: AbortSignal): Promise<unknown>;
  /**
   * Calls a reading tool as a host would, under the same policy, but with look-ups at most a minute old. Never throws
   * what Lightdash answered.
   */
  readTool(name: string, args: Values, output: 'text' | 'structured', signal: AbortSignal): Promise<ToolReading>;
  /** Takes note of what could not be shown, without its content. */
  warn(values: object, sentence: string): void;
}
