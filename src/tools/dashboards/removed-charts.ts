import type { DashboardContent, Tile } from '../../dashboards/dashboard.ts';
import { pluralize } from '../../text/format.ts';
import { daysDeletedIsKept, restoredBy } from '../operation-tool.ts';
import { type PreviewClient, quoted, shown } from '../preview.ts';

/** Charts that are kept in a dashboard alone and lose their last tile in it: Lightdash deletes them. */
export function chartsLost(before: DashboardContent, tilesAfter: readonly Tile[]): readonly Tile[] {
  const kept = new Set(tilesAfter.map(({ properties }) => properties.savedChartUuid));
  return before.tiles.filter(
    ({ properties }) => properties.belongsToDashboard === true && !kept.has(properties.savedChartUuid),
  );
}

/** The charts that went with their tiles, by name, and the way to get them back. */
export async function lossSentence(
  tiles: readonly Tile[],
  verb: 'deletes' | 'deleted',
  client: Pick<PreviewClient, 'read'>,
): Promise<string> {
  const names = shown(tiles.map(({ properties }) => quoted(properties.chartName ?? properties.title ?? '?')));
  const days = await daysDeletedIsKept(client);
  const undo = days === undefined ? 'That cannot be undone.' : restoredBy(days, tiles.length === 1 ? 'it' : 'them');
  return `Removing the tile ${verb} ${pluralize(tiles.length, 'chart')} kept in this dashboard alone (${names}). ${undo}`;
}
