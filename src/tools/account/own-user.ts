import { renderAnswer } from '../../render/answer.ts';
import { isObject, objects, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';
import { rendered, type ToolHandlers } from '../operation-tool.ts';

/**
 * The signed-in user (GetAuthenticatedUser) and its permissions by action. A rule with conditions (only own content, only
 * shared content) is marked, without its conditions: they take thousands of tokens.
 */
export function renderOwnUser(results: unknown, budget: Budget): string {
  const render = (user: unknown) => renderAnswer(user, budget, 'No user is signed in.');
  if (!isObject(results)) return render(results);
  const { abilityRules, ...user } = results;
  const subjects = new Map<string, Map<string, boolean>>();
  for (const rule of objects(abilityRules)) {
    for (const action of namesIn(rule.action)) {
      const known = subjects.get(action) ?? new Map<string, boolean>();
      const isConditional = isObject(rule.conditions) && Object.keys(rule.conditions).some(isCondition);
      const label = (name: string) => `${rule.inverted === true ? 'not ' : ''}${name}`;
      for (const name of namesIn(rule.subject).map(label)) known.set(name, (known.get(name) ?? true) && isConditional);
      subjects.set(action, known);
    }
  }
  const permissions = [...subjects].map(
    ([action, known]) =>
      `- ${plainText(action)}: ${[...known].map(([name, isConditional]) => plainText(name) + (isConditional ? '*' : '')).join(', ')}`,
  );
  const head = 'Permissions (* only under conditions, such as own or shared content):';
  return [render(user), ...(permissions.length > 0 ? [head, ...permissions] : [])].join('\n');
}

const namesIn = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : texts(value));

/** Every rule is bound to the organization, which is no limit. */
const isCondition = (name: string): boolean => name !== 'organizationUuid';

export const ownUserHandlers = { GetAuthenticatedUser: rendered(renderOwnUser) } satisfies ToolHandlers;
