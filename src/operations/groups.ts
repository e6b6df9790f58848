import * as z from 'zod';
import { groupUuid, listedUser, page, pageSize, userUuid } from './fields.ts';
import { operation } from './operation.ts';
import { groupMemberAdded, groupMemberRemoved, groupMembers } from './role-successors.ts';

const members = () => z.array(z.strictObject({ userUuid: listedUser() }));
const includeMembers = () => z.int().min(0).describe('How many members to list');

/** Operations on groups of people and their roles in projects. */
export const groups = [
  operation({
    id: 'ListGroupsInOrganization',
    method: 'GET',
    path: '/api/v1/org/groups',
    tool: 'list_groups_in_organization',
    title: 'List groups (teams)',
    description: 'The groups of the organization with their members.',
    input: () => ({
      searchQuery: z.string().optional(),
      includeMembers: includeMembers().default(50),
      page: page().optional(),
      pageSize: pageSize().optional(),
    }),
  }),
  operation({
    id: 'getGroup',
    method: 'GET',
    path: '/api/v1/groups/{groupUuid}',
    tool: 'get_group',
    title: 'Read a group',
    description: 'One group, with up to includeMembers of its members.',
    input: () => ({
      groupUuid: groupUuid(),
      includeMembers: includeMembers().optional(),
      offset: z.int().min(0).optional().describe('Members to skip'),
    }),
  }),
  operation({
    id: 'getGroupMembers',
    successor: groupMembers,
    method: 'GET',
    path: '/api/v1/groups/{groupUuid}/members',
    tool: 'get_group_members',
    title: 'Who is in a group (team)?',
    description: 'All members of a group (team).',
    input: () => ({ groupUuid: groupUuid() }),
    releaseNote: {
      status: 'deprecated',
      since: '1.219',
      sunset: '2026-09-10',
      note: 'Read with the group itself from 1.219 on.',
    },
  }),
  operation({
    id: 'CreateGroupInOrganization',
    method: 'POST',
    path: '/api/v1/org/groups',
    tool: 'create_group_in_organization',
    title: 'Create a group (team)',
    description:
      'Makes a new group of people, such as the finance team. Members that do not exist are left out without an error.',
    input: () => ({ name: z.string().min(1), members: members().optional() }),
  }),
  operation({
    id: 'updateGroup',
    mayChangeNothing: true,
    method: 'PATCH',
    path: '/api/v1/groups/{groupUuid}',
    tool: 'update_group',
    title: 'Rename a group (team), change its members',
    description: 'Renames a group or replaces its members: who is not in members is out.',
    input: () => ({ groupUuid: groupUuid(), name: z.string().min(1).optional(), members: members().optional() }),
    idempotent: true,
  }),
  operation({
    id: 'deleteGroup',
    method: 'DELETE',
    path: '/api/v1/groups/{groupUuid}',
    tool: 'delete_group',
    title: 'Delete a group (team)',
    description: 'Deletes a group; its members lose what they could see through it.',
    input: () => ({ groupUuid: groupUuid() }),
    irreversible: true,
  }),
  operation({
    id: 'addUserToGroup',
    successor: groupMemberAdded,
    method: 'PUT',
    path: '/api/v1/groups/{groupUuid}/members/{userUuid}',
    tool: 'add_user_to_group',
    title: 'Add someone to a group',
    description: 'Puts (adds) a member of the organization in a group (team).',
    input: () => ({ groupUuid: groupUuid(), userUuid: userUuid() }),
    releaseNote: {
      status: 'deprecated',
      since: '1.219',
      sunset: '2026-09-10',
      note: 'Sent as the whole list of members from 1.219 on.',
    },
  }),
  operation({
    id: 'removeUserFromGroup',
    successor: groupMemberRemoved,
    method: 'DELETE',
    path: '/api/v1/groups/{groupUuid}/members/{userUuid}',
    tool: 'remove_user_from_group',
    title: 'Remove someone from a group',
    description: 'Takes a person off a group (team), and with that what it let them see.',
    input: () => ({ groupUuid: groupUuid(), userUuid: userUuid() }),
    releaseNote: {
      status: 'deprecated',
      since: '1.219',
      sunset: '2026-09-10',
      note: 'Sent as the whole list of members from 1.219 on.',
    },
  }),
] as const;
