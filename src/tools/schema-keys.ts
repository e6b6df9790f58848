import type * as z from 'zod';

type Schema = z.core.$ZodType;

/** Schemas followed for one key: a recursive one ends. */
const MAX_DEPTH = 12;

/** The keys that an object at a path of the arguments may have; of a choice those of all objects among it. */
export function keysAt(schema: Schema, path: readonly PropertyKey[]): string[] {
  let at: readonly Schema[] = [schema];
  for (const step of path) at = at.flatMap((item) => objectsIn(item).flatMap((object) => child(object, step)));
  const keys = at.flatMap((item) => objectsIn(item)).flatMap((object) => Object.keys(shapeOf(object)));
  return [...new Set(keys)];
}

const shapeOf = ({ _zod: { def } }: Schema): Readonly<Record<string, Schema>> =>
  'shape' in def ? asShape(def.shape) : {};
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && '_zod' in value;
const asShape = (shape: unknown): Readonly<Record<string, Schema>> =>
  typeof shape === 'object' && shape !== null
    ? Object.fromEntries(Object.entries(shape).filter((entry): entry is [string, Schema] => isSchema(entry[1])))
    : {};

function child(schema: Schema, step: PropertyKey): Schema[] {
  const { def } = schema._zod;
  if (def.type === 'object') {
    const inner = shapeOf(schema)[String(step)];
    return inner ? [inner] : [];
  }
  const inner = 'element' in def ? def.element : 'valueType' in def ? def.valueType : undefined;
  return isSchema(inner) ? [inner] : [];
}

/** The objects, lists and records that a schema may be. */
function objectsIn(schema: Schema, depth = 0): Schema[] {
  if (depth > MAX_DEPTH) return [];
  const { def } = schema._zod;
  const next = (inner: unknown) => (isSchema(inner) ? objectsIn(inner, depth + 1) : []);
  if ('innerType' in def) return next(def.innerType);
  if ('options' in def && Array.isArray(def.options)) return def.options.flatMap(next);
  if ('getter' in def && typeof def.getter === 'function') return next(def.getter());
  if (def.type === 'pipe' && 'in' in def && 'out' in def) return [...next(def.in), ...next(def.out)];
  return [schema];
}
