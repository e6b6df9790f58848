import type { RequestTemplate } from './request.ts';

type Values = Readonly<Record<string, unknown>>;

/** Use of SQL that the caller writes. `runs`: sent once, for it may write, but it changes nothing of Lightdash itself. */
export type RawSql = 'runs' | 'saves';

/** The parts of an operation that the client uses. */
export interface CallTemplate extends RequestTemplate {
  readonly readOnly: boolean;
  readonly rawSql?: RawSql | undefined;
  readonly auth: 'token' | 'session' | 'none';
  readonly redirects?: boolean;
  /** The API document promises no body with 200 (but 201, 204 or a redirect): `{}` is a success. */
  readonly mayAnswerEmpty?: boolean;
  /** Time for one request, in place of the client's own. */
  readonly timeoutMs?: number;
  /** A read that answers ok without results: nothing is there, or nothing is set. */
  readonly mayLackResults?: boolean;
  /** A read whose results may be an object without keys (recorded): nothing is there. */
  readonly mayBeEmptyMap?: boolean;
  /** Size above which the response is not read to its end, if it is less than the client's own. */
  readonly maxResponseBytes?: number;
}

/** A route of the API, identified by its id. */
export interface Endpoint extends CallTemplate {
  readonly id: string;
  /** Its response changes by itself (the state of a query): never cached. */
  readonly neverCached?: boolean;
  /** Difference on newer releases. */
  readonly releaseNote?: ReleaseNote;
  /** The newer way to the same result. */
  readonly successor?: Successor;
}

/** A release of Lightdash, such as `1.219`. */
export type Release = `${number}.${number}`;

/** Newer requests that replace a route which is deprecated or gone. */
export interface Successor {
  /** The first release that has them. */
  readonly since: Release;
  /** Sends the newer requests; resolves to the results in the shape of the replaced route. */
  run(args: Values, send: (endpoint: Endpoint, args: Values) => Promise<unknown>): Promise<unknown>;
}

/** The first measured release that a note holds for. */
export const noteSince = ({ since = '0.2904' }: ReleaseNote): Release => since;

/** Difference of an operation on newer releases. */
export interface ReleaseNote {
  /**
   * - `changed`: its request or response has another shape; both are read.
   * - `deprecated`: it works, and is marked to be removed.
   * - `replaced`: it is gone, or means something else; this server gets the same in another way.
   * - `gone`: nothing does the same.
   */
  readonly status: 'changed' | 'deprecated' | 'replaced' | 'gone';
  /** The first measured release that it holds for: 0.2904 unless stated. */
  readonly since?: Release;
  /** Day after which Lightdash announced to remove the route: `2026-09-10`. */
  readonly sunset?: string;
  /** Nothing does the same after its removal. */
  readonly hasNoReplacement?: true;
  /** The difference in words: for docs/compatibility.md, and for the error of an operation that is gone. */
  readonly note: string;
}
