import type { WriteContext } from '../../http/route.ts';
import type { Dashboard, DeletedContent } from '../../store/records.ts';
import { removeChart, removeDashboard, removeSpace, removeSqlChart } from '../../store/removal.ts';
import type { Store } from '../../store/store.ts';

/** Charts of both kinds count as charts. */
export type ContentType = DeletedContent['contentType'];

function remove(store: Store, contentType: ContentType, uuid: string): void {
  if (contentType === 'space') removeSpace(store, uuid);
  else if (contentType === 'dashboard') removeDashboard(store, uuid);
  else if (store.sqlCharts.has(uuid)) removeSqlChart(store, uuid);
  else removeChart(store, uuid);
}

const removedItems = <Item>(before: ReadonlyMap<string, Item>, left: ReadonlyMap<string, Item>): Item[] =>
  [...before].filter(([uuid]) => !left.has(uuid)).map(([, item]) => item);

/** The chart of each tile, by the uuids of tile and dashboard. */
const tilesWithCharts = (dashboards: Iterable<Dashboard>) =>
  [...dashboards].flatMap((dashboard) =>
    dashboard.tiles.flatMap(({ uuid: tileUuid, properties }) => {
      const chartUuid = properties.savedChartUuid;
      return typeof chartUuid === 'string' ? [{ dashboardUuid: dashboard.uuid, tileUuid, chartUuid }] : [];
    }),
  );

/** Deletes an item and its dependents: into the bin if the server has one, else for good. */
export function deleteContent(
  { store, user, now }: WriteContext,
  contentType: ContentType,
  item: { uuid: string; projectUuid: string },
): void {
  const { spaces, charts, sqlCharts, dashboards, schedulers, comments } = store;
  const before = {
    spaces: new Map(spaces),
    charts: new Map(charts),
    sqlCharts: new Map(sqlCharts),
    dashboards: new Map(dashboards),
    schedulers: new Map(schedulers),
    comments: new Map(comments),
    tiles: tilesWithCharts(dashboards.values()),
  };
  remove(store, contentType, item.uuid);
  if (!store.settings.softDelete) return;
  const goneCharts = removedItems(before.charts, charts);
  store.deleted.set(item.uuid, {
    uuid: item.uuid,
    contentType,
    projectUuid: item.projectUuid,
    deletedAt: now().toISOString(),
    deletedByUserUuid: user.userUuid,
    spaces: removedItems(before.spaces, spaces),
    charts: goneCharts,
    sqlCharts: removedItems(before.sqlCharts, sqlCharts),
    dashboards: removedItems(before.dashboards, dashboards),
    schedulers: removedItems(before.schedulers, schedulers),
    comments: removedItems(before.comments, comments),
    emptiedTiles: before.tiles.filter(
      ({ dashboardUuid, chartUuid }) =>
        dashboards.has(dashboardUuid) && goneCharts.some((chart) => chart.uuid === chartUuid),
    ),
  });
}

/**
 * Takes a thing out of the bin, with all that went with it. What was in a space that is itself in the bin waits there, and comes
 * back with the space.
 */
export function restoreContent(store: Store, entry: DeletedContent): void {
  store.deleted.delete(entry.uuid);
  const parents = [...entry.spaces.map((space) => space.uuid), ...store.spaces.keys()];
  const homes = [...entry.charts, ...entry.sqlCharts, ...entry.dashboards].map((item) => item.spaceUuid);
  const missingSpaceUuid = homes.find((spaceUuid) => !parents.includes(spaceUuid));
  const holder = [...store.deleted.values()].find((deletedContent) =>
    deletedContent.spaces.some((space) => space.uuid === missingSpaceUuid),
  );
  if (holder) {
    holder.charts.push(...entry.charts);
    holder.sqlCharts.push(...entry.sqlCharts);
    holder.dashboards.push(...entry.dashboards);
    holder.schedulers.push(...entry.schedulers);
    holder.comments.push(...entry.comments);
    holder.emptiedTiles.push(...entry.emptiedTiles);
    return;
  }
  for (const space of entry.spaces) store.spaces.set(space.uuid, space);
  for (const chart of entry.charts) store.charts.set(chart.uuid, chart);
  for (const sqlChart of entry.sqlCharts) store.sqlCharts.set(sqlChart.savedSqlUuid, sqlChart);
  for (const dashboard of entry.dashboards) store.dashboards.set(dashboard.uuid, dashboard);
  for (const scheduler of entry.schedulers) store.schedulers.set(scheduler.schedulerUuid, scheduler);
  for (const comment of entry.comments) store.comments.set(comment.commentId, comment);
  for (const { dashboardUuid, tileUuid, chartUuid } of entry.emptiedTiles) {
    const tile = store.dashboards.get(dashboardUuid)?.tiles.find((dashboardTile) => dashboardTile.uuid === tileUuid);
    if (tile) tile.properties = { ...tile.properties, savedChartUuid: chartUuid };
  }
}
