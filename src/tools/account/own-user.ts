import { fitLines } from '../../render/budget.ts';
import { formatPerson, formatTimestamp, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { joinWithOr } from '../../text/names.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';
import { inWordsOf, rendered, type ToolHandlers } from '../operation-tool.ts';
import { personOf, results as resultsOf } from '../preview.ts';

/**
 * The signed-in user (GetAuthenticatedUser) and its permissions by action. A rule with conditions (only own content, only
 * shared content) is marked, without its conditions: they take thousands of tokens.
 */
export function renderOwnUser(results: unknown, budget: Budget): string {
  if (!isObject(results)) return 'No user is signed in.';
  const { abilityRules, ...user } = results;
  const subjects = new Map<string, Map<string, boolean>>();
  for (const rule of objects(abilityRules)) {
    for (const action of namesIn(rule.action)) {
      const rules = subjects.get(action) ?? new Map<string, boolean>();
      const isConditional = isObject(rule.conditions) && Object.keys(rule.conditions).some(isCondition);
      const label = (name: string) => `${rule.inverted === true ? 'not ' : ''}${name}`;
      for (const name of namesIn(rule.subject).map(label)) rules.set(name, (rules.get(name) ?? true) && isConditional);
      subjects.set(action, rules);
    }
  }
  const permissions = [...subjects].map(
    ([action, rules]) =>
      `- ${plainText(action)}: ${[...rules].map(([name, isConditional]) => plainText(name) + (isConditional ? '*' : '')).join(', ')}`,
  );
  const head = 'Permissions (* only under conditions, such as own or shared content):';
  const lines = [...describeUser(user), ...(permissions.length > 0 ? [head, ...permissions] : [])];
  return fitLines(lines.join('\n'), budget, 'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown.');
}

/** The user: name, organization and role, and the ids that other tools take. */
function describeUser(user: JsonObject): string[] {
  const organization = text(user.organizationName);
  const place = organization
    ? `${text(user.role) ?? 'no role'} of the organization "${organization}" (organizationUuid ${text(user.organizationUuid) ?? '?'})`
    : 'in no organization';
  const states = [
    user.isActive === false ? 'deactivated' : '',
    user.isSetupComplete === false ? 'setup not complete' : '',
  ];
  const state = states.filter(Boolean).join(', ');
  return [
    plainText(`Signed in as ${formatPerson(user)}, ${place}.`),
    plainText(`userUuid ${text(user.userUuid) ?? '?'}${state && `; ${state}`}`),
  ];
}

const namesIn = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : texts(value));

/** Every rule is bound to the organization, which is not a limit. */
const isCondition = (name: string): boolean => name !== 'organizationUuid';

/** Verification of the own e-mail address (GetEmailVerificationStatus, CreateEmailOneTimePasscode) in a sentence or two. */
function renderEmailStatus(results: unknown): string | undefined {
  const { email, isVerified, otp } = isObject(results) ? results : {};
  if (text(email) === undefined || typeof isVerified !== 'boolean') return undefined;
  const state = `${text(email)} is ${isVerified ? '' : 'not '}verified.`;
  if (isVerified || !isObject(otp)) return plainText(state);
  const attempts = finite(otp.numberOfAttempts) ?? 0;
  const wrong = attempts > 0 ? `, after ${pluralize(attempts, 'wrong attempt')}` : '';
  const isOver = otp.isExpired === true || otp.isMaxAttempts === true;
  const end = formatTimestamp(otp.expiresAt) ?? '?';
  const passcode = isOver
    ? `The passcode sent to it ${otp.isExpired === true ? `ended at ${end} UTC` : 'takes no more attempts'}${wrong}: create_email_one_time_passcode sends another.`
    : `The passcode sent to it works until ${end} UTC${wrong}.`;
  return plainText(`${state} ${passcode}`);
}

/** The ways to sign in (getLoginOptions) in a sentence. */
function renderLoginOptions(results: unknown): string | undefined {
  const { showOptions, forceRedirect, redirectUri } = isObject(results) ? results : {};
  const options = texts(showOptions).map((option) => (option === 'email' ? 'email and password' : option));
  if (options.length === 0) return undefined;
  const redirect =
    forceRedirect === true
      ? ` The sign-in page leads there at once${text(redirectUri) ? `: ${text(redirectUri)}` : ''}.`
      : '';
  return plainText(`Sign-in is by ${joinWithOr(options)}.${redirect}`);
}

/** Handlers of the user of the token. */
export const ownUserHandlers = {
  GetAuthenticatedUser: rendered(renderOwnUser),
  GetEmailVerificationStatus: rendered(renderEmailStatus),
  CreateEmailOneTimePasscode: rendered(renderEmailStatus),
  getLoginOptions: rendered(renderLoginOptions),
  // Its preview also has what to do before.
  DeleteMe: inWordsOf(
    async (_args, context) =>
      `Deletes your own account: ${personOf(await resultsOf(context, 'GetAuthenticatedUser', {}))}.`,
  ),
} satisfies ToolHandlers;
