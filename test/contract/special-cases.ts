/**
 * Requests that Lightdash took and the tools refuse, with the reason. What is refused on failing requests needs none:
 * a malformed uuid, a missing argument or a wrong choice is refused before it is sent.
 */
export const refusedOnPurpose: Readonly<Record<string, string>> = {
  'GetConfiguration: projectUuid is not a uuid (sweep)': 'a malformed uuid is never sent; other operations answer 500',
  'GetExplores: filtered (undocumented filtered=true)': 'not in the API document',
  'GetLatestValidationResults: unknown project': 'an empty list of an unknown project is no all-clear',
  'getAnalyticsField: unknown field': 'an empty list of charts of an unknown field is no all-clear',
  'ListOrganizationMembers: huge pageSize': 'a page is at most 5000, what newer servers allow',
  'ListOrganizationMembers: page 0': 'pages count from 1; Lightdash reads 0 as "no pages" without a word',
  'RunMetricQuery: csvLimit overrides limit': 'limit says it',
  'RunMetricQuery: extra keys in the body': 'Lightdash ignores what it does not know; a mistyped argument must not be',
  'RunMetricQuery: nothing selected': 'a query without fields gives rows without columns',
  'DownloadCsvFromExplore: unknown field: the job fails later': 'the name of a field is checked before',
  'getDashboards: that hold a chart (undocumented chartUuid)': 'not in the API document',
  'getDashboards: undocumented includePrivate=false': 'not in the API document',
  'updatePinnedItemsOrder: empty list': 'an order of nothing is a mistake',
  'updateDashboards: empty list': 'an update of nothing is a mistake',
};

/**
 * Requests that no tool call makes as they were recorded, because the server completes or mends them: they succeed,
 * whatever Lightdash answered.
 */
export const mended: Readonly<Record<string, string>> = {
  'DownloadCsvFromExplore: missing keys': 'layout has defaults',
  'DownloadCsvFromSavedChart: empty body': 'layout has defaults',
  'RunMetricQuery: body missing required keys': 'what a query needs has defaults',
  'RunMetricQuery: exploreName in the body differs from the path': 'one argument gives both',
  'RunMetricQuery: number filters: inBetween, greaterThan': 'inBetween of numbers becomes two comparisons',
  'CompileQuery: relative date filters: how they compile': 'days on a timestamp are sent as their bounds',
  'RunMetricQuery: date filters: inTheCurrent, lessThan': 'days on a timestamp are sent as their bounds',
  'RunMetricQuery: filters as a plain array (wrong)': 'a list of conditions is made into what Lightdash takes',
  'RunMetricQuery: dimension filter given under metrics': 'a filter goes where its field belongs',
  'RunMetricQuery: table calculation filter': 'the type that the filter needs is added',
  'RunMetricQuery: required filter of subscriptions is not added by the server': 'it is added',
  'RunMetricQuery: boolean: string true': 'true is sent',
  'RunMetricQuery: metric given under dimensions': 'it is sent as a metric',
  'RunMetricQuery: same dimension twice': 'once is enough',
  'RunMetricQuery: dotted field ids (wrong)': 'orders.status is orders_status',
  'RunMetricQuery: limit above the maximum (5000)': 'the maximum is sent, and said',
  'RunMetricQuery: limit as string': 'a number in quotes is a number',
  'RunMetricQuery: limit fractional': 'rounded up as Lightdash does',
  'ListOrganizationMembers: pageSize without page': 'the first page of that size is meant: Lightdash returns everyone',
  'createUserAttribute: attributeDefault left out': 'no default',
  'createComment: missing keys': 'HTML and mentions are made from the text',
  'createDashboard: tabs missing': 'no tabs by default',
  'createDashboard: tiles missing': 'no tiles by default',
  'GetProjectMemberAccess: viewer has no direct access': 'roles through groups and the organization are read besides',
  'getNotifications: type missing': 'there is one type, the default',
};

/** Changes of nothing, which Lightdash answers with 500: the answer names what there is to change. */
export const emptyChanges: Readonly<Record<string, string>> = {
  'UpdateMyOrganization: session, empty body': 'nothing to change was given',
  'updateProjectMetadata: empty body': 'nothing to change was given',
  'updateTag: empty body': 'nothing to change was given',
};

/**
 * Calls that look at the state before or after, which recordings do not have, and so tell something else than on a
 * real server; with what they tell.
 */
export const otherwise: Readonly<Record<string, string>> = {
  ...emptyChanges,
  'DeleteOrganizationMember: last admin': 'is the only administrator of the organization',
  'DeleteMe: second admin': 'is the only administrator of the organization',
  'DeleteMe: last admin of an organization': 'is the only administrator of the organization',
  'addProjectAccessToGroup: ok': 'the list of groups shows group "Baristas" not at all',
  'updateProjectAccessForGroup: ok': 'the list of groups shows group "Baristas" not at all',
  'addUserToGroup: viewer': 'in the group already',
  'UpdateOrganizationMember: back': 'Nothing to do',
  'addUserToGroup: unknown user': 'no person with the userUuid',
  'createComment: reply': 'no open comment',
  'updateScheduler: ok': 'has no field "orders_order_count"',
  'getDashboards: unknown project': 'you see no project',
};

/** Lists of which the tools show a part. */
export const filtered: Readonly<Record<string, string>> = {
  'getCatalog: filter=metrics': 'Lightdash ignores that filter for fields, the tool does not',
};
