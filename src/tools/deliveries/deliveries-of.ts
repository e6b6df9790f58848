import { UnknownRouteError } from '../../lightdash/errors.ts';
import { chartDeliveries, dashboardDeliveries, sqlChartDeliveries } from '../../operations/routes/deliveries.ts';
import { type JsonObject, objects } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import type { PreviewClient } from '../preview.ts';
import type { DeliveredContent } from './content.ts';

/** The deliveries of a chart, SQL chart or dashboard. @throws {ArgumentsError} if a release delivers no SQL charts. */
export async function deliveriesOf(
  { kind, uuid }: DeliveredContent,
  projectUuid: string,
  { execute }: PreviewClient,
): Promise<readonly JsonObject[]> {
  if (kind === 'dashboard') return objects((await execute(dashboardDeliveries, { dashboardUuid: uuid })).results);
  if (kind === 'chart') return objects((await execute(chartDeliveries, { chartUuid: uuid })).results);
  try {
    return objects((await execute(sqlChartDeliveries, { projectUuid, savedSqlUuid: uuid })).results);
  } catch (error) {
    if (error instanceof UnknownRouteError) throw new ArgumentsError(['this Lightdash delivers no SQL charts']);
    throw error;
  }
}
