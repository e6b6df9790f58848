import { isObject, type JsonObject, list, objects, text, unwrapJson } from '../../text/json.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { FieldIndex } from '../fields/field.ts';
import { readFilters } from './filters.ts';
import { type FilterKind, type FilterNode, type FilterRule, filterKinds } from './lightdash-filters.ts';

/** Filters of a dashboard in Lightdash's form: lists of rules, all of which hold. */
export type DashboardFilters = Readonly<Record<FilterKind, readonly JsonObject[]>>;

export const noDashboardFilters: DashboardFilters = { dimensions: [], metrics: [], tableCalculations: [] };

/** Keys of a dashboard's rule that a query's rule does not have. */
const OF_DASHBOARDS: readonly string[] = ['tileTargets', 'lockedTabUuids', 'requiredGroupId'];

/**
 * Reads filters of a dashboard for a chart, written like those of a query or in Lightdash's form. A rule on a table that the
 * chart's explore lacks stays as it is: the server leaves it out and says so.
 */
export function readDashboardFilters(index: FieldIndex, argument: unknown, diagnostics: Diagnostics): DashboardFilters {
  const written = unwrapJson(argument);
  const rules = rulesIn(written);
  const foreign = rules.filter((rule) => isForeign(index, rule));
  const own = foreign.length === 0 ? withoutDashboardKeys(written) : rules.filter((rule) => !foreign.includes(rule));
  const filters = readFilters(index, Array.isArray(own) && own.length === 0 ? undefined : own, diagnostics);
  const read = (kind: FilterKind): JsonObject[] => [
    ...(filters[kind] ? flat(index, filters[kind], diagnostics) : []),
    ...(kind === 'dimensions' ? foreign : []),
  ];
  return { dimensions: read('dimensions'), metrics: read('metrics'), tableCalculations: read('tableCalculations') };
}

/** The rules of a list, or of the lists by kind that Lightdash writes; groups are none. */
const rulesIn = (written: unknown): readonly JsonObject[] =>
  Array.isArray(written)
    ? objects(written)
    : filterKinds.flatMap((kind) => (isObject(written) ? objects(written[kind]) : []));

function isForeign({ tables, fields }: FieldIndex, { target }: JsonObject): boolean {
  if (!isObject(target) || fields.has(text(target.fieldId) ?? '')) return false;
  const table = text(target.tableName);
  return table !== undefined && tables.every(({ name }) => name !== table);
}

function withoutDashboardKeys(written: unknown): unknown {
  const plain = (rule: unknown) =>
    isObject(rule) ? Object.fromEntries(Object.entries(rule).filter(([key]) => !OF_DASHBOARDS.includes(key))) : rule;
  if (Array.isArray(written)) return written.map(plain);
  if (!isObject(written)) return written;
  return Object.fromEntries(
    Object.entries(written).map(([key, value]) => [key, Array.isArray(value) ? value.map(plain) : value]),
  );
}

function flat(index: FieldIndex, node: FilterNode, diagnostics: Diagnostics): JsonObject[] {
  if ('or' in node) {
    diagnostics.problem(
      'The filters of a dashboard must all hold: "or" is not possible there. Use one rule of several values, or a range.',
    );
    return [];
  }
  if (!('and' in node)) return [asDashboardRule(index, node)];
  return asRange(node.and).flatMap((child) => flat(index, child, diagnostics));
}

function asDashboardRule(index: FieldIndex, rule: FilterRule): JsonObject {
  const { fieldId } = rule.target;
  const tableName = index.fields.get(fieldId)?.table ?? '';
  return { values: [], ...rule, target: { ...rule.target, fieldId, tableName } };
}

/**
 * Two bounds of a moment as one rule: the server keeps one rule a field where it replaces those of the chart. `inBetween`
 * includes both ends, so the last millisecond before the upper bound ends it.
 */
function asRange(nodes: readonly FilterNode[]): readonly FilterNode[] {
  const [low, high, ...rest] = nodes;
  if (!low || !high || !('target' in low) || !('target' in high) || low.target.fieldId !== high.target.fieldId)
    return low === undefined ? [] : [low, ...(high === undefined ? [] : asRange([high, ...rest]))];
  const [from, to] = [list(low.values)[0], list(high.values)[0]];
  const isRange = low.operator === 'greaterThanOrEqual' && /^lessThan/.test(high.operator);
  if (!isRange || typeof from !== 'string' || typeof to !== 'string' || !/T/.test(to))
    return [low, ...asRange([high, ...rest])];
  const last = high.operator === 'lessThan' ? new Date(Date.parse(to) - 1).toISOString() : to;
  return [{ ...low, operator: 'inBetween', values: [from, last] }, ...asRange(rest)];
}

/** The filters of a dashboard under those of the caller: a rule of the caller replaces the dashboard's on its field. */
export function mergeDashboardFilters(saved: DashboardFilters, requested: DashboardFilters): DashboardFilters {
  const replaced = new Set(filterKinds.flatMap((kind) => requested[kind].map(fieldOf)));
  const merged = (kind: FilterKind) => [
    ...saved[kind].filter((rule) => !replaced.has(fieldOf(rule))),
    ...requested[kind],
  ];
  return {
    dimensions: merged('dimensions'),
    metrics: merged('metrics'),
    tableCalculations: merged('tableCalculations'),
  };
}

const fieldOf = ({ target }: JsonObject): unknown => (isObject(target) ? target.fieldId : undefined);
