import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { anyObject, looseBoolean } from '../../http/body-validation.ts';
import { notFound } from '../../http/refusals.ts';
import type { Call } from '../../http/route.ts';
import type { JsonObject, Scheduler } from '../../store/records.ts';
import { newUuid, type Store } from '../../store/store.ts';
import { schedulerAsCode, schedulerSlug } from '../../views/today/as-code.ts';
import { subjectOf } from '../../views/today/schedulers.ts';
import { uploadTo } from './as-code-spaces.ts';
import { settingsOf } from './scheduler-bodies.ts';

/** A delivery as code, for upload. */
export const deliveryBody = z.looseObject({
  name: z.string(),
  message: z.string().nullish(),
  cron: z.string(),
  timezone: z.string().nullish(),
  enabled: looseBoolean,
  includeLinks: looseBoolean,
  plainTextEmail: looseBoolean.optional(),
  targets: z.array(z.looseObject({ type: z.string() })),
  format: z.string(),
  options: anyObject,
  resource: z.object({ type: z.enum(['chart', 'dashboard', 'sql_chart']), slug: z.string() }),
  filters: z.unknown().optional(),
  parameters: anyObject.nullish(),
});
type Body = z.output<typeof deliveryBody>;

const MISSING = { chart: 'Saved query not found', dashboard: 'Dashboard not found', sql_chart: 'Saved sql not found' };

/** The content that the code sends. @throws 404 for an unknown slug */
function findResource(store: Store, projectUuid: string, { type, slug }: Body['resource']) {
  const find = <Item extends { slug: string; projectUuid: string }>(items: Map<string, Item>) =>
    [...items.values()].find((item) => item.projectUuid === projectUuid && item.slug === slug);
  const noResource = { savedChartUuid: null, dashboardUuid: null, savedSqlUuid: null };
  const chart = type === 'chart' ? find(store.charts) : undefined;
  if (chart) return { ...noResource, savedChartUuid: chart.uuid };
  const dashboard = type === 'dashboard' ? find(store.dashboards) : undefined;
  if (dashboard) return { ...noResource, dashboardUuid: dashboard.uuid };
  const sqlChart = type === 'sql_chart' ? find(store.sqlCharts) : undefined;
  if (sqlChart) return { ...noResource, savedSqlUuid: sqlChart.savedSqlUuid };
  throw notFound(MISSING[type]);
}

/** The part of the code that is compared with the saved delivery. */
const comparableCode = ({ downloadedAt: _, plainTextEmail = false, ...code }: JsonObject): JsonObject => ({
  ...code,
  plainTextEmail,
});

/** Makes the delivery of that slug, or changes it to what the code says. */
export function upsertDelivery(call: Call<'projectUuid' | 'slug', Body>): JsonObject {
  const { store, user, now, body } = call;
  const { slug } = call.params;
  const { projectUuid } = uploadTo(call, call.params.projectUuid, slug);
  const subject = findResource(store, projectUuid, body.resource);
  const existing = [...store.schedulers.values()].find(
    (scheduler) => schedulerSlug(scheduler) === slug && subjectOf(store, scheduler)?.projectUuid === projectUuid,
  );
  if (
    existing &&
    isDeepStrictEqual(
      comparableCode(schedulerAsCode(store, existing, '')),
      comparableCode(JSON.parse(JSON.stringify(body))),
    )
  ) {
    return { action: 'no changes' };
  }
  const targets = body.targets.map(({ type: _, ...where }) => where);
  const uploadedAt = now().toISOString();
  const { thresholds: _, ...settings } = settingsOf({ ...body, targets }, [], uploadedAt);
  if (existing) {
    Object.assign(existing, settings, subject, { enabled: body.enabled });
    return { action: 'update' };
  }
  const identity = {
    schedulerUuid: newUuid(),
    slug,
    createdAt: uploadedAt,
    createdBy: user.userUuid,
    enabled: body.enabled,
  };
  const scheduler: Scheduler = { ...settings, ...subject, ...identity };
  store.schedulers.set(scheduler.schedulerUuid, scheduler);
  return { action: 'create' };
}
