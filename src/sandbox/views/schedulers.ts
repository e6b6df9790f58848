import type { JsonObject, Scheduler } from '../store/records.ts';
import type { Store } from '../store/store.ts';

/** A delivery as every operation on it returns it, without a time zone that was never set. */
export function schedulerView({ timezone, thresholds, targets, ...scheduler }: Scheduler): JsonObject {
  const { schedulerUuid } = scheduler;
  return {
    ...scheduler,
    ...(timezone === null ? {} : { timezone }),
    ...(thresholds === undefined ? {} : { thresholds }),
    targets: targets.map(({ targetUuid, createdAt, updatedAt, recipient, channel }) =>
      recipient === undefined
        ? { schedulerSlackTargetUuid: targetUuid, createdAt, updatedAt, schedulerUuid, channel }
        : { schedulerEmailTargetUuid: targetUuid, createdAt, updatedAt, schedulerUuid, recipient },
    ),
  };
}

/** The chart or dashboard that a delivery sends. */
export function contentOf(
  store: Store,
  { savedChartUuid, dashboardUuid }: Pick<Scheduler, 'savedChartUuid' | 'dashboardUuid'>,
) {
  return savedChartUuid === null ? store.dashboards.get(dashboardUuid ?? '') : store.charts.get(savedChartUuid);
}
