/** Parsed JSON of an external shape: read with guards, so that other releases of Lightdash never break a read. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for an object that is neither null nor a list. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value if it is a non-empty string, else undefined. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The value if it is a finite number. */
export const finite = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** The value if it is a list, else an empty one. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The objects of a list; other items are left out. */
export const objects = (value: unknown): readonly JsonObject[] => list(value).filter(isObject);

/** The texts of a list; other items are left out. */
export const texts = (value: unknown): readonly string[] =>
  list(value).filter((item): item is string => typeof item === 'string');

/** The objects of a map (`tables`, `dimensions`), with their keys; an absent or malformed map is empty. */
export const entries = (value: unknown): readonly (readonly [string, JsonObject])[] =>
  isObject(value) ? Object.entries(value).flatMap(([key, item]) => (isObject(item) ? [[key, item] as const] : [])) : [];

/** Deeper than any argument; what reads the value may recurse. */
const MAX_JSON_DEPTH = 64;

/** Returns whether a text of JSON is nested too deeply, without parsing it. */
function isNestedTooDeeply(json: string): boolean {
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[{}\]]/g)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (depth > MAX_JSON_DEPTH) return true;
  }
  return false;
}

/** Parses a list or object that a model sent as a string of JSON; returns anything else unchanged. */
export function unwrapJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value) || isNestedTooDeeply(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
