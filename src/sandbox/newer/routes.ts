import { z } from 'zod';
import { looseBoolean } from '../http/body-validation.ts';
import { notFound } from '../http/refusals.ts';
import { type Route, route } from '../http/route.ts';
import type { QueryLedger } from '../query-ledger.ts';
import { routes } from '../routes.ts';
import { newerAnswer, validationUuidOf } from './answers.ts';
import { asyncQueryRoutes, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './async-queries.ts';

/** The commit that was recorded. */
const VERSION = '0.2904.5';
const project = '/api/v1/projects/{projectUuid}';

/** Routes of 0.1366 that 0.2904 does not have. */
const gone: readonly string[] = [
  `POST ${project}/explores/{exploreId}/downloadCsv`,
  'POST /api/v1/saved/{chartUuid}/downloadCsv',
  `GET ${project}/git-integration`,
  `GET ${project}/git-integration/pull-requests/chart/{chartUuid}/fields`,
  `PATCH ${project}/semantic-layer-connection`,
  `DELETE ${project}/semantic-layer-connection`,
];

/** `isPrivate` means nothing any more. */
const newSpace = z.looseObject({
  isPrivate: z.unknown().optional(),
  inheritParentPermissions: looseBoolean.optional(),
  parentSpaceUuid: z.string().optional(),
});
const spaceChanges = z.object({ name: z.string().optional(), inheritParentPermissions: looseBoolean.optional() });

/** What 0.2904 asks of a body beyond what 0.1366 does. */
const bodies: Readonly<Record<string, (older: z.ZodType | null) => z.ZodType>> = {
  [`POST ${project}/dashboards`]: (older) =>
    z
      .looseObject({ tabs: z.array(z.looseObject({ hidden: looseBoolean })).optional() })
      .transform((body): unknown => body)
      .pipe(older ?? z.unknown()),
  [`POST ${project}/git-integration/pull-requests/custom-metrics`]: () =>
    z.object({
      customMetrics: z.array(z.object({ name: z.string(), table: z.string(), type: z.string(), sql: z.string() })),
      quoteChar: z.enum(['"', "'"]),
    }),
};

function renewed(older: Route): Route {
  const name = `${older.method} ${older.path}`;
  const body = bodies[name]?.(older.body) ?? older.body;
  return {
    ...older,
    body,
    answer: async (call) => {
      const results = await older.answer(call);
      return results instanceof Response ? results : newerAnswer(name, results, call);
    },
  };
}

/** Routes that answer otherwise than by the older one's results in a new shape. */
function replaced(older: readonly Route[]): Route[] {
  const olderRoute = (method: string, path: string) => {
    const found = older.find((one) => one.method === method && one.path === path);
    if (!found) throw new Error(`the sandbox has no ${method} ${path}`);
    return found;
  };
  const olderAnswer = (method: string, path: string) => olderRoute(method, path).answer;
  const health = olderAnswer('GET', '/api/v1/health');
  const spacePath = `${project}/spaces/{spaceUuid}` as const;
  const createSpace = olderRoute('POST', `${project}/spaces`);
  const updateSpace = olderAnswer('PATCH', spacePath);
  const dismiss = olderAnswer('DELETE', `${project}/validate/{validationId}`);
  return [
    route('GET', '/api/v1/health', { auth: 'none' }, async (call) => {
      const results = z.record(z.string(), z.unknown()).parse(await health(call));
      const { query } = z.looseObject({ query: z.looseObject({}) }).parse(results);
      const paging = { defaultLimit: DEFAULT_PAGE_SIZE, maxPageSize: MAX_PAGE_SIZE };
      return { ...results, version: VERSION, query: { ...query, ...paging } };
    }),
    route('GET', '/api/v1/github/config', {}, () => ({ enabled: false })),
    route('GET', '/api/v1/csv/{jobId}', {}, () => {
      throw notFound('Google Sheets export job not found');
    }),
    route(
      'POST',
      `${project}/spaces`,
      { body: createSpace.body ? newSpace.and(createSpace.body) : newSpace },
      async (call) => {
        const { parentSpaceUuid, inheritParentPermissions, ...body } = call.body;
        if (parentSpaceUuid !== undefined && !call.store.spaces.has(parentSpaceUuid)) {
          throw notFound(`Space with spaceUuid ${parentSpaceUuid} does not exist`);
        }
        // At the top closed unless it inherits; inside of another space it inherits unless told otherwise.
        const isPrivate = !(inheritParentPermissions ?? parentSpaceUuid !== undefined);
        const results = await createSpace.answer({ ...call, user: call.user, body: { ...body, isPrivate } });
        const made = call.store.spaces.get(z.looseObject({ uuid: z.string() }).parse(results).uuid);
        if (made && parentSpaceUuid !== undefined) made.parentSpaceUuid = parentSpaceUuid;
        return newerAnswer(`POST ${project}/spaces`, results, call);
      },
    ),
    route('PATCH', spacePath, { body: spaceChanges }, async (call) => {
      const space = call.store.spaces.get(call.params.spaceUuid);
      const { name = space?.name, inheritParentPermissions } = call.body;
      const isPrivate = inheritParentPermissions === undefined ? space?.isPrivate : !inheritParentPermissions;
      const results = await updateSpace({ ...call, user: call.user, body: { name, isPrivate } });
      return newerAnswer(`PATCH ${spacePath}`, results, call);
    }),
    route('DELETE', `${project}/validate/{validationId}`, {}, (call) => {
      const { validationId } = call.params;
      const id = [...call.store.validationErrors.keys()].find((one) => validationUuidOf(one) === validationId);
      if (id === undefined) throw notFound('Validation not found');
      return dismiss({ ...call, user: call.user, params: { ...call.params, validationId: String(id) } });
    }),
  ];
}

/** Every route of a 0.2904: those that stayed, in their newer shapes, and the queries of v2. */
export function newerRoutes(ledger: QueryLedger, storage: boolean): readonly Route[] {
  const ownRoutes = [...asyncQueryRoutes(ledger, storage), ...replaced(routes)];
  const own = new Set(ownRoutes.map(({ method, path }) => `${method} ${path}`));
  const name = ({ method, path }: Route) => `${method} ${path}`;
  return [...ownRoutes, ...routes.filter((one) => !gone.includes(name(one)) && !own.has(name(one))).map(renewed)];
}
