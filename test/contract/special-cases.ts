/**
 * Requests that Lightdash took and the tools refuse, with the reason. What is refused on failing requests needs none:
 * a malformed uuid, a missing argument or a wrong choice is told before it is sent.
 */
export const refusedOnPurpose: Readonly<Record<string, string>> = {
  'GetConfiguration: projectUuid is not a uuid (sweep)': 'a malformed uuid is never sent; other operations answer 500',
  'GetExplores: filtered (undocumented filtered=true)': 'not in the API document',
  'ListOrganizationMembers: huge pageSize': 'a page is at most 5000, what newer servers allow',
  'ListOrganizationMembers: page 0': 'pages count from 1; Lightdash reads 0 as "no pages" without a word',
  'RunMetricQuery: csvLimit overrides limit': 'limit says it',
  'RunMetricQuery: extra keys in the body': 'Lightdash ignores what it does not know; a mistyped argument must not be',
  'RunMetricQuery: limit as string': 'limit is a number',
  'RunMetricQuery: limit fractional': 'limit is a whole number; Lightdash rounds 2.5 up',
  'getDashboards: that hold a chart (undocumented chartUuid)': 'not in the API document',
  'getDashboards: undocumented includePrivate=false': 'not in the API document',
  'updateDashboards: empty list': 'an update of nothing is a mistake',
};

/** Requests that no tool call can make, because the server completes them: they then succeed. */
export const completedByDefaults: Readonly<Record<string, string>> = {
  'CompileQuery: empty body': 'what a query needs has defaults',
  'DownloadCsvFromExplore: missing keys': 'layout has defaults',
  'DownloadCsvFromSavedChart: empty body': 'layout has defaults',
  'RunMetricQuery: body missing required keys': 'what a query needs has defaults',
  'RunMetricQuery: empty body': 'what a query needs has defaults',
  'RunMetricQuery: exploreName in the body differs from the path': 'one argument gives both',
  'createComment: missing keys': 'HTML and mentions are made from the text',
  'createDashboard: duplicate with the wrong body': 'the body of a copy follows from duplicateFrom',
  'createDashboard: tabs missing': 'no tabs by default',
  'createDashboard: tiles missing': 'no tiles by default',
  'getNotifications: no auth (sweep)': 'there is one type, the default',
  'getNotifications: type missing': 'there is one type, the default',
};
