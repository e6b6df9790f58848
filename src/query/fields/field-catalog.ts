import { LRUCache } from 'lru-cache';
import { operationById } from '../../operations/index.ts';
import { type CatalogTable, readCatalogTables } from './catalog-fields.ts';
import { CatalogSearch } from './catalog-search.ts';
import { allExplores } from './explores.ts';
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
 * Finds fields without reading every explore. A project of few explores is read whole, a larger one through its catalog:
 * all of it in one request if that is small, else by word. Tables that only joins know are not in a search of the catalog
 * (measured on 1.219); each is read once, from an explore that joins it.
 */
export class FieldCatalog {
  readonly #projects = new LRUCache<string, ProjectFields>({ max: MAX_PROJECTS });
  readonly #writes: () => number;

  /** @param writes number of writes of this server so far: any may change what there is to find. */
  constructor(writes: () => number) {
    this.#writes = writes;
  }

  /** @throws {LightdashError} if the project cannot be read. */
  async search(projectUuid: string, text: string, reader: CatalogReader): Promise<CatalogSearchResult> {
    const tables = readCatalogTables(await reader.read(operationById('getCatalog'), { projectUuid, type: 'table' }));
    if (tables.length > MAX_WHOLE_EXPLORES) {
      return new CatalogSearch(projectUuid, this.#projectOf(projectUuid, tables), tables, reader).run(text);
    }
    const names = tables.length > 0 ? tables.map(({ name }) => name) : undefined;
    const { explores, unreadable } = await allExplores(reader.read, projectUuid, names);
    const finder = await FieldFinder.of(fieldsOfExplores(explores));
    const gaps =
      unreadable.length > 0 ? [`Not searched, because they could not be read: ${unreadable.join(', ')}.`] : [];
    return { ...finder.find(text), gaps };
  }

  #projectOf(projectUuid: string, tables: readonly CatalogTable[]): ProjectFields {
    const signature = JSON.stringify(tables);
    const writes = this.#writes();
    const kept = this.#projects.get(projectUuid);
    if (kept?.signature === signature && kept.writes === writes) return kept;
    const fields = new LRUCache<string, readonly Field[]>({
      maxSize: MAX_MEMORY_BYTES / MAX_PROJECTS,
      sizeCalculation: bytesOf,
      ttl: TTL_MS,
    });
    const fresh: ProjectFields = { signature, writes, fields, listing: undefined };
    this.#projects.set(projectUuid, fresh);
    return fresh;
  }
}

const bytesOf = (fields: readonly Field[]): number =>
  fields.reduce(
    (bytes, { id, label, description = '' }) =>
      bytes + FIELD_OVERHEAD_BYTES + id.length + label.length + description.length,
    1,
  );
