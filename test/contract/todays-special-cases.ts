import * as older from './special-cases.ts';

export { filtered } from './special-cases.ts';

/** Requests that 1.219 took and the tools refuse, besides those of 0.1366. */
export const refusedOnPurpose: Readonly<Record<string, string>> = {
  ...older.refusedOnPurpose,
  'CompileQuery: unknown field': 'the name of a field is checked before: 1.219 compiles it to broken SQL',
  'updateSchedulerSettings: empty body': 'an empty body is answered 200 and changes nothing',
};

/** Requests that are completed or mended, besides those of 0.1366. */
export const mended: Readonly<Record<string, string>> = {
  ...older.mended,
  'SetExplores: a preview: three explores, one with errors':
    'complete=true is sent: without it 1.219 keeps what is left out',
  'SetExplores: ok: the same four explores again': 'complete=true is sent: without it 1.219 keeps what is left out',
};

/** Look-ups before the request that find nothing, or no user, in the recordings of another moment: with a part of the answer. */
export const otherwise: Readonly<Record<string, string>> = {
  ...older.emptyChanges,
  'UpdateSpace: unknown': 'does not exist',
  'createComment: reply': 'no open comment',
  'updateScheduler: ok': 'has no field "orders_order_count"',
  'getDashboards: unknown project': 'you see no project',
  'DeleteOrganizationMember: last admin': 'is the only administrator of the organization',
  'DeleteMe: second admin': 'is the only administrator of the organization',
  'DeleteMe: last admin of an organization': 'is the only administrator of the organization',
  'DeleteOrganizationMember: ok': 'No matching member found',
  'DeleteOrganizationMember: unknown': 'No matching member found',
  'deleteProjectSemanticLayerConnection: no auth (sweep)': 'Lightdash saw no personal access token',
};

/** Operations whose recorded route no tool sends to 1.219, with the requests that are sent; those are replayed apart. */
export const replaced: Readonly<Record<string, string>> = {
  GetProjectMemberAccess: 'roles/assignments of the project, and the list of members',
  UpdateProjectAccessForUser: 'roles/assignments/user',
  RevokeProjectAccessForUser: 'roles/assignments/user',
  addProjectAccessToGroup: 'roles/assignments/group',
  updateProjectAccessForGroup: 'roles/assignments/group',
  removeProjectAccessFromGroup: 'roles/assignments/group',
  UpdateOrganizationMember: 'roles/assignments/user of the organization',
  GetOrganizationMemberByUuid: 'the list of members',
  getGroupMembers: 'the group with its members',
  addUserToGroup: 'the group with all its members',
  removeUserFromGroup: 'the group with all its members',
  ListChartSummariesInProject: 'GET /api/v2/content',
  getMetadata: 'the explore of the table',
  getSchedulerLogs: 'the list of deliveries, and their runs',
  CalculateTotalFromQuery: 'calculate-total of a v2 query',
  CalculateTotalFromSavedChart: 'calculate-total of a v2 query',
  DownloadCsvFromExplore: 'a v2 query and its file',
  DownloadCsvFromSavedChart: 'a v2 query and its file',
  GetConfiguration: 'GET /api/v1/github/config, by the session',
};
