import type { ChartColumn } from './data.ts';

/** Notes on values that are drawn as parts of a whole, in a pie or a stack. */
export function partNotes(metrics: readonly ChartColumn[]): readonly string[] {
  const overlapping = metrics.filter(({ additive, distinct }) => distinct && !additive);
  const unknown = metrics.filter(({ additive, isSumUnknown }) => isSumUnknown && !additive);
  const fixed = metrics.filter(({ additive, distinct, isSumUnknown }) => !additive && !distinct && !isSumUnknown);
  return [
    ...note(overlapping, (names) => `${names}: distinct counts, whose parts may overlap`),
    ...note(unknown, (names) => `${names}: drawn as parts of a whole, and only its author knows if it adds up`),
    ...note(fixed, (names) => `${names} does not add up: sums and shares of it mean nothing`),
  ];
}

const note = (metrics: readonly ChartColumn[], textOf: (names: string) => string): readonly string[] =>
  metrics.length === 0 ? [] : [textOf(metrics.map(({ label }) => label).join(', '))];
