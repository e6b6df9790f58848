import * as z from 'zod';
import { projectFor } from '../access/permissions.ts';
import { SandboxError } from '../errors.ts';
import { anyObject, looseBoolean, looseNumber } from '../http/body-validation.ts';
import { notFound } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import { sendUntyped } from '../http/untyped.ts';
import { JobFailure } from '../jobs.ts';
import { exploreFor } from '../store/explores.ts';
import type { Job, JsonObject, Project } from '../store/records.ts';
import { newNanoid } from '../store/store.ts';
import { type CsvOptions, type Explore, type MetricQuery, parseMetricQueryRequest } from '../warehouse/index.ts';
import { refuseCustomSql } from './queries.ts';

const base = '/api/v1/projects/{projectUuid}';
const CSV_TASK = 'downloadCsv';

const csvBody = z.looseObject({
  exploreName: z.string(),
  dimensions: z.array(z.string()),
  metrics: z.array(z.string()),
  filters: anyObject,
  sorts: z.array(anyObject),
  limit: looseNumber,
  tableCalculations: z.array(anyObject),
  onlyRaw: looseBoolean,
  csvLimit: looseNumber.nullish(),
  showTableNames: looseBoolean,
  columnOrder: z.array(z.string()),
  customLabels: z.record(z.string(), z.string()).optional(),
  hiddenFields: z.array(z.string()).optional(),
});

/** `csv-orders-2026-11-23-20-19-02-123.csv`; a file that was cut says so in its name. */
function fileName(explore: string, truncated: boolean, now: Date): string {
  const time = now.toISOString().slice(0, -1).replaceAll(/[T:.]/g, '-');
  return `csv-${truncated ? 'incomplete_results-' : ''}${explore}-${time}.csv`;
}

/**
 * Starts the job that writes a query's rows to a file.
 * @param explore found by the job itself: what is wrong with it makes the job fail, not the request
 */
export function startCsvJob(
  call: Pick<Call, 'store' | 'user' | 'now' | 'url' | 'jobs' | 'warehouse'>,
  project: Project,
  explore: () => Explore,
  metricQuery: MetricQuery,
  options: CsvOptions,
): { jobId: number } {
  const { store, user, now, url, jobs } = call;
  const { projectUuid } = project;
  const request = { task: CSV_TASK, projectUuid, userUuid: user.userUuid, namesItsUser: true };
  const jobId = jobs.start(store, now, request, async () => {
    const source = explore();
    const csv = await (await call.warehouse()).runCsv(source, metricQuery, options);
    const nanoid = newNanoid();
    store.files.set(nanoid, {
      projectUuid,
      contentType: 'text/csv; charset=utf-8',
      fileName: fileName(source.name, csv.truncated, now()),
      content: csv.text,
    });
    return { fileUrl: `${url}/api/v1/projects/${projectUuid}/csv/${nanoid}`, truncated: csv.truncated };
  });
  return { jobId };
}

/** Only the user who started a job can read it; for all others, admins included, it does not exist. */
function csvJob({ store, user, params }: Call<'jobId'>): Job {
  const job = store.jobs.get(Number(params.jobId));
  if (!job || job.task !== CSV_TASK || job.createdByUserUuid !== user.userUuid) {
    throw notFound('Download CSV job not found');
  }
  return job;
}

function resultFile(call: Call<'projectUuid' | 'nanoid'>): Response {
  const file = call.store.files.get(call.params.nanoid);
  if (!file || file.projectUuid !== call.params.projectUuid) throw notFound('Cannot find this file');
  if (file.contentType === null) return sendUntyped(call.context, 200, file.content);
  const disposition = `attachment; filename="${file.fileName}"`;
  return new Response(file.content, {
    headers: { 'content-type': file.contentType, 'content-disposition': disposition },
  });
}

const gsheetBody = z.object({
  projectUuid: z.string(),
  exploreId: z.string(),
  metricQuery: anyObject,
  columnOrder: z.array(z.string()),
  showTableNames: looseBoolean,
});

/** Routes of files. */
export const downloadRoutes = [
  route(
    'POST',
    `${base}/explores/{exploreId}/downloadCsv`,
    { until: '0.1366', body: csvBody, bodyStyle: 'intersection' },
    (call) => {
      const { csvLimit, onlyRaw, showTableNames, columnOrder, customLabels, hiddenFields, ...query } = call.body;
      const { metricQuery } = parseMetricQueryRequest(query);
      const project = projectFor(call, call.params.projectUuid, 'export CSV');
      refuseCustomSql(call, project, metricQuery);
      return startCsvJob(call, project, () => exploreFor(call, project, call.params.exploreId), metricQuery, {
        onlyRaw,
        showTableNames,
        columnOrder,
        ...(csvLimit === undefined ? {} : { csvLimit }),
        ...(customLabels === undefined ? {} : { customLabels }),
        ...(hiddenFields === undefined ? {} : { hiddenFields }),
      });
    },
  ),
  route('GET', '/api/v1/csv/{jobId}', { since: '1.219' }, () => {
    throw notFound('Google Sheets export job not found');
  }),
  route('GET', '/api/v1/csv/{jobId}', { until: '0.1366' }, (call): JsonObject => {
    const { status, details } = csvJob(call);
    const done = status === 'completed';
    const url = done ? { url: details?.fileUrl } : {};
    return { ...url, status, truncated: done && details?.truncated === true };
  }),
  route('GET', `${base}/csv/{nanoid}`, { auth: 'none' }, resultFile),
  route('POST', '/api/v1/gdrive/upload-gsheet', { body: gsheetBody }, (call) => {
    const { projectUuid } = projectFor(call, call.body.projectUuid, 'export CSV');
    const request = { task: 'uploadGsheetFromQuery', projectUuid, userUuid: call.user.userUuid, namesItsUser: true };
    const jobId = call.jobs.start(call.store, call.now, request, () =>
      Promise.reject(new Error('no Google account is connected')),
    );
    return { jobId };
  }),
  route(
    'POST',
    `${base}/sqlRunner/run`,
    { body: z.object({ sql: z.string(), limit: looseNumber.optional() }) },
    (call) => {
      const { projectUuid } = projectFor(call, call.params.projectUuid, 'run SQL');
      const request = { task: 'sqlRunner', projectUuid, userUuid: call.user.userUuid, namesItsUser: true };
      const { store, url, body, now } = call;
      const jobId = call.jobs.start(store, now, request, async () => {
        const { fields, rows } = await (await call.warehouse()).runSql(body.sql).catch((error: unknown) => {
          throw error instanceof SandboxError ? new JobFailure(error.message, error.data) : error;
        });
        const nanoid = newNanoid();
        const lines = rows.slice(0, body.limit).map((row) => `${JSON.stringify(row)}\n`);
        store.files.set(nanoid, {
          projectUuid,
          contentType: null,
          fileName: `${nanoid}.jsonl`,
          content: lines.join(''),
        });
        const columns = Object.entries(fields).map(([reference, { type }]) => ({ type, reference }));
        return { columns, fileUrl: `${url}/api/v1/projects/${projectUuid}/sqlRunner/results/${nanoid}` };
      });
      return { jobId };
    },
  ),
  route('GET', `${base}/sqlRunner/results/{nanoid}`, {}, resultFile),
];
