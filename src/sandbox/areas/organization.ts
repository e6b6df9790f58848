import * as z from 'zod';
import { administeredOrganization, organizationOf } from '../access/permissions.ts';
import { forbidden, notExists, unexpected, wrongParameter } from '../http/refusals.ts';
import { route, type UserContext } from '../http/route.ts';
import { type Organization, PROJECT_ROLES } from '../store/records.ts';
import { removeOrganization } from '../store/removal.ts';
import { newUuid } from '../store/store.ts';

/** Mail providers open to everybody, which cannot stand for an organization. */
const PUBLIC_MAIL_DOMAINS = [
  'gmail.com',
  'googlemail.com',
  'hotmail.com',
  'outlook.com',
  'yahoo.com',
  'icloud.com',
  'aol.com',
];

function organizationFor(call: UserContext): Organization {
  const organization = call.store.organizations.get(organizationOf(call));
  if (!organization) throw notExists('Cannot find organization');
  return organization;
}

function domainsView({ organizationUuid, emailDomains }: Organization) {
  return { organizationUuid, ...emailDomains };
}

const organizationChanges = z.object({
  name: z.string().optional(),
  chartColors: z.array(z.string()).optional(),
  defaultProjectUuid: z.string().optional(),
});

/** Routes of the organization. */
export const organizationRoutes = [
  route('GET', '/api/v1/org', {}, (call) => {
    const { organizationUuid, name, chartColors, defaultProjectUuid } = organizationFor(call);
    const hasProject = [...call.store.projects.values()].some(
      (project) => project.organizationUuid === organizationUuid,
    );
    return {
      organizationUuid,
      name,
      chartColors,
      ...(defaultProjectUuid === null ? {} : { defaultProjectUuid }),
      needsProject: !hasProject,
    };
  }),
  route('PUT', '/api/v1/org', { body: z.object({ name: z.string() }) }, ({ store, user, body, now }) => {
    if (user.organizationUuid !== null) throw forbidden('User already has an organization');
    const organizationUuid = newUuid();
    store.organizations.set(organizationUuid, {
      organizationUuid,
      name: body.name,
      createdAt: now().toISOString(),
      chartColors: null,
      defaultProjectUuid: null,
      emailDomains: { emailDomains: [], role: 'viewer', projects: [] },
    });
    user.organizationUuid = organizationUuid;
    user.role = 'admin';
  }),
  route('PATCH', '/api/v1/org', { auth: 'session', body: organizationChanges }, (call) => {
    administeredOrganization(call);
    if (Object.keys(call.body).length === 0) throw unexpected();
    Object.assign(organizationFor(call), call.body);
  }),
  route('DELETE', '/api/v1/org/{organizationUuid}', { auth: 'session' }, (call) => {
    if (administeredOrganization(call) !== call.params.organizationUuid) throw forbidden();
    removeOrganization(call.store, call.params.organizationUuid);
  }),
  route('GET', '/api/v1/org/allowedEmailDomains', { auth: 'session' }, (call) => domainsView(organizationFor(call))),
  route(
    'PATCH',
    '/api/v1/org/allowedEmailDomains',
    {
      auth: 'session',
      body: z.object({
        emailDomains: z.array(z.string()),
        role: z.enum(['editor', 'interactive_viewer', 'viewer', 'member']),
        projects: z.array(z.object({ projectUuid: z.string(), role: z.enum(PROJECT_ROLES) })),
      }),
    },
    (call) => {
      administeredOrganization(call);
      const open = call.body.emailDomains.filter((domain) => PUBLIC_MAIL_DOMAINS.includes(domain));
      if (open.length > 0) throw wrongParameter(`${open.join(', ')} is not allowed as organization email(s)`);
      const organization = organizationFor(call);
      organization.emailDomains = call.body;
      return domainsView(organization);
    },
  ),
  route('GET', '/api/v1/org/onboardingStatus', { auth: 'session' }, () => ({ ranQuery: true })),
];
