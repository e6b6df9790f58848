import type { JsonSchema, LongTail, LongTailOperation } from '../../src/operations/long-tail/catalog.ts';

const nameOf = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1);
const UUID = '7e0c0d5e-0d4c-4a58-9d0a-1f3d5c1f4a11';

/** The least that an operation takes: its required arguments, each the smallest value of its schema. */
export function minimalArguments(
  { properties, required }: LongTailOperation,
  { definitions }: LongTail,
): Record<string, unknown> {
  return Object.fromEntries(required.map((name) => [name, minimal(properties[name] ?? {}, definitions, name)]));
}

function minimal(schema: JsonSchema, definitions: LongTail['definitions'], name: string): unknown {
  if (schema.$ref) return minimal(definitions[nameOf(schema.$ref)] ?? {}, definitions, name);
  if (schema.enum) return schema.enum[0];
  // The choice that holds the least of other schemas: no endless one.
  if (schema.anyOf) {
    const plainest = schema.anyOf.toSorted((left, right) => size(left, definitions) - size(right, definitions))[0];
    return minimal(plainest ?? {}, definitions, name);
  }
  switch (schema.type) {
    case 'string':
      if (schema.pattern !== undefined) return matching(schema.pattern);
      return schema.description === 'ISO time' ? '2026-01-01T00:00:00Z' : /uuid|id$/i.test(name) ? UUID : 'text';
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return [];
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((key) => [key, minimal(schema.properties?.[key] ?? {}, definitions, key)]),
      );
    default:
      return {};
  }
}

const samples = [UUID, 'text', '1', 'a@roastery.example', '2026-01-01', '#aabbcc', 'https://roastery.example', '1.0.0'];

function matching(pattern: string): string {
  const fitting = samples.find((sample) => new RegExp(pattern).test(sample));
  if (fitting === undefined) throw new Error(`no sample for ${pattern}`);
  return fitting;
}

/** Schemas that a minimal value of this one would need. */
function size(schema: JsonSchema, definitions: LongTail['definitions'], depth = 0): number {
  if (depth > 12) return 1_000;
  if (schema.$ref) return 1 + size(definitions[nameOf(schema.$ref)] ?? {}, definitions, depth + 1);
  if (schema.anyOf) return 1 + Math.min(...schema.anyOf.map((jsonSchema) => size(jsonSchema, definitions, depth + 1)));
  if (schema.type === 'null') return 0;
  const needed = (schema.required ?? []).map((key) => size(schema.properties?.[key] ?? {}, definitions, depth + 1));
  return needed.reduce((sum, item) => sum + item, 1);
}

/** A value that no schema with a type takes in the place of one it does; undefined for a schema that takes anything. */
export function wrongFor(schema: JsonSchema, definitions: LongTail['definitions']): unknown {
  if (schema.$ref) return wrongFor(definitions[nameOf(schema.$ref)] ?? {}, definitions);
  const types = (schema.anyOf ?? [schema]).map((jsonSchema) => typeOf(jsonSchema, definitions));
  if (types.includes(undefined)) return undefined;
  return types.includes('object') ? 7.5 : { wrong: { type: true } };
}

function typeOf(schema: JsonSchema, definitions: LongTail['definitions']): string | undefined {
  if (schema.$ref) return typeOf(definitions[nameOf(schema.$ref)] ?? {}, definitions);
  return schema.enum ? 'text' : schema.anyOf ? undefined : schema.type;
}
