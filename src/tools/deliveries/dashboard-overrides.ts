import { readDashboard } from '../../dashboards/dashboard.ts';
import { readDashboardFilters } from '../../dashboards/dashboard-filters.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { exploresForFields } from '../../query/fields/explores-for-fields.ts';
import { readSavedFilters } from '../../query/filters/lightdash-filters.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import type { PreviewClient } from '../preview.ts';
import { verifyValues } from '../query/verify-values.ts';
import type { ToolContext } from '../tool.ts';
import type { DeliveredContent } from './content.ts';

/**
 * Values for filters that the dashboard has: a delivery overrides them by id, and one of another field would be lost.
 *
 * @throws {ArgumentsError} for a field that the dashboard does not filter.
 */
export async function overriddenFilters(
  written: readonly JsonObject[],
  { uuid, name, projectUuid }: DeliveredContent,
  client: PreviewClient,
): Promise<readonly JsonObject[]> {
  const source = await client.read(operationById('GetDashboard'), { dashboardUuid: uuid });
  const own = readDashboard(source)?.filters;
  if (own === undefined || projectUuid === undefined)
    throw new ArgumentsError([`filters: the filters of the dashboard "${name}" cannot be read`]);
  const present = [...own.dimensions, ...own.metrics, ...own.tableCalculations];
  const { explores } = await exploresForFields(client.read, projectUuid, present.map(fieldOf), async () => []);
  const read = readDashboardFilters(written, explores, own);
  if (!read.ok) throw new ArgumentsError(read.problems);
  const rules = [...read.filters.dimensions, ...read.filters.metrics, ...read.filters.tableCalculations];
  const other = rules.find((rule) => !present.some(({ id }) => id === rule.id));
  if (other !== undefined) {
    const fields = present.map(fieldOf).join(', ');
    throw new ArgumentsError([
      `filters: the dashboard "${name}" has no filter on ${fieldOf(other)}, and a delivery only sets filters that it has (${fields || 'none'})`,
    ]);
  }
  return rules;
}

/** Notes about values of a delivery's filters that do not exist: what it sends would be empty or whole. */
export async function valueNotes(
  rules: unknown,
  { projectUuid }: DeliveredContent,
  context: ToolContext,
): Promise<readonly string[]> {
  const filters = objects(rules);
  if (filters.length === 0 || projectUuid === undefined) return [];
  // Nothing that fails here may hide that the delivery was written.
  const read = await exploresForFields(context.read, projectUuid, filters.map(fieldOf), async () => []).catch(
    ignoreApiError,
  );
  const index = read?.explores.find(({ fields }) => filters.every((rule) => fields.has(fieldOf(rule))));
  if (index === undefined) return [];
  const query = { dimensions: [], limit: 1, filters: readSavedFilters({ dimensions: { id: 'all', and: filters } }) };
  const verification = await verifyValues({ projectUuid, index, query }, context);
  return verification.notes(undefined, context);
}

const fieldOf = ({ target }: JsonObject): string => text(isObject(target) ? target.fieldId : undefined) ?? '?';
