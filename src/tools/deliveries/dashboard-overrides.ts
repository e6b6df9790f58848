import { readDashboard } from '../../dashboards/dashboard.ts';
import { readDashboardFilters } from '../../dashboards/dashboard-filters.ts';
import { operationById } from '../../operations/index.ts';
import { exploresForFields } from '../../query/fields/explores-for-fields.ts';
import { isObject, type JsonObject, text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import type { PreviewClient } from '../preview.ts';
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

const fieldOf = ({ target }: JsonObject): string => text(isObject(target) ? target.fieldId : undefined) ?? '?';
