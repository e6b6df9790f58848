/** Data cut to a size, with what was left out. */
interface BoundedData {
  readonly value: unknown;
  /** Lists, objects and texts that were cut: a path such as `results.data`, and how much of it is there. */
  readonly cut: readonly { readonly path: string; readonly shown: number; readonly total: number }[];
}

/** Deeper values are left out. */
const MAX_DEPTH = 20;
/** A single text; longer ones are cut. */
const MAX_TEXT = 8_000;

/**
 * The first part of data whose JSON has about a number of characters. Plain values of an object go before its lists, so
 * that a long list does not push out the other facts. Takes time for what it returns, not for what it leaves out.
 */
export function boundedData(data: unknown, maxCharacters: number): BoundedData {
  const cutting = new Cutting(maxCharacters);
  return { value: cutting.take(data, 'results', 0), cut: cutting.cut };
}

class Cutting {
  readonly cut: { path: string; shown: number; total: number }[] = [];
  #left: number;

  constructor(maxCharacters: number) {
    this.#left = maxCharacters;
  }

  take(value: unknown, path: string, depth: number): unknown {
    if (typeof value === 'string') return this.#takeText(value, path);
    if (typeof value !== 'object' || value === null) {
      this.#left -= 8;
      return value;
    }
    if ('toJSON' in value && typeof value.toJSON === 'function') return this.take(value.toJSON(), path, depth);
    if (depth >= MAX_DEPTH) {
      this.cut.push({ path, shown: 0, total: 1 });
      return null;
    }
    this.#left -= 2;
    if (isList(value)) return this.#takeList(value, path, depth);
    return this.#takeObject(Object.entries(value), path, depth);
  }

  #takeText(text: string, path: string): string {
    const room = Math.max(0, Math.min(MAX_TEXT, this.#left));
    this.#left -= Math.min(text.length, room) + 2;
    if (text.length <= room) return text;
    this.cut.push({ path, shown: room, total: text.length });
    return text.slice(0, room);
  }

  #takeList(list: List, path: string, depth: number): unknown[] {
    const kept: unknown[] = [];
    for (const item of list) {
      if (this.#left <= 0) break;
      kept.push(this.take(item, `${path}[${kept.length}]`, depth + 1));
    }
    if (kept.length < list.length) this.cut.push({ path, shown: kept.length, total: list.length });
    return kept;
  }

  #takeObject(entries: readonly (readonly [string, unknown])[], path: string, depth: number): Record<string, unknown> {
    const isNested = ([, value]: readonly [string, unknown]) => typeof value === 'object' && value !== null;
    const kept = new Map<string, unknown>();
    for (const [key, value] of [...entries.filter((entry) => !isNested(entry)), ...entries.filter(isNested)]) {
      if (this.#left <= 0) break;
      this.#left -= key.length + 4;
      kept.set(key, this.take(value, `${path}.${key}`, depth + 1));
    }
    if (kept.size < entries.length) this.cut.push({ path, shown: kept.size, total: entries.length });
    return Object.fromEntries(entries.flatMap(([key]) => (kept.has(key) ? [[key, kept.get(key)]] : [])));
  }
}

/** An array, or rows that are read while they are iterated. */
type List = Iterable<unknown> & { readonly length: number };

const isList = (value: object): value is List =>
  Symbol.iterator in value && 'length' in value && typeof value.length === 'number';
