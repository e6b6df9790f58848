import * as z from 'zod';
import { organizationRole, otherProjectUuid, page, pageSize, projectUuid, userUuid, uuid } from './fields.ts';
import { operation } from './operation.ts';
import { memberRole, organizationMember } from './role-successors.ts';

/** A domain, also with the `@` of an address before it. */
const emailDomain = () => z.string().overwrite((domain) => domain.trim().replace(/^@/, ''));
const domainRole = () => z.enum(['editor', 'interactive_viewer', 'viewer', 'member']);

/** Operations on the organization and its members. */
export const organization = [
  operation({
    id: 'GetMyOrganization',
    method: 'GET',
    path: '/api/v1/org',
    tool: 'get_my_organization',
    title: 'Read the organization',
    description: 'Name, uuid, default project and colours of your organization.',
    input: () => ({}),
  }),
  operation({
    id: 'ListOrganizationProjects',
    scope: 'filtered',
    method: 'GET',
    path: '/api/v1/org/projects',
    tool: 'list_organization_projects',
    title: 'List projects: which are there',
    description: 'All projects you may see, previews too, with the projectUuid that other tools take.',
    input: () => ({}),
    releaseNote: { status: 'changed', note: 'No `requireUserCredentials`; the warehouse may be missing.' },
  }),
  operation({
    id: 'ListOrganizationMembers',
    method: 'GET',
    path: '/api/v1/org/users',
    tool: 'list_organization_members',
    title: 'List members, find a user, person or colleague',
    description: 'Everyone in the organization (company): people (users, admins) with email and role.',
    input: () => ({
      searchQuery: z.string().optional().describe('Part of a name or email'),
      projectUuid: projectUuid().optional().describe('Only who may view this project'),
      includeGroups: z.int().min(0).default(20).describe('Groups to list for each'),
      page: page().optional(),
      pageSize: pageSize().optional(),
    }),
  }),
  operation({
    id: 'GetOrganizationMemberByUuid',
    successor: organizationMember,
    method: 'GET',
    path: '/api/v1/org/users/{userUuid}',
    tool: 'get_organization_member_by_uuid',
    title: 'Read a member',
    description: 'One person of the organization: name, email, role.',
    input: () => ({ userUuid: userUuid() }),
    releaseNote: {
      status: 'deprecated',
      since: '1.219',
      sunset: '2026-09-10',
      note: 'Read from the list of members from 1.219 on.',
    },
  }),
  operation({
    id: 'UpdateOrganizationMember',
    successor: memberRole,
    method: 'PATCH',
    path: '/api/v1/org/users/{userUuid}',
    tool: 'update_organization_member',
    title: 'Make a member admin: organization role',
    description: 'Sets the role of a person in the whole organization; it reaches every project.',
    input: () => ({ userUuid: userUuid(), role: organizationRole() }),
    idempotent: true,
    releaseNote: { status: 'deprecated', note: 'Sent as the role assignments of v2 from 1.219 on.' },
  }),
  operation({
    id: 'DeleteOrganizationMember',
    method: 'DELETE',
    path: '/api/v1/org/user/{userUuid}',
    tool: 'delete_organization_member',
    title: 'Remove an employee who left',
    description: 'Removes a person from the organization (company) and deletes the account.',
    input: () => ({ userUuid: userUuid() }),
    irreversible: true,
  }),
  operation({
    id: 'CreateOrganization',
    method: 'PUT',
    path: '/api/v1/org',
    tool: 'create_organization',
    title: 'Create an organization',
    description: 'Creates an organization with you as its admin; only for a user who is in none.',
    input: () => ({ name: z.string().min(1) }),
    idempotent: false,
  }),
  operation({
    id: 'UpdateMyOrganization',
    mayChangeNothing: true,
    method: 'PATCH',
    path: '/api/v1/org',
    tool: 'update_my_organization',
    title: 'Change the organization',
    description:
      'Changes name, chart colours (colors) or default project of the organization (company); give at least one.',
    input: () => ({
      name: z.string().min(1).optional(),
      chartColors: z.array(z.string()).optional().describe('#rrggbb'),
      defaultProjectUuid: otherProjectUuid().optional(),
    }),
    idempotent: true,
    auth: 'session',
  }),
  operation({
    id: 'DeleteMyOrganization',
    scope: 'refused',
    method: 'DELETE',
    path: '/api/v1/org/{organizationUuid}',
    tool: 'delete_my_organization',
    title: 'Delete the organization',
    description: 'Deletes the organization with all its users, projects and content.',
    input: () => ({ organizationUuid: uuid('get_my_organization', 'From get_my_organization') }),
    auth: 'session',
    irreversible: true,
  }),
  operation({
    id: 'ListOrganizationEmailDomains',
    method: 'GET',
    path: '/api/v1/org/allowedEmailDomains',
    tool: 'list_organization_email_domains',
    title: 'List email domains that may join',
    description:
      'Which email domains (company addresses) may join the organization by themselves, and with which role.',
    input: () => ({}),
    auth: 'session',
  }),
  operation({
    id: 'UpdateOrganizationEmailDomains',
    nestedReferences: ['projects'],
    method: 'PATCH',
    path: '/api/v1/org/allowedEmailDomains',
    tool: 'update_organization_email_domains',
    title: 'Set email domains that may join',
    description: 'Replaces the email domains whose users may join by themselves, and what they get.',
    input: () => ({
      emailDomains: z.array(emailDomain()).describe('e.g. example.com'),
      role: domainRole().describe('In the organization'),
      projects: z
        .array(
          z.strictObject({ role: z.enum(['editor', 'interactive_viewer', 'viewer']), projectUuid: otherProjectUuid() }),
        )
        .describe('Project roles for those whose organization role is member'),
    }),
    idempotent: true,
    auth: 'session',
  }),
] as const;
