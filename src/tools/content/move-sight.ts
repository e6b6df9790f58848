import { compareSight, type Sight, sightOfMove, type Viewers, viewersInside, viewersOf } from '../access/sight.ts';
import type { ToolContext } from '../tool.ts';
import type { ContentItem } from './project-content.ts';

/** Items that are moved into a space, or to the root. */
export interface Move {
  readonly items: readonly ContentItem[];
  readonly target: string | undefined;
  readonly projectUuid: string;
}

/** People who can open the spaces among some items, by the uuid of the space. */
export type SpaceViewers = ReadonlyMap<string, Viewers | undefined>;

/** The access of a space changes with its place; that of content is decided by the space that it is in. */
export async function spaceViewers({ items, projectUuid }: Move, context: ToolContext): Promise<SpaceViewers> {
  const spaces = items.filter(({ type }) => type === 'space');
  return new Map(
    await Promise.all(spaces.map(async ({ uuid }) => [uuid, await viewersOf(projectUuid, uuid, context)] as const)),
  );
}

/** The people who could open the spaces of a move once it is made. */
export async function spaceViewersAfter(move: Move, before: SpaceViewers, context: ToolContext): Promise<SpaceViewers> {
  if (before.size === 0) return before;
  const parent = await viewersOf(move.projectUuid, move.target, context);
  return new Map([...before].map(([uuid, viewers]) => [uuid, viewersInside(viewers, parent)]));
}

/** Every change of who sees the items of a move, each with the names of its items. */
export async function sightsOf(
  { items, target, projectUuid }: Move,
  before: SpaceViewers,
  after: SpaceViewers,
  context: ToolContext,
): Promise<readonly (Sight & { readonly names: readonly string[] })[]> {
  const byText = new Map<string, Sight & { readonly names: readonly string[] }>();
  const add = (sight: Sight | undefined, names: readonly string[]) => {
    if (sight !== undefined)
      byText.set(sight.text, { ...sight, names: [...(byText.get(sight.text)?.names ?? []), ...names] });
  };
  const content = items.filter(({ type }) => type !== 'space');
  for (const from of new Set(content.map(({ spaceUuid }) => spaceUuid))) {
    const names = content.filter(({ spaceUuid }) => spaceUuid === from).map(({ name }) => name);
    add(await sightOfMove(projectUuid, from, target, context), names);
  }
  for (const { type, uuid, name } of items)
    if (type === 'space') add(compareSight(before.get(uuid), after.get(uuid)), [name]);
  return [...byText.values()];
}
