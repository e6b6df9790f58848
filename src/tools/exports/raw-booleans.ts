import type { Field } from '../../query/fields/field.ts';

/** A note on the true and false of a file of raw values: the CSV library of Lightdash writes 1 and nothing (recorded). */
export function rawBooleanNotes(fields: readonly (Field | undefined)[], onlyRaw: boolean | undefined): string[] {
  const booleans = fields.flatMap((field) => (field?.valueType === 'boolean' ? [field.id] : []));
  return onlyRaw === true && booleans.length > 0
    ? [`With onlyRaw, ${booleans.join(', ')} is 1 for true and empty for false, as for no value.`]
    : [];
}
