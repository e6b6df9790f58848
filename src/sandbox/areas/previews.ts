import * as z from 'zod';
import { canView, projectFor, spaceOf } from '../access/permissions.ts';
import { looseBoolean } from '../http/body-validation.ts';
import { route, type UserContext, type WriteContext } from '../http/route.ts';
import { renewCatalog } from '../store/catalog.ts';
import type { Project, Space } from '../store/records.ts';
import { newUuid } from '../store/store.ts';

/** Copies what the user can see: spaces, charts and dashboards, under new uuids and the same slugs. */
function copyContent({ store, user }: UserContext, from: Project, to: Project): void {
  const { projectUuid } = to;
  const uuids = new Map<string, string>();
  const renamed = (uuid: string) => {
    const existing = uuids.get(uuid) ?? newUuid();
    uuids.set(uuid, existing);
    return existing;
  };
  const isMine = (item: { projectUuid: string }) => item.projectUuid === from.projectUuid;
  const spaces = [...store.spaces.values()].filter((space) => isMine(space) && canView(store, user, space));
  for (const space of spaces) {
    const { parentSpaceUuid } = space;
    const parent = parentSpaceUuid ? { parentSpaceUuid: renamed(parentSpaceUuid) } : {};
    const copied = { uuid: renamed(space.uuid), projectUuid, pinnedOrder: null };
    const copy: Space = { ...structuredClone(space), ...copied, ...parent };
    store.spaces.set(copy.uuid, copy);
  }
  const isOpen = (item: { projectUuid: string; spaceUuid: string }) =>
    isMine(item) && canView(store, user, spaceOf(store, item));
  for (const chart of [...store.charts.values()].filter(isOpen)) {
    const uuid = renamed(chart.uuid);
    const dashboardUuid = chart.dashboardUuid === null ? null : renamed(chart.dashboardUuid);
    const latest = chart.versions.at(-1) ?? chart.versions[0];
    store.charts.set(uuid, {
      ...chart,
      uuid,
      projectUuid,
      spaceUuid: renamed(chart.spaceUuid),
      dashboardUuid,
      views: 0,
      firstViewedAt: null,
      pinnedOrder: null,
      versions: [{ ...structuredClone(latest), versionUuid: newUuid() }],
    });
  }
  for (const dashboard of [...store.dashboards.values()].filter(isOpen)) {
    const uuid = renamed(dashboard.uuid);
    const copy = structuredClone(dashboard);
    for (const tile of copy.tiles) {
      const chartUuid = tile.properties.savedChartUuid;
      if (typeof chartUuid === 'string') tile.properties.savedChartUuid = uuids.get(chartUuid) ?? null;
    }
    const versionId = store.next.dashboardVersion++;
    const copied = { views: 0, firstViewedAt: null, pinnedOrder: null };
    store.dashboards.set(uuid, {
      ...copy,
      uuid,
      projectUuid,
      spaceUuid: renamed(copy.spaceUuid),
      versionId,
      ...copied,
    });
  }
}

/** Makes a preview of a project, with a copy of its content or without. */
export function createPreview(
  { store, user, now }: WriteContext,
  project: Project,
  { name, copyContent: withContent }: { name: string; copyContent: boolean },
): Project {
  const projectUuid = newUuid();
  const preview: Project = {
    ...structuredClone(project),
    projectUuid,
    name,
    type: 'PREVIEW',
    createdByUserUuid: user.userUuid,
    createdAt: now().toISOString(),
    pinnedListUuid: null,
    upstreamProjectUuid: project.projectUuid,
  };
  store.projects.set(projectUuid, preview);
  const { all = [], isDeleted: lost = false } = store.explores.get(project.projectUuid) ?? {};
  store.explores.set(projectUuid, { all, isDeleted: lost });
  renewCatalog(store, projectUuid);
  if (withContent) copyContent({ store, user }, project, preview);
  return preview;
}

/** Routes of preview projects. */
export const previewRoutes = [
  route(
    'POST',
    '/api/v1/projects/{projectUuid}/createPreview',
    { body: z.object({ name: z.string(), copyContent: looseBoolean }) },
    (call) => {
      const project = projectFor(call, call.params.projectUuid, 'create previews');
      return createPreview(call, project, call.body).projectUuid;
    },
  ),
];
