import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import type { SandboxContext } from '../context.ts';
import { MissingWarehouseEngineError, SandboxError } from '../errors.ts';
import { type Deprecation, deprecationHeaders } from '../release/deprecated.ts';
import { BareUnauthorized, identify } from './authentication.ts';
import { problemsOf } from './body-validation.ts';
import { cannot, WEB_APP_PAGE } from './pages.ts';
import { invalid, unexpected } from './refusals.ts';
import { readBody, UnreadableBody } from './request-body.ts';
import type { Route } from './route.ts';
import { sendUntyped, statusOf } from './untyped.ts';

/** One line of the sandbox's log of requests. */
export interface RequestRecord {
  method: string;
  path: string;
  status: number;
  /** The user's e-mail address, or null without a user. */
  user: string | null;
  /** True for a route that the release marks deprecated. */
  deprecated: boolean;
}

/** Callbacks for requests and faults. */
interface Observer {
  /** Takes note of every finished request. */
  record: (request: RequestRecord) => void;
  /** Called with an unexpected error. */
  reportFault: (error: unknown) => void;
}

/** Postgres reads uuids in any case and in braces. */
const UUID = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;

/** Headers and error format of a release; those of 0.1366 by default. */
interface Dialect {
  /** The version that every response carries. */
  readonly version?: string;
  readonly refusal?: (error: SandboxError) => SandboxError;
  /** The response for an unknown API route; other unknown paths are web pages. */
  readonly unknownRoute?: () => SandboxError;
  /** The key under which an unforeseen error gives its id. */
  readonly faultId?: string;
  readonly deprecationOf?: (route: Route) => Deprecation | undefined;
}

/**
 * The HTTP side of the sandbox: routes in, envelopes out.
 * @param currentContext the state at the time of a request (a reset puts another in its place)
 */
export function application(
  routes: readonly Route[],
  currentContext: () => SandboxContext,
  { record, reportFault }: Observer,
  dialect: Dialect = {},
): Hono {
  const readPath = pathReader(routes);
  const app = new Hono({ getPath: readPath });
  const { version } = dialect;
  if (version !== undefined) {
    app.use(async (context, next) => {
      context.header('Lightdash-Version', version);
      await next();
    });
  }
  for (const route of routes) {
    const pattern = route.path.replaceAll('{', ':').replaceAll('}', '');
    const deprecation = dialect.deprecationOf?.(route);
    const warnings = Object.entries(deprecation ? deprecationHeaders(deprecation) : {});
    app.on(route.method, pattern, async (context) => {
      const requestRecord: RequestRecord = {
        method: route.method,
        path: new URL(context.req.url).pathname,
        status: 0,
        user: null,
        deprecated: deprecation !== undefined,
      };
      try {
        for (const [name, value] of warnings) context.header(name, value);
        const response = await serve(context, route, currentContext(), requestRecord).catch((error: unknown) =>
          refusal(context, error, reportFault, dialect),
        );
        requestRecord.status = statusOf(context, response);
        return response;
      } finally {
        record(requestRecord);
      }
    });
  }
  app.notFound((context) => {
    const { method } = context.req;
    const path = new URL(context.req.url).pathname;
    if (dialect.unknownRoute && path.startsWith('/api/')) {
      record({ method, path, status: 404, user: null, deprecated: false });
      return refusal(context, dialect.unknownRoute(), reportFault, dialect);
    }
    const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(method);
    record({ method, path, status: isRead ? 200 : 404, user: null, deprecated: false });
    if (method === 'OPTIONS') return context.html(methodsOf(routes, readPath(context.req.raw)).join(','));
    return isRead ? context.html(WEB_APP_PAGE) : context.html(cannot(method, path), 404);
  });
  return app;
}

async function serve(
  context: Context,
  route: Route,
  currentContext: SandboxContext,
  record: RequestRecord,
): Promise<Response> {
  const body = await readBody(context);
  const identity = identify(context, route, currentContext.store, currentContext.now());
  record.user = identity?.user.email ?? null;
  const query = parseOrRefuse(route.query, Object.fromEntries(queryEntries(context)), '', 'fields');
  const checkedBody = parseOrRefuse(route.body, body, route.bodyName, route.bodyStyle);
  const rawParams: Record<string, string> = context.req.param();
  const results = await route.handler({
    ...currentContext,
    rawParams: rawParams,
    params: canonicalParams(rawParams, route.uncheckedIds),
    query,
    body: checkedBody,
    context,
    session: identity?.session ?? null,
    userOrNull: identity?.user ?? null,
    get user() {
      if (identity === null) throw new Error(`${route.method} ${route.path} does not know its user`);
      return identity.user;
    },
  });
  if (results instanceof Response) return results;
  return envelope(context, route.status, { status: 'ok', results });
}

/** Query parameters; one that comes several times is a list. */
function* queryEntries(context: Context): Generator<[string, string | string[]]> {
  for (const [name, values] of Object.entries(context.req.queries())) {
    const baseName = name.replace(/\[\d*\]$/, '');
    const [first, ...more] = values;
    if (first !== undefined) yield [baseName, more.length > 0 ? values : first];
  }
}

function parseOrRefuse(schema: z.ZodType | null, value: unknown, root: string, style: Route['bodyStyle']): unknown {
  if (schema === null) return value;
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw invalid(problemsOf(result.error.issues, root, style, value));
}

/** Ids that Postgres would refuse are a 500 in the real server, whatever they name. */
function canonicalParams(rawParams: Record<string, string>, uncheckedIds: readonly string[]): Record<string, string> {
  const params = { ...rawParams };
  for (const [name, value] of Object.entries(rawParams)) {
    if (!/(uuid|commentId|notificationId)$/i.test(name) || uncheckedIds.includes(name)) continue;
    const uuid = UUID.exec(value)?.[1];
    if (uuid === undefined) throw unexpected();
    params[name] = uuid.toLowerCase();
  }
  return params;
}

function envelope(context: Context, status: number, content: object): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return context.body(JSON.stringify(content), status as ContentfulStatusCode, headers);
}

function refusal(context: Context, error: unknown, reportFault: Observer['reportFault'], dialect: Dialect): Response {
  if (error instanceof BareUnauthorized) return sendUntyped(context, 401, 'Unauthorized');
  const original = toSandboxError(error, reportFault);
  const translated = dialect.refusal?.(original) ?? original;
  const { statusCode, name, message, data } = translated;
  // Faults get an id, but on 0.1366 not those of a body that could not be read.
  const hasId = statusCode === 500 && (dialect.faultId !== undefined || !(error instanceof UnreadableBody));
  const id = hasId ? { [dialect.faultId ?? 'id']: randomBytes(16).toString('hex') } : {};
  return envelope(context, statusCode, { status: 'error', error: { statusCode, name, message, data, ...id } });
}

/** An error that the real server has too; anything else is a mistake of the sandbox, or the lack of its engine. */
function toSandboxError(error: unknown, reportFault: Observer['reportFault']): SandboxError {
  if (error instanceof SandboxError) return error;
  if (error instanceof MissingWarehouseEngineError) return unexpected(error.message);
  reportFault(error);
  return unexpected();
}

/** Methods of a path, for OPTIONS. */
function methodsOf(routes: readonly Route[], path: string): string[] {
  const matchesPath = (route: Route) => new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  const methods = new Set<string>(routes.filter(matchesPath).map((route) => route.method));
  return ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((item) =>
    methods.has(item === 'HEAD' ? 'GET' : item),
  );
}

/**
 * Reads the path as Express does: letters of fixed parts in any case, a slash at the end or not. Parts that name something
 * keep the case they were typed in.
 */
function pathReader(routes: readonly Route[]): (request: Request) => string {
  const fixedParts = new Map<string, string>();
  for (const route of routes) {
    for (const part of route.path.split('/')) if (!part.startsWith('{')) fixedParts.set(part.toLowerCase(), part);
  }
  return (request) => {
    const { pathname } = new URL(request.url);
    const path = pathname.length > 1 && pathname.endsWith('/') ? pathname.slice(0, -1) : pathname;
    return path
      .split('/')
      .map((part) => fixedParts.get(part.toLowerCase()) ?? part)
      .join('/');
  };
}
