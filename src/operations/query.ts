import * as z from 'zod';
import { exploreId, formatted, granularity, jobId, parameters, projectUuid, save } from './fields.ts';
import { metricQuery, metricQueryBody, metricQueryShort } from './metric-query.ts';
import { operation } from './operation.ts';

/** Layout of a metric query in a file or sheet. */
const sheetLayout = () => ({
  showTableNames: z.boolean().default(false),
  columnOrder: z.array(z.string()).optional(),
  customLabels: z.record(z.string(), z.string()).optional(),
  hiddenFields: z.array(z.string()).optional(),
});

const withoutUndefined = (object: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

type LaidOut = z.output<
  z.ZodObject<Omit<ReturnType<typeof metricQueryShort>, 'parameters'> & ReturnType<typeof sheetLayout>>
>;

/** The API requires a column order: by default the order of the arguments. */
function columnOrder({ columnOrder: requested, dimensions, metrics, tableCalculations }: LaidOut): unknown[] {
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  const names = list(tableCalculations).map(
    (calculation) => z.looseObject({ name: z.string() }).safeParse(calculation).data?.name,
  );
  return requested ?? [...list(dimensions), ...list(metrics), ...names.filter((name) => name !== undefined)];
}

const argumentsNote = 'As run_metric_query.';

/** Operations on explores and queries. */
export const query = [
  operation({
    id: 'GetExplores',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/explores',
    tool: 'get_explores',
    title: 'List explores: which tables can be asked about',
    description: 'The explores (tables to query) of a project, and those that do not compile.',
    input: () => ({ projectUuid: projectUuid() }),
  }),
  operation({
    id: 'GetExplore',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/explores/{exploreId}',
    tool: 'get_explore',
    title: 'Read an explore',
    description: 'The dimensions and metrics of an explore, how they are defined, and the tables it joins.',
    input: () => ({
      projectUuid: projectUuid(),
      exploreId: exploreId(),
      search: z.string().optional(),
      tables: z.array(z.string()).optional(),
    }),
    clientOnlyArguments: ['search', 'tables'],
    releaseNote: {
      status: 'changed',
      note: 'New keys; required filters of a table have another shape.',
    },
  }),
  operation({
    id: 'RunMetricQuery',
    method: 'POST',
    path: '/api/v1/projects/{projectUuid}/explores/{exploreId}/runQuery',
    tool: 'run_metric_query',
    title: 'Ask for metrics: how much, how did we do, trends, best and worst, breakdowns',
    description:
      'Answers questions with numbers: how many, how much, number, count, share, percentage, average or total cost, sales and revenue by or per day, week, month, year, channel; top, most, best; trends; compare this quarter or year with the last: metrics of an explore by dimensions, filtered. Field ids come from find_fields or get_explore.',
    input: () => ({
      ...metricQuery(),
      granularity: granularity().meta({ description: undefined }).optional(),
      formatted: formatted(),
    }),
    clientOnlyArguments: ['formatted'],
    body: (args) => withoutUndefined({ ...metricQueryBody(args), granularity: args.granularity }),
    readOnly: true,
    releaseNote: {
      status: 'deprecated',
      note: 'Sent to the v2 queries if the server has them: POST /api/v2/projects/{projectUuid}/query/metric-query.',
    },
  }),
  operation({
    id: 'postRunUnderlyingDataQuery',
    method: 'POST',
    path: '/api/v1/projects/{projectUuid}/explores/{exploreId}/runUnderlyingDataQuery',
    tool: 'run_underlying_data_query',
    title: 'See the rows underneath',
    description: `Drills down to the individual records (rows, orders) behind a number: give the dimensions to show and the filters of its cell. ${argumentsNote}`,
    input: () => ({
      ...metricQueryShort(),
      granularity: granularity().meta({ description: undefined }).optional(),
      formatted: formatted(),
    }),
    clientOnlyArguments: ['formatted'],
    body: (args) => withoutUndefined({ ...metricQueryBody(args), granularity: args.granularity }),
    readOnly: true,
    releaseNote: {
      status: 'deprecated',
      note: 'Sent to the v2 queries as a metric query with the same dimensions and filters.',
    },
  }),
  operation({
    id: 'CalculateTotalFromQuery',
    method: 'POST',
    mayBeEmptyMap: true,
    path: '/api/v1/projects/{projectUuid}/calculate-total',
    tool: 'calculate_query_totals',
    title: 'Total a query: the sum of all rows',
    description: `The grand total of each metric of a query over all rows, not only those shown. ${argumentsNote}`,
    input: metricQueryShort,
    body: (args) => ({
      explore: args.exploreId,
      metricQuery: metricQueryBody(args),
      ...(args.parameters !== undefined && { parameters: args.parameters }),
    }),
    readOnly: true,
    releaseNote: {
      status: 'deprecated',
      since: '1.219',
      sunset: '2026-08-29',
      note: 'Sent as a v2 query without dimensions. Totals of whole numbers come as text; `granularity` is never sent.',
    },
  }),
  operation({
    id: 'CompileQuery',
    method: 'POST',
    path: '/api/v1/projects/{projectUuid}/explores/{exploreId}/compileQuery',
    tool: 'compile_query',
    title: 'See the SQL of a query or question',
    description: `Shows the SQL behind a query or question, without running it. ${argumentsNote}`,
    input: metricQueryShort,
    body: (args) => withoutUndefined({ ...metricQueryBody(args), parameters: args.parameters }),
    readOnly: true,
    releaseNote: { status: 'changed', note: 'The SQL comes inside of an object.' },
  }),
  operation({
    id: 'DownloadCsvFromExplore',
    method: 'POST',
    path: '/api/v1/projects/{projectUuid}/explores/{exploreId}/downloadCsv',
    tool: 'download_query_csv',
    title: 'Export the numbers of a query as CSV',
    description: `Exports (downloads) a metric query as a CSV file, for Excel, by link. ${argumentsNote}`,
    input: () => ({
      ...metricQueryShort(),
      ...sheetLayout(),
      onlyRaw: z.boolean().default(false).describe('Values without their format'),
      csvLimit: z.int().min(1).nullable().optional().describe('Rows; null for all'),
      chartName: z.string().optional(),
      pivotColumns: z.array(z.string()).optional(),
      save: save(),
    }),
    clientOnlyArguments: ['save'],
    body: (args) =>
      withoutUndefined({
        ...metricQueryBody(args),
        onlyRaw: args.onlyRaw,
        csvLimit: args.csvLimit,
        showTableNames: args.showTableNames,
        columnOrder: columnOrder(args),
        customLabels: args.customLabels,
        hiddenFields: args.hiddenFields,
        chartName: args.chartName,
        pivotColumns: args.pivotColumns,
      }),
    readOnly: true,
    releaseNote: {
      status: 'replaced',
      note: 'Sent to the v2 queries: 0.2904 returns the link at once, 1.219 by a job.',
    },
  }),
  operation({
    id: 'getCsvUrl',
    method: 'GET',
    path: '/api/v1/csv/{jobId}',
    tool: 'get_csv_url',
    title: 'Get a CSV file',
    description: 'State of a CSV file and, once completed, its link.',
    input: () => ({ jobId: jobId() }),
    releaseNote: {
      status: 'replaced',
      note: 'The route serves only exports to Google Sheets; exports to CSV return their link at once, and one that outlasts its call is found here by its queryUuid.',
    },
  }),
  operation({
    id: 'RunSqlQuery',
    method: 'POST',
    path: '/api/v1/projects/{projectUuid}/sqlQuery',
    tool: 'run_sql_query',
    title: 'Run SQL: write a SELECT statement',
    description:
      'Runs one statement of raw SQL on the warehouse with the rights of the project, past the semantic layer. Needs the developer role.',
    rawSql: 'runs',
    input: () => ({ projectUuid: projectUuid(), sql: z.string().min(1), parameters: parameters() }),
    clientOnlyArguments: ['parameters'],
    destructive: true,
    releaseNote: {
      status: 'deprecated',
      note: 'Sent to the v2 queries: POST /api/v2/projects/{projectUuid}/query/sql, always with a limit.',
    },
  }),
] as const;

/** Export of a query into a Google sheet; listed by the toolset of integrations. */
export const googleSheet = operation({
  id: 'uploadGsheet',
  method: 'POST',
  path: '/api/v1/gdrive/upload-gsheet',
  tool: 'upload_google_sheet',
  title: 'Export a query to Google Sheets',
  description: `Exports the result of a metric query to a new Google Sheet. ${argumentsNote}`,
  input: () => {
    // The route takes no parameters (1.219).
    const { parameters: _parameters, ...parts } = metricQueryShort();
    return { ...parts, ...sheetLayout() };
  },
  body: (args) =>
    withoutUndefined({
      projectUuid: args.projectUuid,
      exploreId: args.exploreId,
      metricQuery: metricQueryBody(args),
      showTableNames: args.showTableNames,
      columnOrder: columnOrder(args),
      customLabels: args.customLabels,
      hiddenFields: args.hiddenFields,
    }),
});
