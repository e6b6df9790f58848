import * as z from 'zod';
import type { Endpoint } from '../../lightdash/endpoint.ts';
import { UnknownRouteError } from '../../lightdash/errors.ts';
import { codeRoutes } from '../../operations/routes/content-as-code.ts';
import { finite, isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { problemsOf } from '../argument-problems.ts';
import { ArgumentsError } from '../arguments.ts';
import type { PreviewClient } from '../preview.ts';
import type { CachedRead, ToolArguments } from '../tool.ts';

/** Content that exists as code. */
export type CodeKind = 'chart' | 'dashboard';

/** A chart or dashboard as code. */
export interface CodeItem {
  readonly kind: CodeKind;
  readonly slug: string;
  readonly name: string;
  readonly spaceSlug: string;
  readonly code: JsonObject;
}

const common = {
  name: z.string().min(1),
  description: z.string().nullish(),
  slug: z.string().min(1),
  spaceSlug: z.string().min(1),
  version: z.number().default(1),
  contentType: z.string().optional(),
  updatedAt: z.unknown().optional(),
  downloadedAt: z.unknown().optional(),
  verification: z.unknown().optional(),
  parameters: z.unknown().optional(),
};
const chart = z.strictObject({
  ...common,
  tableName: z.string().min(1),
  metricQuery: z.looseObject({ exploreName: z.string().optional() }),
  chartConfig: z.looseObject({ type: z.string() }),
  tableConfig: z.unknown().optional(),
  pivotConfig: z.unknown().optional(),
  dashboardSlug: z.string().optional(),
});
const tile = z.looseObject({ type: z.string(), properties: z.looseObject({}) });
const dashboard = z.strictObject({
  ...common,
  tiles: z.array(tile),
  tabs: z.array(z.looseObject({})).default([]),
  filters: z.unknown().optional(),
  config: z.unknown().optional(),
});

/** @throws {ArgumentsError} with what is missing or not understood in a document. */
export function readItem(document: JsonObject, index: number): CodeItem {
  const kind = 'tiles' in document ? 'dashboard' : 'chart';
  const place = `code: ${text(document.slug) ?? `document ${index + 1}`}`;
  if ('sql' in document) throw new ArgumentsError([`${place} is an SQL chart; update_sql_chart changes one`]);
  const schema = kind === 'chart' ? chart : dashboard;
  const parsed = schema.safeParse(document);
  if (!parsed.success)
    throw new ArgumentsError(
      parsed.error.issues
        .flatMap((issue) =>
          issue.code === 'unrecognized_keys'
            ? issue.keys.map((key) => unknownKey(key, kind))
            : problemsOf(schema, [issue], document),
        )
        .map((problem) => `${place}: ${problem}`),
    );
  const keys = objects(document.tiles).flatMap(({ properties }) =>
    isObject(properties) ? Object.keys(properties) : [],
  );
  const wrong = keys.find((key) => key === 'savedChartUuid' || key === 'savedSqlUuid');
  if (wrong) throw new ArgumentsError([`${place}: a tile names its chart by chartSlug, not by ${wrong}`]);
  const { name, slug, spaceSlug } = parsed.data;
  return { kind, name, slug, spaceSlug, code: { version: 1, ...(kind === 'dashboard' && { tabs: [] }), ...document } };
}

/** Problems of a key that a chart or dashboard as code does not have. */
function unknownKey(key: string, kind: CodeKind): string {
  if (key === 'verified') return 'verified is set by verify_content';
  const { shape } = kind === 'chart' ? chart : dashboard;
  return `${key} is not a key of a ${kind} as code${nearestAmong(key, Object.keys(shape))}`;
}

/** Keys that Lightdash adds by itself: they are neither compared nor sent. */
const STAMPS = new Set(['updatedAt', 'downloadedAt', 'verification', 'contentType']);

/** An item as it is compared: without stamps, and without keys that hold nothing. */
export const comparable = (code: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(code).filter(([key, value]) => !STAMPS.has(key) && value !== null && value !== undefined),
  );

/** The items with these slugs or uuids. @throws {ArgumentsError} on servers without content as code. */
export async function readCode(
  kind: CodeKind,
  ids: readonly string[],
  projectUuid: string,
  { execute }: Pick<PreviewClient, 'execute'>,
): Promise<CodePages> {
  if (ids.length === 0) return { items: [], missing: [], total: 0 };
  return readPages(kind, { projectUuid, ids }, async (endpoint, args) => (await execute(endpoint, args)).results);
}

/** The items of a kind in a project, within a number of requests. @throws {ArgumentsError} without content as code. */
export const readAllCode = (
  kind: CodeKind,
  projectUuid: string,
  { read }: Pick<PreviewClient, 'read'>,
  maxRequests?: number,
): Promise<CodePages> => readPages(kind, { projectUuid }, read, maxRequests);

interface CodePages {
  readonly items: readonly JsonObject[];
  /** Ids that nothing has. */
  readonly missing: readonly string[];
  /** Number of all items, by the server. */
  readonly total: number;
}

async function readPages(
  kind: CodeKind,
  args: ToolArguments,
  read: CachedRead,
  maxRequests = Number.POSITIVE_INFINITY,
): Promise<CodePages> {
  const items: JsonObject[] = [];
  const missing = new Set<string>();
  let total = 0;
  for (let requests = 0, isLast = false; !isLast && requests < maxRequests; requests += 1) {
    const results = await byNewestEndpoint(kind, 'read', (endpoint) =>
      read(endpoint, { ...args, ...(items.length > 0 && { offset: items.length }) }),
    );
    const page = isObject(results) ? results : {};
    const pageItems = objects(page[`${kind}s`]);
    for (const id of texts(page.missingIds)) missing.add(id);
    items.push(...pageItems);
    total = finite(page.total) ?? items.length;
    isLast = pageItems.length === 0 || items.length >= total;
  }
  return { items, missing: [...missing], total };
}

/** Sends an item; the action that the server names: create, update, no changes. Spaces are not made along the way. */
export async function sendCode(
  { kind, slug, code }: CodeItem,
  projectUuid: string,
  { execute }: Pick<PreviewClient, 'execute'>,
): Promise<{ readonly action: string; readonly saved: JsonObject }> {
  const sent = Object.fromEntries(Object.entries(code).filter(([key]) => !STAMPS.has(key)));
  // Without updatedAt every difference counts; with it a chart's query would not be saved.
  const body = { ...sent, contentType: kind, skipSpaceCreate: true };
  const { results } = await byNewestEndpoint(kind, 'write', (endpoint) =>
    execute(endpoint, { projectUuid, slug, body }),
  );
  const [change] = objects(isObject(results) ? results[`${kind}s`] : undefined);
  return { action: text(change?.action) ?? '', saved: isObject(change?.data) ? change.data : {} };
}

async function byNewestEndpoint<Result>(
  kind: CodeKind,
  direction: 'read' | 'write',
  send: (endpoint: Endpoint) => Promise<Result>,
) {
  for (const endpoints of codeRoutes[kind]) {
    try {
      return await send(endpoints[direction]);
    } catch (error) {
      if (!(error instanceof UnknownRouteError)) throw error;
    }
  }
  throw new ArgumentsError(['this Lightdash has no content as code; newer releases do']);
}
