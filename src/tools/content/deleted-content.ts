import * as z from 'zod';
import { ignoreApiError, NotFoundError, UnknownRouteError } from '../../lightdash/errors.ts';
import { isUuid } from '../../operations/fields.ts';
import { deletedContent, restoreDeletedContent } from '../../operations/routes/content.ts';
import { savedSqlChart } from '../../operations/routes/content-writing.ts';
import { joinFields, renderPage } from '../../render/page.ts';
import { changed } from '../../text/format.ts';
import { finite, isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { normalizeName } from '../../text/names.ts';
import { notReadBack } from '../access/access-lists.ts';
import { ArgumentsError } from '../arguments.ts';
import { daysDeletedIsKept, defineTool } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';
import { type ContentType, contentPath, TYPE_NAMES } from './project-content.ts';

const PAGE_SIZE = 1_000;

const EMPTY =
  'Nothing deleted that you may see: an admin sees all, others what they deleted themselves. Where the instance does not keep deleted content, it is gone for good.';
const TOO_OLD = 'this Lightdash does not keep deleted content: what was deleted is gone for good';

/** Deleted content that can be restored. */
export const listDeletedContent = defineTool({
  name: 'list_deleted_content',
  since: '1.219',
  title: 'List deleted content',
  description: 'Charts, dashboards and spaces that were deleted and can be restored: the trash, bin.',
  toolset: 'content',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({ projectUuid: z.string().min(1), offset: z.number().int().min(0).optional() }),
  async run({ projectUuid, offset }, context) {
    const { items, more } = await deletedItems(projectUuid, context);
    if (items.length === 0) return { text: EMPTY, data: items };
    const page = renderPage(
      items.map((item) => ({ line: lineOf(item) })),
      {
        noun: 'deleted item',
        legend: 'type|name|uuid|space|deleted|with it',
        ...(offset !== undefined && { offset }),
        budget: context.budget,
      },
    );
    const rest = more > 0 ? [`${more} more are not listed.`] : [];
    return { text: [page, ...rest, 'restore_content brings one back.'].join('\n'), data: items };
  },
});

/** Brings deleted content back, and reads it from the list of what is there. */
export const restoreContent = defineTool({
  name: 'restore_content',
  since: '1.219',
  title: 'Restore deleted content: bring back what was deleted by accident',
  description: 'Gets back (undeletes) a chart, dashboard or space of list_deleted_content, with its deliveries.',
  toolset: 'content',
  readOnly: false,
  destructive: false,
  idempotent: true,
  input: () => ({ projectUuid: z.string().min(1), item: z.string().min(1).describe('Name or uuid') }),
  async run({ projectUuid, item: written }, context) {
    const { items } = await deletedItems(projectUuid, context);
    const item = pick(written, items);
    const type = typeOf(item);
    const contentType = type === 'sql_chart' ? 'chart' : type;
    const source = text(item.source);
    await context.execute(restoreDeletedContent, {
      projectUuid,
      body: {
        item: { contentType, uuid: item.uuid, ...(contentType === 'chart' && { source: source ?? 'dbt_explore' }) },
      },
    });
    const name = `${TYPE_NAMES[type]} "${text(item.name) ?? '?'}"`;
    const left = (await deletedItems(projectUuid, context).catch(ignoreApiError))?.items;
    if (left === undefined) return { text: notReadBack(`the ${name} is restored`, 'search_content') };
    const [space, contents] = [spaceOf(item), contentsOf(item)];
    const isBack = !left.some(({ uuid }) => uuid === item.uuid);
    const isSpaceDeleted = left.some(({ uuid }) => uuid === item.spaceUuid);
    const path = await pathOf(item, projectUuid, context);
    return {
      text: [
        isBack
          ? `Restored the ${name}${space && ` in space ${space}`}${contents && `, with ${contents}`}.`
          : `The ${name} is still among the deleted content.`,
        ...(isSpaceDeleted
          ? [`Its space is deleted, too: it is seen again once the space is restored (${text(item.spaceUuid) ?? ''}).`]
          : []),
        ...(isBack && path !== undefined ? [`Open: ${context.lightdash.pageUrl(path)}`] : []),
      ].join('\n'),
      data: item,
    };
  },
});

/** @throws {ArgumentsError} on servers that delete for good. */
async function deletedItems(
  projectUuid: string,
  context: Pick<ToolContext, 'execute' | 'read'>,
): Promise<{ items: readonly JsonObject[]; more: number }> {
  try {
    const { results } = await context.execute(deletedContent, {
      projectUuids: projectUuid,
      page: 1,
      pageSize: PAGE_SIZE,
    });
    const page: JsonObject = isObject(results) ? results : {};
    const items = objects(page.data);
    const total = finite(isObject(page.pagination) ? page.pagination.totalResults : undefined) ?? items.length;
    return { items, more: Math.max(0, total - items.length) };
  } catch (error) {
    const isRouteMissing = error instanceof UnknownRouteError || error instanceof NotFoundError;
    // A server that keeps deleted content has the route, and not the project.
    if (isRouteMissing && (await daysDeletedIsKept(context)) === undefined) throw new ArgumentsError([TOO_OLD]);
    throw error;
  }
}

function pick(written: string, items: readonly JsonObject[]): JsonObject {
  const matching = items.filter(({ uuid, name }) =>
    isUuid(written)
      ? String(uuid).toLowerCase() === written.toLowerCase()
      : normalizeName(text(name) ?? '') === normalizeName(written),
  );
  const [only, ...others] = matching;
  if (only && others.length === 0) return only;
  throw new ArgumentsError([
    only
      ? `item: ${matching.length} are named "${written}"; give the uuid of one: ${matching.map(lineOf).join('; ')}`
      : `item: nothing named "${written}" is among the deleted content that you may see`,
  ]);
}

/** The page of an item that is there again; undefined for an SQL chart, whose page goes by its slug, if it cannot be read. */
async function pathOf(item: JsonObject, projectUuid: string, { execute }: ToolContext): Promise<string | undefined> {
  const [type, uuid] = [typeOf(item), text(item.uuid) ?? ''];
  if (type !== 'sql_chart') return contentPath({ type, uuid, slug: '' }, projectUuid);
  const saved = await execute(savedSqlChart, { projectUuid, savedSqlUuid: uuid }).catch(ignoreApiError);
  const slug = text(isObject(saved?.results) ? saved.results.slug : undefined);
  return slug === undefined ? undefined : contentPath({ type, uuid, slug }, projectUuid);
}

function typeOf({ contentType, source }: JsonObject): ContentType {
  if (contentType === 'dashboard' || contentType === 'space') return contentType;
  return source === 'sql' ? 'sql_chart' : 'chart';
}

/** The name of the space that an item was in; empty for a space, which Lightdash lists as being in itself (1.219). */
const spaceOf = ({ uuid, spaceUuid, spaceName }: JsonObject): string =>
  spaceUuid === uuid ? '' : (text(spaceName) ?? '?');

/** `dashboards: 3, charts: 12`; empty for nothing. */
function contentsOf(item: JsonObject): string {
  const counts = [
    ['nestedSpaceCount', 'nested spaces'],
    ['dashboardCount', 'dashboards'],
    ['chartCount', 'charts'],
    ['schedulerCount', 'deliveries'],
  ] as const;
  const inside = counts.flatMap(([key, noun]) => {
    const count = Number(item[key] ?? 0);
    return count > 0 ? [`${noun}: ${count}`] : [];
  });
  return inside.join(', ');
}

const lineOf = (item: JsonObject): string =>
  joinFields([
    TYPE_NAMES[typeOf(item)],
    text(item.name) ?? '?',
    text(item.uuid) ?? '',
    spaceOf(item),
    changed(item.deletedAt, item.deletedBy) ?? '',
    contentsOf(item),
  ]);
