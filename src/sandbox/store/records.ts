import type { MetricQuery } from '../warehouse/index.ts';

/**
 * The data of the embedded Lightdash, as plain records. Times are ISO strings with milliseconds, as in real responses.
 */

/** Roles in an organization, weakest first; `member` gives nothing in a project by itself. */
export const ROLES = ['member', 'viewer', 'interactive_viewer', 'editor', 'developer', 'admin'] as const;
/** A role in the organization. */
export type Role = (typeof ROLES)[number];
/** Roles in a project, from the least to the most. */
export const PROJECT_ROLES = ['viewer', 'interactive_viewer', 'editor', 'developer', 'admin'] as const;
/** A role in a project. */
export type ProjectRole = (typeof PROJECT_ROLES)[number];
/** Roles in a space, from the least to the most. */
export const SPACE_ROLES = ['viewer', 'editor', 'admin'] as const;
/** A role in a space. */
export type SpaceRole = (typeof SPACE_ROLES)[number];

/** A JSON value whose inside the sandbox keeps but does not look into. */
type Json = unknown;
/** An object of JSON. */
export type JsonObject = Record<string, Json>;

/** A person of the organization. */
export interface User {
  userUuid: string;
  userId: number;
  email: string;
  password: string;
  firstName: string;
  lastName: string;
  createdAt: string;
  updatedAt: string;
  isMarketingOptedIn: boolean;
  isTrackingAnonymized: boolean;
  isSetupComplete: boolean;
  isPending: boolean;
  organizationUuid: string | null;
  role: Role | null;
  isEmailVerified: boolean;
  timezone?: string | null;
  passcode: OneTimePasscode | null;
}

/** The code that verifies an e-mail. */
export interface OneTimePasscode {
  code: string;
  createdAt: string;
  numberOfAttempts: number;
}

/** A personal access token. */
export interface AccessToken {
  uuid: string;
  token: string;
  userUuid: string;
  description: string;
  createdAt: string;
  rotatedAt: string | null;
  lastUsedAt: string | null;
  expiresAt: string | null;
}

/** An invitation that was not accepted yet. */
export interface InviteLink {
  inviteCode: string;
  userUuid: string;
  organizationUuid: string;
  email: string;
  expiresAt: string;
}

/** The organization with its settings. */
export interface Organization {
  organizationUuid: string;
  name: string;
  createdAt: string;
  chartColors: string[] | null;
  defaultProjectUuid: string | null;
  emailDomains: { emailDomains: string[]; role: Role; projects: { projectUuid: string; role: ProjectRole }[] };
  /** Settings of 1.219 that were changed. */
  settings?: JsonObject;
}

/** A group of people. */
export interface Group {
  uuid: string;
  organizationUuid: string;
  name: string;
  createdAt: string;
  createdByUserUuid: string;
  updatedAt: string;
  updatedByUserUuid: string | null;
  memberUuids: string[];
}

/** A user attribute with its values per person and group. */
export interface UserAttribute {
  uuid: string;
  organizationUuid: string;
  name: string;
  description: string | null;
  /** Values of those who have none of their own. */
  attributeDefaults: string[];
  createdAt: string;
  /** One entry a value: since 0.3243 a user may have several. */
  users: { userUuid: string; value: string }[];
  groups: { groupUuid: string; value: string }[];
}

/** A role that an organization made for itself, by scopes; since 1.219. */
export interface CustomRole {
  roleUuid: string;
  organizationUuid: string;
  name: string;
  description: string | null;
  level: 'project' | 'organization';
  scopes: string[];
  createdBy: string;
  createdAt: string;
  updatedAt: string;
}

/** A project with its roles and settings. */
export interface Project {
  projectUuid: string;
  organizationUuid: string;
  name: string;
  type: 'DEFAULT' | 'PREVIEW';
  dbtConnection: JsonObject;
  warehouseConnection: JsonObject;
  dbtVersion: string;
  schedulerTimezone: string;
  createdByUserUuid: string;
  createdAt: string;
  pinnedListUuid: string | null;
  upstreamProjectUuid: string | null;
  semanticLayerConnection: JsonObject | null;
  members: ProjectMember[];
  groups: ProjectGroup[];
  /** Further fields of a project on 1.219; queries without a zone use UTC if it is absent. */
  queryTimezone?: string | null;
  useProjectTimezoneInFilters?: boolean;
  hasDefaultUserSpaces?: boolean;
  expiresAt?: string | null;
  defaults?: JsonObject;
}

interface ProjectGrant {
  /** The effective role; for a custom role the strongest system role that it covers. */
  role: ProjectRole;
  roleUuid?: string;
}
type ProjectMember = ProjectGrant & { userUuid: string };
type ProjectGroup = ProjectGrant & { groupUuid: string };

/** The verification of a chart or a dashboard; since 1.219. */
export interface Verification {
  verifiedByUserUuid: string;
  verifiedAt: string;
}

/** A space with its access. */
export interface Space {
  uuid: string;
  projectUuid: string;
  name: string;
  slug: string;
  isPrivate: boolean;
  /** The parent space; 0.1366 has none. */
  parentSpaceUuid?: string | null;
  createdAt?: string;
  createdByUserUuid?: string;
  /** Order on the pinned list of the project, or null when not pinned. */
  pinnedOrder: number | null;
  users: { userUuid: string; role: SpaceRole }[];
  groups: { groupUuid: string; role: SpaceRole }[];
}

/** Chart types that the real database accepts. */
export const CHART_TYPES = [
  'cartesian',
  'table',
  'big_number',
  'pie',
  'funnel',
  'treemap',
  'gauge',
  'map',
  'sankey',
  'custom',
] as const;

/** A version of a saved chart. */
export interface ChartVersion {
  versionUuid: string;
  createdAt: string;
  createdByUserUuid: string;
  tableName: string;
  metricQuery: MetricQuery;
  chartConfig: { type: string; config?: Json };
  tableConfig: { columnOrder: string[] };
  pivotConfig?: { columns: string[] };
  parameters?: JsonObject;
}

/** A saved chart with its versions, the oldest first. */
export interface Chart {
  uuid: string;
  projectUuid: string;
  name: string;
  description: string | null;
  slug: string;
  /** The space it is in; a chart inside a dashboard is in the dashboard's space. */
  spaceUuid: string;
  dashboardUuid: string | null;
  views: number;
  firstViewedAt: string | null;
  pinnedOrder: number | null;
  verification?: Verification | null;
  colorPaletteUuid?: string | null;
  /** Oldest first; never empty. */
  versions: [ChartVersion, ...ChartVersion[]];
}

/** A chart on hand-written SQL, made in the SQL runner. */
export interface SqlChart {
  savedSqlUuid: string;
  projectUuid: string;
  spaceUuid: string;
  name: string;
  description: string | null;
  slug: string;
  sql: string;
  limit: number;
  config: JsonObject;
  chartKind: string;
  createdAt: string;
  createdByUserUuid: string;
  views: number;
  firstViewedAt: string | null;
  /** The latest change since its creation, if any. */
  versionUuid?: string;
  updatedAt?: string;
  updatedByUserUuid?: string;
}

/** A tile of a dashboard. */
export interface DashboardTile {
  uuid: string;
  type: 'saved_chart' | 'sql_chart' | 'markdown' | 'heading' | 'loom' | 'semantic_viewer_chart' | 'data_app';
  x: number;
  y: number;
  w: number;
  h: number;
  tabUuid: string | null;
  properties: JsonObject;
}

/** A dashboard with its versions, the oldest first. */
export interface Dashboard {
  uuid: string;
  projectUuid: string;
  spaceUuid: string;
  name: string;
  description: string | null;
  slug: string;
  versionId: number;
  updatedAt: string;
  updatedByUserUuid: string;
  views: number;
  firstViewedAt: string | null;
  pinnedOrder: number | null;
  tiles: DashboardTile[];
  tabs: JsonObject[];
  filters: { dimensions: JsonObject[]; metrics: JsonObject[]; tableCalculations: JsonObject[] };
  createdAt?: string;
  createdByUserUuid?: string;
  config?: JsonObject | null;
  parameters?: JsonObject | null;
  colorPaletteUuid?: string | null;
  verification?: Verification | null;
  /** The versions before the present one, oldest first. */
  earlierVersions?: DashboardVersion[];
  /** The uuid of the present version. */
  versionUuid?: string;
}

/** The versioned part of a dashboard: all but name, description and space. */
export type DashboardVersion = Pick<
  Dashboard,
  | 'versionId'
  | 'versionUuid'
  | 'updatedAt'
  | 'updatedByUserUuid'
  | 'tiles'
  | 'tabs'
  | 'filters'
  | 'config'
  | 'parameters'
>;

/** A recipient of a delivery. */
export interface SchedulerTarget {
  targetUuid: string;
  createdAt: string;
  updatedAt: string;
  recipient?: string;
  channel?: string;
  webhook?: string;
  googleChatWebhook?: string;
}

/** A scheduled delivery. */
export interface Scheduler {
  schedulerUuid: string;
  name: string;
  message: string | null;
  createdAt: string;
  updatedAt: string;
  createdBy: string;
  cron: string;
  timezone: string | null;
  savedChartUuid: string | null;
  dashboardUuid: string | null;
  savedSqlUuid?: string | null;
  slug?: string;
  parameters?: JsonObject | null;
  plainTextEmail?: boolean;
  format: string;
  options: JsonObject;
  /** Of a dashboard's delivery a list; of a chart's, as 1.219 has them, groups. */
  filters: Json[] | JsonObject | null;
  customViewportWidth: number | null;
  thresholds?: Json[];
  enabled: boolean;
  notificationFrequency: string | null;
  selectedTabs: string[] | null;
  includeLinks: boolean;
  targets: SchedulerTarget[];
}

/** A background job. */
export interface Job {
  id: number;
  task: string;
  projectUuid: string | null;
  createdByUserUuid: string;
  status: 'scheduled' | 'started' | 'completed' | 'error';
  createdAt: string;
  details: JsonObject | null;
  schedulerUuid?: string;
}

/** A comment on a tile, or a reply to one. */
export interface Comment {
  commentId: string;
  dashboardUuid: string;
  dashboardTileUuid: string;
  text: string;
  textHtml: string;
  replyTo: string | null;
  userUuid: string;
  createdAt: string;
  resolved: boolean;
  mentions: string[];
}

/** A notification of a comment. */
export interface Notification {
  notificationId: string;
  userUuid: string;
  message: string;
  viewed: boolean;
  createdAt: string;
  commentId: string;
  dashboardUuid: string;
  dashboardTileUuid: string;
  dashboardTileName: string;
}

/** A tag of the catalog, also called category. */
export interface Tag {
  tagUuid: string;
  projectUuid: string;
  name: string;
  color: string;
  createdAt: string;
  createdByUserUuid: string;
}

/** Additions of users to a field of the catalog; kept by name if the explores are replaced. */
export interface CatalogItem {
  catalogSearchUuid: string;
  projectUuid: string;
  tableName: string;
  fieldName: string;
  tagUuids: string[];
  icon: { unicode: string } | { url: string } | null;
}

/** A broken reference that a validation found. */
export interface ValidationError extends JsonObject {
  validationId: number;
  projectUuid: string;
  createdAt: string;
  /** The job of a validation with explores in the body; null for the project's own latest validation. */
  jobId: number | null;
  source: 'chart' | 'dashboard' | 'table';
  error: string;
  errorType: string;
  chartUuid?: string;
  dashboardUuid?: string;
  fieldName?: string;
  /** Its explore; 0.1366 does not return it. */
  tableName?: string;
  name: string;
}

/** A share link. */
export interface ShareUrl {
  nanoid: string;
  path: string;
  params: string;
  organizationUuid: string;
  createdByUserUuid: string;
}

/** Personal credentials for a warehouse. */
export interface WarehouseCredentials {
  uuid: string;
  userUuid: string;
  name: string;
  createdAt: string;
  updatedAt: string;
  credentials: { type: string; user?: string };
}

/** A file made by a job: CSV, or JSON lines of a SQL run. Anybody who has its name may read it. */
export interface ResultFile {
  projectUuid: string;
  contentType: string | null;
  fileName: string;
  content: string;
  /** The only user who may fetch it; absent for a file with a public link. */
  userUuid?: string;
}

/** A thing in the bin of 1.219, with all that went with it. */
export interface DeletedContent {
  uuid: string;
  contentType: 'chart' | 'dashboard' | 'space';
  projectUuid: string;
  deletedAt: string;
  deletedByUserUuid: string;
  spaces: Space[];
  charts: Chart[];
  sqlCharts: SqlChart[];
  dashboards: Dashboard[];
  schedulers: Scheduler[];
  comments: Comment[];
  /** Tiles of dashboards that stayed and showed a chart that went. */
  emptiedTiles: { dashboardUuid: string; tileUuid: string; chartUuid: string }[];
}

/** One run of a delivery; since 1.219. Its number is that of the job. */
export interface SchedulerRun {
  jobId: number;
  schedulerUuid: string;
  /** The sender. */
  createdByUserUuid: string;
  scheduledTime: string;
}

/** A run of compiling a project's explores; since 1.219. */
export interface CompileJob {
  jobUuid: string;
  projectUuid: string;
  userUuid: string;
  createdAt: string;
}
