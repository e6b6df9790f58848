import * as z from 'zod';
import { anyObject, jobId, projectUuid, schedulerUuid } from './fields.ts';
import { operation } from './operation.ts';

export const schedulers = [
  operation({
    id: 'getScheduler',
    method: 'GET',
    path: '/api/v1/schedulers/{schedulerUuid}',
    tool: 'get_scheduler',
    title: 'Read a scheduled delivery',
    description: 'One scheduled delivery: what it sends, to whom, when.',
    input: () => ({ schedulerUuid: schedulerUuid() }),
  }),
  operation({
    id: 'updateScheduler',
    method: 'PATCH',
    path: '/api/v1/schedulers/{schedulerUuid}',
    tool: 'update_scheduler',
    title: 'Change a scheduled delivery',
    description: 'Replaces a scheduled delivery whole: start from get_scheduler. At most hourly.',
    input: () => ({
      schedulerUuid: schedulerUuid(),
      scheduler: anyObject().describe('name, cron, timezone, format, options, targets, …'),
    }),
    body: (args) => args.scheduler,
    idempotent: true,
  }),
  operation({
    id: 'updateSchedulerEnabled',
    method: 'PATCH',
    path: '/api/v1/schedulers/{schedulerUuid}/enabled',
    tool: 'update_scheduler_enabled',
    title: 'Pause or resume a scheduled delivery',
    description: 'Turns a scheduled delivery on or off.',
    input: () => ({ schedulerUuid: schedulerUuid(), enabled: z.boolean() }),
    idempotent: true,
  }),
  operation({
    id: 'deleteScheduler',
    method: 'DELETE',
    path: '/api/v1/schedulers/{schedulerUuid}',
    tool: 'delete_scheduler',
    title: 'Delete a scheduled delivery',
    description: 'Deletes a scheduled delivery; update_scheduler_enabled only pauses it.',
    input: () => ({ schedulerUuid: schedulerUuid() }),
    irreversible: true,
  }),
  operation({
    id: 'sendScheduler',
    method: 'POST',
    path: '/api/v1/schedulers/send',
    tool: 'send_scheduler',
    title: 'Send a delivery now',
    description:
      'Sends a chart or dashboard to people at once, without saving a schedule. Then get_scheduler_job_status.',
    input: () => ({
      scheduler: anyObject().describe(
        'name, format (csv, image, gsheets), options, targets [{recipient}] or [{channel}], savedChartUuid or dashboardUuid (the other null), cron',
      ),
    }),
    body: (args) => args.scheduler,
  }),
  operation({
    id: 'getScheduledJobs',
    method: 'GET',
    path: '/api/v1/schedulers/{schedulerUuid}/jobs',
    tool: 'get_scheduled_jobs',
    title: 'List queued jobs of a delivery',
    description: 'Jobs queued today for a scheduled delivery.',
    input: () => ({ schedulerUuid: schedulerUuid() }),
  }),
  operation({
    id: 'getSchedulerJobStatus',
    method: 'GET',
    path: '/api/v1/schedulers/job/{jobId}/status',
    tool: 'get_scheduler_job_status',
    title: 'Follow a job',
    description: 'State of a background job (delivery, export, validation), with its file or why it failed.',
    input: () => ({ jobId: jobId() }),
  }),
  operation({
    id: 'getSchedulerLogs',
    method: 'GET',
    path: '/api/v1/schedulers/{projectUuid}/logs',
    tool: 'get_scheduler_logs',
    title: 'List deliveries and their runs',
    description: 'The scheduled deliveries of a project with the runs of each and their failures.',
    input: () => ({ projectUuid: projectUuid() }),
  }),
  operation({
    id: 'updateSchedulerSettings',
    method: 'PATCH',
    path: '/api/v1/projects/{projectUuid}/schedulerSettings',
    tool: 'update_scheduler_settings',
    title: 'Set the timezone of deliveries',
    description: 'Sets the default timezone of scheduled deliveries of a project.',
    input: () => ({
      projectUuid: projectUuid(),
      schedulerTimezone: z.string().min(1).describe('IANA name such as Europe/Rome: a wrong one is saved and sticks'),
    }),
    idempotent: true,
  }),
];
