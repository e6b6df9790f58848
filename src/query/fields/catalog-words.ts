import { mapConcurrent } from '../../async/map-concurrent.ts';
import { operationById } from '../../operations/index.ts';
import { similarity, words } from '../../text/names.ts';
import { quoteInput } from '../../text/plain-text.ts';
import { readCatalogFields } from './catalog-fields.ts';
import type { Field } from './field.ts';
import type { CatalogReader, ProjectFields, RequestBudget } from './project-fields.ts';
import type { SearchWord } from './search-words.ts';

/** Words searched in one call. */
const MAX_WORDS = 4;
const CONCURRENCY = 4;
/** Fields that the server returns for a search at most; it does not say that there are more. */
const SERVER_PAGE = 50;
/** Letters by which a word that nothing matches is searched: typing errors are mostly later. */
const PREFIX = 4;
/** Similarity from which a word that nothing matches is read as one that fields of the project have. */
const MIN_SIMILARITY = 0.6;

/** Searches of the catalog by single words, and by pairs of words if one alone has more fields than the server returns. */
export class CatalogWords {
  readonly #projectUuid: string;
  readonly #fields: ProjectFields['fields'];
  readonly #reader: CatalogReader;
  readonly #budget: RequestBudget;
  readonly #vocabulary: () => readonly string[];
  readonly #gaps: string[] = [];
  /** One request more than the budget, for a word that nothing matches. */
  #spare = true;

  /** @param vocabulary names in which a word may be that is written with a typing error. */
  constructor(
    projectUuid: string,
    project: ProjectFields,
    reader: CatalogReader,
    budget: RequestBudget,
    vocabulary: () => readonly string[],
  ) {
    this.#projectUuid = projectUuid;
    this.#fields = project.fields;
    this.#reader = reader;
    this.#budget = budget;
    this.#vocabulary = vocabulary;
  }

  /** Sentences about what was not searched, or not whole. */
  get gaps(): readonly string[] {
    return this.#gaps;
  }

  /** Searches the words that were not searched before: those that nearly every model has last. */
  async search(all: readonly SearchWord[], text: string): Promise<void> {
    const ordered = [...all].sort((left, right) => Number(left.isCommon) - Number(right.isCommon));
    const unknown = ordered.filter(({ word }) => !this.#fields.has(searchKey(word)) && !/^\d+$/.test(word));
    const distinctive = unknown.filter(({ isCommon }) => !isCommon).length;
    // A word that only few fields have is worth a request; of the others one remains for an explore.
    const allowed = Math.min(MAX_WORDS, Math.max(distinctive, this.#budget.left - 1, distinctive === 0 ? 1 : 0));
    const searched = unknown.slice(0, allowed);
    this.#budget.left -= searched.length;
    await mapConcurrent(searched, CONCURRENCY, (word) => this.#searchWord(word));
    await this.#searchPairs(all, text);
    const skipped = unknown.slice(allowed).filter(({ isCommon }) => !isCommon);
    if (skipped.length > 0) {
      const names = skipped.map(({ word }) => quoted(word)).join(', ');
      this.#gaps.push(
        `Not searched for: ${names}. This project is large: ${MAX_WORDS} words at most are searched at once; search for the rest in a call of its own.`,
      );
    }
  }

  /** The fields found for these words and for the pairs of them. */
  fieldsOf(searched: readonly SearchWord[], text: string): readonly Field[] {
    const keys = [...searched.map(({ word }) => word), ...this.#cutPairs(searched, text)];
    return keys.flatMap((search) => this.#fields.get(searchKey(search)) ?? []);
  }

  /** Searches a word; if nothing has it, what it can mean instead, by spelling or by its first letters. */
  async #searchWord({ word, synonyms, substitutes }: SearchWord): Promise<void> {
    let fields = await this.#request(word);
    const others = [
      ...synonyms,
      ...(fields.length === 0 ? [...substitutes, this.#respelled(word), prefixOf(word)] : []),
    ];
    for (const other of others) {
      if (other === undefined) continue;
      const isSpare = this.#budget.left <= 0 && fields.length === 0 && this.#spare;
      if (isSpare) this.#spare = false;
      else if (this.#budget.left <= 0) break;
      else this.#budget.left -= 1;
      fields = [...fields, ...(await this.#request(other))];
    }
    this.#fields.set(searchKey(word), fields);
  }

  async #request(search: string): Promise<readonly Field[]> {
    const args = { projectUuid: this.#projectUuid, type: 'field', search };
    const { results } = await this.#reader.execute(operationById('getCatalog'), args);
    return readCatalogFields(results);
  }

  /** A word of the names read so far for one with a typing error; undefined if none resembles it. */
  #respelled(written: string): string | undefined {
    if (written.length < PREFIX) return undefined;
    const candidates = new Set(this.#vocabulary().flatMap((name) => words(name)));
    const [best] = [...candidates]
      .map((word) => ({ word, score: similarity(written, word) }))
      .filter(({ score }) => score >= MIN_SIMILARITY)
      .sort((left, right) => right.score - left.score);
    return best?.word;
  }

  /**
   * If the server may have cut the fields of words, searches those that have two which are written side by side, as in a
   * label, and says what remains uncertain.
   */
  async #searchPairs(searched: readonly SearchWord[], text: string): Promise<void> {
    const cut = this.#cutWords(searched);
    if (cut.length === 0) return;
    const unknown = this.#cutPairs(searched, text).filter((pair) => !this.#fields.has(searchKey(pair)));
    const pairs = unknown.slice(0, Math.max(0, this.#budget.left));
    this.#budget.left -= pairs.length;
    await mapConcurrent(pairs, CONCURRENCY, async (pair) => {
      this.#fields.set(searchKey(pair), await this.#request(pair));
    });
    this.#gaps.push(
      `${SERVER_PAGE} or more fields have ${cut.map(quoted).join(', ')}: Lightdash may have cut them. Name the explore too, or list it with get_explore.`,
    );
  }

  /** Words of which the server may have cut the fields. */
  #cutWords(searched: readonly SearchWord[]): readonly string[] {
    return searched.map(({ word }) => word).filter((word) => this.#isCut(word));
  }

  /** Two such words that follow each other in the text. */
  #cutPairs(searched: readonly SearchWord[], text: string): readonly string[] {
    const cut = new Set(this.#cutWords(searched));
    const written = words(text);
    return [
      ...new Set(
        written.flatMap((word, position) => {
          const next = written[position + 1];
          return next !== undefined && next !== word && cut.has(word) && cut.has(next) ? [`${word} ${next}`] : [];
        }),
      ),
    ];
  }

  #isCut(word: string): boolean {
    return (this.#fields.get(searchKey(word))?.length ?? 0) >= SERVER_PAGE;
  }
}

const searchKey = (search: string): string => `word ${search}`;
const quoted = (word: string): string => `"${quoteInput(word)}"`;
const prefixOf = (word: string): string | undefined => (word.length > PREFIX ? word.slice(0, PREFIX) : undefined);
