import type { LRUCache } from 'lru-cache';
import type { Endpoint } from '../../lightdash/endpoint.ts';
import type { Read } from './explores.ts';
import type { Field } from './field.ts';
import type { FieldFinder, FoundFields } from './find-fields.ts';

/** The requests of a call: through the cache, or sent now and not kept. */
export interface CatalogReader {
  readonly read: Read;
  readonly execute: (operation: Endpoint, args: Readonly<Record<string, unknown>>) => Promise<{ results: unknown }>;
}

/** Fields that a text means, and sentences about what was not searched. */
export interface CatalogSearchResult extends FoundFields {
  readonly gaps: readonly string[];
}

/** Requests that one search may still send; tables that only joins know are not counted. */
export interface RequestBudget {
  left: number;
}

/** State of one project's fields; void when its explores or joins change. */
export interface ProjectFields {
  /** Explores and joins that it was read for. */
  readonly signature: string;
  /** Writes of this server before it was read. */
  readonly writes: number;
  /** Fields by what they were read for: a word, a table, an explore. */
  readonly fields: LRUCache<string, readonly Field[]>;
  /** Explores that can be queried but are in no catalog: the project's table settings leave them out. */
  unlisted: readonly string[];
  /** The whole catalog, if it is small enough to be read. */
  listing: { readonly finder: FieldFinder; readonly readAt: number } | 'too large' | undefined;
}
