import * as z from 'zod';
import type { Endpoint, Release } from '../../lightdash/endpoint.ts';
import { LightdashError } from '../../lightdash/errors.ts';
import { health, isSince } from '../../lightdash/server-release.ts';
import { isObject } from '../../text/json.ts';

/** Properties of a server that queries depend on. */
interface Capabilities {
  /** Such as `0.1366.1`; undefined if unknown. */
  readonly version: string | undefined;
  /** Maximum limit of a query. Newer servers do not enforce it; this server does. */
  readonly maxLimit: number;
  /** Maximum number of cells of an exported file. */
  readonly csvCellsLimit: number;
  /** True if it runs queries on v2. */
  readonly isNewer: boolean;
  /** Maximum number of rows per page of a result; undefined if results have no pages (v1, no object storage). */
  readonly maxPageSize: number | undefined;
}

const MAX_LIMIT = 5_000;
const CSV_CELLS_LIMIT = 100_000;

const limits = z.looseObject({
  maxLimit: z.number().catch(MAX_LIMIT),
  csvCellsLimit: z.number().catch(CSV_CELLS_LIMIT),
  maxPageSize: z.number().optional().catch(undefined),
});
const DEFAULT_LIMITS: z.output<typeof limits> = {
  maxLimit: MAX_LIMIT,
  csvCellsLimit: CSV_CELLS_LIMIT,
  maxPageSize: undefined,
};
/** Defaults of Lightdash, of unknown version and with queries on v1. */
const DEFAULT_CAPABILITIES: Capabilities = {
  maxLimit: DEFAULT_LIMITS.maxLimit,
  csvCellsLimit: DEFAULT_LIMITS.csvCellsLimit,
  version: undefined,
  isNewer: false,
  maxPageSize: undefined,
};
const healthResponse = z.looseObject({
  version: z.string().optional().catch(undefined),
  query: limits.optional().catch(undefined),
});
/** The first measured release with queries in pages. */
export const PAGED_SINCE: Release = '0.2904';
/** Page size that every server takes. */
const SAFE_PAGE_SIZE = 500;

/** Capabilities for the lifetime of the process. */
export class CapabilityMemory {
  capabilities: Capabilities | undefined;
  hasPagination = true;
  hasOnlyV2 = false;
}

/** Capabilities of the server, requested once, by the first call that needs them; with a version alone, default limits. */
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

  /** The capabilities; after a failed request the defaults, and the next call requests again. */
  async get(): Promise<Capabilities> {
    const capabilities = this.#memory.capabilities ?? (await this.#request());
    return this.#memory.hasPagination ? capabilities : { ...capabilities, maxPageSize: undefined };
  }

  /** Keeps what a whole health response says; one with a version alone stands in for an unreadable one. */
  async #request(): Promise<Capabilities> {
    try {
      const results = await this.#read(health, {});
      const capabilities = parseHealth(results);
      if (isObject(results) && isObject(results.query)) this.#memory.capabilities = capabilities;
      return capabilities;
    } catch (error) {
      if (!(error instanceof LightdashError)) throw error;
      return DEFAULT_CAPABILITIES;
    }
  }

  /** True for servers of a release or a later one; false if the version is unknown. */
  async has(release: Release): Promise<boolean> {
    const { version } = await this.get();
    return version !== undefined && isSince(version, release);
  }

  /** True once a server of unknown version was found to run queries on v2 alone. */
  get hasOnlyV2(): boolean {
    return this.#memory.hasOnlyV2;
  }

  /** Records that a server of unknown version has no v1 queries, and runs those of v2. */
  rememberOnlyV2(): void {
    this.#memory.hasOnlyV2 = true;
  }

  /** Records that this server starts v2 queries and cannot return their results (501: it has no object storage). */
  disablePagination(): void {
    this.#memory.hasPagination = false;
  }
}

function parseHealth(results: unknown): Capabilities {
  const parsed = healthResponse.safeParse(results);
  if (!parsed.success) return DEFAULT_CAPABILITIES;
  const { version, query = DEFAULT_LIMITS } = parsed.data;
  const { maxLimit, csvCellsLimit, maxPageSize } = query;
  const isNewer = maxPageSize !== undefined || (version !== undefined && isSince(version, PAGED_SINCE));
  return {
    version,
    maxLimit,
    csvCellsLimit,
    isNewer,
    maxPageSize: isNewer ? (maxPageSize ?? SAFE_PAGE_SIZE) : undefined,
  };
}
