/** Keeps the latest results, so that the rest of a long one can be read without asking Lightdash again. */
export interface ResultStore<Result> {
  /** Keeps a result, which takes about so many bytes, and gives the id to ask for it by. */
  put(result: Result, bytes: number): string;
  /** The result, unless it was never here, is too old, or made room for later ones. */
  get(id: string): Result | undefined;
  /** The ids of what is kept, the latest first. */
  ids(): readonly string[];
}

export interface ResultStoreOptions {
  /** Milliseconds since any fixed moment. */
  readonly now: () => number;
  /** A new id, short and not used before: a later process must not answer to the ids of an earlier one. */
  readonly newId: () => string;
  readonly capacity?: number;
  readonly lifetime?: number;
  /** Bytes kept in all: results differ in size, and memory is what runs out. */
  readonly maxBytes?: number;
}

/** Twenty results that are not packed take 12 MB at most; one of 10 MB of JSON, packed, takes about 1.5. */
const MAX_BYTES = 32 * 1024 * 1024;
const HALF_AN_HOUR = 30 * 60 * 1000;

/** A store of the last 20 results, for half an hour each from when it was last read, unless told otherwise. */
export function createResultStore<Result>(options: ResultStoreOptions): ResultStore<Result> {
  const { now, newId, capacity = 20, lifetime = HALF_AN_HOUR, maxBytes = MAX_BYTES } = options;
  // A Map remembers the order of insertion: the first entry is the one unread for longest.
  const kept = new Map<string, { result: Result; bytes: number; readAt: number }>();

  const dropOld = (): void => {
    let bytes = [...kept.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const [id, entry] of kept) {
      const crowded = kept.size > 1 && (kept.size > capacity || bytes > maxBytes);
      if (!crowded && now() - entry.readAt < lifetime) continue;
      kept.delete(id);
      bytes -= entry.bytes;
    }
  };

  return {
    put(result, bytes) {
      const id = newId();
      kept.set(id, { result, bytes, readAt: now() });
      dropOld();
      return id;
    },
    ids() {
      dropOld();
      return [...kept.keys()].reverse();
    },
    get(id) {
      dropOld();
      const entry = kept.get(id);
      if (!entry) return undefined;
      kept.delete(id);
      kept.set(id, { ...entry, readAt: now() });
      return entry.result;
    },
  };
}
