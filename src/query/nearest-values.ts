import { isObject, list, text } from './json.ts';
import { filterKinds } from './lightdash-filters.ts';
import { likeness } from './names.ts';

/** A text that a filter compares with, as a question for the values the field really has. */
export interface ComparedText {
  readonly fieldId: string;
  readonly value: string;
}

/** The texts that a query's `equals` rules ask for: where no row came, these are what to look up. */
export function comparedTexts(filters: unknown): readonly ComparedText[] {
  if (!isObject(filters)) return [];
  return filterKinds.flatMap((kind) => textsIn(filters[kind]));
}

function textsIn(node: unknown): readonly ComparedText[] {
  if (!isObject(node) || node.disabled === true) return [];
  if (Array.isArray(node.and) || Array.isArray(node.or)) return list(node.and ?? node.or).flatMap(textsIn);
  const fieldId = isObject(node.target) ? text(node.target.fieldId) : undefined;
  if (fieldId === undefined || node.operator !== 'equals') return [];
  return list(node.values).flatMap((value) =>
    typeof value === 'string' && !/^\d/.test(value) ? [{ fieldId, value }] : [],
  );
}

/** The values most like the one asked for, best first: other case before other letters, and parts of one another. */
export function nearestValues(asked: string, values: readonly string[], most = 3): readonly string[] {
  const wanted = asked.trim().toLowerCase();
  const scored = values.map((value) => {
    const candidate = value.trim().toLowerCase();
    const part = wanted !== '' && (candidate.includes(wanted) || wanted.includes(candidate)) ? 0.5 : 0;
    return { value, score: candidate === wanted ? 2 : Math.max(likeness(wanted, candidate), part) };
  });
  return scored
    .filter(({ score }) => score >= 0.5)
    .sort((one, other) => other.score - one.score)
    .slice(0, most)
    .map(({ value }) => value);
}
