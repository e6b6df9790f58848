const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Puts "< 10" before "10 - 19", and "> 19" after it. */
const HALF_STEP = 0.5;

/**
 * Sorts names that have an order of their own: weekdays from Monday, months, numbers, quarters (Q1) and bins (0 - 9). Names
 * that fit none of them stay as they are; empty ones go last. Rows arrive sorted by a metric unless a sort was set.
 */
export function inNaturalOrder<Item>(items: readonly Item[], nameOf: (item: Item) => string): readonly Item[] {
  const ranks = [(name: string) => nameRank(name, WEEKDAYS), (name: string) => nameRank(name, MONTHS), numberRank];
  const named = items.filter((item) => !isEmpty(nameOf(item)));
  for (const rank of ranks) {
    const ranked = named.flatMap((item) => {
      const at = rank(nameOf(item));
      return at === undefined ? [] : [{ item, at }];
    });
    if (ranked.length < named.length) continue;
    const sorted = ranked.toSorted((left, right) => left.at - right.at).map(({ item }) => item);
    return [...sorted, ...items.filter((item) => isEmpty(nameOf(item)))];
  }
  return items;
}

const isEmpty = (name: string): boolean => name === '(empty)' || name === '""' || name.trim() === '';

/** Position of `Monday` or `Mon`. */
function nameRank(name: string, starts: readonly string[]): number | undefined {
  if (!/^[a-z]+$/i.test(name)) return undefined;
  const rank = starts.indexOf(name.slice(0, 3).toLowerCase());
  return rank < 0 ? undefined : rank;
}

/** The first number of a name: of `7`, `Q3`, `10 - 19`, `≥ 20` or `<0`. */
function numberRank(name: string): number | undefined {
  const [, sign, digits] = /^\s*([<≤>≥]=?|Q)?\s*(-?\d+(?:\.\d+)?)/.exec(name) ?? [];
  if (digits === undefined) return undefined;
  const shift = /^[<≤]/.test(sign ?? '') ? -HALF_STEP : /^>/.test(sign ?? '') ? HALF_STEP : 0;
  return Number(digits) + shift;
}
