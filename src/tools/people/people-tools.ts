import type { Tool } from '../tool.ts';
import { assignRole, removeRoleAssignment } from './assign-role.ts';
import { getUserAccess } from './get-user-access.ts';
import { reassignSchedulers } from './hand-over.ts';
import { inviteUser, listPendingInvites } from './invite-user.ts';
import { listRoleAssignments } from './list-role-assignments.ts';
import { listRoles } from './list-roles.ts';

/** The tools about people and what they may do. */
export const peopleTools: readonly Tool[] = [
  getUserAccess,
  listRoles,
  listRoleAssignments,
  assignRole,
  removeRoleAssignment,
  inviteUser,
  listPendingInvites,
  reassignSchedulers,
];
