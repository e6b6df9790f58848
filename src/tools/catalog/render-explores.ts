import type { FoundField } from '../../query/fields/find-fields.ts';
import { joinFields, labelOf, renderWithinBudget } from '../../render/page.ts';
import { pluralize } from '../../text/format.ts';
import { objects, text, texts } from '../../text/json.ts';
import { plainText, quoteInput } from '../../text/plain-text.ts';
import { type Budget, standardBudget } from '../../text/token-budget.ts';
import { familyLine } from './render-explore.ts';

/** Words named in a sentence. */
const MAX_UNMATCHED = 8;

/** The explores of a project as `name|label|group|description|tags`, including those that do not compile. */
export function renderExplores(explores: unknown, budget: Budget = standardBudget): string {
  const all = objects(explores);
  if (all.length === 0) return 'The project has no explores, or none that you may see.';
  const lines = all.map((explore) => {
    const name = text(explore.name) ?? '';
    const errors = objects(explore.errors).flatMap((error) => text(error.message) ?? []);
    const description =
      errors.length > 0 ? `cannot be queried: ${errors.join('; ')}` : (text(explore.description) ?? '');
    return joinFields([
      name,
      labelOf(explore.label, name),
      text(explore.groupLabel) ?? '',
      description,
      texts(explore.tags).join(', '),
    ]);
  });
  const legend = `${pluralize(all.length, 'explore')}: name|label unless the name says it|group|description|tags`;
  return renderWithinBudget(
    [legend],
    lines,
    budget,
    'explores',
    'get_explore reads one by name, find_fields searches all',
  );
}

/** Found fields as `explores: id|label|type|description`, best first. */
export function renderFoundFields(
  found: readonly FoundField[],
  words: string,
  budget: Budget = standardBudget,
): string {
  if (found.length === 0)
    return `No field of any explore matches "${quoteInput(words)}": try other words for it, or a single word.`;
  const lines = found.map((family) => `${plainText(family.explores.join(', '))}: ${familyLine(family)}`);
  const legend = 'explores that have it: id|label unless the id says it|type|description; id{,_day} is id and id_day';
  return renderWithinBudget([legend], lines, budget, 'fields', 'use more words');
}

/** Words that no field has, in one line: a value of a field is in no name. */
export function renderUnmatched(unmatched: readonly string[]): string {
  const names = unmatched.slice(0, MAX_UNMATCHED).map((word) => `"${quoteInput(word)}"`);
  const rest = unmatched.length > MAX_UNMATCHED ? ` and ${unmatched.length - MAX_UNMATCHED} more words` : '';
  return `No field found has ${names.join(', ')}${rest}: a value of a field (search_field_values) or another word for it.`;
}
