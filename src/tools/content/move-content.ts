import * as z from 'zod';
import { moveContentItems } from '../../operations/routes/content.ts';
import { updateDashboard, updateSavedChart, updateSqlChart } from '../../operations/routes/content-writing.ts';
import { describeSight, sightOfMove, type Viewers, viewersOf } from '../access/sight.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import { runForRelease } from '../release-fallback.ts';
import type { ToolContext } from '../tool.ts';
import { findSpace } from './find-content.ts';
import { findItem } from './find-item.ts';
import { type ContentItem, contentPath, freshRead, projectContent, TYPE_NAMES } from './project-content.ts';
import { sendSqlChart } from './send-sql-chart.ts';

/** Names of the root, where spaces stand that are in no other. */
const ROOT = 'root';

/** Moves charts, dashboards and spaces into a space: all of them or none where the server can. */
export const moveContent = defineTool({
  name: 'move_content',
  title: 'Move to a space',
  description: 'Puts (moves) a chart, SQL chart, dashboard or space into another space (folder), by name or uuid.',
  toolset: 'content',
  readOnly: false,
  destructive: false,
  idempotent: true,
  input: () => ({
    projectUuid: z.string().min(1),
    items: z.array(z.string().min(1)).min(1).max(100).describe('Names or uuids'),
    space: z.string().min(1).describe('Where to; root for spaces at the top'),
  }),
  async run({ projectUuid, items: written, space }, context) {
    const target = space.toLowerCase() === ROOT ? undefined : await findSpace(space, projectUuid, context);
    const items = await Promise.all(written.map((name) => findItem(name, projectUuid, context, 'items')));
    const atRoot = target === undefined ? items.filter(({ type }) => type !== 'space') : [];
    if (atRoot.length > 0)
      throw new ArgumentsError([`space: ${named(atRoot)} cannot stand at the root, only spaces can`]);
    const spaces = items.filter(({ type }) => type === 'space');
    // The access of a space changes with its place; that of content is decided by the space that it is in.
    const before = await Promise.all(spaces.map(({ uuid }) => viewersOf(projectUuid, uuid, context)));
    await send(items, target?.uuid ?? null, projectUuid, context);
    const after = await projectContent(projectUuid, freshRead(context));
    const place = target === undefined ? 'the root' : `space "${target.name}"`;
    const there = items.filter((item) => {
      const now = after.find(({ uuid }) => uuid === item.uuid);
      return now !== undefined && now.spaceUuid === target?.uuid;
    });
    const lost = items.filter((item) => !there.includes(item));
    const back = new Map(there.map((item) => [item.spaceUuid, item.spaceName]));
    return {
      text: [
        `Moved to ${place}: ${named(there) || 'nothing'}.`,
        ...(lost.length > 0 ? [`Not seen there: ${named(lost)}. search_content shows where they are.`] : []),
        ...there.map((item) => `- ${item.name}: ${context.lightdash.pageUrl(contentPath(item, projectUuid))}`),
        ...(await sightLines(there, { spaces, before, target: target?.uuid, projectUuid }, context)),
        ...[...back].map(([uuid, name]) => {
          const from = there.filter((item) => item.spaceUuid === uuid).map((item) => item.uuid);
          const home = uuid === undefined ? ROOT : uuid;
          return `To take it back to ${name || 'the root'}: move_content ${JSON.stringify({ projectUuid, items: from, space: home })}`;
        }),
      ].join('\n'),
      data: there,
    };
  },
});

interface Move {
  readonly spaces: readonly ContentItem[];
  /** People who could open each of the spaces before the move. */
  readonly before: readonly (Viewers | undefined)[];
  readonly target: string | undefined;
  readonly projectUuid: string;
}

/** A line for each difference in who sees the items; one line if it is the same for all. */
async function sightLines(
  moved: readonly ContentItem[],
  { spaces, before, target, projectUuid }: Move,
  context: ToolContext,
): Promise<readonly string[]> {
  const namesOf = new Map<string, string[]>();
  const add = (sight: string, names: readonly string[]) =>
    namesOf.set(sight, [...(namesOf.get(sight) ?? []), ...names]);
  const content = moved.filter(({ type }) => type !== 'space');
  for (const from of new Set(content.map(({ spaceUuid }) => spaceUuid))) {
    const [sight] = await sightOfMove(projectUuid, from, target, context);
    const names = content.filter(({ spaceUuid }) => spaceUuid === from).map(({ name }) => name);
    if (sight !== undefined) add(sight, names);
  }
  for (const [index, { uuid, name }] of spaces.entries()) {
    if (moved.some((item) => item.uuid === uuid))
      add(describeSight(before[index], await viewersOf(projectUuid, uuid, context)), [name]);
  }
  if (namesOf.size === 1) return [...namesOf.keys()];
  return [...namesOf].map(([sight, names]) => `${names.join(', ')}: ${sight}`);
}

const named = (items: readonly ContentItem[]): string =>
  items.map(({ type, name }) => `${TYPE_NAMES[type]} "${name}"`).join(', ');

/** Newer servers move all or none; older ones are sent a change for each, and a space cannot be moved there. */
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
      const spaces = items.filter(({ type }) => type === 'space');
      if (spaces.length > 0)
        throw new ArgumentsError([`items: this Lightdash has no spaces inside of spaces, so ${named(spaces)} stays`]);
      // SQL charts first: where they cannot be written, nothing has moved yet.
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
