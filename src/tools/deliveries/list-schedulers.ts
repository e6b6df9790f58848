import * as z from 'zod';
import { NotAllowedError } from '../../lightdash/errors.ts';
import { projectUuid as project } from '../../operations/fields.ts';
import { ownDeliveries, projectDeliveries } from '../../operations/routes/deliveries.ts';
import { joinFields, renderPage } from '../../render/page.ts';
import { formatTimestamp, personOf } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { defineTool } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';
import { describeAlert } from './alert.ts';
import { type DeliveredContent, findDelivered, pagePath, projectTimezone } from './content.ts';
import { deliveriesOf } from './deliveries-of.ts';
import { describeRecipients, makerOf } from './describe-scheduler.ts';
import { nextRuns, scheduleWords } from './next-runs.ts';

/** Lists deliveries with who gets what and when. */
export const listSchedulers = defineTool({
  name: 'list_schedulers',
  title: 'List scheduled deliveries: which reports or emails are sent',
  description: 'Scheduled deliveries and alerts of a project, chart or dashboard: who gets what when, last run.',
  toolset: 'schedulers',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({
    projectUuid: project(),
    chart: z.string().min(1).optional(),
    dashboard: z.string().min(1).optional(),
    offset: z.int().min(0).optional(),
  }),
  async run({ projectUuid, chart, dashboard, offset }, context) {
    const content =
      chart === undefined && dashboard === undefined
        ? undefined
        : await findDelivered({ chart, dashboard }, projectUuid, context);
    const [listed, zone] = await Promise.all([
      content === undefined ? ofProject(projectUuid, context) : ofContent(content, projectUuid, context),
      projectTimezone(projectUuid, context),
    ]);
    const { schedulers, isOwnOnly } = listed;
    const lines = schedulers.map((scheduler) => ({ line: listLine(scheduler, listed, content, zone ?? 'UTC') }));
    const page = renderPage(lines, {
      noun: content === undefined ? 'scheduled delivery' : `delivery of ${content.name}`,
      plural: content === undefined ? 'scheduled deliveries' : `deliveries of ${content.name}`,
      legend: 'name|schedulerUuid|sends|to|when|next run|last run|made|state',
      offset,
      budget: context.budget,
    });
    const notes = [
      ...(isOwnOnly ? ['Only your own: developers and admins of the project may list all.'] : []),
      ...(content === undefined ? [] : pageLine(content, context)),
    ];
    return { text: [page, ...notes].join('\n'), data: schedulers };
  },
});

interface Listed {
  readonly schedulers: readonly JsonObject[];
  /** Names by uuid, from the lists that 0.1366 returns with the deliveries. */
  readonly names: ReadonlyMap<unknown, string>;
  readonly isOwnOnly: boolean;
}

/** @throws the client's error if the role may list neither all deliveries nor its own. */
async function ofProject(projectUuid: string, context: ToolContext): Promise<Listed> {
  try {
    const { results } = await context.execute(projectDeliveries, { projectUuid });
    return { ...readList(results), isOwnOnly: false };
  } catch (error) {
    if (!(error instanceof NotAllowedError) || !(await context.server.get()).isNewer) throw error;
    const { results } = await context.execute(ownDeliveries, { projectUuid });
    return { ...readList(results), isOwnOnly: true };
  }
}

/** Newer lists name everything themselves; those of 0.1366 have separate lists of names. */
function readList(results: unknown): Omit<Listed, 'isOwnOnly'> {
  const page = isObject(results) ? results : {};
  const source = isObject(page.data) ? page.data : page;
  const names = new Map<unknown, string>([
    ...objects(source.charts).map(({ savedChartUuid, name }) => [savedChartUuid, text(name) ?? '?'] as const),
    ...objects(source.dashboards).map(({ dashboardUuid, name }) => [dashboardUuid, text(name) ?? '?'] as const),
    ...objects(source.users).map((user) => [user.userUuid, personOf(user) ?? '?'] as const),
  ]);
  return { schedulers: objects(source.schedulers), names };
}

async function ofContent(content: DeliveredContent, projectUuid: string, context: ToolContext): Promise<Listed> {
  return { schedulers: await deliveriesOf(content, projectUuid, context), names: new Map(), isOwnOnly: false };
}

function listLine(
  scheduler: JsonObject,
  { names }: Listed,
  content: DeliveredContent | undefined,
  projectZone: string,
): string {
  const cron = text(scheduler.cron) ?? '';
  const zone = text(scheduler.timezone) ?? projectZone;
  const isOff = scheduler.enabled === false;
  const creation = [
    formatTimestamp(scheduler.createdAt)?.slice(0, 10),
    makerOf(scheduler) ?? names.get(scheduler.createdBy),
  ];
  return joinFields([
    text(scheduler.name) ?? '',
    text(scheduler.schedulerUuid) ?? '',
    `${content?.kind ?? contentName(scheduler, names)} as ${String(scheduler.format)}`,
    describeRecipients(scheduler),
    `${scheduleWords(cron)} ${zone}${describeAlert(scheduler) === undefined ? '' : ' (alert)'}`,
    isOff ? 'none' : (nextRuns(cron, zone)[0] ?? ''),
    lastRun(scheduler.latestRun),
    creation.filter(Boolean).join(' by '),
    isOff ? 'off' : 'on',
  ]);
}

function contentName(scheduler: JsonObject, names: ReadonlyMap<unknown, string>): string {
  const { savedChartUuid, dashboardUuid, savedChartName, dashboardName, savedSqlName } = scheduler;
  if (text(savedChartUuid)) return `chart ${text(savedChartName) ?? names.get(savedChartUuid) ?? '?'}`;
  if (text(dashboardUuid)) return `dashboard ${text(dashboardName) ?? names.get(dashboardUuid) ?? '?'}`;
  return `SQL chart ${text(savedSqlName) ?? '?'}`;
}

/** `completed 2026-11-25 19:36`; empty if the list lacks it. */
function lastRun(run: unknown): string {
  if (run === null) return 'never';
  if (!isObject(run)) return '';
  return [text(run.runStatus) ?? text(run.status), formatTimestamp(run.scheduledTime)].filter(Boolean).join(' ');
}

function pageLine(content: DeliveredContent, { lightdash }: ToolContext): readonly string[] {
  const path = pagePath(content);
  return path === undefined ? [] : [`Open: ${lightdash.pageUrl(path)}`];
}
