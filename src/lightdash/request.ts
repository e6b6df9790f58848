import type { SecretString } from '../secrets/secret-string.ts';

/** HTTP method of a request. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request as it is sent, without the origin and sign-in that the client adds. */
export interface WireRequest {
  readonly method: Method;
  /** Path and query string, starting with a slash. */
  readonly target: string;
  /** JSON text, or nothing. */
  readonly body: string | undefined;
}

/** The parts of an operation that determine the request. */
export interface RequestTemplate {
  readonly method: Method;
  readonly path: string;
  readonly query?: readonly string[];
  readonly clientOnlyArguments?: readonly string[];
  body?(args: Record<string, unknown>): unknown;
}

/** The names of the path parameters of a template, in order. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
}

/** A path argument that would change the route. The message names the argument. */
export class UnsafePathError extends Error {}

/**
 * Encodes one value as one path segment.
 *
 * Encoding is not enough: `.` and `..` have no encoded form, and URL parsers, proxies and servers resolve them (and
 * `%2e%2e`) against the path, so `DELETE /spaces/{spaceUuid}` with `..` would be a request to another route.
 * Empty values would join two slashes and match a shorter route.
 */
export function pathSegment(name: string, value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (text === '' || text === '.' || text === '..') {
    throw new UnsafePathError(`${name} must be neither empty nor "${text || ' '}": it is part of an address`);
  }
  if (hasDotSegments(text))
    throw new UnsafePathError(`${name} must not have . or .. between slashes: it is part of an address`);
  // Half of a surrogate pair has no encoding.
  if (!text.isWellFormed()) throw new UnsafePathError(`${name} is not valid Unicode`);
  return encodeURIComponent(text);
}

/** Some proxies decode `%2F`, even twice, before they resolve dots: a value that would leave its segment then is refused. */
function hasDotSegments(text: string): boolean {
  let plain = text;
  for (let times = 0; times < 3; times += 1) {
    if (plain.split(/[/\\]/).some((part) => part === '.' || part === '..')) return true;
    plain = plain.replace(/%(2e|2f|5c|25)/gi, (encoded) => decodeURIComponent(encoded));
  }
  return false;
}

/**
 * Builds the request of an operation from its parsed arguments.
 *
 * @throws {UnsafePathError} for a path value that cannot be one segment.
 */
export function buildRequest(template: RequestTemplate, args: Record<string, unknown>): WireRequest {
  const inPath = new Set(pathParameters(template.path));
  const path = template.path.replace(/\{(\w+)\}/g, (_, name: string) => pathSegment(name, args[name]));
  const rest = Object.entries(args).filter(
    ([name, value]) => value !== undefined && !inPath.has(name) && !template.clientOnlyArguments?.includes(name),
  );
  const toQuery = (template.method === 'GET' || template.method === 'DELETE') && template.body === undefined;
  const query = new URLSearchParams();
  for (const [name, value] of rest) {
    if (!toQuery && !template.query?.includes(name)) continue;
    // Lightdash reads a list as a repeated key.
    for (const item of Array.isArray(value) ? value : [value]) query.append(name, String(item));
  }
  const body = toQuery
    ? undefined
    : JSON.stringify(
        template.body
          ? template.body(args)
          : Object.fromEntries(rest.filter(([name]) => !template.query?.includes(name))),
      );
  return {
    method: template.method,
    target: query.size > 0 ? `${path}?${query}` : path,
    body,
  };
}

/** Header of a request with a body. */
export const jsonType = { 'content-type': 'application/json' };

/** Headers of every request. */
export function commonHeaders(options: {
  readonly userAgent: string;
  readonly headers?: Readonly<Record<string, SecretString>>;
}): Readonly<Record<string, string>> {
  const own = Object.entries(options.headers ?? {}).map(([name, value]) => [name, value.reveal()]);
  return { accept: 'application/json', 'user-agent': options.userAgent, ...Object.fromEntries(own) };
}

/** Address of Lightdash, taken apart once. */
export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path prefix, without a slash at its end. */
  readonly base: string;
}

/** Origin and base path of LIGHTDASH_URL, without a slash at the end. */
export const baseUrlOf = ({ origin, pathname }: URL): BaseUrl => ({ origin, base: pathname.replace(/\/+$/, '') });
