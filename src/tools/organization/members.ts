import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { formatPerson, formatTimestamp, personOf, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';
import { rendered, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import { fetchMembers } from '../people/find-person.ts';

const NEXT_PAGE = 'page and pageSize return them in pages';

/**
 * The people of an organization (ListOrganizationMembers) with role and groups.
 *
 * @param maxGroups requested groups per person: a list of that length may be incomplete.
 */
export function renderMembers(results: unknown, maxGroups: number, budget: Budget): string {
  const { items, head } = pageOf(results, 'person', 'people');
  const lines = items.map((person) => {
    const groups = objects(person.groups).map(({ name, uuid }) => text(name) ?? text(uuid) ?? '?');
    return joinFields([
      personOf(person) ?? '',
      text(person.email) ?? '',
      text(person.role) ?? '',
      text(person.userUuid) ?? '',
      orMore(groups, maxGroups),
      stateOf(person),
    ]);
  });
  const legend = 'name|e-mail|organization role|userUuid|groups';
  return renderWithinBudget([`${head}: ${legend}`], lines, budget, 'people', NEXT_PAGE);
}

/**
 * The groups of an organization (ListGroupsInOrganization) with their members.
 *
 * @param maxMembers requested members per group: a list of that length may be incomplete. 0 for none.
 */
export function renderGroups(results: unknown, maxMembers: number, budget: Budget): string {
  const { items, head } = pageOf(results, 'group', 'groups');
  const lines = items.map((group) =>
    joinFields([
      text(group.name) ?? '',
      text(group.uuid) ?? '',
      ...(maxMembers > 0 ? [orMore(objects(group.members).map(formatPerson), maxMembers) || 'none'] : []),
    ]),
  );
  const legend = `name|groupUuid${maxMembers > 0 ? '|members' : ''}`;
  return renderWithinBudget([`${head}: ${legend}`], lines, budget, 'groups', NEXT_PAGE);
}

/** The items of a list or a page of it, with their number. */
function pageOf(results: unknown, singular: string, plural: string) {
  const body = isObject(results) ? results : {};
  const items = objects(body.data);
  const pagination = isObject(body.pagination) ? body.pagination : {};
  const [page, pages, all] = [pagination.page, pagination.totalPageCount, pagination.totalResults].map(finite);
  const isPart = pages !== undefined && (pages > 1 || (items.length === 0 && (all ?? 0) > 0));
  const part = isPart ? `, page ${page} of ${pages}, ${all} in all` : '';
  return { items, head: `${pluralize(items.length, singular, plural)}${part}` };
}

const orMore = (names: readonly string[], max: number): string =>
  `${names.join(', ')}${names.length > 0 && names.length >= max ? ' and maybe more' : ''}`;

/** The reason why a listed person may be unable to sign in, or empty. */
function stateOf({ isActive, isPending, isInviteExpired }: JsonObject): string {
  if (isActive === false) return 'deactivated';
  if (isInviteExpired === true) return 'invite expired';
  return isPending === true ? 'invited, not signed in yet' : '';
}

/** Deletes a member and reads the list of members back. */
const deleteMember: ToolHandler<'DeleteOrganizationMember'> = async (operation, args, context) => {
  const labelOf = async () => (await fetchMembers(context)).find(({ userUuid }) => userUuid === args.userUuid)?.label;
  const label = await labelOf();
  await context.execute(operation, args);
  const name = label ?? args.userUuid;
  return {
    text:
      (await labelOf()) === undefined
        ? `Done: ${name} is no longer a member; the account is deleted.`
        : `Lightdash answered ok, but its list of members still shows ${name}.`,
  };
};

/** Only administrators see groups: an empty list says nothing about the others (recorded on 0.1366). */
const NO_GROUPS =
  'No groups that you may see. Only those who manage the organization see its groups; there may be some.';

/** Recorded on 1.219: people without a role in the project are listed, too. */
const IN_PROJECT =
  'Note: with projectUuid Lightdash may also list people without access to the project, and the role may be one that a group has in it. get_project_member_access says who has which role, and from where.';

/** One member of the organization (GetOrganizationMemberByUuid). */
function renderMember(results: unknown): string | undefined {
  const person = isObject(results) ? results : {};
  if (text(person.userUuid) === undefined) return undefined;
  const state = stateOf(person);
  const since = formatTimestamp(person.userCreatedAt);
  const parts = [
    `organization role ${text(person.role) ?? '?'}`,
    ...(state === '' ? [] : [state]),
    ...(since === undefined ? [] : [`account created ${since}`]),
  ];
  return plainText(
    `${formatPerson(person)} (userUuid ${text(person.userUuid)}): ${parts.join(', ')}. get_user_access shows groups, roles and what they reach.`,
  );
}

/** Handlers of the members of the organization. */
export const memberHandlers = {
  DeleteOrganizationMember: deleteMember,
  GetOrganizationMemberByUuid: rendered(renderMember),
  async ListOrganizationMembers(operation, args, { execute, budget }) {
    const { results } = await execute(operation, args);
    const text = renderMembers(results, args.includeGroups, budget);
    return { text: args.projectUuid === undefined ? text : `${text}\n${IN_PROJECT}`, data: results };
  },
  async ListGroupsInOrganization(operation, args, { execute, budget }) {
    const { results } = await execute(operation, args);
    const data = isObject(results) ? objects(results.data) : [];
    const isAll = data.length === 0 && args.searchQuery === undefined && (args.page ?? 1) === 1;
    return { text: isAll ? NO_GROUPS : renderGroups(results, args.includeMembers, budget), data: results };
  },
} satisfies ToolHandlers;
