import { readDashboard } from '../../dashboards/dashboard.ts';
import { readDashboardFilters } from '../../dashboards/dashboard-filters.ts';
import { operationById } from '../../operations/index.ts';
import { exploresForFields } from '../../query/fields/explores-for-fields.ts';
import { dashboardRules } from '../../query/filters/dashboard-filters.ts';
import { describeRule } from '../../query/filters/describe-filters.ts';
import { isObject, type JsonObject, objects } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import { filterReachNotes } from '../dashboards/filter-reach.ts';
import { filteredField, savedFilterNotes } from '../query/saved-filter-notes.ts';
import type { ToolContext } from '../tool.ts';
import { type DeliveredContent, deliveredContent } from './content.ts';

/** Filters that a delivery sets, as Lightdash takes them. */
interface Overrides {
  readonly rules: readonly JsonObject[];
  readonly notes: readonly string[];
  /** Notes about values that do not exist. */
  readonly doubts: readonly string[];
}

/**
 * Values for filters that the dashboard has: a delivery overrides them by id, and one of another field would be lost.
 *
 * @throws {ArgumentsError} for a field that the dashboard does not filter.
 */
export async function overriddenFilters(
  written: readonly JsonObject[],
  { uuid, name, projectUuid }: DeliveredContent,
  context: ToolContext,
): Promise<Overrides> {
  const source = await context.read(operationById('GetDashboard'), { dashboardUuid: uuid });
  const own = readDashboard(source)?.filters;
  if (own === undefined || projectUuid === undefined)
    throw new ArgumentsError([`filters: the filters of the dashboard "${name}" cannot be read`]);
  const present = dashboardRules(own);
  const { explores } = await exploresForFields(context.read, projectUuid, present.map(fieldOf), async () => []);
  const read = readDashboardFilters(written, explores, own);
  if (!read.ok) throw new ArgumentsError(read.problems);
  const rules = dashboardRules(read.filters);
  const other = rules.find((rule) => !present.some(({ id }) => id === rule.id));
  if (other !== undefined) {
    const fields = present.map(fieldOf).join(', ');
    throw new ArgumentsError([
      `filters: the dashboard "${name}" has no filter on ${fieldOf(other)}, and a delivery only sets filters that it has (${fields || 'none'})`,
    ]);
  }
  const kept = present.filter(({ id, disabled }) => disabled !== true && !rules.some((rule) => rule.id === id));
  const words = kept.flatMap((rule) => describeRule(rule) ?? []);
  const [doubts, ofReach] = await Promise.all([
    savedFilterNotes(rules, explores, projectUuid, context),
    filterReachNotes(isObject(source) ? source.tiles : [], rules, context),
  ]);
  const ofKept = words.length > 0 ? [`the dashboard's own filters hold, too: ${words.join('; ')}.`] : [];
  return { rules, notes: [...read.notes, ...ofKept, ...ofReach], doubts };
}

/** Notes about values of filters in a body of the API that do not exist. */
export async function doubtsOfBody(
  body: JsonObject,
  scheduler: JsonObject,
  context: ToolContext,
): Promise<readonly string[]> {
  const rules = objects(body.filters);
  if (rules.length === 0) return [];
  const { projectUuid } = await deliveredContent(scheduler, context);
  if (projectUuid === undefined) return [];
  const { explores } = await exploresForFields(context.read, projectUuid, rules.map(fieldOf), async () => []);
  return savedFilterNotes(rules, explores, projectUuid, context);
}

const fieldOf = (rule: JsonObject): string => filteredField(rule) ?? '?';
