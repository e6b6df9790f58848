import { ignoreApiError, ServerFaultError } from '../../lightdash/errors.ts';
import { projectUuid } from '../../operations/fields.ts';
import { compileJob, compileLogs, refreshProject as refresh } from '../../operations/routes/administration.ts';
import { formatTimestamp, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText, truncate } from '../../text/plain-text.ts';
import { pollJob } from '../jobs/poll-job.ts';
import { defineTool } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';

const MAX_REASON_LENGTH = 500;
const MAX_BROKEN = 10;

/** Compiles a project from dbt and reports the result. */
export const refreshProject = defineTool({
  name: 'refresh_project',
  title: 'Refresh a project from dbt: load the changed model again',
  description:
    'Pulls the latest dbt changes: compiles the project again, waits, and reports explores and errors. Changed fields show at once.',
  toolset: 'projects',
  readOnly: false,
  destructive: false,
  idempotent: true,
  input: () => ({ projectUuid: projectUuid() }),
  async run(args, context) {
    const { results } = await context.execute(refresh, args);
    const jobUuid = isObject(results) ? text(results.jobUuid) : undefined;
    if (jobUuid === undefined) throw new ServerFaultError('Lightdash returned no job for the refresh.');
    const job = await pollJob(context, 'The refresh', async () => {
      const state = (await context.execute(compileJob, { jobUuid })).results;
      const status = isObject(state) ? text(state.jobStatus) : undefined;
      return isObject(state) && (status === 'DONE' || status === 'ERROR') ? state : undefined;
    });
    if (job === undefined)
      return {
        text: `The refresh still runs (job ${jobUuid}). Call refresh_project later only if fields are missing.`,
      };
    if (job.jobStatus === 'ERROR') return { text: `The refresh failed, the explores are as before: ${failureOf(job)}` };
    return { text: ['The project was refreshed.', ...(await latestLog(context, args.projectUuid))].join('\n') };
  },
});

const failureOf = (job: JsonObject): string => {
  const reasons = objects(job.steps).flatMap(({ stepError }) => text(stepError) ?? []);
  return truncate(plainText(reasons.join('; ') || 'Lightdash returned no reason'), MAX_REASON_LENGTH);
};

/** The latest compilation in words; empty on releases without such a log. */
async function latestLog(context: ToolContext, project: string): Promise<string[]> {
  const logs = await context.execute(compileLogs, { projectUuid: project, page: 1, pageSize: 1 }).catch(ignoreApiError);
  const [log] = objects(logs && isObject(logs.results) ? logs.results.data : undefined);
  const report = isObject(log?.report) ? log.report : undefined;
  if (log === undefined || report === undefined) return [];
  const broken = objects(report.exploresWithErrors).map(({ name }) => plainText(text(name) ?? '?'));
  return [
    `Latest compilation, ${formatTimestamp(log.createdAt) ?? '?'} UTC: ${pluralize(finite(report.successfulExploresCount) ?? 0, 'explore')} of ${finite(report.totalExploresCount) ?? 0}, ${pluralize(finite(report.metricsCount) ?? 0, 'metric')}, ${pluralize(finite(report.dimensionsCount) ?? 0, 'dimension')}.`,
    ...(broken.length > 0 ? [`Explores with errors: ${broken.slice(0, MAX_BROKEN).join(', ')}`] : []),
  ];
}
