import * as z from 'zod';
import { ignoreApiError, NotFoundError, ServerFaultError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import type { Operation } from '../../operations/operation.ts';
import { queryFile } from '../../operations/routes/async-queries.ts';
import { readPage } from '../../query/execution/query-page.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import {
  isResultStorageMissing,
  type QueryHandle,
  type QueryRequest,
  rowCount,
  startQuery,
} from '../../query/execution/run-query.ts';
import { formatInteger, pluralize } from '../../text/format.ts';
import { isObject } from '../../text/json.ts';
import { jobIdOf, pollJob, waitForJob } from '../jobs/poll-job.ts';
import type {
  FileLayout,
  FileNotes,
  PendingFile,
  PendingQuery,
  SaveTarget,
  ToolAnswer,
  ToolArguments,
  ToolContext,
} from '../tool.ts';
import { limitOfFile } from './row-limit.ts';
import { type SavedCsv, saveCsv } from './save-csv.ts';

// CSV files: a job with a link on older servers, the download of a finished query on newer ones. The file itself is fetched
// only to be saved.

/** Rows that notes about a file look at: a page that every server gives. */
const NOTED_ROWS = 500;

interface CsvFile {
  readonly url: string;
  readonly truncated: boolean;
  /** Number of rows, if known. */
  readonly rows?: number;
  readonly limit?: number | 'unread' | undefined;
  /** The limit is that of an SQL chart. */
  readonly isOfSql?: boolean;
  readonly saved?: SavedCsv | { readonly failure: string } | undefined;
}

/** Layout of a file, and the place to save it. */
interface FileRequest {
  readonly layout: FileLayout;
  /** The most rows of a query of SQL, which does not say it itself. */
  readonly limit?: number | undefined;
  readonly save?: SaveTarget | undefined;
  readonly notesOf?: FileNotes | undefined;
}

const csvStatus = z.looseObject({
  status: z.string().catch('unknown'),
  url: z.string().nullish(),
  truncated: z.boolean().nullish(),
});

/**
 * Starts a job of v1 and waits for the link of its file.
 *
 * @param limit maximum number of rows of the file; undefined for all, `unread` if a chart may have one of its own. A job does
 *   not return the number that it wrote.
 */
export async function fileByJob(
  operation: Operation,
  args: ToolArguments,
  context: ToolContext,
  limit: number | 'unread' | undefined,
  save?: SaveTarget,
): Promise<ToolAnswer> {
  const { results } = await context.execute(operation, args);
  const jobId = jobIdOf(results);
  if (jobId === undefined) throw new ServerFaultError('Lightdash started no export job.');
  return fileOfJob({ jobId, limit, save }, context);
}

/** The file of a started job of v1, or how to wait for it if the job outlasts the call. */
export async function fileOfJob(pending: PendingFile, context: ToolContext): Promise<ToolAnswer> {
  const { jobId, limit, save } = pending;
  const file = await pollJob(context, 'The export', async () => {
    const response = await context.execute(operationById('getCsvUrl'), { jobId });
    const state = csvStatus.parse(response.results);
    if (state.status === 'error') {
      await waitForJob(context, jobId, 'The export');
      throw new ServerFaultError('The export failed: Lightdash returned no reason.');
    }
    return state.status === 'completed' && state.url
      ? { url: state.url, truncated: state.truncated === true }
      : undefined;
  });
  if (file === undefined) {
    context.pending.putFile(pending);
    return {
      text: `The export is still running as job ${jobId}; do not start it again: get_csv_url ${JSON.stringify({ jobId })} waits for its link${save ? ' and saves the file' : ''}; repeat it if needed.`,
      data: { jobId, status: 'running' },
    };
  }
  const whole = await withSaved({ ...file, limit }, save, context);
  return { text: describeFile(whole), data: { jobId, ...whole } };
}

/** Runs a query on v2 and writes its rows to a file. */
export async function fileByQuery(request: QueryRequest, file: FileRequest, context: ToolContext): Promise<ToolAnswer> {
  const handle = await startQuery(request, context);
  if (handle === undefined) throw new NotFoundError('The chart was not found, or has no project to export it in.');
  return fileOfQuery(handle, request.label, file, context);
}

const fileAnswer = z.looseObject({ fileUrl: z.string(), truncated: z.boolean().optional() });

/** The file of a started query, or a handle if the query outlasts the call. */
export async function fileOfQuery(
  handle: QueryHandle,
  label: string,
  { layout, save, limit: ownLimit, notesOf }: FileRequest,
  context: ToolContext,
): Promise<ToolAnswer> {
  const { projectUuid, queryUuid } = handle;
  try {
    const rows = await rowCount(handle, label, context);
    const pending: PendingQuery = {
      handle,
      label,
      file: layout,
      describe: describeRows,
      ...(save && { save }),
      ...(ownLimit !== undefined && { limit: ownLimit }),
      ...(notesOf && { notesOf }),
    };
    if (rows === undefined) return pendingFile(pending, context);
    const results = await writeFile({ projectUuid, queryUuid, type: 'csv', ...layout }, context);
    if (results === undefined) return pendingFile(pending, context);
    // get_query_result reads the same rows.
    context.pending.put(pending);
    const file = fileAnswer.safeParse(results).data;
    if (file === undefined) throw new ServerFaultError('Lightdash returned no link to the file.');
    const { metricQuery } = handle.start;
    const limit = isObject(metricQuery) ? limitOfFile(undefined, metricQuery) : (ownLimit ?? 'unread');
    const written: CsvFile = {
      url: file.fileUrl,
      truncated: file.truncated === true,
      rows,
      limit,
      isOfSql: ownLimit !== undefined,
    };
    const summary = await withSaved(written, save, context);
    const first = notesOf && (await readPage(handle, { page: 1, pageSize: NOTED_ROWS }, context).catch(ignoreApiError));
    const notes = [
      ...(handle.notes ?? []),
      ...((first && (await notesOf?.({ ...handle.start, ...first }, context))) ?? []),
    ];
    return {
      text: [
        describeFile(summary),
        `Its rows: get_query_result ${JSON.stringify({ projectUuid, queryUuid })}`,
        ...notes.map((note) => `Note: ${note}`),
      ].join('\n'),
      data: { queryUuid, ...summary, limitReached: isLimitReached(summary) },
    };
  } catch (error) {
    if (!isResultStorageMissing(error)) throw error;
    throw new ServerFaultError('This Lightdash writes no files: it has no object storage, which exports need.', {
      status: 501,
      advice:
        'Read the rows with run_metric_query or run_saved_chart, or have its administrator set up object storage.',
    });
  }
}

/** Writes the file of a query: at once, or by a job; undefined if the job outlasts the call. */
async function writeFile(body: ToolArguments, context: ToolContext): Promise<unknown> {
  const { results } = await context.execute(queryFile, body);
  const jobId = jobIdOf(results);
  return jobId === undefined ? results : waitForJob(context, jobId, 'The export');
}

const describeRows: PendingQuery['describe'] = ({ results }) => ({
  table: readResultTable(results),
  renderOptions: { title: 'the query' },
});

function pendingFile(query: PendingQuery, context: ToolContext): ToolAnswer {
  context.pending.put(query);
  const { projectUuid, queryUuid } = query.handle;
  return {
    text: [
      `${query.label} is still running in the warehouse. It was not stopped; do not start it again:`,
      `get_csv_url ${JSON.stringify({ jobId: queryUuid })} waits for its file; repeat it if needed;`,
      `cancel_query ${JSON.stringify({ projectUuid, queryUuid })} gives it up.`,
    ].join('\n'),
    data: { status: 'running', projectUuid, queryUuid },
  };
}

/** Saves a file if that was requested; its rows are counted then. */
async function withSaved(file: CsvFile, save: SaveTarget | undefined, context: ToolContext): Promise<CsvFile> {
  if (save === undefined) return file;
  const saved = await saveCsv(file.url, save, context);
  return 'failure' in saved ? { ...file, saved } : { rows: saved.rows, ...file, saved };
}

function describeFile({ url, truncated, rows, limit, isOfSql, saved }: CsvFile): string {
  const count = rows === undefined ? '' : ` of ${pluralize(rows, 'row')}`;
  const whole = truncated
    ? 'INCOMPLETE: it was cut at the limit of cells per file of this server; export fewer columns or use narrower filters.'
    : limit === 'unread'
      ? 'The chart could not be read: its filters are not named here, and a limit of its own may have cut the file.'
      : limit !== undefined && isLimitReached({ rows, limit }) !== false
        ? `${limitText(rows, limit)} ${isOfSql ? 'update_sql_chart sets it.' : 'csvLimit null exports all rows.'}`
        : `It is complete${limit === undefined ? '' : `: limit ${formatInteger(limit)} not reached`}.`;
  const link = `${url}\n${whole} ${whoMayOpen(url)}`;
  if (saved === undefined) return `CSV file${count}: ${link}`;
  if ('failure' in saved) return `CSV file${count}, NOT saved: ${saved.failure}\nIts link: ${link}`;
  const isShort = !truncated && saved.rows !== rows;
  const check = isShort
    ? [`INCOMPLETE: the saved file has ${pluralize(saved.rows, 'row')}; Lightdash counted ${rows}.`]
    : [];
  const first = `CSV file${count} saved (${formatInteger(saved.bytes)} bytes): ${saved.path}`;
  return [first, ...check, `Its link: ${link}`].join('\n');
}

/** Undefined if the number of rows is unknown. */
const isLimitReached = ({ rows, limit }: Partial<Record<'rows' | 'limit', CsvFile['limit']>>): boolean | undefined => {
  if (limit === undefined) return false;
  return typeof rows !== 'number' || limit === 'unread' ? undefined : rows >= limit;
};

const limitText = (rows: number | undefined, limit: number): string =>
  rows === undefined
    ? `It has ${pluralize(limit, 'row')} at most, the limit; Lightdash does not say how many. If there are as many, it is not complete.`
    : `The limit of ${pluralize(limit, 'row')} was reached: there may be more.`;

/** Files that Lightdash hands out itself (since 1.92) open for who made them; links to an object storage for anyone. */
function whoMayOpen(url: string): string {
  const isOwn = URL.canParse(url) && new URL(url).pathname.includes('/api/v1/file/');
  if (isOwn)
    return 'The link opens only for the user of this token: in a browser signed in as them, or with the token.';
  return `Anyone who has the link can open it without signing in, ${linkExpiry(url)}.`;
}

const SECONDS_PER_DAY = 86_400;

/** Expiry of a link: signed links of an object storage have it in their query string. */
function linkExpiry(url: string): string {
  const query = URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams();
  const seconds = Number(query.get('X-Amz-Expires'));
  const [, year, month, day, hour, minute] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/.exec(query.get('X-Amz-Date') ?? '') ?? [];
  const signed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  if (!(seconds > 0) || Number.isNaN(signed)) return 'for as long as the server keeps the file';
  const until = new Date(signed + seconds * 1_000).toISOString().slice(0, 16).replace('T', ' ');
  const days = Math.round((seconds / SECONDS_PER_DAY) * 10) / 10;
  return `until ${until} UTC (${days} day${days === 1 ? '' : 's'} after its creation)`;
}
