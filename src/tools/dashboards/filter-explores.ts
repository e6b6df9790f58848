import { exploresForFields } from '../../query/fields/explores-for-fields.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { inProjectTimezone } from '../../query/fields/project-timezone.ts';
import { isObject, type JsonObject, text } from '../../text/json.ts';
import { findExplores } from '../content/find-explores.ts';
import type { ToolContext } from '../tool.ts';

/** The explores in which the filters of a dashboard can be; none for none. */
export async function filterExplores(
  filters: readonly JsonObject[],
  projectUuid: string,
  context: ToolContext,
): Promise<readonly FieldIndex[]> {
  if (filters.length === 0) return [];
  const names = filters.flatMap((rule) => writtenField(rule) ?? []);
  const find = (written: string) => findExplores(written, projectUuid, context);
  const { explores } = await exploresForFields(context.read, projectUuid, names, find);
  return inProjectTimezone(explores, context, projectUuid);
}

/** The field of a rule as a model or as Lightdash writes it. */
const writtenField = ({ field, fieldId, target }: JsonObject): string | undefined =>
  text(field) ?? text(fieldId) ?? text(isObject(target) ? target.fieldId : undefined);
