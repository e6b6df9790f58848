import {
  buildMetricQuery,
  isTimezone,
  type MetricQuery,
  type MetricQueryArguments,
  type QueryLimits,
} from '../../query/builder/metric-query.ts';
import { exploreOf, exploresElsewhere } from '../../query/fields/explores.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { inProjectTimezone, projectStartOfWeek, projectTimezone } from '../../query/fields/project-timezone.ts';
import { prepareLookups } from '../../query/fields/resolve.ts';
import { describeFilters, type FilterContext, filteredField } from '../../query/filters/describe-filters.ts';
import { filteredFields } from '../../query/filters/required-filters.ts';
import { isObject, objects, text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolContext } from '../tool.ts';

/** A metric query as written by the model. */
export interface QueryArguments extends MetricQueryArguments {
  readonly projectUuid: string;
  readonly exploreId: string;
  /** Values of parameters, checked when the query is sent. */
  readonly parameters?: unknown;
}

/** A checked metric query. */
interface PreparedQuery<Args extends QueryArguments> {
  readonly index: FieldIndex;
  readonly query: MetricQuery;
  readonly notes: readonly string[];
  /** The filters in words. */
  readonly filters: readonly string[];
  /** The arguments with the checked parts of the query in place of the written ones. */
  readonly args: Args & Omit<MetricQuery, 'exploreName'>;
}

/**
 * Reads the explore and builds the query that the arguments mean.
 *
 * @throws {ArgumentsError} with every problem; nothing but the lookup was sent.
 */
export async function prepareQuery<Args extends QueryArguments>(
  args: Args,
  context: ToolContext,
  options: Pick<QueryLimits, 'isTotal'> = {},
): Promise<PreparedQuery<Args>> {
  const { projectUuid } = args;
  const [explore, { maxLimit, isNewer }] = await Promise.all([
    exploreOf(context.read, projectUuid, args.exploreId),
    context.server.get(),
  ]);
  let index = explore;
  const limits = { ...options, maxLimit, isNewer };
  let built = buildMetricQuery(index, args, limits);
  if (!built.ok && built.hasUnknownField) {
    const elsewhere = await exploresElsewhere(context.read, projectUuid);
    await prepareLookups(elsewhere);
    built = buildMetricQuery(index, args, { ...limits, elsewhere });
  }
  if (!built.ok) throw new ArgumentsError(built.problems);
  if (hasMoments(built.query)) {
    const timezone = await queryTimezone(args, context);
    if (timezone !== undefined) {
      index = { ...explore, timezone };
      const zoned = buildMetricQuery(index, args, limits);
      if (zoned.ok) built = zoned;
    }
  }
  const { query } = built;
  const { exploreName: exploreId, ...parts } = query;
  const notes = [
    ...built.notes,
    ...(await weekNotes(query, projectUuid, context)),
    ...(await releaseNotes(query, index, context)),
  ];
  const filters = describeFilters(query.filters, await filterContext(index, { projectUuid, ...query }, context));
  return { index, query, notes, filters, args: { ...args, exploreId, ...parts } };
}

/** Filters of a project's query, in Lightdash's form. */
interface FiltersOfProject {
  readonly projectUuid: unknown;
  readonly filters: unknown;
}

/** Facts of the server, the project and the day that filters in words depend on. */
export async function filterContext(
  index: FieldIndex,
  { projectUuid, filters }: FiltersOfProject,
  context: ToolContext,
): Promise<FilterContext> {
  const { isNewer } = await context.server.get();
  const isMeasured = !isNewer || (await context.server.has('1.219'));
  const firstWeekday =
    isMeasured && JSON.stringify(filters)?.includes('"unitOfTime":"weeks"')
      ? await firstDayOfWeek(projectUuid, isNewer, context)
      : undefined;
  const today = { now: context.now(), timezone: index.timezone, firstWeekday } as const;
  return { index, today, keepsEmpty: isMeasured ? isNewer : undefined };
}

/**
 * The day on which weeks of relative filters begin: that of the project, and of one with Monday Sunday on 0.1366 (measured).
 * Undefined for projects without a setting, whose warehouse has the last word.
 */
async function firstDayOfWeek(projectUuid: unknown, isNewer: boolean, context: ToolContext) {
  const start = await projectStartOfWeek(context, projectUuid);
  return start === 0 && !isNewer ? 6 : start;
}

/** The same for the filters of a saved chart: windows that move with the day are those of its project's zone. */
export async function savedFilterContext(
  index: FieldIndex,
  filters: unknown,
  projectUuid: unknown,
  context: ToolContext,
): Promise<FilterContext> {
  const isRelative = (JSON.stringify(filters) ?? '').includes('"unitOfTime":');
  const [zoned = index] = isRelative ? await inProjectTimezone([index], context, projectUuid) : [];
  return filterContext(zoned, { projectUuid, filters }, context);
}

/** A doubt about the weeks of a relative filter: those of the week grain may begin on another day. */
export async function weekNotes(
  { filters }: Pick<MetricQuery, 'filters'>,
  projectUuid: unknown,
  context: ToolContext,
): Promise<readonly string[]> {
  const written = JSON.stringify(filters);
  if (!written.includes('"unitOfTime":"weeks"') || !/"completed":true|inTheCurrent/.test(written)) return [];
  const { isNewer } = await context.server.get();
  const start = await projectStartOfWeek(context, projectUuid);
  if (start === undefined)
    return ['Not known: the day on which weeks of this relative filter begin. The project shows no setting of it.'];
  return start === 0 && !isNewer
    ? ['Weeks of this relative filter begin on Sunday in this release; weeks as a grain, and 2024-W10, on Monday.']
    : [];
}

/** Differences of 0.1366 (measured) that the numbers of a query do not show. */
export async function releaseNotes(
  query: MetricQuery,
  index: FieldIndex,
  context: ToolContext,
): Promise<readonly string[]> {
  if ((await context.server.get()).isNewer) return [];
  const { sorts, timezone } = query;
  return [
    ...(timezone !== undefined && timezone !== 'UTC' && dependsOnZone(query, index)
      ? [`The time zone ${timezone} shifts nothing in this release of Lightdash: days and months are those of UTC.`]
      : []),
    ...(sorts.some(({ nullsFirst }) => nullsFirst !== undefined)
      ? [
          'nullsFirst has no effect in this release of Lightdash: most warehouses put rows without the value last, or first if the greatest lead.',
        ]
      : []),
  ];
}

/** True if a query groups or filters by a timestamp, or by a window that moves with the zone's today. */
function dependsOnZone({ dimensions, filters, additionalMetrics = [] }: MetricQuery, index: FieldIndex): boolean {
  const rules = additionalMetrics.flatMap((metric) => objects(metric.filters));
  const used = [
    ...[...dimensions, ...filteredFields(filters)].map((id) => index.fields.get(id)),
    ...rules.map((rule) => filteredField(index, rule)),
  ];
  // A field that the query defines may read any timestamp.
  const hasTimestamp = used.some(
    (field) => !field || (index.fields.get(field.intervalBase ?? '') ?? field).filterType === 'timestamp',
  );
  return hasTimestamp || /"unitOfTime":/.test(JSON.stringify([filters, rules]));
}

/** True if a filter has a moment, which may be a day or a time of the zone, or a window that moves with the zone's today. */
const hasMoments = ({ filters, additionalMetrics }: MetricQuery): boolean =>
  /"\d{4}-\d\d-\d\dT[\d:.]+Z"|"unitOfTime":/.test(JSON.stringify([filters, additionalMetrics]));

/** Time zone of the query's days: its own, else the project's; older releases shift no timestamps. */
async function queryTimezone({ timezone, projectUuid }: QueryArguments, context: ToolContext) {
  if (typeof timezone !== 'string' || timezone === '') return projectTimezone(context, projectUuid);
  return isTimezone(timezone) && (await context.server.has('1.219')) ? timezone : undefined;
}

/** The zone of the days by which a query grouped, unless it is UTC, and a doubt if its filters have days of another one. */
export function zoneNotes(results: unknown, query: MetricQuery, index: FieldIndex): string[] {
  const { filters, timezone: own } = query;
  const resolved = isObject(results) ? text(results.resolvedTimezone) : undefined;
  const { timezone: ofFilters = 'UTC' } = index;
  if (resolved === undefined) return [];
  const hasBounds = index.timezone !== undefined || JSON.stringify(filters).includes('T00:00:00Z');
  if (hasBounds && resolved !== ofFilters)
    return [`Lightdash grouped by days of ${resolved}; dates in filters on timestamps are days of ${ofFilters}.`];
  return resolved === 'UTC' || !dependsOnZone(query, index)
    ? []
    : [`Days are those of ${resolved}, the time zone of the ${own ? 'query' : 'project'}.`];
}
