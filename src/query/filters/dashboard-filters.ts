import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject, list, objects, text, unwrapJson } from '../../text/json.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { FieldIndex } from '../fields/field.ts';
import { readFilters } from './filters.ts';
import { type FilterKind, type FilterNode, type FilterRule, filterKinds } from './lightdash-filters.ts';

/** Filters of a dashboard in Lightdash's form: lists of rules, all of which hold. */
export type DashboardFilters = Readonly<Record<FilterKind, readonly JsonObject[]>>;

/** No rules. */
export const noDashboardFilters: DashboardFilters = { dimensions: [], metrics: [], tableCalculations: [] };

/** Keys of a dashboard's rule that a query's rule does not have. */
const OF_DASHBOARDS: readonly string[] = ['tileTargets', 'lockedTabUuids', 'requiredGroupId'];

/**
 * Reads filters of a dashboard for a chart, written like those of a query or in Lightdash's form. A rule in Lightdash's form
 * that is complete and means what it says is returned unchanged. So is one on a table that the chart's explore lacks: the
 * server leaves it out and says so.
 */
export function readDashboardFilters(index: FieldIndex, argument: unknown, diagnostics: Diagnostics): DashboardFilters {
  const rules: Record<FilterKind, JsonObject[]> = { dimensions: [], metrics: [], tableCalculations: [] };
  for (const item of itemsIn(unwrapJson(argument))) {
    if (isObject(item) && isForeign(index, item)) {
      rules.dimensions.push(item);
      continue;
    }
    const read = readFilters(index, isObject(item) ? [withoutDashboardKeys(item)] : item, diagnostics);
    for (const kind of filterKinds) {
      const flattened = read[kind] ? flat(index, read[kind], diagnostics) : [];
      rules[kind].push(
        ...flattened.map((rule) => (flattened.length === 1 && isObject(item) ? asWritten(rule, item) : rule)),
      );
    }
  }
  return numbered(rules);
}

/** A list of rules, or the lists by kind that Lightdash writes, as single items; other forms are one item. */
function itemsIn(written: unknown): readonly unknown[] {
  if (Array.isArray(written)) return written;
  if (!isObject(written)) return [written];
  const isByKind = Object.keys(written).every((key) => filterKinds.some((kind) => kind === key));
  const kinds = filterKinds.map((kind) => written[kind] ?? []);
  return isByKind && kinds.every(Array.isArray) ? kinds.flat() : [written];
}

function isForeign({ tables, fields }: FieldIndex, { target }: JsonObject): boolean {
  if (!isObject(target) || fields.has(text(target.fieldId) ?? '')) return false;
  const table = text(target.tableName);
  return table !== undefined && tables.every(({ name }) => name !== table);
}

const withoutDashboardKeys = (rule: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(rule).filter(([key]) => !OF_DASHBOARDS.includes(key)));

/** True if a rule is complete as Lightdash writes it. */
function isNativeRule({ id, target, operator }: JsonObject): boolean {
  return (
    text(id) !== undefined && text(operator) !== undefined && isObject(target) && text(target.tableName) !== undefined
  );
}

/** The rule as it was written, if that is Lightdash's form and reads the same; else as it was read, with its other keys. */
function asWritten(read: JsonObject, written: JsonObject): JsonObject {
  const condition = ({ target, operator, values, settings }: JsonObject) => [
    isObject(target) ? target.fieldId : undefined,
    operator,
    list(values),
    settings ?? {},
  ];
  if (isNativeRule(written) && isDeepStrictEqual(condition(read), condition(written))) return written;
  const kept = Object.entries(written).filter(
    ([key]) => key === 'id' || key === 'label' || OF_DASHBOARDS.includes(key),
  );
  return { ...read, ...Object.fromEntries(kept) };
}

/** Rules without an id of the caller are numbered through. */
function numbered(rules: Readonly<Record<FilterKind, readonly JsonObject[]>>): DashboardFilters {
  let last = 0;
  const withId = (rule: JsonObject): JsonObject => {
    if (!/^rule\d+$/.test(text(rule.id) ?? 'rule0')) return rule;
    last += 1;
    return { ...rule, id: `rule${last}` };
  };
  const rulesOf = (kind: FilterKind) => asRange(rules[kind]).map(withId);
  return {
    dimensions: rulesOf('dimensions'),
    metrics: rulesOf('metrics'),
    tableCalculations: rulesOf('tableCalculations'),
  };
}

function flat(index: FieldIndex, node: FilterNode, diagnostics: Diagnostics): JsonObject[] {
  if ('or' in node && node.or.length !== 1) {
    diagnostics.problem(
      'The filters of a dashboard must all hold: "or" is not possible there. Use one rule of several texts or numbers, or one range.',
    );
    return [];
  }
  if ('target' in node) return [asDashboardRule(index, node)];
  return asRange(('or' in node ? node.or : node.and).flatMap((child) => flat(index, child, diagnostics)));
}

function asDashboardRule(index: FieldIndex, rule: FilterRule): JsonObject {
  const { fieldId } = rule.target;
  const tableName = index.fields.get(fieldId)?.table ?? '';
  return { values: [], ...rule, target: { ...rule.target, fieldId, tableName } };
}

/**
 * Two bounds of a moment as one rule: the server keeps one rule a field when it replaces those of the chart. `inBetween`
 * includes both ends, so the last millisecond before the upper bound ends it.
 */
function asRange(rules: readonly JsonObject[]): JsonObject[] {
  const [low, high, ...rest] = rules;
  if (low === undefined || high === undefined) return [...rules];
  const [from, to] = [list(low.values)[0], list(high.values)[0]];
  const isRange =
    fieldOf(low) === fieldOf(high) &&
    low.operator === 'greaterThanOrEqual' &&
    /^lessThan/.test(text(high.operator) ?? '');
  if (!isRange || typeof from !== 'string' || typeof to !== 'string' || !to.includes('T'))
    return [low, ...asRange([high, ...rest])];
  const last = high.operator === 'lessThan' ? new Date(Date.parse(to) - 1).toISOString() : to;
  return [{ ...low, operator: 'inBetween', values: [from, last] }, ...asRange(rest)];
}

const fieldOf = ({ target }: JsonObject): unknown => (isObject(target) ? target.fieldId : undefined);

/** The rules of dashboard filters of all kinds, or of some, as they are written. */
export const dashboardRules = (filters: unknown, kinds: readonly FilterKind[] = filterKinds): readonly JsonObject[] =>
  kinds.flatMap((kind) => objects(isObject(filters) ? filters[kind] : undefined));

/** The rules of Lightdash's form by kind, unread: for a chart whose explore cannot be read. */
export function nativeFilters(argument: unknown): DashboardFilters | undefined {
  const written = unwrapJson(argument);
  if (!isObject(written) || Object.keys(written).some((key) => filterKinds.every((kind) => kind !== key)))
    return undefined;
  const rulesOf = (kind: FilterKind) => objects(written[kind]);
  const all = dashboardRules(written);
  const isComplete =
    all.length === filterKinds.flatMap((kind) => list(written[kind])).length && all.every(isNativeRule);
  if (!isComplete) return undefined;
  return {
    dimensions: rulesOf('dimensions'),
    metrics: rulesOf('metrics'),
    tableCalculations: rulesOf('tableCalculations'),
  };
}
