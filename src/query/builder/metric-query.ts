import { isObject, type JsonObject, text, unwrapJson } from '../../text/json.ts';
import { Diagnostics } from '../diagnostics.ts';
import type { Field, FieldIndex, FieldKind } from '../fields/field.ts';
import { resolveField } from '../fields/resolve.ts';
import { readFilters } from '../filters/filters.ts';
import type { Filters } from '../filters/lightdash-filters.ts';
import { addRequiredFilters, filteredFields } from '../filters/required-filters.ts';
import { checkReferences, typeFilteredCalculations } from './calculations.ts';
import { readCustomFields } from './custom-fields.ts';
import { fanOutWarnings } from './fan-out-warnings.ts';
import { partialPeriodNotes } from './partial-period-warnings.ts';
import { readSorts, type Sort } from './sorts.ts';

/** The arguments of a question, as a caller wrote them: every one is read leniently and checked here, not by a schema. */
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

export interface QueryLimits {
  /** Rows that the server answers at most: `query.maxLimit` of its health, 5000 unless set otherwise. */
  readonly maxLimit?: number;
  /** Rows asked for when the caller names no limit. */
  readonly defaultLimit?: number;
  /** Other explores of the project, where they are at hand: a field that is not here may be there. */
  readonly elsewhere?: readonly FieldIndex[];
}

export type BuiltQuery =
  | { readonly ok: true; readonly query: MetricQuery; readonly notes: readonly string[] }
  | {
      readonly ok: false;
      readonly problems: readonly string[];
      /** Whether a field is asked for that the explore does not have: with `elsewhere`, the explore that has it is named. */
      readonly hasUnknownField: boolean;
    };

/**
 * Builds the query that the arguments mean, or says everything that is wrong with them at once, each sentence with its
 * repair. What is already exact passes unchanged; what was put right or deserves care is told in `notes`.
 */
export function buildMetricQuery(index: FieldIndex, args: MetricQueryArguments, limits: QueryLimits = {}): BuiltQuery {
  const findings = new Diagnostics();
  const custom = readCustomFields(index, args, findings);
  const selection = readSelection(custom.index, args, limits.elsewhere ?? [], findings);
  const calculationNames = custom.tableCalculations.flatMap((calculation) => text(calculation.name) ?? []);
  const selected = new Set([...selection.dimensions, ...selection.metrics, ...calculationNames]);
  if (selected.size === 0 && findings.problems.length === 0)
    findings.problem('Nothing is selected: give at least one metric or dimension.');
  const calculations = checkReferences(custom.index, custom.tableCalculations, selected, findings);
  const asked = readFilters(custom.index, args.filters, findings);
  const filters = addRequiredFilters(custom.index, asked, findings);
  const filtered = new Set(filteredFields(filters));
  const sorts = readSorts(custom.index, args.sorts, selected, findings);
  const limit = readLimit(args.limit, limits, findings);
  const timezone = readTimezone(args.timezone, findings);
  if (findings.problems.length > 0)
    return { ok: false, problems: findings.problems, hasUnknownField: findings.hasUnknownField };

  const used = [...selected, ...filtered].flatMap((id) => custom.index.fields.get(id) ?? []);
  for (const warning of fanOutWarnings(index, [...new Set(used)])) findings.note(warning);
  for (const warning of partialPeriodNotes(custom.index, selection.dimensions, filters)) findings.note(warning);
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
  noteUnselected(query, custom.additionalMetrics ?? [], findings);
  return { ok: true, query, notes: findings.notes };
}

function readSelection(
  index: FieldIndex,
  args: MetricQueryArguments,
  elsewhere: readonly FieldIndex[],
  findings: Diagnostics,
) {
  const chosen: Record<FieldKind, Set<string>> = { dimension: new Set(), metric: new Set(), calculation: new Set() };
  const moved: string[] = [];
  for (const [argument, kind] of [
    [args.dimensions, 'dimension'],
    [args.metrics, 'metric'],
  ] as const) {
    for (const written of readNames(argument, `${kind}s`, findings)) {
      const found = resolveField(index, written, kind, { suggest: !findings.isFull });
      if ('problem' in found) {
        findings.unknownField(found.problem + (findings.isFull ? '' : whereElse(elsewhere, index, written)));
        continue;
      }
      const { field } = found;
      findings.readAs(written, field);
      if (field.kind !== kind && field.kind !== 'calculation') moved.push(`${field.id} is a ${field.kind}`);
      chosen[field.kind].add(field.id);
    }
  }
  if (moved.length > 0) findings.note(`${moved.join(', ')}: taken as such.`);
  return { dimensions: [...chosen.dimension], metrics: [...chosen.metric] };
}

function readNames(argument: unknown, name: string, findings: Diagnostics): readonly string[] {
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
    if (!id) findings.problem(`${name} is a list of field ids; ${JSON.stringify(item)} is none.`);
    return id ? [id] : [];
  });
}

function whereElse(elsewhere: readonly FieldIndex[], here: FieldIndex, written: string): string {
  const explores = elsewhere.filter(
    (other) => other.name !== here.name && 'field' in resolveField(other, written, undefined, { suggest: false }),
  );
  return explores.length > 0
    ? ` The explore ${explores
        .map((other) => other.name)
        .slice(0, 3)
        .join(', ')} has it.`
    : '';
}

function readLimit(
  argument: unknown,
  { maxLimit = 5000, defaultLimit = 500 }: QueryLimits,
  findings: Diagnostics,
): number {
  if (argument === undefined || argument === null || argument === '') return Math.min(defaultLimit, maxLimit);
  // Number() makes 0 of false, of a space and of an empty list: that would be a question without an answer.
  const isNumber = typeof argument === 'number' || (typeof argument === 'string' && /\d/.test(argument));
  const limit = isNumber ? Math.round(Number(argument)) : Number.NaN;
  if (!Number.isFinite(limit) || limit < 0 || (limit === 0 && Number(argument) !== 0)) {
    findings.problem(`limit is a number of rows from 1 to ${maxLimit}, not ${JSON.stringify(argument)}.`);
    return defaultLimit;
  }
  if (limit > maxLimit)
    findings.note(`The limit was lowered from ${limit} to ${maxLimit}, the most that this Lightdash answers at once.`);
  return Math.min(limit, maxLimit);
}

/** A time zone that the server does not know is a fault without a word to it, so names are checked here. */
function readTimezone(argument: unknown, findings: Diagnostics): string | undefined {
  if (argument === undefined || argument === null || argument === '') return undefined;
  const zone = String(argument);
  try {
    if (/^[A-Za-z]/.test(zone)) return new Intl.DateTimeFormat('en', { timeZone: zone }) && zone;
  } catch {
    // Told below.
  }
  findings.problem(`timezone: ${JSON.stringify(zone)} is no time zone; write a name such as Europe/Lisbon or UTC.`);
  return undefined;
}

function noteUnselected(query: MetricQuery, additional: readonly JsonObject[], findings: Diagnostics): void {
  const unselected = additional
    .map((metric) => `${metric.table}_${metric.name}`)
    .filter((id) => !query.metrics.includes(id));
  if (unselected.length > 0)
    findings.note(`Defined but not selected: ${unselected.join(', ')}; add it to metrics to see it.`);
}

/** Fields a result's columns may belong to: the explore's, and those the query defines. */
export function fieldsOfQuery(index: FieldIndex, query: MetricQuery): ReadonlyMap<string, Field> {
  return readCustomFields(index, query, new Diagnostics()).index.fields;
}
