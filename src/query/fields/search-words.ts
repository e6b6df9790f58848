import { singular, words } from '../../text/names.ts';

/** Words without meaning for a field, also in the form in which words are compared: `this` is `thi` there. */
const STOP_WORDS = new Set(
  (
    'a above after ago all an and any are as at be been before below between but by can could did do does don during each every except excluding for from get give had ' +
    'has have how i in into is isn it its list many me more much my never no not of on only or our over per please show since t than that the ' +
    'their them then there these they this those till to under until us was we were what which who with without would you your vs versus'
  )
    .split(' ')
    .flatMap((word) => [word, singular(word)]),
);

/** Words that sort or cut rows: they name an order, not a field, unless nothing else was written. */
const RANKING_WORDS = new Set(
  'best biggest bottom fewest first greatest highest largest least lowest most smallest top worst'.split(' '),
);

/** Words that nearly every model has: in a large project they are searched after the others. */
const COMMON_WORDS = new Set(
  'amount average count date day id month name number quarter rate sum time total type value week year'.split(' '),
);

const PERIOD_WORDS = new Set('day week month quarter year'.split(' '));

const MONTHS = 'january february march april june july august september october november december'.split(' ');

/** Words of people for words of models; both directions only as written. */
const SYNONYMS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(MONTHS.map((name) => [name, 'month'])),
  annual: 'year',
  annually: 'year',
  bill: 'invoice',
  bought: 'order revenue',
  buyer: 'customer',
  churned: 'churn cancelled',
  client: 'customer',
  daily: 'day',
  delay: 'hour delivered due',
  delayed: 'hour delivered due',
  duration: 'hour minute day',
  earn: 'revenue',
  earned: 'revenue',
  earning: 'revenue',
  evolution: 'month',
  feedback: 'rating review',
  growth: 'month',
  happiness: 'rating satisfaction',
  happy: 'rating satisfaction',
  hourly: 'hour',
  income: 'revenue',
  item: 'product quantity',
  late: 'hour delivered due',
  location: 'country city region',
  long: 'hour duration',
  lost: 'churn cancelled',
  money: 'revenue amount',
  monthly: 'month',
  mean: 'average',
  mtd: 'month',
  nation: 'country',
  newest: 'created started',
  nps: 'rating score',
  oldest: 'created started',
  overdue: 'due delivered',
  profit: 'margin',
  profitability: 'margin',
  purchase: 'order',
  purchaser: 'customer',
  quantity: 'unit',
  q1: 'quarter',
  q2: 'quarter',
  q3: 'quarter',
  q4: 'quarter',
  qtd: 'quarter',
  quarterly: 'quarter',
  recent: 'day',
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
  subscriber: 'subscription',
  time: 'hour duration',
  today: 'day',
  trend: 'month',
  typical: 'average median',
  weekly: 'week',
  yearly: 'year',
  yesterday: 'day',
  ytd: 'year',
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
  overdue: 'status',
  paid: 'status',
  delivered: 'status',
  pending: 'status',
  refunded: 'status',
  returned: 'status',
  shipped: 'status',
  revenue: 'sale turnover income',
  turnover: 'revenue',
  weekday: 'day',
  weekend: 'day',
};

/** `last 3 months` is a period, `last name` a field. */
const PERIOD =
  /\b(?:last|past|previous|next|current|coming) (?:\d+ )?((?:minute|hour|day|week|month|quarter|year)s?)\b/gi;

/** `Over time` is a period too; the time of a delivery is a duration. */
const OVER_TIME = /\bover time\b/gi;
/** The month, not the verb. */
const IN_MAY = /\b(?:in|of|since|until|till|during|before|after|last|this|next) may\b|\bmay (?=(?:19|20)\d\d\b)/gi;
const SO_FAR = /\bso far\b/gi;
const YEAR = /^(?:19|20)\d\d$/;

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
  /** Written in the plural: `orders` are counted, an `order value` is not. */
  readonly isPlural: boolean;
  /** Nearly every model has fields with it. */
  readonly isCommon: boolean;
  /** A period of time, which dates have: `this month`, `in 2024`. */
  readonly isPeriod: boolean;
}

/** The words of a search that can mean a field, each once. */
export function searchWords(text: string): readonly SearchWord[] {
  const written = text
    .slice(0, MAX_SEARCH_LENGTH)
    .replace(PERIOD, '$1')
    .replace(OVER_TIME, 'by month')
    .replace(IN_MAY, 'month ')
    .replace(SO_FAR, ' ');
  const all = [...new Set(words(written))].filter((word) => !STOP_WORDS.has(word));
  const naming = all.filter((word) => !RANKING_WORDS.has(word));
  const plurals = new Set(
    (written.toLowerCase().match(/\p{L}+/gu) ?? []).filter((word) => singular(word) !== word).map(singular),
  );
  return (naming.length > 0 ? naming : all).map((word) => ({
    word,
    synonyms: synonymsOf(word),
    substitutes: listed(SUBSTITUTES, word, plainForm(word)),
    stem: stemOf(word),
    isPlural: plurals.has(word),
    isCommon: COMMON_WORDS.has(word) || COMMON_WORDS.has(synonymsOf(word).join(' ')),
    isPeriod: PERIOD_WORDS.has(word) || PERIOD_WORDS.has(synonymsOf(word).join(' ')),
  }));
}

const synonymsOf = (word: string): readonly string[] =>
  YEAR.test(word) ? ['year'] : listed(SYNONYMS, word, plainForm(word));

/** Returns false for words that carry no meaning in a label. */
export const isSearchable = (word: string): boolean => !STOP_WORDS.has(word);

/** All words of a search in their order, for labels that stand in it whole. */
export const wordsInOrder = (text: string): readonly string[] => words(text.slice(0, MAX_SEARCH_LENGTH)).map(singular);

function stemOf(word: string): string | undefined {
  const stem = word
    .replace(/^un(?=\w+ed$)/, '')
    .replace(/(?:ation|ment|ing|ed|ion|ly|er|y)$/, '')
    .replace(/([^aeious])\1$/, '$1');
  return stem.length >= 4 && stem !== word ? stem : undefined;
}

/** `happy` for `unhappiest`, `paid` for `unpaid`. */
const plainForm = (word: string): string => word.replace(/^un(?=\w{4})/, '').replace(/ie(?:r|st)$/, 'y');

/** The entry of the first form that has one. Own entries only: `constructor` is a word too. */
function listed(lists: Readonly<Record<string, string>>, ...forms: readonly string[]): readonly string[] {
  const form = forms.find((word) => Object.hasOwn(lists, word));
  return form === undefined ? [] : (lists[form] ?? '').split(' ');
}
