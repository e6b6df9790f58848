import * as z from 'zod';
import { administeredOrganization, projectFor } from '../../access/permissions.ts';
import { projectRole } from '../../access/roles.ts';
import { SandboxError } from '../../errors.ts';
import { forbidden, notExists } from '../../http/refusals.ts';
import { type Call, route } from '../../http/route.ts';
import { type JsonObject, ROLES, type Scheduler } from '../../store/records.ts';
import { newNanoid, type Store } from '../../store/store.ts';
import { todaysMemberView } from '../../views/today/people.ts';
import { changeRole, listMembers, listQuery, memberFor, pendingMember, roleBody } from '../members.ts';
import { checkedUuid } from './find-by-id.ts';

const since = '1.219';
/** Invitations last so long, whatever the body says. */
const INVITE_MILLISECONDS = 3 * 86_400_000;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z?$/;
const date = z.string().regex(ISO, 'invalid ISO 8601 datetime format, i.e. YYYY-MM-DDTHH:mm:ss');
const invitation = z.object({ email: z.string(), role: z.enum(ROLES).optional(), expiresAt: date.optional() });

/** Invites by mail. Another link for a pending address takes the place of the first; its role stays. */
function invite(call: Call<never, z.output<typeof invitation>>): JsonObject {
  const { store, body, now, url } = call;
  const organizationUuid = administeredOrganization(call);
  const { userUuid, email } = pendingMember(call, organizationUuid, body.email, body.role);
  for (const link of [...store.inviteLinks.values()]) {
    if (link.userUuid === userUuid) store.inviteLinks.delete(link.inviteCode);
  }
  const inviteCode = newNanoid(30);
  const expiresAt = new Date(now().getTime() + INVITE_MILLISECONDS).toISOString();
  store.inviteLinks.set(inviteCode, { inviteCode, expiresAt, organizationUuid, userUuid, email });
  // The member is there by the time the mail cannot be sent.
  if (!email.includes('@')) {
    const message = 'Failed to send email after 1 attempts. No recipients defined';
    throw new SandboxError(500, 'SmptError', message, { error: { code: 'EENVELOPE', command: 'API' } });
  }
  const inviteUrl = `${url}/invite/${inviteCode}`;
  return { inviteCode, expiresAt, inviteUrl, organizationUuid, userUuid, email, purpose: 'member' };
}

const deliveriesOf = (store: Store, userUuid: string) =>
  [...store.schedulers.values()].filter((scheduler) => scheduler.createdBy === userUuid);

/** Routes of members and groups on 1.219. */
export const peopleRoutes = [
  route('GET', '/api/v1/org/users', { since, query: listQuery }, (call) => listMembers(call, todaysMemberView)),
  route('GET', '/api/v1/org/users/email/{email}', { since }, (call) =>
    todaysMemberView(memberFor(call, (user) => user.email === decodeURIComponent(call.params.email))),
  ),
  route('GET', '/api/v1/org/users/{userUuid}', { since, uncheckedIds: ['userUuid'] }, (call) => {
    const userUuid = checkedUuid(call.rawParams, 'userUuid');
    return todaysMemberView(memberFor(call, (user) => user.userUuid === userUuid));
  }),
  route('PATCH', '/api/v1/org/users/{userUuid}', { since, body: roleBody }, (call) =>
    todaysMemberView(changeRole(call)),
  ),
  route('POST', '/api/v1/invite-links', { since, status: 201, body: invitation }, invite),
  route('GET', '/api/v1/invite-links/{inviteCode}', { since, auth: 'none' }, ({ store, params, url }) => {
    const link = store.inviteLinks.get(params.inviteCode);
    if (!link) throw notExists('No invite link found');
    return { ...link, inviteUrl: `${url}/invite/${link.inviteCode}`, purpose: 'member' };
  }),
  route('DELETE', '/api/v1/invite-links', { since }, (call) => {
    const organizationUuid = administeredOrganization(call);
    for (const link of [...call.store.inviteLinks.values()]) {
      if (link.organizationUuid === organizationUuid) call.store.inviteLinks.delete(link.inviteCode);
    }
  }),
  route('GET', '/api/v1/projects/{projectUuid}/access', { since }, (call) => {
    const { store } = call;
    const { projectUuid, members: projectMembers } = projectFor(call, call.params.projectUuid);
    return projectMembers.flatMap(({ userUuid, role }) => {
      const user = store.users.get(userUuid);
      if (!user) return [];
      const { email, firstName, lastName } = user;
      return [{ userUuid, email, role, firstName, projectUuid, lastName, hasMultipleRoles: false }];
    });
  }),
  route('GET', '/api/v1/org/user/{userUuid}/schedulers-summary', { since }, (call) => {
    const { store, user, params } = call;
    const deliveries = deliveriesOf(store, params.userUuid);
    const byProject = [...store.projects.values()].flatMap((project) => {
      const inProject = deliveries.filter((scheduler) => projectUuidOf(store, scheduler) === project.projectUuid);
      if (inProject.length === 0) return [];
      if (projectRole(store, user, project)?.role !== 'admin') {
        throw forbidden(`You do not have permission to view scheduled deliveries in: ${project.name}`);
      }
      return [{ projectUuid: project.projectUuid, projectName: project.name, count: inProject.length }];
    });
    const hasGsheetsSchedulers = deliveries.some((scheduler) => scheduler.format === 'gsheets');
    return { totalCount: deliveries.length, hasGsheetsSchedulers, byProject };
  }),
  route(
    'PATCH',
    '/api/v1/org/user/{userUuid}/reassign-schedulers',
    { since, body: z.object({ newOwnerUserUuid: z.string() }) },
    (call) => {
      const deliveries = deliveriesOf(call.store, call.params.userUuid);
      // A user without deliveries to reassign is not refused, viewers included.
      if (deliveries.length > 0) administeredOrganization(call);
      for (const scheduler of deliveries) scheduler.createdBy = call.body.newOwnerUserUuid;
      return { reassignedCount: deliveries.length };
    },
  ),
];

/** The project of what a delivery sends. */
function projectUuidOf(store: Store, scheduler: Scheduler): string | undefined {
  const { savedChartUuid, dashboardUuid, savedSqlUuid } = scheduler;
  const content =
    store.charts.get(String(savedChartUuid)) ??
    store.dashboards.get(String(dashboardUuid)) ??
    store.sqlCharts.get(String(savedSqlUuid));
  return content?.projectUuid;
}
