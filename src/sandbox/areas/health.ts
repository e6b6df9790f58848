import { getCookie } from 'hono/cookie';
import { userOfSession } from '../http/authentication.ts';
import { route } from '../http/route.ts';
import { VERSIONS } from '../release/releases.ts';

/** Limits of v2's queries. */
const PAGING = { defaultLimit: 500, maxPageSize: 2500 };
const off = (name: string) => ({ loginPath: `/login/${name}`, enabled: false });

export const healthRoutes = [
  route('GET', '/api/v1/health', { auth: 'none' }, ({ release, store, url, context }) => ({
    healthy: true,
    mode: 'default',
    version: VERSIONS[release],
    localDbtEnabled: true,
    // Tokens do not count here.
    isAuthenticated: userOfSession(store, getCookie(context, 'connect.sid') ?? null) !== null,
    requiresOrgRegistration: store.organizations.size === 0,
    latest: {},
    rudder: { writeKey: '', dataPlaneUrl: '' },
    sentry: {
      frontend: { dsn: '' },
      environment: 'default',
      release: VERSIONS[release],
      tracesSampleRate: 0,
      profilesSampleRate: 0,
    },
    intercom: { appId: '', apiBase: '' },
    pylon: { appId: '' },
    siteUrl: url,
    staticIp: '',
    posthog: { projectApiKey: '', feApiHost: '', beApiHost: '' },
    query: { maxLimit: 5000, csvCellsLimit: 100_000, ...(release === '0.1366' ? {} : PAGING) },
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
