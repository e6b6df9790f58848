import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { personOf, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';

const NEXT_PAGE = 'page and pageSize bring them in parts';

/** A person as others know them: name and e-mail, as far as there are any. */
const formatPerson = (person: JsonObject): string => {
  const [name, email] = [personOf(person), text(person.email)];
  return name && email ? `${name} <${email}>` : (name ?? email ?? text(person.userUuid) ?? '?');
};

/**
 * The people of an organization (ListOrganizationMembers) with role and groups.
 *
 * @param mostGroups groups that were asked for of each: as many may be a part of them.
 */
export function renderMembers(answer: unknown, mostGroups: number, budget: Budget): string {
  const { items, head } = pageOf(answer, 'person', 'people');
  const lines = items.map((person) => {
    const groups = objects(person.groups).map(({ name, uuid }) => text(name) ?? text(uuid) ?? '?');
    return joinFields([
      personOf(person) ?? '',
      text(person.email) ?? '',
      text(person.role) ?? '',
      text(person.userUuid) ?? '',
      orMore(groups, mostGroups),
      stateOf(person),
    ]);
  });
  const legend = 'name|e-mail|organization role|userUuid|groups';
  return renderWithinBudget([`${head}: ${legend}`], lines, budget, 'people', NEXT_PAGE);
}

/**
 * The groups of an organization (ListGroupsInOrganization) with their members.
 *
 * @param mostMembers members that were asked for of each: as many may be a part of them; none were asked for where it is 0.
 */
export function renderGroups(answer: unknown, mostMembers: number, budget: Budget): string {
  const { items, head } = pageOf(answer, 'group', 'groups');
  const lines = items.map((group) =>
    joinFields([
      text(group.name) ?? '',
      text(group.uuid) ?? '',
      ...(mostMembers > 0 ? [orMore(objects(group.members).map(formatPerson), mostMembers) || 'nobody'] : []),
    ]),
  );
  const legend = `name|groupUuid${mostMembers > 0 ? '|members' : ''}`;
  return renderWithinBudget([`${head}: ${legend}`], lines, budget, 'groups', NEXT_PAGE);
}

/** The people with a role of their own in a project (GetProjectAccessList). */
export function renderProjectPeople(answer: unknown, budget: Budget): string {
  const lines = objects(answer).map((person) =>
    joinFields([
      personOf(person) ?? '',
      text(person.email) ?? '',
      text(person.role) ?? '',
      text(person.userUuid) ?? '',
    ]),
  );
  const elsewhere = 'Roles through groups or the organization are not in this list.';
  if (lines.length === 0) return `Nobody was granted a role in this project directly. ${elsewhere}`;
  const head = `${pluralize(lines.length, 'person', 'people')} granted directly: name|e-mail|project role|userUuid`;
  return renderWithinBudget(
    [head],
    [...lines, elsewhere],
    budget,
    'lines',
    'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown',
  );
}

/** The groups with a role in a project (GetProjectGroupAccesses), by the names that are known. */
export function renderProjectGroups(answer: unknown, names: ReadonlyMap<string, string>, budget: Budget): string {
  const lines = objects(answer).map(({ groupUuid, role }) => {
    const id = text(groupUuid) ?? '';
    return joinFields([names.get(id) ?? '?', text(role) ?? '', id]);
  });
  if (lines.length === 0) return 'No group has a role in this project.';
  const head = `${pluralize(lines.length, 'group')}: name|project role|groupUuid`;
  return renderWithinBudget([head], lines, budget, 'groups', 'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown');
}

/**
 * The user attributes (getUserAttributes), each with its default and who has which value of it. With the ids: a change of one
 * has to repeat all of its values.
 *
 * @param names names of groups, of those that may be read.
 */
export function renderAttributes(answer: unknown, names: ReadonlyMap<string, string>, budget: Budget): string {
  const attributes = objects(answer);
  if (attributes.length === 0) return 'No user attributes.';
  const lines = attributes.flatMap((attribute) => {
    const { attributeDefault, description } = attribute;
    const meant = text(description) ? `: ${text(description)}` : '';
    const fallback =
      attributeDefault === null || attributeDefault === undefined ? 'no default' : `default ${attributeDefault}`;
    const people = objects(attribute.users).map(
      (each) => `- ${formatPerson(each)} (userUuid ${each.userUuid}) = ${each.value}`,
    );
    const groups = objects(attribute.groups).map(
      ({ groupUuid, value }) => `- group ${names.get(String(groupUuid)) ?? '?'} (groupUuid ${groupUuid}) = ${value}`,
    );
    const head = `${text(attribute.name) ?? '?'} (userAttributeUuid ${text(attribute.uuid) ?? '?'}, ${fallback})${meant}`;
    return [head, ...people, ...groups].map(plainText);
  });
  return renderWithinBudget(
    [`${pluralize(attributes.length, 'user attribute')}:`],
    lines,
    budget,
    'lines',
    'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown',
  );
}

/**
 * The signed-in user (GetAuthenticatedUser): who it is, and what it may do by action. A rule that holds under conditions
 * alone (one's own things, those shared with one) is marked, its conditions left out: they take thousands of tokens.
 */
export function renderOwnUser(answer: unknown, rest: (user: unknown) => string): string {
  if (!isObject(answer)) return rest(answer);
  const { abilityRules, ...user } = answer;
  const subjects = new Map<string, Map<string, boolean>>();
  for (const rule of objects(abilityRules)) {
    for (const action of namesIn(rule.action)) {
      const known = subjects.get(action) ?? new Map<string, boolean>();
      const isConditional = isObject(rule.conditions) && Object.keys(rule.conditions).some(isCondition);
      const written = (name: string) => `${rule.inverted === true ? 'not ' : ''}${name}`;
      for (const name of namesIn(rule.subject).map(written))
        known.set(name, (known.get(name) ?? true) && isConditional);
      subjects.set(action, known);
    }
  }
  const may = [...subjects].map(
    ([action, known]) =>
      `- ${plainText(action)}: ${[...known].map(([name, isConditional]) => plainText(name) + (isConditional ? '*' : '')).join(', ')}`,
  );
  const head = 'May (* only what is their own, shared with them or fits other conditions):';
  return [rest(user), ...(may.length > 0 ? [head, ...may] : [])].join('\n');
}

const namesIn = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : texts(value));

/** Every rule is bound to the organization: that alone limits nothing. */
const isCondition = (name: string): boolean => name !== 'organizationUuid';

/** The items of a list that may be one page of it, and how many there are. */
function pageOf(answer: unknown, one: string, many: string) {
  const body = isObject(answer) ? answer : {};
  const items = objects(body.data);
  const pagination = isObject(body.pagination) ? body.pagination : {};
  const [page, pages, all] = [pagination.page, pagination.totalPageCount, pagination.totalResults].map(finite);
  const part = pages !== undefined && pages > 1 ? `, page ${page} of ${pages}, ${all} in all` : '';
  return { items, head: `${pluralize(items.length, one, many)}${part}` };
}

const orMore = (names: readonly string[], most: number): string =>
  `${names.join(', ')}${names.length > 0 && names.length >= most ? ' and maybe more' : ''}`;

/** Why somebody listed may not be able to sign in. */
function stateOf({ isActive, isPending, isInviteExpired }: JsonObject): string {
  if (isActive === false) return 'deactivated';
  if (isInviteExpired === true) return 'invite expired';
  return isPending === true ? 'invited, not signed in yet' : '';
}
