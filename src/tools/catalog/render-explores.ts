import type { FoundField } from '../../query/fields/find-fields.ts';
import { objects, text, texts } from '../../text/json.ts';
import { type Budget, linesThatFit, plainText, pluralize, standardBudget } from '../../text/token-budget.ts';
import { familyLine } from './render-explore.ts';

/** The explores of a project: `name|label unless the name says it|group|description`, with those that do not compile. */
export function renderExplores(explores: unknown, budget: Budget = standardBudget): string {
  const all = objects(explores);
  if (all.length === 0) return 'The project has no explores, or none that you may see.';
  const lines = all.map((explore) => {
    const name = text(explore.name) ?? '';
    const errors = objects(explore.errors).flatMap((error) => text(error.message) ?? []);
    const about = errors.length > 0 ? `cannot be queried: ${errors.join('; ')}` : (text(explore.description) ?? '');
    return joinFields([
      name,
      labelOf(explore.label, name),
      text(explore.groupLabel) ?? '',
      about,
      texts(explore.tags).join(', '),
    ]);
  });
  const legend = `${pluralize(all.length, 'explore')}: name|label unless the name says it|group|description|tags`;
  return renderWithinBudget(
    [legend],
    lines,
    budget,
    'explores',
    'ask get_explore for one by name, or find_fields for what you are looking for',
  );
}

/** Fields found over all explores: `explores: id|label|type|description`, best first. */
export function renderFoundFields(
  found: readonly FoundField[],
  asked: string,
  budget: Budget = standardBudget,
): string {
  if (found.length === 0)
    return `No field of any explore matches "${plainText(asked)}": try other words for it, or one word alone.`;
  const lines = found.map((family) => `${plainText(family.explores.join(', '))}: ${familyLine(family)}`);
  const legend = 'explores that have it: id|label unless the id says it|type|description; id{,_day} is id and id_day';
  return renderWithinBudget([legend], lines, budget, 'fields', 'use more words');
}

/** A label, unless it only repeats the name. */
export function labelOf(label: unknown, name: string): string {
  const shown = text(label) ?? '';
  const plain = (value: string) => value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  return plain(shown) === plain(name) ? '' : shown;
}

/** Parts of a line with `|` between, empty ends left away. */
export const joinFields = (parts: readonly string[]): string => parts.map(plainText).join('|').replace(/\|+$/, '');

/** The head with as many lines as fit after it; what was left out is said, with what to do about it. */
export function renderWithinBudget(
  head: readonly string[],
  lines: readonly string[],
  budget: Budget,
  what: string,
  advice: string,
): string {
  const shown = lines.slice(0, Math.max(linesThatFit([...head, ...lines], budget) - head.length, 1));
  const left = lines.length - shown.length;
  const rest = left > 0 ? [`${left} of ${lines.length} ${what} did not fit: ${advice}.`] : [];
  return [...head, ...shown, ...rest].join('\n');
}
