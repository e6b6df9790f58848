import { Diagnostics } from '../../query/diagnostics.ts';
import {
  type DashboardFilters,
  noDashboardFilters,
  readDashboardFilters,
} from '../../query/filters/dashboard-filters.ts';
import type { FilterKind } from '../../query/filters/lightdash-filters.ts';
import { isObject, type JsonObject, text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import { activeRules } from './chart-rows.ts';
import type { LoadedChart } from './load-chart.ts';

export interface AskedFilters {
  readonly filters: DashboardFilters;
  readonly notes: readonly string[];
}

/**
 * The dashboard filters of a call, read with the fields of the chart's explore. The chart is awaited only if there are any.
 *
 * @throws {ArgumentsError} with every problem.
 */
export async function askedDashboardFilters(argument: unknown, loaded: Promise<LoadedChart>): Promise<AskedFilters> {
  if (isNone(argument)) return { filters: noDashboardFilters, notes: [] };
  const { explore } = await loaded;
  if (explore === undefined) {
    throw new ArgumentsError(['dashboardFilters: the explore of the chart cannot be read, so they cannot be checked']);
  }
  const diagnostics = new Diagnostics();
  const filters = readDashboardFilters(explore, argument, diagnostics);
  if (diagnostics.problems.length > 0) throw new ArgumentsError(diagnostics.problems);
  return { filters, notes: diagnostics.notes };
}

function isNone(argument: unknown): boolean {
  if (argument === undefined || argument === null || argument === '') return true;
  if (Array.isArray(argument)) return argument.length === 0;
  return isObject(argument) && Object.values(argument).every((value) => Array.isArray(value) && value.length === 0);
}

/**
 * The dashboard's filters as its page sends them for a tile: `tileTargets` aims a filter at another field, or disables it
 * (false) for the tile.
 */
export function filtersOfTile(tile: JsonObject, filters: unknown): DashboardFilters {
  const ofKind = (kind: FilterKind) =>
    activeRules(filters, kind).flatMap(({ tileTargets, ...rule }): JsonObject[] => {
      const target = isObject(tileTargets) ? tileTargets[text(tile.uuid) ?? ''] : undefined;
      if (target === false) return [];
      return [isObject(target) ? { ...rule, target } : rule];
    });
  return {
    dimensions: ofKind('dimensions'),
    metrics: ofKind('metrics'),
    tableCalculations: ofKind('tableCalculations'),
  };
}
