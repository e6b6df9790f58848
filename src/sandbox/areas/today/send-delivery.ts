import * as z from 'zod';
import { canView, projectFor, spaceOf } from '../../access/permissions.ts';
import { anyObject } from '../../http/body-validation.ts';
import { forbidden, notFound, wrongParameter } from '../../http/refusals.ts';
import type { Call } from '../../http/route.ts';
import { JobFailure } from '../../jobs.ts';
import { exploreFor } from '../../store/explores.ts';
import type { JsonObject, Project, Scheduler } from '../../store/records.ts';
import { latestVersion, projectOf } from '../../views/charts.ts';

const threshold = z.looseObject({ fieldId: z.string(), operator: z.string(), value: z.number() });
const cell = z.looseObject({ value: z.looseObject({ raw: z.unknown() }) });

/** Compares the first row of an alert's chart with its threshold. */
async function evaluate(call: Call, scheduler: Pick<Scheduler, 'savedChartUuid' | 'thresholds'>): Promise<JsonObject> {
  const condition = threshold.safeParse(scheduler.thresholds?.[0]).data;
  const chart = call.store.charts.get(scheduler.savedChartUuid ?? '');
  if (!condition || !chart) return {};
  const { tableName, metricQuery } = latestVersion(chart);
  const explore = exploreFor(call, projectOf(call.store, chart), tableName);
  const { rows } = await (await call.warehouse()).runMetricQuery(explore, metricQuery);
  const values = rows.map((row) => Number(cell.safeParse(row[condition.fieldId]).data?.value.raw));
  const [latest, previous] = values;
  return {
    rowCount: rows.length,
    thresholdValue: condition.value,
    thresholdStatus: isMet(condition, latest, previous) ? 'met' : 'not_met',
    thresholdFieldId: condition.fieldId,
    thresholdOperator: condition.operator,
    evaluatedParsedValue: latest ?? null,
  };
}

/** Two of the four operators compare with the row below, in percent. */
function isMet({ operator, value }: z.output<typeof threshold>, latest?: number, previous?: number): boolean {
  if (latest === undefined) return false;
  if (operator === 'greaterThan') return latest > value;
  if (operator === 'lessThan') return latest < value;
  if (previous === undefined) return false;
  const change = ((latest - previous) / previous) * 100;
  return operator === 'increasedBy' ? change > value : -change > value;
}

type Sendable = Pick<Scheduler, 'format' | 'savedChartUuid' | 'thresholds'> & { schedulerUuid?: string };

/** Sends a delivery now: a job that finishes by itself. Pictures need a browser that the server has not. */
export function send(call: Call, { projectUuid, organizationUuid }: Project, scheduler: Sendable): JsonObject {
  const { store, user, now, jobs } = call;
  const ids = { projectUuid, organizationUuid };
  const job = { task: 'handleScheduledDelivery', projectUuid, userUuid: user.userUuid, namesItsUser: true, about: ids };
  const jobId = jobs.start(store, now, job, async () => {
    if (scheduler.thresholds) return evaluate(call, scheduler);
    if (['image', 'pdf'].includes(scheduler.format)) {
      throw new JobFailure("Can't get screenshot if HEADLESS_BROWSER_HOST env variable is not defined");
    }
    return null;
  });
  if (scheduler.schedulerUuid !== undefined) {
    const { schedulerUuid } = scheduler;
    const scheduledTime = now().toISOString();
    store.schedulerRuns.set(jobId, { jobId, schedulerUuid, createdByUserUuid: user.userUuid, scheduledTime });
  }
  return { jobId: String(jobId) };
}

const unsaved = z.looseObject({
  name: z.string().optional(),
  format: z.string().default('csv'),
  savedChartUuid: z.string().nullish(),
  dashboardUuid: z.string().nullish(),
  savedSqlUuid: z.string().nullish(),
  thresholds: z.array(anyObject).optional(),
});

/** Sends a delivery that is not saved. */
export function sendUnsaved(call: Call): JsonObject {
  const { store, user } = call;
  const body = unsaved.safeParse(call.body).data;
  if (!body?.name) throw wrongParameter('You must give a name to this scheduled delivery');
  const content =
    store.charts.get(body.savedChartUuid ?? '') ??
    store.dashboards.get(body.dashboardUuid ?? '') ??
    store.sqlCharts.get(body.savedSqlUuid ?? '');
  if (!content) throw notFound(body.dashboardUuid ? 'Dashboard not found' : 'Saved query not found');
  const project = projectFor(call, content.projectUuid);
  if (!canView(store, user, spaceOf(store, content))) throw forbidden();
  const { format, savedChartUuid = null, thresholds } = body;
  return send(call, project, { format, savedChartUuid, ...(thresholds ? { thresholds } : {}) });
}
