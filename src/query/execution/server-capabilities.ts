import * as z from 'zod';
import { LightdashError } from '../../lightdash/errors.ts';
import type { Endpoint } from '../../lightdash/route.ts';
import { health } from '../../lightdash/server-release.ts';

/** What a Lightdash tells of itself, as far as queries depend on it. */
export interface Capabilities {
  /** Such as `0.1366.1`; undefined where it could not be asked. */
  readonly version: string | undefined;
  /** The most rows that a query may ask for. Newer servers do not enforce it: we do. */
  readonly maxLimit: number;
  /** The most cells of an exported file. */
  readonly csvCellsLimit: number;
  /** Whether it runs queries by v2: the one sign by which releases are told apart here. */
  readonly isNewer: boolean;
  /** The most rows of one page of a result; undefined where results do not come in pages (v1, no object storage). */
  readonly maxPageSize: number | undefined;
}

const MAX_LIMIT = 5_000;
const CSV_CELLS_LIMIT = 100_000;

/** Of a Lightdash that nobody configured otherwise; its version is unknown and its queries are v1. */
const DEFAULT_CAPABILITIES: Capabilities = {
  version: undefined,
  maxLimit: MAX_LIMIT,
  csvCellsLimit: CSV_CELLS_LIMIT,
  isNewer: false,
  maxPageSize: undefined,
};

const limits = z.looseObject({
  maxLimit: z.number().catch(MAX_LIMIT),
  csvCellsLimit: z.number().catch(CSV_CELLS_LIMIT),
  maxPageSize: z.number().optional().catch(undefined),
});
const answer = z.looseObject({
  version: z.string().optional().catch(undefined),
  query: limits.catch({ maxLimit: MAX_LIMIT, csvCellsLimit: CSV_CELLS_LIMIT }),
});

/** Remembered for as long as the process runs. */
export class CapabilityMemory {
  found: Capabilities | undefined;
  keepsResults = true;
}

/** Finds out once, with the first call that needs it, what the server can do. If health cannot be read, defaults hold. */
export class ServerCapabilities {
  readonly #read: (endpoint: Endpoint, args: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly #memory: CapabilityMemory;

  constructor(
    read: (endpoint: Endpoint, args: Readonly<Record<string, unknown>>) => Promise<unknown>,
    memory = new CapabilityMemory(),
  ) {
    this.#read = read;
    this.#memory = memory;
  }

  /** What the server can do. A failed look-up counts for this time alone. */
  async get(): Promise<Capabilities> {
    try {
      this.#memory.found ??= parseHealth(await this.#read(health, {}));
    } catch (error) {
      if (!(error instanceof LightdashError)) throw error;
    }
    const found = this.#memory.found ?? DEFAULT_CAPABILITIES;
    return this.#memory.keepsResults ? found : { ...found, maxPageSize: undefined };
  }

  /** Remembers that this server starts v2 queries and cannot hand out their results (501: it has no object storage). */
  disablePagination(): void {
    this.#memory.keepsResults = false;
  }
}

function parseHealth(results: unknown): Capabilities {
  const parsed = answer.safeParse(results);
  if (!parsed.success) return DEFAULT_CAPABILITIES;
  const { version, query } = parsed.data;
  const { maxLimit, csvCellsLimit, maxPageSize } = query;
  return { version, maxLimit, csvCellsLimit, isNewer: maxPageSize !== undefined, maxPageSize };
}
