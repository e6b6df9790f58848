import { ignoreApiError } from '../../lightdash/errors.ts';
import { ArgumentsError } from '../arguments.ts';
import { fetchMembers, ifOwnUser, memberWith } from '../people/find-person.ts';
import { describeBelongings } from '../people/hand-over.ts';
import { isLastAdministrator, LAST_ADMINISTRATOR } from '../people/role-previews.ts';
import { fetchProjects } from '../people/user-access-facts.ts';
import { count, list, nameOf, object, type Preview, type Previews, quoted, results, shown, text } from '../preview.ts';
import { previewRemoveUserAttribute } from './attribute-previews.ts';
import { previewDeleteGroup } from './group-previews.ts';

/** The people who may join by themselves; undefined if no one could and no one can. */
export const previewEmailDomains: Preview = async ({ emailDomains, role, projects }, client) => {
  const before = object.parse(await results(client, 'ListOrganizationEmailDomains', {}));
  const domainsOf = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const [had, wanted] = [domainsOf(before.emailDomains), domainsOf(emailDomains)];
  if (had.length === 0 && wanted.length === 0) return undefined;
  const inProjects = list.parse(projects);
  const named = inProjects.length === 0 ? [] : await fetchProjects(client).catch(ignoreApiError);
  const roles = inProjects.map(({ projectUuid, role: inProject }) => {
    const name = named?.find((project) => project.projectUuid === projectUuid)?.name;
    return `${String(inProject)} of ${name === undefined ? String(projectUuid) : quoted(name)}`;
  });
  const more = roles.length > 0 ? `, and as ${shown(roles)}` : '';
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
