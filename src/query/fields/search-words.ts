import { singular, words } from '../../text/names.ts';

/** Words without meaning for a field. */
const STOP_WORDS = new Set(
  (
    'a all an and any are as at be been by can could did do does each every for from get give had has have how i in into is it its ' +
    'list many me much my of on only or our per please show than that the their them then there these they this those to us was we ' +
    'were what which who with would you your vs versus'
  ).split(' '),
);

/** Words that sort or cut rows: they name an order, not a field, unless nothing else was written. */
const RANKING_WORDS = new Set(
  'best biggest bottom fewest first greatest highest largest least lowest most smallest top worst'.split(' '),
);

/** Words that nearly every model has: in a large project they are searched after the others. */
const COMMON_WORDS = new Set(
  'amount average count date day id month name number quarter rate sum time total type value week year'.split(' '),
);

/** Words of people for words of models; both directions only as written. */
const SYNONYMS: Readonly<Record<string, string>> = {
  annual: 'year',
  annually: 'year',
  bill: 'invoice',
  bought: 'order revenue',
  buyer: 'customer',
  client: 'customer',
  daily: 'day',
  earn: 'revenue',
  earned: 'revenue',
  earning: 'revenue',
  feedback: 'rating review',
  happiness: 'rating satisfaction',
  happy: 'rating satisfaction',
  hourly: 'hour',
  income: 'revenue',
  item: 'product',
  location: 'country city region',
  lost: 'churn cancelled',
  money: 'revenue amount',
  monthly: 'month',
  mean: 'average',
  nation: 'country',
  nps: 'rating score',
  purchase: 'order',
  quantity: 'unit',
  q1: 'quarter',
  q2: 'quarter',
  q3: 'quarter',
  q4: 'quarter',
  quarterly: 'quarter',
  refund: 'return',
  sale: 'revenue',
  sell: 'revenue',
  selling: 'revenue',
  sold: 'revenue quantity',
  satisfaction: 'rating',
  satisfied: 'rating satisfaction',
  score: 'rating',
  shopper: 'customer',
  signup: 'sign up created registered',
  sku: 'product',
  spend: 'revenue amount',
  spending: 'revenue amount',
  spent: 'revenue amount',
  star: 'rating',
  typical: 'average median',
  weekly: 'week',
  yearly: 'year',
};

/** Words that are tried if no field has the word itself. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  active: 'status',
  cancelled: 'status',
  closed: 'status',
  complete: 'status',
  completed: 'status',
  failed: 'status',
  finished: 'status',
  inactive: 'status',
  open: 'status',
  paid: 'status',
  pending: 'status',
  returned: 'status',
  revenue: 'sale turnover income',
  turnover: 'revenue',
  weekday: 'day',
  weekend: 'day',
};

/** `last 3 months` is a period, `last name` a field. */
const PERIOD =
  /\b(?:last|past|previous|next|current|coming) (?:\d+ )?((?:minute|hour|day|week|month|quarter|year)s?)\b/gi;

/** A question is shorter; each word more is compared with every word of every field. */
const MAX_SEARCH_LENGTH = 500;

/** One word of a search, with what else it can mean. */
export interface SearchWord {
  readonly word: string;
  /** Words that stand for it in models, each with its words. */
  readonly synonyms: readonly string[];
  /** Words for a model that has nothing by the word itself. */
  readonly substitutes: readonly string[];
  /** The word without an English ending, if it has one: `returned` gives `return`. */
  readonly stem: string | undefined;
  /** Nearly every model has fields with it. */
  readonly isCommon: boolean;
}

/** The words of a search that can mean a field, each once. */
export function searchWords(text: string): readonly SearchWord[] {
  const written = text.slice(0, MAX_SEARCH_LENGTH).replace(PERIOD, '$1');
  const all = [...new Set(words(written))].filter((word) => !STOP_WORDS.has(word));
  const naming = all.filter((word) => !RANKING_WORDS.has(word));
  return (naming.length > 0 ? naming : all).map((word) => ({
    word,
    synonyms: listed(SYNONYMS, word),
    substitutes: listed(SUBSTITUTES, word),
    stem: stemOf(word),
    isCommon: COMMON_WORDS.has(word) || COMMON_WORDS.has(listed(SYNONYMS, word).join(' ')),
  }));
}

/** Returns false for words that carry no meaning in a label. */
export const isSearchable = (word: string): boolean => !STOP_WORDS.has(word);

/** All words of a search in their order, for labels that stand in it whole. */
export const wordsInOrder = (text: string): readonly string[] => words(text.slice(0, MAX_SEARCH_LENGTH)).map(singular);

function stemOf(word: string): string | undefined {
  const stem = word.replace(/(?:ing|ed|ion|ly|er)$/, '');
  return stem.length >= 4 && stem !== word ? stem : undefined;
}

/** Own entries only: `constructor` is a word too. */
const listed = (lists: Readonly<Record<string, string>>, word: string): readonly string[] =>
  Object.hasOwn(lists, word) ? (lists[word] ?? '').split(' ') : [];
