import { ungrouped, writtenField } from '../../dashboards/dashboard-filters.ts';
import { exploresForFields } from '../../query/fields/explores-for-fields.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { inProjectTimezone } from '../../query/fields/project-timezone.ts';
import type { JsonObject } from '../../text/json.ts';
import { findExplores } from '../content/find-explores.ts';
import type { ToolContext } from '../tool.ts';

/** The explores in which the filters of a dashboard can be; none for none. */
export async function filterExplores(
  filters: readonly JsonObject[],
  projectUuid: string,
  context: ToolContext,
): Promise<readonly FieldIndex[]> {
  if (filters.length === 0) return [];
  const names = ungrouped(filters).flatMap((rule) => writtenField(rule) ?? []);
  const find = (written: string) => findExplores(written, projectUuid, context);
  const { explores } = await exploresForFields(context.read, projectUuid, names, find);
  return inProjectTimezone(explores, context, projectUuid);
}
