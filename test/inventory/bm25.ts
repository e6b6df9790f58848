import type { ToolDefinition } from '../../src/inventory/tool-entries.ts';

// The usual constants of the formula.
const SATURATION = 1.2;
const LENGTH_WEIGHT = 0.75;

/** Common words that rankers leave out: those of NLTK, without contractions. */
const STOP_WORDS = new Set(
  `i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its
  itself they them their theirs themselves what which who whom this that these those am is are was were be been being have
  has had having do does did doing a an the and but if or because as until while of at by for with about against between
  into through during before after above below to from up down in out on off over under again further then once here there
  when where why how all any both each few more most other some such no nor not only own same so than too very s t can will
  just don should now`.split(/\s+/),
);

/** Words in lower case; those of snake_case and camelCase apart. */
const wordsOf = (text: string): string[] =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !STOP_WORDS.has(word));

/** Names and descriptions of arguments, at any depth. */
function* argumentTexts(schema: unknown): Generator<string> {
  if (typeof schema !== 'object' || schema === null) return;
  const description: unknown = Reflect.get(schema, 'description');
  if (typeof description === 'string') yield description;
  for (const [name, property] of Object.entries(Reflect.get(schema, 'properties') ?? {})) {
    yield name;
    yield* argumentTexts(property);
  }
  yield* argumentTexts(Reflect.get(schema, 'items'));
}

/** Ranks tools by words as hosts do that defer tools: BM25 without stemming or synonyms. */
export function createToolRanking(
  tools: readonly ToolDefinition[],
  { withTitle }: { readonly withTitle: boolean },
): (words: string) => string[] {
  const documents = tools.map(({ name, title, description, inputSchema }) => {
    const words = wordsOf([name, withTitle ? title : '', description, ...argumentTexts(inputSchema)].join(' '));
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    return { name, counts, length: words.length };
  });
  const averageLength = documents.reduce((sum, { length }) => sum + length, 0) / documents.length;
  const rarityOf = (word: string) => {
    const holding = documents.filter(({ counts }) => counts.has(word)).length;
    return Math.log(1 + (documents.length - holding + 0.5) / (holding + 0.5));
  };
  return (words) => {
    const weights = new Map(wordsOf(words).map((word) => [word, rarityOf(word)]));
    const scored = documents.map(({ name, counts, length }) => {
      const norm = SATURATION * (1 - LENGTH_WEIGHT + (LENGTH_WEIGHT * length) / averageLength);
      const score = [...weights].reduce((sum, [word, rarity]) => {
        const count = counts.get(word) ?? 0;
        return sum + (rarity * count * (SATURATION + 1)) / (count + norm);
      }, 0);
      return { name, score };
    });
    return scored
      .filter(({ score }) => score > 0)
      .sort((left, right) => right.score - left.score)
      .map(({ name }) => name);
  };
}

/** Shares of the sentences whose right tool comes first, or among the first `few`, and those whose tool does not. */
export function rankedPlaces(
  sentences: readonly (readonly [words: string, ...tools: string[]])[],
  rank: (words: string) => readonly string[],
  few: number,
) {
  const places = sentences.map(([words, ...tools]) => {
    const ranked = rank(words);
    const places = tools.map((tool) => ranked.indexOf(tool)).filter((place) => place >= 0);
    return { words, place: places.length > 0 ? Math.min(...places) : Number.POSITIVE_INFINITY };
  });
  const shareWithin = (count: number) => places.filter(({ place }) => place < count).length / places.length;
  return {
    first: shareWithin(1),
    firstFew: shareWithin(few),
    missed: places.filter(({ place }) => place >= few).map(({ words }) => words),
  };
}
