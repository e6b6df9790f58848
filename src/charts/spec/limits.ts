import { joinFirst } from '../../text/names.ts';
// Limits of what a person can distinguish on 800 pixels; a cut is always reported.

/** Categories along an axis. */
export const MAX_CATEGORIES = 30;
/** Series of a chart; the rest is added up if their sum has a meaning, else left out with a note. */
export const MAX_SERIES = 10;
/** Slices of a pie or a funnel. */
export const MAX_SLICES = 8;
/** Points along the axis; more are added up by a coarser grain, or refused. */
export const MAX_POINTS = 2_000;
/** Cells of a heatmap. */
export const MAX_HEATMAP_CELLS = 1_500;
/** Cells of a table that is sent to the App. */
export const MAX_TABLE_CELLS = 5_000;

/** Colour of the sum of those that were left out. */
export const OTHER_COLOR = '#98a2b3';

interface Limited<Item> {
  readonly kept: readonly Item[];
  /** Added up from the items that were cut. */
  readonly other: Item | undefined;
  readonly note: string | undefined;
}

/**
 * Cuts a list to `max`. With `add`, the last place is an "Other" of what was cut; without, the rest is left out: averages,
 * distinct counts and shares do not add up.
 */
export function limitTo<Item>(
  items: readonly Item[],
  max: number,
  noun: string,
  add: ((cut: readonly Item[], name: string) => Item) | undefined,
): Limited<Item> {
  if (items.length <= max) return { kept: items, other: undefined, note: undefined };
  const kept = items.slice(0, add ? max - 1 : max);
  const cut = items.slice(kept.length);
  const count = cut.length.toLocaleString('en');
  if (!add)
    return { kept, other: undefined, note: `${count} of ${items.length.toLocaleString('en')} ${noun} not drawn` };
  return {
    kept,
    other: add(cut, `Other (${count})`),
    note: `${count} of ${items.length.toLocaleString('en')} ${noun} together as Other`,
  };
}

const MAX_NAMES = 5;

/** Names in a note: the first few, and the number of the others. */
export const limitNames = (names: readonly string[]): string => joinFirst(names, MAX_NAMES);

/** Sum of what is there; null if nothing is. */
export function sum(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value) => value !== null);
  // Cents of many rows add binary noise; 12 digits hold any amount of money.
  return numbers.length === 0 ? null : Number(numbers.reduce((total, value) => total + value, 0).toPrecision(15));
}
