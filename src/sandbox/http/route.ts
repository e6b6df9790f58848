import type { Context } from 'hono';
import type { z } from 'zod';
import type { SandboxContext } from '../context.ts';
import type { Release } from '../release/releases.ts';
import type { User } from '../store/records.ts';
import type { ProblemStyle } from './body-validation.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The names between braces in a path. */
type ParameterNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never;

/** A request as a handler gets it: user, parameters, body, and the sandbox's state. */
export interface Call<Name extends string = string, Body = unknown, Query = unknown> extends SandboxContext {
  /** Path parameters; uuids in their canonical form. */
  params: Record<Name, string>;
  /** Path parameters as they were typed. */
  rawParams: Record<Name, string>;
  body: Body;
  query: Query;
  /** The user; throws on a route that needs no credentials. */
  readonly user: User;
  /** The user, or null without credentials; never throws. */
  readonly userOrNull: User | null;
  /** The cookie session that the request came with, if any. */
  session: string | null;
  /** Hono's own view of the request, for headers and cookies. */
  context: Context;
}

/** The part of a call that says who sends it and on which data. */
export type UserContext = Pick<Call, 'store' | 'user'>;

/** A `UserContext` with the clock, for changes that carry a time. */
export type WriteContext = Pick<Call, 'store' | 'user' | 'now'>;

/** A route with its checks and its handler, as the server mounts it. */
export interface Route {
  method: Method;
  path: string;
  /** The first and the last release with this route; absent if unlimited. Two routes of one path share no release. */
  since: Release | undefined;
  until: Release | undefined;
  /** `token` takes a personal access token or a cookie, `session` only a cookie, `optional` either or nothing, `none` nothing. */
  auth: 'token' | 'session' | 'optional' | 'none';
  /** Status of a success; 200 by default. */
  status: number;
  body: z.ZodType | null;
  bodyName: string;
  bodyStyle: ProblemStyle;
  query: z.ZodType | null;
  /** Path parameters that are not checked to be uuids though they are named so. */
  uncheckedIds: readonly string[];
  handler: (call: Call) => unknown;
}

interface RouteOptions<Name extends string, Body extends z.ZodType, Query extends z.ZodType> {
  since?: Release;
  until?: Release;
  auth?: Route['auth'];
  status?: number;
  body?: Body;
  bodyName?: string;
  bodyStyle?: ProblemStyle;
  query?: Query;
  uncheckedIds?: readonly NoInfer<Name>[];
}

/**
 * Declares one route. What the handler returns becomes `results` of a success; `undefined` leaves the key out, a
 * `Response` is sent unchanged. Refusals are thrown.
 */
export function route<Path extends string, Body extends z.ZodType, Query extends z.ZodType>(
  method: Method,
  path: Path,
  options: RouteOptions<ParameterNames<Path>, Body, Query>,
  handler: (call: Call<ParameterNames<Path>, z.output<Body>, z.output<Query>>) => unknown,
): Route {
  return {
    method,
    path,
    since: options.since,
    until: options.until,
    auth: options.auth ?? 'token',
    status: options.status ?? 200,
    body: options.body ?? null,
    bodyName: options.bodyName ?? 'body',
    bodyStyle: options.bodyStyle ?? 'fields',
    query: options.query ?? null,
    uncheckedIds: options.uncheckedIds ?? [],
    // The application parses params, body and query by this very declaration before it calls.
    handler: handler as Route['handler'],
  };
}
