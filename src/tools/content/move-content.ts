import * as z from 'zod';
import { ignoreApiError, LightdashError } from '../../lightdash/errors.ts';
import { moveContentItems } from '../../operations/routes/content.ts';
import { updateDashboard, updateSavedChart, updateSqlChart } from '../../operations/routes/content-writing.ts';
import { plainText } from '../../text/plain-text.ts';
import { notReadBack } from '../access/access-lists.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import { shown } from '../preview.ts';
import { readAll } from '../read-all.ts';
import { runForRelease } from '../release-fallback.ts';
import type { ToolContext } from '../tool.ts';
import { findSpace } from './find-content.ts';
import { findItem } from './find-item.ts';
import { accessChanges, itemViewers, itemViewersIn } from './move-access-change.ts';
import { type ContentItem, contentPath, freshRead, projectContent, TYPE_NAMES } from './project-content.ts';
import { sendSqlChart } from './send-sql-chart.ts';

/** Names of the root, where spaces stand that are in no other. */
const ROOT = 'root';

const input = () => ({
  projectUuid: z.string().min(1),
  items: z.array(z.string().min(1)).min(1).max(100).describe('Names or uuids'),
  space: z.string().min(1).describe('Where to; root for spaces at the top'),
});

type MoveArguments = z.output<z.ZodObject<ReturnType<typeof input>>>;

/** Moves charts, dashboards and spaces into a space: all of them or none if the server can. */
export const moveContent = defineTool({
  name: 'move_content',
  title: 'Move to a space',
  description: 'Puts (moves) a chart, SQL chart, dashboard or space into another space (folder), by name or uuid.',
  toolset: 'content',
  readOnly: false,
  destructive: false,
  idempotent: true,
  input,
  async preview(args, context) {
    const { items, inside, target, place, projectUuid } = await resolveMove(z.object(input()).parse(args), context);
    const before = await itemViewers(items, projectUuid, context);
    const after = await itemViewersIn(target, items, before, projectUuid, context);
    const changed = accessChanges(items, before, after).filter(({ isSame }) => !isSame);
    if (changed.length === 0) return undefined;
    const isForProject = target === undefined ? ', where an open space is for everyone with a role in the project' : '';
    const lines = [
      `Moves ${named(items)} to ${place}${isForProject}.`,
      ...linesOf(changed, items),
      ...contentsLine(inside),
    ];
    return plainText(lines.join(' '));
  },
  async run(args, context) {
    const { items, inside, already, target, place, projectUuid } = await resolveMove(args, context);
    if (items.length === 0) return { text: `Nothing to do: ${named(already)} is in ${place} already.` };
    const before = await itemViewers(items, projectUuid, context);
    // It may have been done in part, or whole.
    const failure = await send(items, target ?? null, projectUuid, context).then(() => undefined, apiError);
    const content = await projectContent(projectUuid, freshRead(context)).catch(ignoreApiError);
    if (content === undefined) {
      if (failure !== undefined) throw failure;
      return { text: notReadBack(`${named(items)} moved to ${place}`, 'search_content') };
    }
    const existing = items.flatMap(
      ({ uuid }) => content.find((now) => now.uuid === uuid && now.spaceUuid === target) ?? [],
    );
    const lost = items.filter(({ uuid }) => existing.every((item) => item.uuid !== uuid));
    if (failure !== undefined && existing.length === 0) throw failure;
    const changes = accessChanges(existing, before, await itemViewers(existing, projectUuid, context));
    return {
      text: [
        `Moved to ${place}: ${named(existing) || 'nothing'}.`,
        ...(lost.length > 0 ? [`Not seen there: ${named(lost)}. search_content shows where they are.`] : []),
        ...(failure ? [`Lightdash answered: ${failure.message}`] : []),
        ...existing.map((item) => `- ${item.name}: ${context.lightdash.pageUrl(contentPath(item, projectUuid))}`),
        ...(already.length > 0 ? [`There already: ${named(already)}.`] : []),
        ...linesOf(changes, existing),
        ...contentsLine(inside),
        ...movesBack(
          items.filter((item) => !lost.includes(item)),
          projectUuid,
        ),
      ].join('\n'),
      data: existing,
    };
  },
});

/** The error of a request; any other is thrown. */
function apiError(error: unknown): LightdashError {
  if (error instanceof LightdashError) return error;
  throw error;
}

/** The calls that take items back to where they were. */
function movesBack(items: readonly ContentItem[], projectUuid: string): readonly string[] {
  const sources = new Map(items.map(({ spaceUuid, spaceName }) => [spaceUuid, spaceName]));
  return [...sources].map(([space, name]) => {
    const uuids = items.filter(({ spaceUuid }) => spaceUuid === space).map(({ uuid }) => uuid);
    const args = { projectUuid, items: uuids, space: space ?? ROOT };
    return `To take it back to ${name || 'the root'}: move_content ${JSON.stringify(args)}`;
  });
}

/** Items that are moved into a space, or to the root. */
interface Move {
  readonly projectUuid: string;
  readonly items: readonly ContentItem[];
  /** Uuid of the space; undefined for the root. */
  readonly target: string | undefined;
  /** The content of spaces among the items, at any depth. */
  readonly inside: readonly ContentItem[];
  /** Items that are in the space before the move. */
  readonly already: readonly ContentItem[];
  /** The target in words. */
  readonly place: string;
}

/** @throws {ArgumentsError} for items that are not there, or cannot be moved there. */
async function resolveMove({ projectUuid, items: written, space }: MoveArguments, context: ToolContext): Promise<Move> {
  const content = await projectContent(projectUuid, freshRead(context));
  const target = space.toLowerCase() === ROOT ? undefined : await findSpace(space, projectUuid, context);
  const requested = await readAll(written.map((name) => findItem(name, projectUuid, context, 'items', content)));
  const all = [...new Map(requested.map((item) => [item.uuid, item])).values()];
  const atRoot = target === undefined ? all.filter(({ type }) => type !== 'space') : [];
  if (atRoot.length > 0)
    throw new ArgumentsError([`space: ${named(atRoot)} cannot stand at the root, only spaces can`]);
  const isThere = ({ spaceUuid }: ContentItem) => spaceUuid === target?.uuid;
  const items = all.filter((item) => !isThere(item));
  const spaces = items.filter(({ type }) => type === 'space');
  if (spaces.length > 0 && !(await context.server.get()).isNewer)
    throw new ArgumentsError([`items: this Lightdash has no spaces inside of spaces, so ${named(spaces)} stays`]);
  return {
    projectUuid,
    items,
    inside: contentIn(new Set(items.map(({ uuid }) => uuid)), content),
    already: all.filter(isThere),
    target: target?.uuid,
    place: target === undefined ? 'the root' : `space "${target.name}"`,
  };
}

/** A line for each difference in who sees the items; without names if it is the same for all. */
const linesOf = (changes: ReturnType<typeof accessChanges>, all: readonly ContentItem[]): readonly string[] =>
  changes.map(({ text, items }) => (items.length === all.length ? text : `${named(items)}: ${text}`));

/** The content of some spaces, at any depth; not those spaces themselves. */
function contentIn(spaceUuids: ReadonlySet<string>, content: readonly ContentItem[]): readonly ContentItem[] {
  const inside = content.filter(({ uuid, spaceUuid = '' }) => spaceUuids.has(spaceUuid) && !spaceUuids.has(uuid));
  if (inside.length === 0) return [];
  const uuids = new Set([...spaceUuids, ...inside.map(({ uuid }) => uuid)]);
  return [...inside, ...contentIn(uuids, content)];
}

/** The content that goes along with a space. */
const contentsLine = (inside: readonly ContentItem[]): readonly string[] =>
  inside.length === 0 ? [] : [`With what is inside: ${shown(inside.map((item) => named([item])))}.`];

const named = (items: readonly ContentItem[]): string =>
  items.map(({ type, name }) => `${TYPE_NAMES[type]} "${name}"`).join(', ');

/** Newer servers move all or none; older ones are sent a change for each. */
function send(
  items: readonly ContentItem[],
  spaceUuid: string | null,
  projectUuid: string,
  context: ToolContext,
): Promise<void> {
  return runForRelease(context, {
    async newer() {
      const content = items.map(({ type, uuid }) => ({
        contentType: type === 'sql_chart' ? 'chart' : type,
        uuid,
        ...(type === 'chart' && { source: 'dbt_explore' }),
        ...(type === 'sql_chart' && { source: 'sql' }),
      }));
      await context.execute(moveContentItems, {
        projectUuid,
        body: { content, action: { type: 'move', targetSpaceUuid: spaceUuid } },
      });
    },
    async older() {
      // SQL charts first: if they cannot be written, nothing has moved yet.
      const inOrder = items.toSorted(
        (left, right) => Number(right.type === 'sql_chart') - Number(left.type === 'sql_chart'),
      );
      for (const { type, uuid, name, description } of inOrder) {
        if (type === 'dashboard')
          await context.execute(updateDashboard, { dashboardUuid: uuid, body: { name, spaceUuid } });
        else if (type === 'sql_chart')
          await sendSqlChart(context, updateSqlChart, {
            projectUuid,
            savedSqlUuid: uuid,
            body: { unversionedData: { name, description: description === '' ? null : description, spaceUuid } },
          });
        else await context.execute(updateSavedChart, { chartUuid: uuid, body: { spaceUuid } });
      }
    },
  });
}
