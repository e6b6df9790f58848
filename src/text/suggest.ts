import { MAX_NAME_LENGTH, similarity } from './names.ts';

/** Similarity of a text to one that contains it, however long that is. */
const CONTAINED = 0.5;

/**
 * The candidates most similar to a text, best first, whatever the case; all of them without a limit.
 *
 * @param minSimilarity from 0 (nothing in common) to 1 (equal).
 */
export function nearest<Candidate extends string>(
  text: string,
  candidates: readonly Candidate[],
  { minSimilarity = 0, max = candidates.length } = {},
): readonly Candidate[] {
  const wanted = text.trim().slice(0, MAX_NAME_LENGTH).toLowerCase();
  return candidates
    .map((candidate) => ({ candidate, score: score(wanted, candidate.trim().toLowerCase()) }))
    .filter(({ score }) => score >= minSimilarity)
    .sort((left, right) => right.score - left.score)
    .slice(0, max)
    .map(({ candidate }) => candidate);
}

function score(wanted: string, candidate: string): number {
  const isContained = wanted !== '' && (candidate.includes(wanted) || wanted.includes(candidate));
  return Math.max(similarity(wanted, candidate), isContained ? CONTAINED : 0);
}

/** Similarity below which a name is no misspelling of another one. */
const MIN_SIMILARITY = 0.3;

/** The name most similar to another; undefined if none is alike. */
export const nearestName = (name: string, names: readonly string[]): string | undefined =>
  nearest(name, names, { minSimilarity: MIN_SIMILARITY, max: 1 })[0];

/** The same as the end of a sentence; empty if there are none. */
export function nearestAmong(name: string, names: readonly string[]): string {
  const nearestOne = nearestName(name, names);
  return nearestOne === undefined ? '' : `; the nearest is ${nearestOne}`;
}
