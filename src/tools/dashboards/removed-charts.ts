import * as z from 'zod';
import { type DashboardContent, readDashboard, type Tile } from '../../dashboards/dashboard.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { daysKeptOf, health } from '../../lightdash/server-release.ts';
import { pluralize } from '../../text/format.ts';
import { nameOf, type Preview, type PreviewClient, quoted, results, shown } from '../preview.ts';
import { tileNamed } from './apply-changes.ts';

/** Charts that are kept in a dashboard alone and lose their last tile in it: Lightdash deletes them. */
export function chartsLost(before: DashboardContent, after: DashboardContent): readonly Tile[] {
  const kept = new Set(after.tiles.map(({ properties }) => properties.savedChartUuid));
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
  const days = daysKeptOf(await client.read(health, {}).catch(ignoreApiError));
  const it = tiles.length === 1 ? 'it' : 'them';
  const undo = days === undefined ? 'That cannot be undone.' : `restore_content brings ${it} back within ${days} days.`;
  return `Removing the tile ${verb} ${pluralize(tiles.length, 'chart')} kept in this dashboard alone (${names}). ${undo}`;
}

const removal = z.object({ remove: z.array(z.string()).optional() });

/** Names the charts that a removal of tiles deletes; nothing for any other change. */
export const previewRemovedCharts: Preview = async (args, client) => {
  const { remove = [] } = removal.parse(args);
  if (remove.length === 0) return undefined;
  const dashboard = await results(client, 'GetDashboard', { dashboardUuid: args.dashboardUuid });
  const content = readDashboard(dashboard);
  if (content === undefined) return undefined;
  const removed = new Set(remove.map((tile) => tileNamed(content, tile).uuid));
  const after = { ...content, tiles: content.tiles.filter(({ uuid }) => !removed.has(uuid)) };
  const lost = chartsLost(content, after);
  return lost.length === 0
    ? undefined
    : `Changes the dashboard ${nameOf(dashboard)}. ${await lossSentence(lost, 'deletes', client)}`;
};
