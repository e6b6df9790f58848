import * as z from 'zod';
import { projectRole } from '../../access/roles.ts';
import { coveredRole, SYSTEM_ROLE_NAMES } from '../../access/system-roles.ts';
import { looseBoolean } from '../../http/body-validation.ts';
import { forbidden, notExists, unexpected } from '../../http/refusals.ts';
import { type Call, route, type UserContext, type WriteContext } from '../../http/route.ts';
import { type JsonObject, PROJECT_ROLES, type Project } from '../../store/records.ts';
import { fullName } from '../../views/people.ts';
import { checkedUuid, isUuid } from './find-by-id.ts';
import { customRole, licence, NOT_YOUR_ORGANIZATION } from './roles.ts';

const since = '1.219';
const assignments = '/api/v2/projects/{projectId}/roles/assignments';
const NOT_YOUR_PROJECT = 'You do not have permission to manage this project';

function administeredProject({ store, user }: UserContext, projectUuid: string, refusal = NOT_YOUR_PROJECT): Project {
  const project = store.projects.get(projectUuid);
  if (!project) throw notExists(`Cannot find project with id: ${projectUuid}`);
  if (projectRole(store, user, project)?.role !== 'admin') throw forbidden(refusal);
  return project;
}

/** The project role of a role id. @throws 404 for an unknown uuid, 500 for an unknown name */
function resolveRole(call: UserContext, roleId: string) {
  const role = PROJECT_ROLES.find((projectRole) => projectRole === roleId);
  if (role) return { role, roleName: SYSTEM_ROLE_NAMES[role] };
  if (!isUuid(roleId)) throw unexpected();
  const { roleUuid, name, scopes } = customRole(call, roleId);
  return { role: coveredRole(scopes), roleUuid, roleName: name };
}

interface Assignee {
  assigneeType: 'user' | 'group';
  assigneeId: string;
  assigneeName: string;
}

function assignmentView(
  call: Pick<Call, 'now'>,
  projectId: string,
  roleId: string,
  roleName: string,
  assignee: Assignee,
) {
  const now = call.now().toISOString();
  return { roleId, roleName, ownerType: 'user', ...assignee, projectId, createdAt: now, updatedAt: now };
}

function listAssignments(call: WriteContext, project: Project): JsonObject[] {
  const { store } = call;
  const now = call.now().toISOString();
  const view = ({ role, roleUuid }: { role: string; roleUuid?: string }, assignee: Assignee) => {
    const custom = roleUuid === undefined ? undefined : store.customRoles.get(roleUuid);
    return {
      roleId: custom?.roleUuid ?? role,
      roleName: custom?.name ?? role,
      ownerType: custom ? 'user' : 'system',
      ...assignee,
      hasMultipleRoles: false,
      projectId: project.projectUuid,
      createdAt: now,
      updatedAt: now,
    };
  };
  return [
    ...project.members.map((projectMember) =>
      view(projectMember, {
        assigneeType: 'user',
        assigneeId: projectMember.userUuid,
        assigneeName: fullName(store, projectMember.userUuid),
      }),
    ),
    ...project.groups.map((projectGroup) => {
      const assigneeName = store.groups.get(projectGroup.groupUuid)?.name ?? '';
      return view(projectGroup, { assigneeType: 'group', assigneeId: projectGroup.groupUuid, assigneeName });
    }),
  ];
}

const roleBody = z.object({ roleId: z.string(), sendEmail: looseBoolean.optional() });
function grantToGroup(call: Call<'projectId' | 'groupId', z.output<typeof roleBody>>): JsonObject {
  const project = administeredProject(call, call.params.projectId);
  const groupUuid = checkedUuid(call.rawParams, 'groupId');
  const group = call.store.groups.get(groupUuid);
  if (!group) throw notExists('No group found');
  const { roleName, ...role } = resolveRole(call, call.body.roleId);
  project.groups = [
    ...project.groups.filter((projectGroup) => projectGroup.groupUuid !== groupUuid),
    { groupUuid, ...role },
  ];
  const assignee = { assigneeType: 'group', assigneeId: groupUuid, assigneeName: group.name } as const;
  return assignmentView(call, project.projectUuid, call.body.roleId, roleName, assignee);
}

/** Routes of the roles of people and groups in a project on 1.219. */
export const roleAssignmentRoutes = [
  route('GET', assignments, { since, uncheckedIds: [] }, (call) =>
    listAssignments(call, administeredProject(call, call.params.projectId)),
  ),
  route('POST', `${assignments}/user/{userId}`, { since, body: roleBody }, (call) => {
    const project = administeredProject(call, call.params.projectId);
    const userUuid = checkedUuid(call.rawParams, 'userId');
    const { roleName, ...role } = resolveRole(call, call.body.roleId);
    if (!call.store.users.has(userUuid)) throw notExists(`Cannot find user with uuid ${userUuid}`);
    project.members = [
      ...project.members.filter((projectMember) => projectMember.userUuid !== userUuid),
      { userUuid, ...role },
    ];
    const assignee = {
      assigneeType: 'user',
      assigneeId: userUuid,
      assigneeName: fullName(call.store, userUuid),
    } as const;
    return assignmentView(call, project.projectUuid, call.body.roleId, roleName, assignee);
  }),
  route('DELETE', `${assignments}/user/{userId}`, { since }, (call) => {
    const project = administeredProject(call, call.params.projectId, NOT_YOUR_ORGANIZATION);
    const userUuid = checkedUuid(call.rawParams, 'userId');
    if (!project.members.some((projectMember) => projectMember.userUuid === userUuid))
      throw notExists(`Access with id ${userUuid} not found`);
    project.members = project.members.filter((projectMember) => projectMember.userUuid !== userUuid);
  }),
  route('POST', `${assignments}/group/{groupId}`, { since, body: roleBody }, grantToGroup),
  route('PATCH', `${assignments}/group/{groupId}`, { since, body: roleBody }, grantToGroup),
  route('DELETE', `${assignments}/group/{groupId}`, { since }, (call) => {
    const project = administeredProject(call, call.params.projectId);
    const groupUuid = checkedUuid(call.rawParams, 'groupId');
    project.groups = project.groups.filter((projectGroup) => projectGroup.groupUuid !== groupUuid);
  }),
  ...(['user/{userId}', 'group/{groupId}'] as const).flatMap((assignee) => [
    route('GET', `${assignments}/${assignee}/set`, { since }, licence),
    route('PUT', `${assignments}/${assignee}/set`, { since }, licence),
  ]),
];
