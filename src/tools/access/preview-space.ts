import type * as z from 'zod';
import { UnknownRouteError } from '../../lightdash/errors.ts';
import { spaceDeleteImpact } from '../../operations/routes/newer-releases.ts';
import {
  contentsMark,
  count,
  list,
  nameOf,
  object,
  type Preview,
  type PreviewClient,
  type Previews,
  results,
  shown,
} from '../preview.ts';

/** Names the space and everything that goes with it, at any depth. */
const previewDeleteSpace: Preview = async ({ projectUuid, spaceUuid }, client) => {
  const space = object.parse(await results(client, 'GetSpace', { projectUuid, spaceUuid }));
  // 0.1366, whose spaces have `isPrivate`, has no nested spaces.
  const impact = 'isPrivate' in space ? undefined : await deleteImpact({ projectUuid, spaceUuid }, client);
  const charts = list.parse(impact?.charts ?? (await chartsIn(space, projectUuid, client)));
  const dashboards = list.parse(impact?.dashboards ?? space.dashboards);
  const inside = impact
    ? list.parse(impact.spaces).filter(({ uuid }) => uuid !== space.uuid)
    : list.parse(space.childSpaces);
  const apps = list.parse(impact?.apps);
  const counts = [
    named(inside, 'space'),
    named(dashboards, 'dashboard'),
    named(charts, 'chart'),
    named(apps, 'data app'),
  ].filter((part) => part !== undefined);
  // Charts that belong to a dashboard are in no list of the space.
  const inDashboards = dashboards.length > 0 ? ', the charts that only dashboards show' : '';
  const contents =
    counts.length > 0
      ? `${counts.join(', ')}${inDashboards}, their scheduled deliveries and comments`
      : 'nothing in it';
  // The uuids make a swap of equal names visible to the confirmation.
  const ids = [...charts, ...dashboards, ...inside, ...apps].map(({ uuid }) => String(uuid));
  return `Deletes the space ${nameOf(space)} with ${contents}.${contentsMark(ids)}`;
};

/** `2 charts ("Sales", "Orders")`; undefined for none. */
const named = (items: readonly z.output<typeof object>[], singular: string): string | undefined =>
  items.length === 0 ? undefined : `${count(items, singular)} (${shown(items.map(nameOf))})`;

/** The charts of a space with its SQL charts, which the space itself does not list on 0.1366. */
async function chartsIn(space: z.output<typeof object>, projectUuid: unknown, client: PreviewClient) {
  const own = list.parse(space.queries);
  const all = list.parse(await results(client, 'ListChartsInProject', { projectUuid }));
  const uuids = new Set(own.map(({ uuid }) => uuid));
  return [...own, ...all.filter(({ uuid, spaceUuid }) => spaceUuid === space.uuid && !uuids.has(uuid))];
}

/** Everything below a space; undefined on releases without that route: there are no nested spaces there. */
async function deleteImpact(args: Readonly<Record<string, unknown>>, client: PreviewClient) {
  try {
    return object.parse((await client.execute(spaceDeleteImpact, args)).results);
  } catch (error) {
    if (error instanceof UnknownRouteError) return undefined;
    throw error;
  }
}

/** Previews of what cannot be undone: spaces. */
export const spacePreviews = {
  DeleteSpace: previewDeleteSpace,
} satisfies Previews;
