import MiniSearch from 'minisearch';
import type { Kind } from '../operations/long-tail/catalog.ts';
import { joinWithOr, words } from '../text/names.ts';
import { nearest } from '../text/suggest.ts';
import type { ToolDefinition } from './tool-entries.ts';

/** A search entry: a tool, or an operation without one. */
export interface SearchEntry {
  /** Name of the tool, or id of the operation. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Toolset of a tool, area of an operation. */
  readonly area: string;
  readonly kind: Kind;
  /** Words that people use for it and that it does not contain. */
  readonly words?: string;
  /** Factor of its rank: less than one for what should come last. */
  readonly weight?: number;
}

interface SearchFilter {
  readonly area?: string | undefined;
  readonly kind?: Kind | undefined;
}

/** A question is shorter; each word more is compared with every word of every operation. */
const MAX_SEARCH_LENGTH = 500;

/** Hits that are shown in any case. */
const MIN_HITS = 3;
/** Share of the best score that a further hit needs: with less it only shares a word. */
const CLOSE_TO_BEST = 0.5;

/** Similarity of a misspelt name to the right one. */
const MISSPELT = 0.8;

/** The kind of change that a tool's annotations declare. */
export const kindOf = ({ annotations }: ToolDefinition): Kind =>
  annotations.readOnlyHint ? 'reads' : annotations.destructiveHint ? 'destroys' : 'writes';

/** The search entry of a tool; it is found by the id of its operation, too. */
export const toolEntry = (tool: ToolDefinition): SearchEntry => ({
  id: tool.name,
  title: tool.title,
  description: tool.description,
  area: tool._meta['lightdash/toolset'],
  kind: kindOf(tool),
  words: tool._meta['lightdash/operationId'] ?? '',
});

/** Full-text search over tools and operations; the index is built once. */
export class OperationIndex {
  readonly #entries: ReadonlyMap<string, SearchEntry>;
  readonly #index: MiniSearch;

  constructor(entries: readonly SearchEntry[]) {
    this.#entries = new Map(entries.map((entry) => [entry.id, entry]));
    this.#index = new MiniSearch({ fields: ['id', 'title', 'description', 'area', 'words'], processTerm: term });
    this.#index.addAll(
      entries.map(({ id, title, description, area, words = '' }) => ({
        id,
        title,
        description,
        area: area.replaceAll('-', ' '),
        words,
      })),
    );
  }

  /** The areas that there are, in alphabetical order. */
  get areas(): string[] {
    return [...new Set([...this.#entries.values()].map(({ area }) => area))].sort();
  }

  /** The end of a sentence on an unknown name: up to three, its right spelling before those that its words fit. */
  nearestTo(name: string): string {
    const spelled = nearest(name, [...this.#entries.keys()], { minSimilarity: MISSPELT, max: 1 });
    const ids = new Set([...spelled, ...this.search(words(name).join(' ')).map(({ id }) => id)]);
    return ids.size === 0 ? '' : `; the nearest is ${joinWithOr([...ids].slice(0, MIN_HITS))}`;
  }

  /** Entries that fit the words, best first; without words all that pass the filter. */
  search(sentence: string, { area, kind }: SearchFilter = {}): SearchEntry[] {
    const text = sentence.slice(0, MAX_SEARCH_LENGTH);
    const passes = (entry: SearchEntry) =>
      (area === undefined || entry.area === area) && (kind === undefined || entry.kind === kind);
    if (text.trim() === '') return [...this.#entries.values()].filter(passes);
    const wanted = kindIn(text);
    const hits = this.#index.search(text, {
      prefix: (item) => item.length > 3,
      fuzzy: (item) => (item.length > 5 ? 0.15 : false),
      boost: { id: 2, title: 2, description: 1.5, words: 1.2 },
      boostDocument: (id) => {
        const entry = this.#entries.get(String(id));
        const fits = wanted === undefined || (entry?.kind === 'reads') === (wanted === 'reads');
        return (entry?.weight ?? 1) * (fits ? 1.5 : 1);
      },
    });
    const ranked = hits.flatMap(({ id, score }) => {
      const entry = this.#entries.get(String(id));
      return entry && passes(entry) ? [{ entry, score }] : [];
    });
    const best = ranked[0]?.score ?? 0;
    return ranked
      .filter(({ score }, place) => place < MIN_HITS || score >= best * CLOSE_TO_BEST)
      .map(({ entry }) => entry);
  }
}

const READING = /^(who|which|what|when|how|show|list|get|see|find|read|look|where|is|are|has)$/;
const WRITING =
  /^(make|create|add|new|change|set|update|edit|rename|move|delete|remove|drop|restore|send|invite|give|revoke|assign|approve|verify|publish|turn|enable|disable|upload|share|copy|duplicate|replace)$/;

/** Kind of change that a sentence wants, by its first word that says so. */
function kindIn(words: string): 'reads' | 'changes' | undefined {
  for (const word of words.toLowerCase().split(/\W+/)) {
    if (WRITING.test(word)) return 'changes';
    if (READING.test(word)) return 'reads';
  }
  return undefined;
}

const STOP_WORDS = new Set(
  'a an and are as at be by can do does did for from has have i in is it its last me my of on one or our that the their them there these this to was we were what when where which who whom whose will with you your please lightdash how'.split(
    ' ',
  ),
);

/** Words that ids and people say differently. */
const SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    list: 'get',
    show: 'get',
    read: 'get',
    see: 'get',
    find: 'get',
    make: 'create',
    add: 'create',
    new: 'create',
    change: 'update',
    edit: 'update',
    set: 'update',
    upsert: 'update',
    remove: 'delete',
    drop: 'delete',
    colour: 'color',
    favourite: 'favorite',
    organisation: 'organization',
    company: 'organization',
    people: 'user',
    person: 'user',
    member: 'user',
    folder: 'space',
    execute: 'run',
  }),
);

/** A word as it is indexed and looked for: plain, without its ending, in the word that ids use; null for one that says nothing. */
function term(word: string): string | null {
  const plain = word
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  if (plain === '' || STOP_WORDS.has(plain)) return null;
  const root = stem(plain);
  return SYNONYMS.get(root) ?? SYNONYMS.get(plain) ?? root;
}

/** A word without the endings that matter least: `branches`, `downloaded`, `sharing`. */
function stem(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.length > 5 && /(ch|sh|ss|x)es$/.test(word)) return word.slice(0, -2);
  if (word.length > 3 && /[^su]s$/.test(word)) return word.slice(0, -1);
  if (word.length > 6 && word.endsWith('ing')) return word.slice(0, -3);
  if (word.length > 5 && word.endsWith('ed')) return word.slice(0, -2);
  return word;
}
