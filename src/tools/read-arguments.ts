import type * as z from 'zod';
import { isObject, type JsonObject } from '../text/json.ts';

// Hosts and models write null or "" for an argument that is left out, JSON text for other values, one text for a list of
// texts, and capitals. Converted here for every tool, before zod checks them.

type Schema = z.core.$ZodType;

/** Reads the raw arguments of a call as the schema means them. Values that fit are returned as they are. */
export function readArguments(schema: z.ZodObject, raw: unknown): unknown {
  return readValue(schema, raw ?? {});
}

function readValue(schema: Schema, written: unknown): unknown {
  const type = unwrap(schema);
  const value = typeof written === 'string' ? readText(type, written) : written;
  const { def } = type._zod;
  if (isDef(def, 'object') && isObject(value)) return readObject(def.shape, value);
  if (isDef(def, 'array') && Array.isArray(value)) return value.map((item) => readValue(def.element, item));
  if (isDef(def, 'record') && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readValue(def.valueType, item)]));
  }
  if (isDef(def, 'union')) return readUnion(def.options, written, value);
  return value;
}

function readObject(shape: Readonly<Record<string, Schema>>, value: JsonObject): JsonObject {
  const read: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const schema = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (schema === undefined) read[key] = item;
    else if (!isLeftOut(schema, item)) read[key] = asList(schema, readValue(schema, item));
  }
  return read;
}

/** A single text for a list of texts, as a list of one; a text that may be several stays as it is. */
function asList(schema: Schema, value: unknown): unknown {
  const { def } = unwrap(schema)._zod;
  if (typeof value !== 'string' || !isDef(def, 'array') || /[,;\n]/.test(value)) return value;
  return accepts(def.element, value) ? [value] : value;
}

/** The first choice that takes the value as it is read for it. */
function readUnion(options: readonly Schema[], written: unknown, value: unknown): unknown {
  for (const option of options) {
    const read = readValue(option, written);
    if (accepts(option, read)) return read;
  }
  return value;
}

/** JSON text of the type that the schema wants; any other text stays text. */
function readText(type: Schema, text: string): unknown {
  const { def } = type._zod;
  if (isDef(def, 'enum')) return asChoice(Object.values(def.entries), text);
  const wanted = JSON_TYPES[def.type];
  if (wanted === undefined) return text;
  const trimmed = text.trim();
  if (!/^(?:[[{"]|true$|false$|-?\d)/.test(trimmed)) return text;
  try {
    const parsed: unknown = JSON.parse(trimmed);
    return wanted(parsed) ? parsed : text;
  } catch {
    return text;
  }
}

/** The choice that a text is but for upper and lower case, else the text. */
function asChoice(choices: readonly unknown[], text: string): unknown {
  const isText = (choice: unknown): choice is string => typeof choice === 'string';
  const matches = choices.filter(isText).filter((choice) => choice.toLowerCase() === text.trim().toLowerCase());
  return matches.length === 1 && !choices.includes(text) ? matches[0] : text;
}

const JSON_TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  array: Array.isArray,
  object: isObject,
  record: isObject,
};

/** True for null, unless the schema gives null a meaning, and for "" if the schema has no empty text. */
function isLeftOut(schema: Schema, value: unknown): boolean {
  if (value === null) return !namesNull(schema);
  return value === '' && (unwrap(schema)._zod.def.type === 'unknown' || !accepts(schema, ''));
}

/** Wrappers that change nothing about the type that a value is written in. */
function unwrap(schema: Schema): Schema {
  const { def } = schema._zod;
  if (isDef(def, 'pipe')) return unwrap(def.in._zod.def.type === 'transform' ? def.out : def.in);
  return hasInner(def) ? unwrap(def.innerType) : schema;
}

/** True if the declaration itself mentions null. */
function namesNull(schema: Schema): boolean {
  const { def } = schema._zod;
  if (def.type === 'nullable' || def.type === 'null') return true;
  if (isDef(def, 'literal')) return def.values.includes(null);
  if (isDef(def, 'union')) return def.options.some(namesNull);
  if (isDef(def, 'pipe')) return namesNull(def.in) || namesNull(def.out);
  return hasInner(def) && namesNull(def.innerType);
}

function accepts(schema: Schema, value: unknown): boolean {
  const run = schema._zod.run({ value, issues: [] }, { async: false });
  return !(run instanceof Promise) && run.issues.length === 0;
}

interface Definitions {
  object: z.core.$ZodObjectDef;
  array: z.core.$ZodArrayDef;
  record: z.core.$ZodRecordDef;
  union: z.core.$ZodUnionDef;
  pipe: z.core.$ZodPipeDef;
  enum: z.core.$ZodEnumDef;
  literal: z.core.$ZodLiteralDef<z.core.util.Literal>;
}

function isDef<Type extends keyof Definitions>(def: z.core.$ZodTypeDef, type: Type): def is Definitions[Type] {
  return def.type === type;
}

const hasInner = (def: z.core.$ZodTypeDef): def is z.core.$ZodTypeDef & { readonly innerType: Schema } =>
  'innerType' in def;
