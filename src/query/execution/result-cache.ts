import { LRUCache } from 'lru-cache';

/** Keeps the latest results, so that the rest of a long one can be read without another request. */
export interface ResultStore<Result> {
  /** Keeps a result of about `bytes` bytes and returns its id. */
  put(result: Result, bytes: number): string;
  /** The result; undefined if the id is unknown, expired, or evicted by later results. */
  get(id: string): Result | undefined;
  /** Remembers the latest result of all, also if it is not kept by an id. */
  setLast(result: Result): void;
  last(): Result | undefined;
  /** Ids of the kept results, latest first. */
  ids(): readonly string[];
}

interface ResultStoreOptions {
  /** Milliseconds since any fixed moment. */
  readonly now: () => number;
  /** A new id, short and unique across processes: a later process must not answer to ids of an earlier one. */
  readonly newId: () => string;
  /** Bytes kept in all: results differ in size, and memory is what runs out. */
  readonly maxBytes?: number;
}

const MAX_RESULTS = 40;
/** 40 results that are not compressed take 24 MB at most; one of 10 MB of JSON, compressed, about 1.5. */
const MAX_BYTES = 32 * 1024 * 1024;
const TTL_MS = 30 * 60 * 1000;
/** The limits for the sentence about a result that is gone. */
export const RESULTS_KEPT = `${MAX_RESULTS} results, half an hour`;

/** A store of the last 40 results, each for half an hour after it was last read. */
export function createResultStore<Result>(options: ResultStoreOptions): ResultStore<Result> {
  const { now, newId, maxBytes = MAX_BYTES } = options;
  const cache = new LRUCache<string, { readonly result: Result }>({
    max: MAX_RESULTS,
    maxSize: maxBytes,
    ttl: TTL_MS,
    ttlResolution: 0,
    updateAgeOnGet: true,
    perf: { now },
  });
  let latest: Result | undefined;

  return {
    setLast(result) {
      latest = result;
    },
    last: () => latest,
    put(result, bytes) {
      latest = result;
      const id = newId();
      // A result over the limit is kept alone: the cache would refuse its real size.
      cache.set(id, { result }, { size: Math.min(Math.max(1, bytes), maxBytes) });
      return id;
    },
    get: (id) => cache.get(id)?.result,
    ids: () => [...cache.keys()],
  };
}
