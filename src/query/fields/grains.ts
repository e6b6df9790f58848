import type { Field } from './field.ts';

/** A dimension with its time grains, or any other field alone. */
export interface FieldFamily {
  readonly field: Field;
  /** Grains whose ids are the field's id with a suffix, from fine to coarse as the explore has them. */
  readonly grains: readonly Field[];
}

const ORDER = ['SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'];

/** Groups time grains under their base dimension. The grain `RAW` repeats it and is left out. */
export function foldGrains(fields: readonly Field[]): readonly FieldFamily[] {
  const byBase = new Map<string, Field[]>();
  const bases = new Set(fields.filter((field) => !field.intervalBase).map((field) => field.id));
  const foldable = (field: Field): string | undefined =>
    field.intervalBase && bases.has(field.intervalBase) && field.id.startsWith(`${field.intervalBase}_`)
      ? field.intervalBase
      : undefined;
  for (const field of fields) {
    const base = foldable(field);
    if (base && field.interval !== 'RAW') byBase.set(base, [...(byBase.get(base) ?? []), field]);
  }
  return fields
    .filter((field) => foldable(field) === undefined)
    .map((field) => ({
      field,
      grains: (byBase.get(field.id) ?? []).toSorted((left, right) => rank(left) - rank(right)),
    }));
}

const rank = (field: Field): number => {
  const position = ORDER.indexOf(field.interval ?? '');
  return position < 0 ? ORDER.length : position;
};

/** `orders_ordered_at{,_day,_month}`: the id of the field and those of its grains, in the brace notation of shells. */
export function familyId({ field, grains }: FieldFamily): string {
  if (grains.length === 0) return field.id;
  return `${field.id}{,${grains.map((grain) => grain.id.slice(field.id.length)).join(',')}}`;
}
