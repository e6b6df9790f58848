import { mapConcurrent } from '../../async/map-concurrent.ts';
import { chartDefinition } from '../../charts/chart-definition.ts';
import { describeRule } from '../../query/filters/describe-filters.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { joinFirst } from '../../text/names.ts';
import { type LoadedChart, loadChart } from '../charts/load-chart.ts';
import { titleOf } from '../content/render-dashboard.ts';
import { quoted } from '../preview.ts';
import { filteredField } from '../query/saved-filter-notes.ts';
import type { ToolContext } from '../tool.ts';
import { chartOfTile } from './run-tile.ts';

/** Charts that are looked at; those of a dashboard are few. */
const MAX_CHARTS = 30;
const CONCURRENCY = 4;
const MAX_NAMES = 8;

/**
 * Notes on tiles that filters of a dashboard do not reach: Lightdash leaves a filter out where the chart's explore lacks its table,
 * and the tile shows all. Nothing is reported about a chart that cannot be read.
 */
export async function filterReachNotes(
  tiles: unknown,
  rules: readonly JsonObject[],
  context: ToolContext,
): Promise<readonly string[]> {
  const charts = objects(tiles).flatMap((tile) => {
    const uuid = chartOfTile(tile);
    return uuid === undefined ? [] : [{ tile, uuid, isSql: tile.type === 'sql_chart' }];
  });
  const filters = rules.flatMap((rule) => {
    const words = describeRule(rule);
    return words === undefined || rule.disabled === true ? [] : [{ rule, words }];
  });
  if (filters.length === 0) return [];
  const uuids = [...new Set(charts.filter(({ isSql }) => !isSql).map(({ uuid }) => uuid))].slice(0, MAX_CHARTS);
  const loaded = await mapConcurrent(uuids, CONCURRENCY, (uuid) =>
    loadChart(chartDefinition(context.read, uuid), context),
  );
  const byUuid = new Map(uuids.map((uuid, at) => [uuid, loaded[at]]));
  const missed = new Map<string, string[]>();
  for (const { rule, words } of filters) {
    const aimed = charts.filter(({ tile }) => targetAt(rule, tile) === undefined);
    const outside = aimed.filter(({ uuid, isSql }) => !isSql && lacksTable(byUuid.get(uuid), rule));
    const sql = aimed.filter(({ isSql }) => isSql);
    const namesOf = (some: typeof charts) =>
      joinFirst(
        some.map(({ tile, uuid }) => quoted(titleOf(tile) || uuid)),
        MAX_NAMES,
      );
    const parts = [
      ...(outside.length > 0 ? [`${namesOf(outside)} (no such table in the chart's explore)`] : []),
      ...(sql.length > 0 ? [`${namesOf(sql)} (SQL, unless a column has that name)`] : []),
    ];
    if (parts.length > 0) missed.set(parts.join(', '), [...(missed.get(parts.join(', ')) ?? []), words]);
  }
  return [...missed].map(([names, words]) => `${words.join('; ')} does not filter ${names}.`);
}

/** The field that a filter is aimed at on a tile; false if it leaves the tile out, undefined if nothing is set for it. */
const targetAt = ({ tileTargets }: JsonObject, tile: JsonObject): unknown =>
  isObject(tileTargets) ? tileTargets[text(tile.uuid) ?? ''] : undefined;

function lacksTable(chart: LoadedChart | undefined, rule: JsonObject): boolean {
  const { explore } = chart ?? {};
  const table = isObject(rule.target) ? text(rule.target.tableName) : undefined;
  if (explore === undefined) return false;
  if (table === undefined) return !explore.fields.has(filteredField(rule) ?? '');
  return explore.tables.every(({ name }) => name !== table);
}
