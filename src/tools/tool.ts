import type { LightdashClient, Reply } from '../lightdash/client.ts';
import type { Operation, Shape, Toolset } from '../operations/operation.ts';
import type { Budget } from '../render/budget.ts';

/** Parsed arguments of a call, by name. */
export type ToolArguments = Readonly<Record<string, unknown>>;

/** What a tool answers: a text that is whole in itself, and the data behind it for programs. */
export interface ToolAnswer {
  readonly text: string;
  readonly data?: unknown;
  /** The answer is itself a secret that the caller needs (a new token): not redacted. */
  readonly carriesSecret?: boolean;
  /** Rows of data in the answer, for the audit. */
  readonly rows?: number;
  /** Where the call itself was not carried out: it waits for a confirmation, or the person said no. */
  readonly outcome?: 'asked' | 'declined';
}

/** What a tool may use while it runs. */
export interface ToolContext {
  readonly lightdash: LightdashClient;
  /** Aborts when the host takes the call back. */
  readonly signal: AbortSignal;
  readonly budget: Budget;
  /** Carries out an operation; throws the client's errors. */
  perform(operation: Operation, args: ToolArguments): Promise<Reply>;
  /** What a reading operation answers, at most a minute old: for look-ups beside what was asked. */
  read(operation: Operation, args: ToolArguments): Promise<unknown>;
  /** Takes note of an error of our own, which the caller only learns the fact of. */
  fault(error: unknown): void;
  /** Tells the host how a long call is coming on, where it asked to know. */
  progress(sentence: string): void;
}

/** A tool as it is listed and called. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly toolset: Toolset;
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  /** The operation this tool stands for, if it stands for one. */
  readonly operation?: Operation;
  /** Builds the argument schemas; called once, at the first call. */
  readonly input: () => Shape;
  run(args: ToolArguments, context: ToolContext): Promise<ToolAnswer>;
}
