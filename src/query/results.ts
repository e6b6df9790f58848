/** Keeps the latest results, so that the rest of a long one can be read without asking Lightdash again. */
export interface ResultStore<Result> {
  /** Keeps a result and gives the id to ask for it by. */
  put(result: Result, cells: number): string;
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
  /** Cells kept in all: results differ in size, and memory is what runs out. */
  readonly maxCells?: number;
}

const HALF_AN_HOUR = 30 * 60 * 1000;

/** A store of the last 20 results, for half an hour each from when it was last read, unless told otherwise. */
export function createResultStore<Result>(options: ResultStoreOptions): ResultStore<Result> {
  const { now, newId, capacity = 20, lifetime = HALF_AN_HOUR, maxCells = 2_000_000 } = options;
  // A Map remembers the order of insertion: the first entry is the one unread for longest.
  const kept = new Map<string, { result: Result; cells: number; readAt: number }>();

  const dropOld = (): void => {
    let cells = [...kept.values()].reduce((sum, entry) => sum + entry.cells, 0);
    for (const [id, entry] of kept) {
      const crowded = kept.size > 1 && (kept.size > capacity || cells > maxCells);
      if (!crowded && now() - entry.readAt < lifetime) continue;
      kept.delete(id);
      cells -= entry.cells;
    }
  };

  return {
    put(result, cells) {
      const id = newId();
      kept.set(id, { result, cells, readAt: now() });
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
