import { LRUCache } from 'lru-cache';
import { operationById } from '../../operations/index.ts';
import { type CatalogTable, readCatalogTables } from './catalog-fields.ts';
import { CatalogSearch } from './catalog-search.ts';
import { allExplores, exploreNames } from './explores.ts';
import type { Field } from './field.ts';
import { FieldFinder, fieldsOfExplores } from './find-fields.ts';
import type { CatalogReader, CatalogSearchResult, ProjectFields } from './project-fields.ts';

/** Up to this number of explores each is read: with the list of them, as many requests as a search may take. */
const MAX_WHOLE_EXPLORES = 5;
/** Age up to which the answers of the catalog are used. */
const TTL_MS = 10 * 60_000;
/** Projects whose state is kept. */
const MAX_PROJECTS = 4;
/** Memory of all projects' fields, by their texts. */
const MAX_MEMORY_BYTES = 24 * 1024 * 1024;
const FIELD_OVERHEAD_BYTES = 400;

/**
 * Finds fields without reading every explore: a large project through its catalog, all of it if that is small, else by
 * word. A search of the catalog lacks tables that are only joined (1.219); each is read once, from an explore that joins it.
 */
export class FieldCatalog {
  readonly #projects = new LRUCache<string, ProjectFields>({ max: MAX_PROJECTS, ttl: TTL_MS });
  readonly #writes: () => number;

  /** @param writes number of writes of this server so far: any may change what there is to find. */
  constructor(writes: () => number) {
    this.#writes = writes;
  }

  /** @throws {LightdashError} if the project cannot be read. */
  async search(projectUuid: string, text: string, reader: CatalogReader): Promise<CatalogSearchResult> {
    const state = this.#projects.get(projectUuid);
    const names = state ? undefined : await exploreNames(reader.read, projectUuid);
    if (names && names.length <= MAX_WHOLE_EXPLORES) return searchWhole(projectUuid, names, text, reader);
    const tables = readCatalogTables(await reader.read(operationById('getCatalog'), { projectUuid, type: 'table' }));
    const project = await this.#projectOf(projectUuid, tables, names, reader);
    return new CatalogSearch(projectUuid, project, tables, reader).run(text);
  }

  async #projectOf(
    projectUuid: string,
    tables: readonly CatalogTable[],
    names: readonly string[] | undefined,
    { read }: CatalogReader,
  ): Promise<ProjectFields> {
    const signature = JSON.stringify(tables);
    const writes = this.#writes();
    const kept = this.#projects.get(projectUuid);
    if (kept?.signature === signature && kept.writes === writes) return kept;
    const fields = new LRUCache<string, readonly Field[]>({
      maxSize: MAX_MEMORY_BYTES / MAX_PROJECTS,
      sizeCalculation: bytesOf,
      ttl: TTL_MS,
    });
    const listed = new Set(tables.map(({ name }) => name));
    const unlisted = (names ?? (await exploreNames(read, projectUuid))).filter((name) => !listed.has(name));
    const fresh: ProjectFields = { signature, writes, fields, unlisted, listing: undefined };
    this.#projects.set(projectUuid, fresh);
    return fresh;
  }
}

/** Searches every explore, each read. */
async function searchWhole(
  projectUuid: string,
  names: readonly string[],
  text: string,
  { read }: CatalogReader,
): Promise<CatalogSearchResult> {
  const { explores, unreadable } = await allExplores(read, projectUuid, names);
  const finder = await FieldFinder.of(fieldsOfExplores(explores));
  const gaps = unreadable.length > 0 ? [`Not searched, because they could not be read: ${unreadable.join(', ')}.`] : [];
  return { ...finder.find(text), gaps };
}

const bytesOf = (fields: readonly Field[]): number =>
  fields.reduce(
    (bytes, { id, label, description = '' }) =>
      bytes + FIELD_OVERHEAD_BYTES + id.length + label.length + description.length,
    1,
  );
