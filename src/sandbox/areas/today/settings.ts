import { projectFor } from '../../access/permissions.ts';
import { anyObject } from '../../http/body-validation.ts';
import { forbidden, missingConfig, notFound } from '../../http/refusals.ts';
import { type Call, route, type UserContext } from '../../http/route.ts';
import { ids } from '../../seed/ids.ts';
import type { JsonObject, Organization } from '../../store/records.ts';
import { COLOR_PALETTE } from '../../views/charts.ts';
import { DEFAULT_COLOURS } from '../../views/today/charts.ts';

const since = '1.219';
const project = '/api/v1/projects/{projectUuid}';

const SETTINGS: JsonObject = {
  oidcLinkingEnabled: false,
  oidcToEmailLinkingEnabled: false,
  supportImpersonationEnabled: false,
  semanticLayerPgwireEnabled: false,
  scheduledDeliveryExpirationSeconds: 259_200,
  scheduledDeliveryExpirationSecondsEmail: null,
  scheduledDeliveryExpirationSecondsSlack: null,
  scheduledDeliveryExpirationSecondsMsTeams: null,
  scheduledDeliveryExpirationSecondsGoogleChat: null,
  queryLimit: 5000,
  csvCellsLimit: 100_000,
  corsAllowedDomains: [],
};

function organizationFor({ store, user }: UserContext): Organization {
  const organization = store.organizations.get(user.organizationUuid ?? '');
  if (!organization) throw notFound('Organization not found');
  return organization;
}

const settingsOf = (call: UserContext) => ({ ...SETTINGS, ...organizationFor(call).settings });

const noHomepage = (call: Call<'projectUuid'>) => {
  projectFor(call, call.params.projectUuid);
  throw missingConfig("Unable to initialize service 'projectHomepageService' - no factory or provider.");
};

/** Routes of settings of projects on 1.219. */
export const settingRoutes = [
  route('GET', '/api/v1/org/settings', { since }, settingsOf),
  route('PATCH', '/api/v1/org/settings', { since, body: anyObject }, (call) => {
    const { user, body } = call;
    if (user.role !== 'admin') throw forbidden();
    const knownSettings = Object.entries(body).filter(([name]) => name in SETTINGS);
    const organization = organizationFor(call);
    organization.settings = {
      ...organization.settings,
      ...JSON.parse(JSON.stringify(Object.fromEntries(knownSettings))),
    };
    return settingsOf(call);
  }),
  route('GET', '/api/v1/org/color-palettes', { since }, (call) => {
    const { organizationUuid, createdAt } = organizationFor(call);
    const colorPaletteUuid = `${ids.pinnedList.slice(0, 24)}000000000001`;
    const colors = COLOR_PALETTE;
    return [
      { colorPaletteUuid, organizationUuid, name: 'Default', colors, darkColors: null, createdAt, isActive: false },
    ];
  }),
  route('GET', `${project}/colorPalette`, { since }, (call) => {
    projectFor(call, call.params.projectUuid);
    return DEFAULT_COLOURS;
  }),
  route('GET', `${project}/homepage`, { since }, noHomepage),
  route('GET', `${project}/announcements`, { since }, noHomepage),
];
