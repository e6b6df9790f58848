import * as z from 'zod';
import { ServerFaultError } from '../../lightdash/errors.ts';
import { schedulerUuid as uuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { sendDeliveryNow } from '../../operations/routes/deliveries.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { jobIdOf, waitForJob } from '../jobs/poll-job.ts';
import { defineTool } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';
import { pagePath } from './content.ts';
import { describeRecipients, schedulerFacts } from './describe-scheduler.ts';
import { previewSendNow } from './previews.ts';
import { bareTarget } from './recipients.ts';

/** Sends a saved delivery at once, after a confirmation. */
export const sendSchedulerNow = defineTool({
  name: 'send_scheduler_now',
  title: 'Send a scheduled delivery now: mail it at once',
  description: 'Sends a saved delivery to its recipients at once; its schedule stays.',
  toolset: 'schedulers',
  readOnly: false,
  destructive: false,
  idempotent: false,
  input: () => ({ schedulerUuid: uuid(), confirmation: z.string().optional() }),
  preview: previewSendNow,
  async run({ schedulerUuid }, context) {
    const { results } = await context.execute(operationById('getScheduler'), { schedulerUuid });
    const scheduler = isObject(results) ? results : {};
    const { content } = await schedulerFacts(scheduler, context);
    const jobId = await send(schedulerUuid, scheduler, context);
    const label = `The delivery "${text(scheduler.name) ?? ''}"`;
    const state = jobId === undefined ? undefined : await waitForDelivery(jobId, label, context);
    const path = pagePath(content);
    const lines = [
      await outcome(scheduler, state === undefined ? undefined : jobId, context),
      ...(state === undefined && jobId !== undefined
        ? [`It still runs: get_scheduler_job_status {"jobId":"${jobId}"} returns how it ended. It is sent once.`]
        : []),
      ...(path === undefined ? [] : [`Open: ${context.lightdash.pageUrl(path)}`]),
    ];
    return { text: lines.map(plainText).join('\n'), data: { jobId, schedulerUuid } };
  },
});

/** Waits for the job. @throws {ArgumentsError} if it failed: Lightdash took the request, so it is not to be repeated blindly. */
async function waitForDelivery(jobId: string, label: string, context: ToolContext): ReturnType<typeof waitForJob> {
  try {
    return await waitForJob(context, jobId, label);
  } catch (error) {
    if (!(error instanceof ServerFaultError)) throw error;
    const consequence = 'was carried out, and the delivery failed in Lightdash; list_scheduler_runs shows who got it';
    throw new ArgumentsError([error.message], consequence);
  }
}

/** 0.1366 sends a whole body alone. Resolves to the id of the job. */
async function send(schedulerUuid: string, scheduler: JsonObject, context: ToolContext): Promise<string | undefined> {
  if ((await context.server.get()).isNewer) {
    return jobIdOf((await context.execute(sendDeliveryNow, { schedulerUuid })).results);
  }
  const { name, message, cron, format, options, savedChartUuid, dashboardUuid, filters, thresholds } = scheduler;
  const body = {
    ...{ name, cron, format, options, savedChartUuid, dashboardUuid, includeLinks: scheduler.includeLinks },
    ...(message !== null && { message }),
    ...(filters !== null && { filters }),
    ...(thresholds !== undefined && { thresholds }),
    targets: objects(scheduler.targets).map(bareTarget),
  };
  return jobIdOf((await context.execute(operationById('sendScheduler'), { scheduler: body })).results);
}

/** The end of the job in a sentence. That of an alert says if its condition held. */
async function outcome(scheduler: JsonObject, jobId: string | undefined, context: ToolContext): Promise<string> {
  const name = `"${text(scheduler.name) ?? ''}"`;
  const to = describeRecipients(scheduler);
  if (jobId === undefined) return `Started to send ${name} to ${to}.`;
  if (objects(scheduler.thresholds).length === 0) return `Sent ${name} to ${to}.`;
  const { results } = await context.execute(operationById('getSchedulerJobStatus'), { jobId });
  const details = isObject(results) && isObject(results.details) ? results.details : {};
  if (details.thresholdStatus === 'not_met')
    return `Nothing was sent: the alert ${name} is not met (${String(details.thresholdFieldId)} is ${String(details.evaluatedParsedValue)}).`;
  return details.thresholdStatus === 'met'
    ? `The alert ${name} is met: sent to ${to}.`
    : `The alert ${name} was checked.`;
}
