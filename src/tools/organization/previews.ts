import { ignoreApiError } from '../../lightdash/errors.ts';
import { ArgumentsError } from '../arguments.ts';
import { fetchMembers, ifOwnUser, memberWith } from '../people/find-person.ts';
import { describeBelongings } from '../people/hand-over.ts';
import { isLastAdministrator, LAST_ADMINISTRATOR } from '../people/role-previews.ts';
import {
  count,
  itemWith,
  list,
  nameOf,
  notListed,
  object,
  type Preview,
  type PreviewClient,
  type Previews,
  personOf,
  quoted,
  results,
  shown,
  text,
} from '../preview.ts';
import { lostGroupValues } from './group-names.ts';

/** The group, and the members who lose its access. */
const previewDeleteGroup: Preview = async ({ groupUuid }, client) => {
  const group = await results(client, 'getGroup', { groupUuid });
  const members = list.parse(await results(client, 'getGroupMembers', { groupUuid }));
  const loses = members.length === 1 ? 'loses' : 'lose';
  return `Deletes the group ${nameOf(group)}; ${count(members, 'member')} (${shown(members.map(personOf)) || 'none'}) ${loses} what it lets them see${await rightsOf(groupUuid, client)}`;
};

/** Projects looked at before a group is deleted. */
const MAX_PROJECTS = 8;

/** The roles of a group as far as this token may read them, and its values of attributes: `: editor of "Sales", ….` */
async function rightsOf(groupUuid: unknown, client: PreviewClient): Promise<string> {
  const visible = await results(client, 'ListOrganizationProjects', {}).catch(ignoreApiError);
  const projects = list.parse(visible);
  let isWhole = visible !== undefined && projects.length <= MAX_PROJECTS;
  const isGroup = (item: Readonly<Record<string, unknown>>) => item.groupUuid === groupUuid;
  const roles = await Promise.all(
    projects.slice(0, MAX_PROJECTS).map(async (project) => {
      const { projectUuid } = project;
      const groups = await results(client, 'GetProjectGroupAccesses', { projectUuid }).catch(ignoreApiError);
      if (!Array.isArray(groups)) isWhole = false;
      return list
        .parse(groups)
        .flatMap((item) => (isGroup(item) ? [`${String(item.role)} of ${nameOf(project)}`] : []));
    }),
  );
  const rights = roles.flat();
  return `${rights.length === 0 ? '' : `: ${shown(rights)}, and any spaces shared with it`}.${isWhole ? '' : ' Its roles in projects could not all be read.'}${await lostGroupValues(groupUuid, client)}`;
}

/** The attribute, and the people and groups that have a value. */
const previewRemoveUserAttribute: Preview = async ({ userAttributeUuid }, client) => {
  const attributes = list.parse(await results(client, 'getUserAttributes', {}));
  const attribute = itemWith(attributes, 'uuid', userAttributeUuid);
  const users = list.parse(attribute?.users);
  const groups = list.parse(attribute?.groups);
  return `Deletes the user attribute ${attribute ? nameOf(attribute) : notListed(userAttributeUuid)} with the values of ${count(users, 'person', 'people')}${users.length > 0 ? ` (${shown(users.map(personOf))})` : ''} and ${count(groups, 'group')}. Rows and fields that require it are hidden from everyone afterwards.`;
};

/** The people who may join by themselves; undefined if no one could and no one can. */
export const previewEmailDomains: Preview = async ({ emailDomains, role, projects }, client) => {
  const before = object.parse(await results(client, 'ListOrganizationEmailDomains', {}));
  const domainsOf = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const [had, wanted] = [domainsOf(before.emailDomains), domainsOf(emailDomains)];
  if (had.length === 0 && wanted.length === 0) return undefined;
  const inProjects = list.parse(projects);
  const more = inProjects.length > 0 ? `, with a role in ${count(inProjects, 'project')}` : '';
  const allowed =
    wanted.length === 0
      ? 'No one may join the organization by an e-mail address any more'
      : `Anyone with an address at ${shown(wanted.map(quoted))} may join the organization as ${text.parse(role)}${more}`;
  return `${allowed}. Before: ${had.length === 0 ? 'no one' : `${shown(had.map(quoted))} as ${text.parse(before.role)}`}.`;
};

/** The person with their role, and what else goes or stays. */
const previewDeleteMember: Preview = async ({ userUuid }, client) => {
  const members = await fetchMembers(client);
  const member = await memberWith(client, members, String(userUuid));
  if (isLastAdministrator(member, members)) throw new ArgumentsError([`${member.label} ${LAST_ADMINISTRATOR}`]);
  const own = await ifOwnUser([member.userUuid], client, 'That is you.');
  const belongings = await describeBelongings(client, member);
  return `Removes ${member.label} (role ${member.role}) from the organization and deletes the account.${own} ${belongings}`;
};

/** The organization with its projects and members. */
const previewDeleteOrganization: Preview = async (_args, client) => {
  const organization = await results(client, 'GetMyOrganization', {});
  const projects = list.parse(await results(client, 'ListOrganizationProjects', {}));
  const members = list.parse(object.parse(await results(client, 'ListOrganizationMembers', {})).data);
  return `Deletes the organization ${nameOf(organization)} with ${count(projects, 'project')} (${shown(projects.map(nameOf))}), all their content, and the accounts of ${count(members, 'member')}.`;
};

/** Previews of what cannot be undone: the organization. */
export const organizationPreviews = {
  deleteGroup: previewDeleteGroup,
  removeUserAttribute: previewRemoveUserAttribute,
  DeleteOrganizationMember: previewDeleteMember,
  DeleteMyOrganization: previewDeleteOrganization,
} satisfies Previews;
