import type { CallTemplate } from './client.ts';

/** A route of the API, known by its id. */
export interface Endpoint extends CallTemplate {
  readonly id: string;
  /** What it answers changes by itself (the state of a query): never remembered. */
  readonly neverCached?: boolean;
  /** What became of it on newer releases. */
  readonly newer?: ReleaseNote;
}

/** What became of an operation on newer releases. */
export interface ReleaseNote {
  /**
   * - `changed`: its request or answer has another shape; this server takes both.
   * - `deprecated`: it answers, and is marked to be removed.
   * - `replaced`: it is gone, or means something else; this server gets the same in another way.
   * - `gone`: nothing does the same.
   */
  readonly verdict: 'changed' | 'deprecated' | 'replaced' | 'gone';
  /** What is other, in words: a row of docs/compatibility.md, and what a call of one that is gone is told. */
  readonly how: string;
}
