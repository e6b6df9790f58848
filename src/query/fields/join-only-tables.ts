import type { LRUCache } from 'lru-cache';
import { mapConcurrent } from '../../async/map-concurrent.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { joinFirst } from '../../text/names.ts';
import type { CatalogTable } from './catalog-fields.ts';
import { readExplore } from './explore.ts';
import type { Field, FieldIndex } from './field.ts';
import type { CatalogReader } from './project-fields.ts';

/** Explores read in one call. */
const MAX_READS = 200;
const CONCURRENCY = 4;
/** These fields change with the joins, which are compared at each search. */
const TTL_MS = 60 * 60_000;

/** The fields of tables that have no explore: a search of the catalog does not find them (measured on 1.219). */
export class JoinOnlyTables {
  readonly #projectUuid: string;
  readonly #fields: LRUCache<string, readonly Field[]>;
  readonly #tables: readonly CatalogTable[];
  readonly #reader: CatalogReader;

  constructor(
    projectUuid: string,
    fields: LRUCache<string, readonly Field[]>,
    tables: readonly CatalogTable[],
    reader: CatalogReader,
  ) {
    this.#projectUuid = projectUuid;
    this.#fields = fields;
    this.#tables = tables;
    this.#reader = reader;
  }

  /** The visible fields of these tables, each table read once from an explore that joins it. */
  async read(): Promise<{ readonly fields: readonly Field[]; readonly gaps: readonly string[] }> {
    const own = new Set(this.#tables.map(({ name }) => name));
    const all = new Set(this.#tables.flatMap(({ joined }) => joined).filter((table) => !own.has(table)));
    const missing = new Set([...all].filter((table) => !this.#fields.has(key(table))));
    const read = new Map<string, readonly Field[]>();
    await mapConcurrent(this.#exploresFor(missing), CONCURRENCY, async (explore) => {
      const index = await this.#explore(explore);
      if (index === undefined) return;
      for (const table of index.tables.filter(({ name }) => missing.has(name))) {
        const fields = [...index.fields.values()].filter((field) => field.table === table.name && !field.hidden);
        read.set(table.name, fields);
        this.#fields.set(key(table.name), fields, { ttl: TTL_MS });
      }
    });
    const unread = [...missing].filter((table) => !read.has(table));
    const fields = [...all].flatMap((table) => read.get(table) ?? this.#fields.get(key(table)) ?? []);
    const gaps = unread.length > 0 ? [`Not searched: the joined tables ${shortList(unread)}.`] : [];
    return { fields, gaps };
  }

  /** The fewest explores that join these tables: each next one is the one with most of the rest. */
  #exploresFor(tables: ReadonlySet<string>): readonly string[] {
    const rest = new Set(tables);
    const joining = this.#tables
      .map(({ name, joined }) => ({ name, joined: joined.filter((table) => rest.has(table)) }))
      .sort((left, right) => right.joined.length - left.joined.length);
    const explores: string[] = [];
    for (const { name, joined } of joining) {
      if (!joined.some((table) => rest.has(table))) continue;
      explores.push(name);
      for (const table of joined) rest.delete(table);
    }
    return explores.slice(0, MAX_READS);
  }

  /** An explore, read without keeping the response; undefined if it cannot be read. */
  async #explore(exploreId: string): Promise<FieldIndex | undefined> {
    const endpoint = operationById('GetExplore');
    return this.#reader
      .execute(endpoint, { projectUuid: this.#projectUuid, exploreId })
      .then(({ results }) => readExplore(results))
      .catch(ignoreApiError);
  }
}

const key = (table: string): string => `table ${table}`;

const shortList = (names: readonly string[]): string => joinFirst(names, 10);
