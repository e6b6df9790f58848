import * as z from 'zod';
import { projectFor } from '../access/permissions.ts';
import { SandboxError } from '../errors.ts';
import { looseBoolean, looseNumber } from '../http/body-validation.ts';
import { forbidden, notFound } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import { JobFailure } from '../jobs.ts';
import type { LedgerQuery } from '../query-ledger.ts';
import { newNanoid } from '../store/store.ts';
import { QUERY_BASE } from './async-start.ts';

/** `health.query` of the recorded server. */
const DEFAULT_PAGE_SIZE = 500;
const MAX_PAGE_SIZE = 2_500;
/** Links to files in the object storage are good for three days. */
const FILE_LIFE_SECONDS = 259_200;

/** @throws 404 for a query of another user or project */
export function myQuery(
  call: Pick<Call<'projectUuid'>, 'store' | 'user' | 'queries' | 'params'>,
  queryUuid: string,
): LedgerQuery {
  const { projectUuid } = call.params;
  projectFor(call, projectUuid);
  const query = call.queries.find(queryUuid, projectUuid, call.user.userUuid);
  if (!query) throw notFound(`Query ${queryUuid} not found for project ${projectUuid}`);
  return query;
}

const fileBody = z.object({
  type: z.enum(['csv', 'image', 'jsonl', 's3_jsonl', 'xlsx']).optional(),
  onlyRaw: looseBoolean.default(false),
  showTableNames: looseBoolean.default(false),
  columnOrder: z.array(z.string()).default([]),
  customLabels: z.record(z.string(), z.string()).default({}),
  hiddenFields: z.array(z.string()).default([]),
  attachmentDownloadName: z.string().optional(),
});
type FileRequest = z.output<typeof fileBody>;
interface ResultLink {
  readonly fileUrl: string;
  /** Absent for the rows as they are stored. */
  readonly truncated?: boolean;
}

/**
 * Writes the rows of a query to a file. Tables are handed out by Lightdash itself, to who made them; rows as JSON lie in the object
 * storage, whose link is good for anyone.
 */
async function writeFile(
  call: Call,
  query: LedgerQuery,
  { type, attachmentDownloadName, ...options }: FileRequest,
): Promise<ResultLink> {
  if (query.status !== 'ready' || query.result === null) throw notFound('Results not found');
  const { projectUuid } = query;
  const nanoid = newNanoid();
  if (type === 'csv' || type === 'xlsx') {
    const { text, truncated } = (await query.writeCsv?.(options)) ?? { text: '', truncated: false };
    const time = call.now().toISOString().slice(0, -1).replaceAll(/[T:.]/g, '-');
    const fileName = `${attachmentDownloadName ?? `${type}-${query.queryUuid}-${time}`}.${type}`;
    const contentType = type === 'csv' ? 'text/csv; charset=utf-8' : SPREADSHEET;
    call.store.files.set(nanoid, { projectUuid, contentType, fileName, content: text, userUuid: query.userUuid });
    return { fileUrl: `${call.url}/api/v1/file/${nanoid}`, truncated };
  }
  const content = query.result.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const fileName = `${nanoid}.jsonl`;
  call.store.files.set(nanoid, { projectUuid, contentType: 'application/octet-stream', fileName, content });
  const date = call
    .now()
    .toISOString()
    .replaceAll(/[-:]|\.\d+/g, '');
  const signature = `X-Amz-Date=${date}&X-Amz-Expires=${FILE_LIFE_SECONDS}&X-Amz-Signature=${newNanoid()}`;
  return { fileUrl: `${call.url}/api/v1/projects/${projectUuid}/csv/${nanoid}?${signature}` };
}

const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** The response of a server without object storage to a request for results. */
const noStorage = () =>
  new SandboxError(
    501,
    'NotImplemented',
    'Native pagination not supported. Please configure S3 Storage to use postgres results',
  );

/** The routes about a query that was started. */
export const queryResultRoutes = [
  // Off unless a flag is set, which a fresh server does not have.
  route('GET', `${QUERY_BASE}/history`, { since: '1.219' }, (call) => {
    projectFor(call, call.params.projectUuid);
    throw forbidden('Query history is not enabled');
  }),
  route(
    'GET',
    `${QUERY_BASE}/{queryUuid}`,
    {
      since: '1.219',
      query: z.object({ page: looseNumber.default(1), pageSize: looseNumber.default(DEFAULT_PAGE_SIZE) }),
    },
    (call) => {
      const query = myQuery(call, call.params.queryUuid);
      if (!call.objectStorage) throw noStorage();
      return pageOf(query, call.query.page, call.query.pageSize);
    },
  ),
  route('POST', `${QUERY_BASE}/{queryUuid}/cancel`, { since: '1.219' }, (call) => {
    call.queries.cancel(myQuery(call, call.params.queryUuid));
  }),
  route('POST', `${QUERY_BASE}/{queryUuid}/download`, { since: '1.219', body: fileBody }, (call) => {
    const query = myQuery(call, call.params.queryUuid);
    if (!call.objectStorage) throw new SandboxError(500, 'UnexpectedServerError', 'Something went wrong.');
    return writeFile(call, query, call.body);
  }),
  route('POST', `${QUERY_BASE}/{queryUuid}/schedule-download`, { since: '1.219', body: fileBody }, (call) => {
    const { store, user, now, params, queries } = call;
    const { projectUuid } = projectFor(call, params.projectUuid);
    const request = { task: 'downloadAsyncQueryResults', projectUuid, userUuid: user.userUuid, namesItsUser: true };
    // An unknown query is the job's to find.
    const jobId = call.jobs.start(store, now, request, async () => {
      const query = queries.find(params.queryUuid, projectUuid, user.userUuid);
      if (!query) throw new JobFailure(`Query ${params.queryUuid} not found for project ${projectUuid}`);
      return { ...(await writeFile(call, query, call.body)) };
    });
    return { jobId: String(jobId) };
  }),
  route('GET', '/api/v1/file/{fileId}', { since: '1.219', auth: 'optional' }, (call) => {
    const file = call.store.files.get(call.params.fileId);
    const isMine = file?.userUuid !== undefined && file.userUuid === call.userOrNull?.userUuid;
    if (!file || !isMine) throw notFound('Cannot find file');
    const encoded = encodeURIComponent(file.fileName);
    return new Response(file.content, {
      headers: {
        'content-type': file.contentType ?? 'application/octet-stream',
        'content-disposition': `attachment; filename="${file.fileName}"; filename*=UTF-8''${encoded}`,
      },
    });
  }),
];

/** A page of a query's results, or what its state is. */
function pageOf(query: LedgerQuery, page: number, pageSize: number) {
  const { queryUuid, status, error, finishedAt, result } = query;
  if (status === 'error' || status === 'expired') return { status, queryUuid, error, erroredAt: finishedAt };
  if (status !== 'ready' || result === null) return { status, queryUuid };
  const totalResults = result.rows.length;
  const totalPageCount = Math.ceil(totalResults / pageSize);
  if (page <= 0) throw paginationError('page should be greater than 0');
  if (pageSize <= 0) throw paginationError('page size should be greater than 0');
  if (pageSize > MAX_PAGE_SIZE) throw paginationError(`page size is too large, max is ${MAX_PAGE_SIZE}`);
  if (page > Math.max(totalPageCount, 1)) throw paginationError(`invalid page ${page}, last page is ${totalPageCount}`);
  const rows = result.rows.slice((page - 1) * pageSize, page * pageSize);
  return {
    rows,
    columns: result.columns,
    totalPageCount,
    totalResults,
    queryUuid,
    pageSize: rows.length,
    page,
    ...(page < totalPageCount && { nextPage: page + 1 }),
    ...(page > 1 && { previousPage: page - 1 }),
    metadata: {
      performance: { initialQueryExecutionMs: 1, resultsPageExecutionMs: 1, queueTimeMs: null },
      preAggregate: null,
    },
    status,
    pivotDetails: null,
  };
}

const paginationError = (message: string) => new SandboxError(422, 'PaginationError', message);
