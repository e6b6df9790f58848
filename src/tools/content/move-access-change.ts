import {
  type AccessChange,
  compareViewers,
  inheritedViewers,
  openedViewers,
  type Viewers,
  viewersOf,
} from '../access/access-change.ts';
import type { PreviewClient } from '../preview.ts';
import type { ContentItem } from './project-content.ts';

/** The people who see each item, by its uuid; undefined if their list cannot be read. */
type ItemViewers = ReadonlyMap<string, Viewers | undefined>;

/** A change of who sees some items, with those items. */
interface ItemsAccessChange extends AccessChange {
  readonly items: readonly ContentItem[];
}

/** The people who can open each of some spaces. Each is read once. */
export async function spaceViewers(
  spaceUuids: readonly (string | undefined)[],
  projectUuid: string,
  client: PreviewClient,
): Promise<ReadonlyMap<string | undefined, Viewers | undefined>> {
  const uuids = new Set(spaceUuids.filter((uuid) => uuid !== undefined));
  return new Map(
    await Promise.all([...uuids].map(async (uuid) => [uuid, await viewersOf(projectUuid, uuid, client)] as const)),
  );
}

/** The people who see each item now: those of its space, and those of a space itself. */
export async function itemViewers(
  items: readonly ContentItem[],
  projectUuid: string,
  client: PreviewClient,
): Promise<ItemViewers> {
  const placeOf = ({ type, uuid, spaceUuid }: ContentItem) => (type === 'space' ? uuid : spaceUuid);
  const viewers = await spaceViewers(items.map(placeOf), projectUuid, client);
  return new Map(items.map((item) => [item.uuid, viewers.get(placeOf(item))]));
}

/** The people who will see each item in another space, or at the root. */
export async function itemViewersIn(
  target: string | undefined,
  items: readonly ContentItem[],
  before: ItemViewers,
  projectUuid: string,
  client: PreviewClient,
): Promise<ItemViewers> {
  // Content is seen by those of its space; a space that is closed keeps its own people.
  const isKept = ({ type, uuid }: ContentItem) => type === 'space' && before.get(uuid)?.isClosed === true;
  const projectViewers = items.every(isKept) ? undefined : await inheritedViewers(target, projectUuid, client);
  return new Map(
    items.map((item) => {
      const own = before.get(item.uuid);
      if (item.type !== 'space') return [item.uuid, projectViewers];
      return [item.uuid, isKept(item) ? own : own && projectViewers && openedViewers(own, projectViewers)];
    }),
  );
}

/** The differences in who sees the items, each with the items that it is true for. */
export function accessChanges(
  items: readonly ContentItem[],
  before: ItemViewers,
  after: ItemViewers,
): readonly ItemsAccessChange[] {
  const changes = new Map<string, ItemsAccessChange>();
  for (const item of items) {
    const change = compareViewers(before.get(item.uuid), after.get(item.uuid));
    changes.set(change.text, { ...change, items: [...(changes.get(change.text)?.items ?? []), item] });
  }
  return [...changes.values()];
}
