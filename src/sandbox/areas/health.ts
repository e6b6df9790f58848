import { getCookie } from 'hono/cookie';
import { userOfSession } from '../http/authentication.ts';
import { route } from '../http/route.ts';
import { VERSIONS } from '../release/releases.ts';

const disabledLogin = (name: string) => ({ loginPath: `/login/${name}`, enabled: false });

/** Features of a fresh server without a licence, with those that 1.219 adds. */
const HEALTH_1_219 = {
  requiresMigration: false,
  license: { hasLicenseKey: false, valid: false },
  headway: { enabled: true },
  dashboard: { maxTilesPerTab: 50, maxTabsPerDashboard: 20, disableSentryTracking: false },
  pivotTable: { maxColumnLimit: 200 },
  hasGitlab: false,
  hasPlaygroundProjects: false,
  hasEmailWhitelabel: false,
  hasHeadlessBrowser: true,
  hasExtendedUsageAnalytics: false,
  hasCacheAutocompleResults: false,
  appearance: {},
  hasBrandfetch: false,
  hasMicrosoftTeams: false,
  isServiceAccountEnabled: false,
  isOrganizationWarehouseCredentialsEnabled: false,
  isAthenaWarehouseIamRoleAuthEnabled: false,
  isSaveCredentialsFormEnabled: false,
  isCustomRolesEnabled: false,
  embedding: {
    enabled: false,
    events: {
      enabled: false,
      rateLimiting: { maxEventsPerWindow: 10, windowDurationMs: 1000 },
      allowedOrigins: [],
      enablePostMessage: false,
    },
  },
  ai: { isAmbientAiEnabled: false, threadDumpEnabled: false },
  echarts6: { enabled: false },
  funnelBuilder: { enabled: false },
  dashboardComments: { enabled: true },
  preAggregates: { enabled: false },
  dataApps: { previewOrigin: null, sampleDataEnabled: true },
};

/** Limits of queries. */
const QUERY = { maxLimit: 5000, csvCellsLimit: 100_000 };
const TODAYS_QUERY = {
  ...QUERY,
  csvMaxLimit: 5_000_000,
  queryMaxLimit: 5000,
  maxPageSize: 2500,
  defaultLimit: 500,
  retryQueryOnTransientErrors: false,
};

const logins = {
  disablePasswordAuthentication: false,
  google: disabledLogin('google'),
  okta: disabledLogin('okta'),
  oneLogin: disabledLogin('oneLogin'),
  azuread: disabledLogin('azuread'),
  oidc: disabledLogin('oidc'),
};

const HEALTH_0_1366 = {
  rudder: { writeKey: '', dataPlaneUrl: '' },
  intercom: { appId: '', apiBase: '' },
  posthog: { projectApiKey: '', feApiHost: '', beApiHost: '' },
  pivotTable: { maxColumnLimit: 60 },
  customVisualizationsEnabled: false,
  hasHeadlessBrowser: false,
  hasGroups: true,
  hasExtendedUsageAnalytics: true,
};

/** Routes of the state of the server. */
export const healthRoutes = [
  route('GET', '/api/v1/health', { auth: 'none' }, ({ release, store, url, context }) => {
    const isOlder = release === '0.1366';
    const [google, enabled] = [{ ...logins.google, enableGCloudADC: false }, { enabled: false }];
    return {
      healthy: true,
      mode: 'default',
      version: VERSIONS[release],
      localDbtEnabled: true,
      // Tokens do not count here.
      isAuthenticated: userOfSession(store, getCookie(context, 'connect.sid') ?? null) !== null,
      requiresOrgRegistration: store.organizations.size === 0,
      latest: {},
      sentry: {
        frontend: { dsn: '' },
        environment: 'default',
        release: VERSIONS[release],
        tracesSampleRate: isOlder ? 0 : 0.1,
        profilesSampleRate: isOlder ? 0 : 0.2,
      },
      pylon: { appId: '' },
      siteUrl: url,
      staticIp: '',
      query: isOlder ? QUERY : TODAYS_QUERY,
      hasSlack: false,
      hasGithub: false,
      auth: isOlder ? logins : { ...logins, google, pat: {}, snowflake: enabled, databricks: enabled },
      hasEmailClient: true,
      ...(isOlder ? HEALTH_0_1366 : HEALTH_1_219),
      ...(isOlder ? {} : { rudder: {}, intercom: { appId: '', apiBase: 'https://api-iam.intercom.io' } }),
      ...(isOlder ? {} : { softDelete: { enabled: store.settings.softDelete, retentionDays: 30 } }),
    };
  }),
];
