import { NotFoundError } from '../../lightdash/errors.ts';
import { Diagnostics } from '../../query/diagnostics.ts';
import { projectTimezone } from '../../query/fields/project-timezone.ts';
import { type DashboardFilters, nativeFilters, readDashboardFilters } from '../../query/filters/dashboard-filters.ts';
import { describeRule } from '../../query/filters/describe-filters.ts';
import { type FilterKind, filterKinds } from '../../query/filters/lightdash-filters.ts';
import { isObject, type JsonObject, text, unwrapJson } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolContext } from '../tool.ts';
import { activeRules } from './chart-query.ts';
import type { LoadedChart } from './load-chart.ts';

/** Dashboard filters of a call, in Lightdash's form. */
export interface RequestedFilters {
  readonly filters: DashboardFilters;
  readonly notes: readonly string[];
}

/**
 * The dashboard filters of a call, read with the fields of the chart's explore. The chart is awaited only if there are any.
 *
 * @returns undefined if the argument has none; the empty lists of Lightdash's form are filters: none.
 * @throws {ArgumentsError} with every problem.
 * @throws {NotFoundError} if there is no such chart.
 */
export async function requestedFilters(
  argument: unknown,
  loaded: Promise<LoadedChart>,
  context: Pick<ToolContext, 'read' | 'server'>,
): Promise<RequestedFilters | undefined> {
  const written = unwrapJson(argument);
  if (written === undefined || written === null || written === '') return undefined;
  if (typeof written === 'object' && Object.keys(written).length === 0) return undefined;
  const native = nativeFilters(written);
  if (native && filterKinds.every((kind) => native[kind].length === 0)) return { filters: native, notes: [] };
  const { explore, chart } = await loaded;
  if (explore === undefined) {
    if (native)
      return { filters: native, notes: ['The explore of the chart cannot be read: the filters are unchecked.'] };
    const reason = 'the explore of the chart cannot be read, so they cannot be checked';
    // It may be an SQL chart, which callers look for then.
    if (chart === undefined)
      throw new NotFoundError(`No chart to read. Its dashboardFilters: ${reason}.`, { status: 404 });
    throw new ArgumentsError([`dashboardFilters: ${reason}`]);
  }
  const diagnostics = new Diagnostics(await context.server.get());
  const timezone = await projectTimezone(context, chart?.projectUuid);
  const filters = readDashboardFilters({ ...explore, timezone }, written, diagnostics);
  if (diagnostics.problems.length > 0)
    throw new ArgumentsError(diagnostics.problems.map((problem) => `dashboardFilters: ${problem}`));
  return { filters, notes: diagnostics.notes };
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

/** The active filters of a dashboard for a tile of an SQL chart, with their targets: the server picks those of its columns. */
export function sqlTileFilters(filters: unknown): DashboardFilters {
  const ofKind = (kind: FilterKind) => [...activeRules(filters, kind)];
  return {
    dimensions: ofKind('dimensions'),
    metrics: ofKind('metrics'),
    tableCalculations: ofKind('tableCalculations'),
  };
}

/** The dashboard's own filters, in words, on fields that the requested ones leave out. */
export function omittedFilters(own: DashboardFilters, requested: DashboardFilters): readonly string[] {
  const fieldOf = ({ target }: JsonObject): unknown => (isObject(target) ? target.fieldId : undefined);
  const replaced = new Set(filterKinds.flatMap((kind) => requested[kind].map(fieldOf)));
  return filterKinds.flatMap((kind) =>
    own[kind].filter((rule) => !replaced.has(fieldOf(rule))).flatMap((rule) => describeRule(rule) ?? []),
  );
}
