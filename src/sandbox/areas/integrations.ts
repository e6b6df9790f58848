import * as z from 'zod';
import { forbidden, missingConfig, notExists, notFound, unexpected } from '../http/refusals.ts';
import { route } from '../http/route.ts';
import { newNanoid } from '../store/store.ts';

const pullRequests = '/api/v1/projects/{projectUuid}/git-integration/pull-requests';

const quoteChar = z.enum(['"', "'"]);
const customMetric = z.object({ name: z.string(), table: z.string(), type: z.string(), sql: z.string() });

/** GitHub, Slack and Google, as a server answers that is connected to none of them. */
export const integrationRoutes = [
  route(
    'GET',
    '/api/v1/projects/{projectUuid}/git-integration',
    { until: '0.1366', uncheckedIds: ['projectUuid'] },
    () => ({
      enabled: false,
    }),
  ),
  route('GET', '/api/v1/github/config', { since: '1.219', auth: 'session' }, () => ({ enabled: false })),
  route('GET', `${pullRequests}/chart/{chartUuid}/fields`, { until: '0.1366' }, () => {
    throw unexpected();
  }),
  route(
    'POST',
    `${pullRequests}/custom-metrics`,
    { until: '0.1366', body: z.object({ customMetrics: z.array(z.string()), quoteChar }) },
    () => {
      throw unexpected();
    },
  ),
  route(
    'POST',
    `${pullRequests}/custom-metrics`,
    { since: '1.219', body: z.object({ customMetrics: z.array(customMetric), quoteChar }) },
    () => {
      throw unexpected();
    },
  ),
  route('GET', '/api/v1/github/install', { auth: 'session' }, () => {
    const location = `https://github.com/apps/lightdash-app-dev/installations/new?state=127_${newNanoid()}`;
    return new Response(null, { status: 302, headers: { location } });
  }),
  route('GET', '/api/v1/github/oauth/callback', { auth: 'none', until: '0.1366' }, () => {
    throw unexpected();
  }),
  // Recorded with a token and no query, and with a session and a query: the deciding one is unknown.
  route('GET', '/api/v1/github/oauth/callback', { auth: 'optional', since: '1.219' }, ({ session }) => {
    if (session === null) throw forbidden('Account is required');
    throw unexpected();
  }),
  route('GET', '/api/v1/github/repos/list', { auth: 'session' }, () => {
    throw notFound('Missing Github installation');
  }),
  route('DELETE', '/api/v1/github/uninstall', { auth: 'session' }, () => undefined),
  route('GET', '/api/v1/gdrive/get-access-token', {}, () => {
    throw notExists('Cannot find user with refresh token');
  }),
  route('GET', '/api/v1/slack', { auth: 'session' }, () => undefined),
  // No `results` at all, though the API's own document promises a list.
  route('GET', '/api/v1/slack/channels', {}, () => undefined),
  route(
    'PUT',
    '/api/v1/slack/custom-settings',
    { body: z.object({ notificationChannel: z.string().nullable(), appProfilePhotoUrl: z.string().nullable() }) },
    () => {
      throw missingConfig('Slack is not configured');
    },
  ),
];
