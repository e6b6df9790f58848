import * as z from 'zod';
import { isAllowed, projectFor } from '../access/permissions.ts';
import { projectRole } from '../access/roles.ts';
import { looseBoolean } from '../http/body-validation.ts';
import { alreadyExists, forbidden, notExists, notFound, unexpected } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import { type JsonObject, PROJECT_ROLES, type Project } from '../store/records.ts';
import { removeProject } from '../store/removal.ts';
import { isTimezone } from '../timezone.ts';

const base = '/api/v1/projects/{projectUuid}';

function projectListItem(project: Project): JsonObject {
  return {
    name: project.name,
    projectUuid: project.projectUuid,
    type: project.type,
    createdByUserUuid: project.createdByUserUuid,
    upstreamProjectUuid: project.upstreamProjectUuid,
    warehouseType: project.warehouseConnection.type,
    requireUserCredentials: false,
  };
}

function memberView({ store }: Pick<Call, 'store'>, project: Project, userUuid: string): JsonObject | null {
  const user = store.users.get(userUuid);
  const access = project.members.find((member) => member.userUuid === userUuid);
  if (!user || !access) return null;
  const { email, firstName, lastName } = user;
  return { userUuid, projectUuid: project.projectUuid, role: access.role, email, firstName, lastName };
}

/**
 * Sets the default time zone of deliveries. The real server saves an unknown name and answers 500; as long as a
 * delivery uses it, a good name afterwards is a 500 too and is not saved.
 */
function setSchedulerTimezone({ store }: Call, project: Project, timezone: string): void {
  const inUse = [...store.schedulers.values()].some((scheduler) => {
    const content =
      scheduler.savedChartUuid === null
        ? store.dashboards.get(scheduler.dashboardUuid ?? '')
        : store.charts.get(scheduler.savedChartUuid);
    return content?.projectUuid === project.projectUuid && scheduler.timezone === null;
  });
  const keepsDefault = inUse && !isTimezone(project.schedulerTimezone);
  if (!keepsDefault) project.schedulerTimezone = timezone;
  if (keepsDefault || (inUse && !isTimezone(timezone))) throw unexpected();
}

/** Only the type is needed; what else is sent is kept. */
const cube = z.object({ type: z.literal('CUBE'), domain: z.string().optional(), token: z.string().optional() });
const dbt = z.object({
  type: z.literal('DBT'),
  domain: z.string().optional(),
  environmentId: z.string().optional(),
  token: z.string().optional(),
});

/** The fields of a project on every release; its uuid is that of the path. */
export function projectFields(project: Project, projectUuid: string): JsonObject {
  const { upstreamProjectUuid } = project;
  return {
    organizationUuid: project.organizationUuid,
    projectUuid,
    name: project.name,
    type: project.type,
    dbtConnection: project.dbtConnection,
    warehouseConnection: project.warehouseConnection,
    pinnedListUuid: project.pinnedListUuid,
    dbtVersion: project.dbtVersion,
    ...(upstreamProjectUuid === null ? {} : { upstreamProjectUuid }),
  };
}

/** Routes of projects. */
export const projectRoutes = [
  route('GET', '/api/v1/org/projects', {}, ({ store, user }) => {
    if (user.organizationUuid === null) throw notExists('Cannot find organization');
    return [...store.projects.values()]
      .filter((project) => projectRole(store, user, project) !== null)
      .map(projectListItem);
  }),
  route('DELETE', '/api/v1/org/projects/{projectUuid}', {}, (call) => {
    const project = projectFor(call, call.params.projectUuid);
    const action = project.type === 'PREVIEW' ? 'delete previews' : 'manage project';
    if (!isAllowed(call.store, call.user, project, action)) throw forbidden();
    removeProject(call.store, project.projectUuid);
  }),
  route('GET', base, {}, (call) => {
    const project = projectFor(call, call.params.projectUuid);
    const { semanticLayerConnection, schedulerTimezone, createdByUserUuid } = project;
    const { token: _, ...semanticLayer } = semanticLayerConnection ?? {};
    return {
      // As it was typed, in whatever case and braces.
      ...projectFields(project, call.rawParams.projectUuid),
      ...(semanticLayerConnection === null ? {} : { semanticLayerConnection: semanticLayer }),
      schedulerTimezone,
      createdByUserUuid,
    };
  }),
  route('GET', `${base}/access`, {}, (call) => {
    const project = projectFor(call, call.params.projectUuid);
    return project.members.map((member) => memberView(call, project, member.userUuid)).filter((view) => view !== null);
  }),
  route('GET', `${base}/user/{userUuid}`, {}, (call) => {
    const { userUuid, projectUuid } = call.params;
    const view = memberView(call, projectFor(call, projectUuid), userUuid);
    if (view === null) throw notFound(`User UUID ${userUuid} is not found in project ${projectUuid}`);
    return view;
  }),
  route('GET', `${base}/groupAccesses`, {}, (call) => {
    const { projectUuid, groups } = projectFor(call, call.params.projectUuid, 'manage project');
    return groups.map(({ groupUuid, role }) => ({ projectUuid, groupUuid, role }));
  }),
  route(
    'POST',
    `${base}/access`,
    { body: z.object({ email: z.string(), role: z.enum(PROJECT_ROLES), sendEmail: looseBoolean }) },
    (call) => {
      const project = projectFor(call, call.params.projectUuid, 'manage project');
      const { email, role } = call.body;
      const user = [...call.store.users.values()].find(
        (user) => user.email === email && user.organizationUuid === project.organizationUuid,
      );
      if (!user) throw notExists(`Can't find user with email ${email} in the organization`);
      if (project.members.some((member) => member.userUuid === user.userUuid)) {
        throw alreadyExists(`This user email ${email} already has access to this project`);
      }
      project.members.push({ userUuid: user.userUuid, role });
    },
  ),
  route('PATCH', `${base}/access/{userUuid}`, { body: z.object({ role: z.enum(PROJECT_ROLES) }) }, (call) => {
    const project = projectFor(call, call.params.projectUuid, 'manage project');
    const member = project.members.find((projectMember) => projectMember.userUuid === call.params.userUuid);
    if (member) member.role = call.body.role;
  }),
  route('DELETE', `${base}/access/{userUuid}`, {}, (call) => {
    const project = projectFor(call, call.params.projectUuid, 'manage project');
    project.members = project.members.filter((member) => member.userUuid !== call.params.userUuid);
  }),
  route('PATCH', `${base}/metadata`, { body: z.object({ upstreamProjectUuid: z.string().nullish() }) }, (call) => {
    const project = projectFor(call, call.params.projectUuid, 'update project');
    if (call.body.upstreamProjectUuid === undefined) throw unexpected();
    project.upstreamProjectUuid = call.body.upstreamProjectUuid;
  }),
  route('PATCH', `${base}/schedulerSettings`, { body: z.object({ schedulerTimezone: z.string() }) }, (call) => {
    const project = projectFor(call, call.params.projectUuid, 'update project');
    setSchedulerTimezone(call, project, call.body.schedulerTimezone);
  }),
  route('PATCH', `${base}/semantic-layer-connection`, { until: '0.1366', body: z.union([dbt, cube]) }, (call) => {
    const project = projectFor(call, call.params.projectUuid, 'update project');
    project.semanticLayerConnection = { ...call.body };
  }),
  route('DELETE', `${base}/semantic-layer-connection`, { until: '0.1366' }, (call) => {
    projectFor(call, call.params.projectUuid, 'update project').semanticLayerConnection = null;
  }),
];
