import { getCookie } from 'hono/cookie';
import { userOfSession } from '../http/authentication.ts';
import { route } from '../http/route.ts';

/** The commit that the recordings came from calls itself so: the one after release 0.1366.1. */
const VERSION = '0.1367.0';
const off = (name: string) => ({ loginPath: `/login/${name}`, enabled: false });

export const healthRoutes = [
  route('GET', '/api/v1/health', { auth: 'none' }, ({ store, url, context }) => ({
    healthy: true,
    mode: 'default',
    version: VERSION,
    localDbtEnabled: true,
    // Tokens do not count here.
    isAuthenticated: userOfSession(store, getCookie(context, 'connect.sid') ?? null) !== null,
    requiresOrgRegistration: store.organizations.size === 0,
    latest: {},
    rudder: { writeKey: '', dataPlaneUrl: '' },
    sentry: {
      frontend: { dsn: '' },
      environment: 'default',
      release: VERSION,
      tracesSampleRate: 0,
      profilesSampleRate: 0,
    },
    intercom: { appId: '', apiBase: '' },
    pylon: { appId: '' },
    siteUrl: url,
    staticIp: '',
    posthog: { projectApiKey: '', feApiHost: '', beApiHost: '' },
    query: { maxLimit: 5000, csvCellsLimit: 100_000 },
    pivotTable: { maxColumnLimit: 60 },
    customVisualizationsEnabled: false,
    hasSlack: false,
    hasGithub: false,
    auth: {
      disablePasswordAuthentication: false,
      google: off('google'),
      okta: off('okta'),
      oneLogin: off('oneLogin'),
      azuread: off('azuread'),
      oidc: off('oidc'),
    },
    hasEmailClient: true,
    hasHeadlessBrowser: false,
    hasGroups: true,
    hasExtendedUsageAnalytics: true,
  })),
];
