import * as z from 'zod';
import { validationUuidOf } from '../../areas/validation.ts';
import type { Route } from '../../http/route.ts';

type ReshapeResults = (results: unknown) => unknown;
type JsonObject = Record<string, unknown>;

const object = z.record(z.string(), z.unknown());
const list = z.array(object);
const project = '/api/v1/projects/{projectUuid}';

const mapItems = (change: (item: JsonObject) => JsonObject) => (results: unknown) => list.parse(results).map(change);
const withoutProject = (credentials: JsonObject): JsonObject => ({ ...credentials, project: null });
const orNull = (change: (value: JsonObject) => JsonObject) => (results: unknown) =>
  results === undefined || results === null ? results : change(object.parse(results));

/** Responses of 1.219 that differ in shape from those of 0.1366, by method and path. Routes of `areas/today` are not among them. */
const shapes: Readonly<Record<string, ReshapeResults>> = {
  [`GET ${project}/tags`]: mapItems((tag) => ({ ...tag, yamlReference: null })),
  [`GET ${project}/user-credentials`]: orNull(withoutProject),
  'GET /api/v1/user/warehouseCredentials': mapItems(withoutProject),
  'POST /api/v1/user/warehouseCredentials': orNull(withoutProject),
  'PATCH /api/v1/user/warehouseCredentials/{uuid}': orNull(withoutProject),
  'GET /api/v1/schedulers/{schedulerUuid}/jobs': mapItems((item) => ({ ...item, id: String(item.id) })),
  'GET /api/v1/user/me/allowedOrganizations': mapItems((item) => ({
    ...item,
    membersCount: String(item.membersCount),
  })),
};

/** A route of 0.1366 that answers in the shape of 1.219. */
export function withNewShape(route: Route): Route {
  const name = `${route.method} ${route.path}`;
  return {
    ...route,
    handler: async (call) => {
      const results = await route.handler(call);
      return results instanceof Response ? results : inShape(name, results);
    },
  };
}

function inShape(name: string, results: unknown): unknown {
  const newResults = shapes[name]?.(results) ?? results;
  // Results of a query are data: nothing in them is renamed.
  return /[Qq]uery|[Rr]esults|calculate-total|\/explores|\/search/.test(name) ? newResults : renamed(newResults);
}

/** Changes of all responses: inherited privacy, validation errors by uuid, jobs by text. */
function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (key === 'isPrivate')
        return [
          ['inheritParentPermissions', inner === false],
          ['inheritsFromOrgOrProject', inner === false],
        ];
      if (key === 'validationId' && typeof inner === 'number')
        return [
          [key, null],
          ['validationUuid', validationUuidOf(inner)],
        ];
      if (key === 'jobId' && typeof inner === 'number') return [[key, String(inner)]];
      return [[key, renamed(inner)]];
    }),
  );
}
