// Relation of arguments to projects, for the policy. It errs on the safe side: if projects are restricted, a tool with an
// id that is not declared here or on the operation is refused.

/** Kinds of objects of a project that an argument can identify. */
export type ReferenceKind =
  | 'project'
  | 'chart'
  | 'sqlChart'
  | 'dashboard'
  | 'tile'
  | 'space'
  | 'tag'
  | 'catalogItem'
  | 'pinnedList'
  | 'validation'
  | 'scheduler'
  | 'job'
  | 'comment'
  | 'share'
  | 'page';

/** Scope of an operation, as far as it does not follow from the names of its arguments. */
export interface ScopeDeclaration {
  /** Kinds of ids by argument name, if they differ from `argumentReferences`. */
  readonly references?: Readonly<Record<string, ReferenceKind | 'none'>>;
  /** Arguments that hold references at any depth: bodies for Lightdash. */
  readonly nestedReferences?: readonly string[];
  /**
   * - `organization`: of no project.
   * - `filtered`: the answer is cut down to the allowed projects.
   * - `local`: about results and queries of this server.
   * - `refused`: touches every project.
   */
  readonly scope?: 'organization' | 'filtered' | 'local' | 'refused';
  /** An argument that, if true, makes the call one about the whole organization. */
  readonly organizationIf?: string;
  /** Also reads or writes the upstream project of its project. */
  readonly reachesUpstream?: boolean;
}

/** The API's usual argument names, and the kind of object that each identifies; `none` is of no project. */
export const argumentReferences: Readonly<Record<string, ReferenceKind | 'none'>> = {
  projectUuid: 'project',
  upstreamProjectUuid: 'project',
  defaultProjectUuid: 'project',
  chartUuid: 'chart',
  savedChartUuid: 'chart',
  savedSqlUuid: 'sqlChart',
  dashboardUuid: 'dashboard',
  duplicateFrom: 'dashboard',
  dashboardTileUuid: 'tile',
  spaceUuid: 'space',
  parentSpaceUuid: 'space',
  tagUuid: 'tag',
  categories: 'tag',
  catalogSearchUuid: 'catalogItem',
  pinnedListUuid: 'pinnedList',
  validationId: 'validation',
  schedulerUuid: 'scheduler',
  jobId: 'job',
  commentId: 'comment',
  replyTo: 'comment',
  nanoId: 'share',
  // create_share_url: the path of a page names its project.
  path: 'page',
  userUuid: 'none',
  groupUuid: 'none',
  organizationUuid: 'none',
  userAttributeUuid: 'none',
  personalAccessTokenUuid: 'none',
  userWarehouseCredentialsUuid: 'none',
  uuid: 'none',
  notificationId: 'none',
  environmentId: 'none',
  installation_id: 'none',
  slackChannelId: 'none',
  exploreId: 'none',
  fieldId: 'none',
  dimensionId: 'none',
  baseMetricId: 'none',
  timeDimensionId: 'none',
  resultId: 'none',
  // Lightdash shows a query to its user alone, and in its own project.
  queryUuid: 'none',
  versionUuid: 'none',
  tileUuid: 'none',
  tabUuid: 'none',
  schedulerEmailTargetUuid: 'none',
  schedulerSlackTargetUuid: 'none',
  schedulerGsheetTargetUuid: 'none',
  // A sheet in Google Drive: its owner decides who reads it.
  gdriveId: 'none',
};
