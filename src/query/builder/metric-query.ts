import { isObject, type JsonObject, text, unwrapJson } from '../../text/json.ts';
import { Diagnostics } from '../diagnostics.ts';
import type { Field, FieldIndex, FieldKind } from '../fields/field.ts';
import { resolveField } from '../fields/resolve.ts';
import { readFilters } from '../filters/filters.ts';
import type { Filters } from '../filters/lightdash-filters.ts';
import { refuseLooseAlternatives } from '../filters/metric-filters.ts';
import { addRequiredFilters, filteredFields } from '../filters/required-filters.ts';
import { checkReferences, typeFilteredCalculations } from './calculations.ts';
import { readCustomFields, refuseNewerTypes } from './custom-fields.ts';
import { fanOutWarnings } from './fan-out-warnings.ts';
import { defaultSorts, emptyLast, readSorts, type Sort } from './sorts.ts';

/** Arguments of a query as the caller wrote them: read leniently and checked here, not by a schema. */
export interface MetricQueryArguments {
  readonly dimensions?: unknown;
  readonly metrics?: unknown;
  readonly filters?: unknown;
  readonly sorts?: unknown;
  readonly limit?: unknown;
  readonly tableCalculations?: unknown;
  readonly additionalMetrics?: unknown;
  readonly customDimensions?: unknown;
  readonly timezone?: unknown;
}

/** A metric query as the Lightdash API takes it. */
export interface MetricQuery {
  readonly exploreName: string;
  readonly dimensions: readonly string[];
  readonly metrics: readonly string[];
  readonly filters: Filters;
  readonly sorts: readonly Sort[];
  readonly limit: number;
  readonly tableCalculations: readonly JsonObject[];
  readonly additionalMetrics?: readonly JsonObject[];
  readonly customDimensions?: readonly JsonObject[];
  readonly timezone?: string;
}

/** Limits of the server that a query must respect. */
export interface QueryLimits {
  /** Maximum number of rows of the server: `query.maxLimit` of its health, 5000 by default. */
  readonly maxLimit?: number;
  /** Limit if the caller gives none. */
  readonly defaultLimit?: number;
  /** The query is for the totals of its metrics. */
  readonly isTotal?: boolean;
  /** The server sorts rows without a value first or last on request, and puts alternatives in parentheses: not 0.1366. */
  readonly isNewer?: boolean;
  /** Other explores of the project, if loaded, to look for unknown fields in. */
  readonly elsewhere?: readonly FieldIndex[];
}

type BuiltQuery =
  | { readonly ok: true; readonly query: MetricQuery; readonly notes: readonly string[] }
  | {
      readonly ok: false;
      readonly problems: readonly string[];
      /** True if a field is not in the explore: with `elsewhere`, the problem names the explore that has it. */
      readonly hasUnknownField: boolean;
    };

/**
 * Builds the query that the arguments mean, or returns all problems at once, each with its remedy. Exact arguments pass
 * unchanged; corrections and warnings are in `notes`.
 */
export function buildMetricQuery(index: FieldIndex, args: MetricQueryArguments, limits: QueryLimits = {}): BuiltQuery {
  const diagnostics = new Diagnostics(limits);
  const custom = readCustomFields(index, args, diagnostics);
  if (!limits.isNewer) {
    refuseLooseAlternatives(custom.additionalMetrics ?? [], diagnostics);
    refuseNewerTypes(custom.additionalMetrics ?? [], diagnostics);
  }
  const selection = readSelection(custom.index, args, limits.elsewhere ?? [], diagnostics);
  const calculationNames = custom.tableCalculations.flatMap((calculation) => text(calculation.name) ?? []);
  const selected = new Set([...selection.dimensions, ...selection.metrics, ...calculationNames]);
  if (selected.size === 0 && diagnostics.problems.length === 0)
    diagnostics.problem('Nothing is selected: give at least one metric or dimension.');
  const calculations = checkReferences(custom.index, custom.tableCalculations, selected, diagnostics);
  const requestedFilters = readFilters(custom.index, args.filters, diagnostics);
  const filters = addRequiredFilters(custom.index, requestedFilters, diagnostics);
  const filtered = new Set(filteredFields(filters));
  const requestedSorts = readSorts(custom.index, args.sorts, selected, diagnostics);
  const isDefaultSort = requestedSorts.length === 0;
  const unsettledSorts = isDefaultSort ? defaultSorts(custom.index, selection.dimensions) : requestedSorts;
  const sorts = limits.isNewer ? emptyLast(unsettledSorts) : unsettledSorts;
  const limit = readLimit(args.limit, limits, diagnostics);
  const timezone = readTimezone(args.timezone, diagnostics);
  if (diagnostics.problems.length > 0)
    return { ok: false, problems: diagnostics.problems, hasUnknownField: diagnostics.hasUnknownField };

  const fieldsIn = (ids: Iterable<string>) => [...new Set(ids)].flatMap((id) => custom.index.fields.get(id) ?? []);
  // A total is that of all rows: its query has no dimensions, unless filters choose its groups.
  const isUngrouped = limits.isTotal === true && !filters.metrics && !filters.tableCalculations;
  const groupColumns = isUngrouped ? [] : selection.dimensions;
  const used = fieldsIn([...groupColumns, ...selection.metrics, ...filtered]);
  for (const warning of fanOutWarnings(index, used)) diagnostics.note(warning);
  const query: MetricQuery = {
    exploreName: index.name,
    ...selection,
    filters,
    sorts,
    limit,
    tableCalculations: typeFilteredCalculations(calculations, filtered),
    ...(custom.additionalMetrics && { additionalMetrics: custom.additionalMetrics }),
    ...(custom.customDimensions && { customDimensions: custom.customDimensions }),
    ...(timezone && { timezone }),
  };
  noteUnselected(query, filtered, diagnostics);
  return { ok: true, query, notes: diagnostics.notes };
}

function readSelection(
  index: FieldIndex,
  args: MetricQueryArguments,
  elsewhere: readonly FieldIndex[],
  diagnostics: Diagnostics,
) {
  const chosen: Record<FieldKind, Set<string>> = { dimension: new Set(), metric: new Set(), calculation: new Set() };
  const reclassified: string[] = [];
  for (const [argument, kind] of [
    [args.dimensions, 'dimension'],
    [args.metrics, 'metric'],
  ] as const) {
    for (const written of readNames(argument, `${kind}s`, diagnostics)) {
      const resolved = resolveField(index, written, kind, { suggest: diagnostics.suggestsFor(index) });
      if ('problem' in resolved) {
        diagnostics.unknownField(
          resolved.problem + (diagnostics.isFull ? '' : otherExploresHint(elsewhere, index, written)),
        );
        continue;
      }
      const { field } = resolved;
      diagnostics.readAs(written, field);
      if (field.kind !== kind && field.kind !== 'calculation') reclassified.push(`${field.id} is a ${field.kind}`);
      chosen[field.kind].add(field.id);
    }
  }
  if (reclassified.length > 0) diagnostics.note(`${reclassified.join(', ')}: taken as such.`);
  return { dimensions: [...chosen.dimension], metrics: [...chosen.metric] };
}

function readNames(argument: unknown, name: string, diagnostics: Diagnostics): readonly string[] {
  const value = unwrapJson(argument);
  if (value === undefined || value === null || value === '') return [];
  const items = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/\s*,\s*/) : [value];
  return items.flatMap((item) => {
    const id =
      typeof item === 'string'
        ? text(item.trim())
        : isObject(item)
          ? (text(item.fieldId) ?? text(item.field) ?? text(item.id))
          : undefined;
    if (!id) diagnostics.problem(`${name} is a list of field ids; ${JSON.stringify(item)} is not one.`);
    return id ? [id] : [];
  });
}

function otherExploresHint(elsewhere: readonly FieldIndex[], current: FieldIndex, written: string): string {
  const explores = elsewhere.filter(
    (explore) =>
      explore.name !== current.name && 'field' in resolveField(explore, written, undefined, { suggest: false }),
  );
  return explores.length > 0
    ? ` The explore ${explores
        .map(({ name }) => name)
        .slice(0, 3)
        .join(', ')} has it.`
    : '';
}

function readLimit(
  argument: unknown,
  { maxLimit = 5000, defaultLimit = 500 }: QueryLimits,
  diagnostics: Diagnostics,
): number {
  if (argument === undefined || argument === null || argument === '') return Math.min(defaultLimit, maxLimit);
  // Number() turns false, a space and an empty list into 0, which would be a query without rows.
  const isNumber = typeof argument === 'number' || (typeof argument === 'string' && /\d/.test(argument));
  const limit = isNumber ? Math.round(Number(argument)) : Number.NaN;
  if (!Number.isFinite(limit) || limit < 0 || (limit === 0 && Number(argument) !== 0)) {
    diagnostics.problem(`limit is a number of rows from 1 to ${maxLimit}, not ${JSON.stringify(argument)}.`);
    return defaultLimit;
  }
  if (limit !== Number(argument)) diagnostics.note(`The limit ${argument} was rounded to ${limit}.`);
  if (limit > maxLimit)
    diagnostics.note(`The limit was lowered from ${limit} to ${maxLimit}, the maximum of this Lightdash.`);
  return Math.min(limit, maxLimit);
}

/** True for a name such as Europe/Lisbon; offsets are no names. */
export function isTimezone(zone: string): boolean {
  try {
    return /^[A-Za-z]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

/** The server fails without a reason on an unknown time zone, so names are checked here. */
function readTimezone(argument: unknown, diagnostics: Diagnostics): string | undefined {
  if (argument === undefined || argument === null || argument === '') return undefined;
  const zone = String(argument);
  if (isTimezone(zone)) return zone;
  diagnostics.problem(
    `timezone: ${JSON.stringify(zone)} is not a time zone; write a name such as Europe/Lisbon or UTC.`,
  );
  return undefined;
}

/** Notes about fields that a query defines and does not use. */
function noteUnselected(query: MetricQuery, filtered: ReadonlySet<string>, diagnostics: Diagnostics): void {
  const report = (ids: readonly unknown[], selected: readonly string[], argument: string) => {
    const unselected = ids.flatMap((id) => (typeof id === 'string' && !selected.includes(id) ? [id] : []));
    if (unselected.length > 0)
      diagnostics.note(`Defined but not selected: ${unselected.join(', ')}; add it to ${argument} to see it.`);
  };
  const { additionalMetrics = [], customDimensions = [] } = query;
  report(
    additionalMetrics.map(({ table, name }) => `${table}_${name}`),
    query.metrics,
    'metrics',
  );
  report(
    customDimensions.map(({ id }) => id),
    [...query.dimensions, ...filtered],
    'dimensions',
  );
}

/** Fields of the columns of a result: those of the explore, and those the query defines. */
export function fieldsOfQuery(index: FieldIndex, query: MetricQueryArguments): ReadonlyMap<string, Field> {
  return readCustomFields(index, query, new Diagnostics()).index.fields;
}
