import { granularities } from '../../operations/fields.ts';
import type { Field, FieldIndex } from '../../query/fields/field.ts';

/** The dimension whose grain a date zoom changes: the first that is a grain of a date. */
export const zoomedDimension = (index: FieldIndex, ids: readonly string[]): Field | undefined =>
  fieldsOf(index, ids).find(({ interval }) => interval !== undefined);

/**
 * Notes about a grain that some releases lack, or that changes nothing or less than the query has dates: the server ignores
 * it without a word.
 *
 * @param ids the dimensions of the query.
 * @param index undefined if the explore cannot be read.
 */
export function grainNotes(
  granularity: string | undefined,
  ids: readonly string[],
  index: FieldIndex | undefined,
): string[] {
  if (granularity === undefined) return [];
  const unknown = granularities.includes(granularity)
    ? []
    : [`granularity ${granularity} was passed unchanged: check that the dates below have that grain.`];
  if (index === undefined) return unknown;
  const dimensions = fieldsOf(index, ids);
  const zoomed = zoomedDimension(index, ids);
  const others = dimensions.filter((field) => field !== zoomed && isDate(field));
  const [date] = others;
  if (zoomed === undefined)
    return [
      `granularity has no effect: no dimension is a grain of a date${date ? remedy(granularity, date, index) : ''}.`,
    ];
  return [
    ...unknown,
    ...(date ? [`granularity changes ${zoomed.id} alone, not ${others.map(({ id }) => id).join(', ')}.`] : []),
  ];
}

/** The grain of a date to select in its place. */
function remedy(granularity: string, date: Field, index: FieldIndex): string {
  const grains = [...index.fields.values()].filter(({ intervalBase }) => intervalBase === date.id);
  const sameGrain = grains.find(({ interval }) => interval === granularity.toUpperCase());
  const grain = sameGrain ?? grains[0];
  return grain === undefined ? '' : `; in place of ${date.id} select ${grain.id}`;
}

/** The fields of an explore that have these ids. */
const fieldsOf = ({ fields }: FieldIndex, ids: readonly string[]): readonly Field[] =>
  ids.flatMap((id) => fields.get(id) ?? []);

const isDate = ({ valueType }: Field): boolean => valueType === 'date' || valueType === 'timestamp';
