import { ArgumentsError } from '../arguments.ts';
import { fetchMembers, ifOwnUser, memberWith } from '../people/find-person.ts';
import { describeBelongings } from '../people/hand-over.ts';
import { isLastAdministrator, LAST_ADMINISTRATOR, onlyPendingAdministrators } from '../people/role-previews.ts';
import { count, list, nameOf, object, type Preview, type Previews, results, shown } from '../preview.ts';
import { previewRemoveUserAttribute } from './attribute-previews.ts';
import { previewDeleteGroup } from './group-previews.ts';

/** The person with their role, and what else goes or stays. */
const previewDeleteMember: Preview = async ({ userUuid }, client) => {
  const members = await fetchMembers(client);
  const member = await memberWith(client, members, String(userUuid));
  if (isLastAdministrator(member, members)) throw new ArgumentsError([`${member.label} ${LAST_ADMINISTRATOR}`]);
  const own = await ifOwnUser([member.userUuid], client, 'That is you.');
  const belongings = await describeBelongings(client, member);
  const pending = onlyPendingAdministrators(member, members);
  return `Removes ${member.label} (role ${member.role}) from the organization and deletes the account.${own}${pending} ${belongings}`;
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
