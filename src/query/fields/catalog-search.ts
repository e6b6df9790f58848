import { setImmediate as nextTurn } from 'node:timers/promises';
import { mapConcurrent } from '../../async/map-concurrent.ts';
import { ignoreApiError, TooLargeError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { finite, isObject } from '../../text/json.ts';
import { joinFirst, words } from '../../text/names.ts';
import { plainText } from '../../text/plain-text.ts';
import { type CatalogTable, foldCatalogFields, readCatalogFields } from './catalog-fields.ts';
import { CatalogWords } from './catalog-words.ts';
import { exploreOf } from './explores.ts';
import type { Field } from './field.ts';
import { FieldFinder, type FoundField, type FoundFields } from './find-fields.ts';
import { type FieldFamily, foldGrains } from './grains.ts';
import { JoinOnlyTables } from './join-only-tables.ts';
import type { CatalogReader, CatalogSearchResult, ProjectFields, RequestBudget } from './project-fields.ts';
import { type SearchWord, searchWords } from './search-words.ts';

/** Requests of a project's first search, the tables that only joins know aside, and of later ones. */
const MAX_REQUESTS = 6;
const MAX_LATER_REQUESTS = 2;
/** Tables, those of each join counted, up to which the whole catalog is, or may be, small enough for one response. */
const MAX_SMALL_TABLES = 40;
const MAX_LISTED_TABLES = 200;
/** For a guess: fields of a model for each of its metrics, and their size (recorded: 350 bytes on 1.219). */
const FIELDS_PER_METRIC = 4;
const BYTES_PER_FIELD = 350;
/** Size up to which that response is read: about 12,000 fields. */
const MAX_LISTING_BYTES = 4 * 1024 * 1024;
const LISTING_TTL_MS = 10 * 60_000;
const CONCURRENCY = 4;
/** Letters of a word that a field of a joined table must have to be indexed: typing errors are mostly later. */
const PREFIX = 4;
/** Explores read because the text names them whole. */
const MAX_WHOLE_NAMED = 2;
/** Explores that are named in a sentence. */
const MAX_NAMED = 10;

/** One search in a project of more explores than are worth reading. */
export class CatalogSearch {
  readonly #projectUuid: string;
  readonly #project: ProjectFields;
  readonly #tables: readonly CatalogTable[];
  readonly #reader: CatalogReader;
  readonly #exploresByTable: ReadonlyMap<string, readonly string[]>;
  readonly #budget: RequestBudget;
  readonly #words: CatalogWords;
  readonly #gaps: string[] = [];

  constructor(projectUuid: string, project: ProjectFields, tables: readonly CatalogTable[], reader: CatalogReader) {
    this.#projectUuid = projectUuid;
    this.#project = project;
    this.#tables = tables;
    this.#reader = reader;
    this.#exploresByTable = exploresByTable(tables);
    const isFirst = project.fields.size === 0 && project.listing === undefined;
    // The lists of explores and of their joins are read before.
    this.#budget = { left: isFirst ? MAX_REQUESTS - 2 : MAX_LATER_REQUESTS - 1 };
    this.#words = new CatalogWords(projectUuid, project, reader, this.#budget, () => this.#vocabulary());
  }

  async run(text: string): Promise<CatalogSearchResult> {
    const listing = await this.#listing();
    const result = listing ? await this.#exact(listing.find(text)) : await this.#byWords(text);
    return { ...result, gaps: [...this.#words.gaps, ...this.#gaps, ...this.#unlistedGap()] };
  }

  /** A search over the whole catalog; undefined if that is too large to be read. */
  async #listing(): Promise<FieldFinder | undefined> {
    const { listing } = this.#project;
    if (listing === 'too large') return undefined;
    if (listing && Date.now() - listing.readAt < LISTING_TTL_MS) return listing.finder;
    const rows = (await this.#isListingSmall()) ? await this.#readListing() : undefined;
    if (rows === undefined) {
      this.#project.listing = 'too large';
      return undefined;
    }
    await nextTurn();
    const unique = new Map(rows.map((field) => [`${field.kind} ${field.id}`, field]));
    const families = foldCatalogFields([...unique.values()]);
    await nextTurn();
    const finder = await FieldFinder.of(this.#withExplores(families));
    this.#project.listing = { finder, readAt: Date.now() };
    return finder;
  }

  /** Estimates by the number of metrics, from a page of one, if the number of tables is unknown. */
  async #isListingSmall(): Promise<boolean> {
    const tables = this.#tables.reduce((sum, { joined }) => sum + 1 + joined.length, 0);
    if (tables <= MAX_SMALL_TABLES || tables > MAX_LISTED_TABLES) return tables <= MAX_SMALL_TABLES;
    this.#budget.left -= 1;
    const args = { projectUuid: this.#projectUuid, page: 1, pageSize: 1 };
    const page = await this.#reader.read(operationById('getMetricsCatalog'), args).catch(ignoreApiError);
    const { totalResults } = isObject(page) && isObject(page.pagination) ? page.pagination : {};
    const metrics = finite(totalResults) ?? 0;
    const perTable = (metrics * FIELDS_PER_METRIC) / this.#tables.length;
    return perTable * tables * BYTES_PER_FIELD <= MAX_LISTING_BYTES;
  }

  async #readListing(): Promise<readonly Field[] | undefined> {
    this.#budget.left -= 1;
    const endpoint = { ...operationById('getCatalog'), maxResponseBytes: MAX_LISTING_BYTES };
    try {
      const { results } = await this.#reader.execute(endpoint, { projectUuid: this.#projectUuid, type: 'field' });
      // Parsing it took its time.
      await nextTurn();
      return readCatalogFields(results);
    } catch (error) {
      if (error instanceof TooLargeError) return undefined;
      throw error;
    }
  }

  async #byWords(text: string): Promise<FoundFields> {
    const all = searchWords(text);
    const named = this.#namedExplores(all);
    // The words of a full explore name restrict the search and are not searched for.
    const naming = new Set(named.whole.flatMap((name) => words(name)));
    const others = all.filter(({ word }) => !naming.has(word));
    const searched = others.length > 0 ? others : all;
    const joinOnly = new JoinOnlyTables(this.#projectUuid, this.#project.fields, this.#tables, this.#reader);
    // Explores that are named are read first, whatever the words take.
    await this.#readExplores(named.whole.slice(0, MAX_WHOLE_NAMED), MAX_WHOLE_NAMED);
    const [, joined] = await Promise.all([this.#words.search(searched, text), joinOnly.read()]);
    this.#gaps.push(...joined.gaps);
    const before = await FieldFinder.of(this.#candidates(searched, text, joined.fields));
    const explores = await this.#readExplores([
      ...named.whole,
      ...before.find(text).fields.map(({ explores: [first] }) => first),
      ...named.part,
    ]);
    if (explores.length === 0) return before.find(text);
    return (await FieldFinder.of(this.#candidates(searched, text, joined.fields, explores))).find(text);
  }

  /** The fields that may match: found by word, of tables that only joins know, and all of the explores read. */
  #candidates(
    searched: readonly SearchWord[],
    text: string,
    joined: readonly Field[],
    explores: readonly (readonly Field[])[] = [],
  ): readonly FoundField[] {
    const catalog = this.#words.fieldsOf(searched, text);
    const exact = new Map([...explores.flat(), ...joined.filter(mayMatch(searched))].map((field) => [field.id, field]));
    const others = new Map(catalog.filter(({ id }) => !exact.has(id)).map((field) => [field.id, field]));
    return this.#withExplores([...foldGrains([...exact.values()]), ...foldCatalogFields([...others.values()])]);
  }

  /** Explores whose name or label stands in the words, whole or in part. */
  #namedExplores(searched: readonly SearchWord[]): {
    readonly whole: readonly string[];
    readonly part: readonly string[];
  } {
    const written = new Set(searched.map(({ word }) => word));
    const unlisted = this.#project.unlisted.map((name) => ({ name, label: name }));
    const counts = [...this.#tables, ...unlisted].map(({ name, label }) => {
      const shares = [name, label].map((text) => {
        const own = words(text);
        return own.filter((word) => written.has(word)).length / own.length;
      });
      return { name, share: Math.max(...shares) };
    });
    return {
      whole: counts.filter(({ share }) => share === 1).map(({ name }) => name),
      part: counts.filter(({ share }) => share > 0 && share < 1).map(({ name }) => name),
    };
  }

  /** The visible fields of explores that were read before, or can be with the requests left. */
  async #readExplores(
    names: readonly (string | undefined)[],
    max = Math.max(0, this.#budget.left),
  ): Promise<readonly (readonly Field[])[]> {
    const { fields } = this.#project;
    const wanted = [...new Set(names)].filter((name) => name !== undefined).slice(0, MAX_REQUESTS);
    const unread = wanted.filter((name) => !fields.has(exploreKey(name))).slice(0, max);
    this.#budget.left -= unread.length;
    await mapConcurrent(unread, CONCURRENCY, async (name) => {
      const index = await exploreOf(this.#reader.read, this.#projectUuid, name).catch(ignoreApiError);
      if (index)
        fields.set(
          exploreKey(name),
          [...index.fields.values()].filter(({ hidden }) => !hidden),
        );
    });
    return wanted.flatMap((name) => {
      const kept = fields.get(exploreKey(name));
      return kept ? [kept] : [];
    });
  }

  /** Fields of the catalog as their explores define them, as far as the requests reach. */
  async #exact({ fields, ...found }: FoundFields): Promise<FoundFields> {
    const explores = await this.#readExplores(fields.map(({ explores: [first] }) => first));
    const exact = new Map<string, FieldFamily>();
    for (const family of foldGrains(explores.flat())) {
      for (const { id } of [family.field, ...family.grains]) exact.set(id, family);
    }
    const byId = new Map<string, FoundField>();
    for (const field of fields) {
      const family = exact.get(field.field.id) ?? field;
      byId.set(family.field.id, { ...family, explores: field.explores });
    }
    return { fields: [...byId.values()], ...found };
  }

  /** Names in which a mistyped word may be: of the explores and tables, and of the fields read so far. */
  #vocabulary(): readonly string[] {
    const tables = this.#tables.flatMap(({ name, label, joined }) => [name, label, ...joined]);
    const fields = [...this.#project.fields.values()].flat();
    return [...tables, ...fields.flatMap(({ name, label }) => [name, label])];
  }

  /** Says which explores no catalog has, unless they were read. */
  #unlistedGap(): readonly string[] {
    const unread = this.#project.unlisted.filter((name) => !this.#project.fields.has(exploreKey(name)));
    if (unread.length === 0) return [];
    const names = joinFirst(unread.map(plainText), MAX_NAMED);
    return [`Not searched: ${names}. The table settings of the project hide them; get_explore reads one.`];
  }

  #withExplores(families: readonly FieldFamily[]): readonly FoundField[] {
    return families.map((family) => ({ ...family, explores: this.#exploresByTable.get(family.field.table) ?? [] }));
  }
}

const exploreKey = (name: string): string => `explore ${name}`;

/** Explores that can query the fields of a table, its own first. */
function exploresByTable(tables: readonly CatalogTable[]): ReadonlyMap<string, readonly string[]> {
  const explores = new Map<string, string[]>(tables.map(({ name }) => [name, [name]]));
  for (const { name, joined } of tables) {
    for (const table of new Set(joined)) {
      const having = explores.get(table);
      if (having) having.push(name);
      else explores.set(table, [name]);
    }
  }
  return explores;
}

/** A quick test that leaves out fields without any of the words, before the rest is indexed. */
function mayMatch(searched: readonly SearchWord[]): (field: Field) => boolean {
  const parts = searched.flatMap(({ word, synonyms, substitutes, stem }) => [
    ...[word, ...synonyms, ...substitutes, ...(stem === undefined ? [] : [stem])],
    ...(word.length > PREFIX ? [word.slice(0, PREFIX)] : []),
  ]);
  return ({ name, label, table, tableLabel, description = '', hint = '', interval = '' }) => {
    const text = `${name} ${label} ${table} ${tableLabel} ${interval} ${description} ${hint}`.toLowerCase();
    return parts.some((part) => text.includes(part));
  };
}
