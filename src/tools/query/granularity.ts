import { granularities } from '../../operations/fields.ts';
import type { Field, FieldIndex } from '../../query/fields/field.ts';
import { ArgumentsError } from '../arguments.ts';

/** The dimension whose grain a date zoom changes: the first that is a grain of a date. */
const zoomedOf = (dimensions: readonly Field[]): Field | undefined =>
  dimensions.find(({ interval }) => interval !== undefined);

/**
 * Id of the dimension whose grain `granularity` changes.
 *
 * @throws {ArgumentsError} if there is none: the server ignores the granularity then.
 */
export function zoomedDimension(
  granularity: string | undefined,
  ids: readonly string[],
  index: FieldIndex,
): string | undefined {
  const dimensions = fieldsOf(index, ids);
  const zoomed = zoomedOf(dimensions);
  if (granularity === undefined || zoomed !== undefined) return zoomed?.id;
  const date = dimensions.find(isDate);
  if (date === undefined)
    throw new ArgumentsError([
      'granularity changes the grain of a date dimension, and the query has none: add one or leave it out',
    ]);
  const grains = [...index.fields.values()].filter(({ intervalBase }) => intervalBase === date.id);
  const grainField = grains.find(({ interval }) => interval === granularity.toUpperCase());
  const remedy = grainField
    ? `: select ${grainField.id} and leave granularity out`
    : grains[0] && `: select ${grains[0].id}, whose grain it changes`;
  throw new ArgumentsError([`granularity changes the grain of a dimension, and ${date.id} is none${remedy ?? ''}`]);
}

/** Notes about a grain that some releases lack, or that changes less than the query has dates. */
export function grainNotes(granularity: string | undefined, dimensions: readonly Field[] | undefined): string[] {
  if (granularity === undefined) return [];
  const zoomed = dimensions && zoomedOf(dimensions);
  const others = (dimensions ?? []).filter((field) => field !== zoomed && isDate(field)).map(({ id }) => id);
  return [
    ...(granularities.includes(granularity)
      ? []
      : [`granularity ${granularity} was passed unchanged: check that the dates below have that grain.`]),
    ...(dimensions !== undefined && zoomed === undefined
      ? ['granularity has no effect: no dimension is a grain of a date.']
      : []),
    ...(zoomed !== undefined && others.length > 0
      ? [`granularity changes ${zoomed.id} alone, not ${others.join(', ')}.`]
      : []),
  ];
}

/** The fields of an explore that have these ids. */
export const fieldsOf = ({ fields }: FieldIndex, ids: readonly string[]): readonly Field[] =>
  ids.flatMap((id) => fields.get(id) ?? []);

const isDate = ({ valueType }: Field): boolean => valueType === 'date' || valueType === 'timestamp';
