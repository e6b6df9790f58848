import * as z from 'zod';
import { operationById } from '../../operations/index.ts';
import { isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { normalizeName } from '../../text/names.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';
import type { PreviewClient } from '../preview.ts';
import type { DeliveredContent } from './content.ts';

/** The operators of Lightdash, and signs for two of them. */
const operators = ['greaterThan', 'lessThan', 'increasedBy', 'decreasedBy', '>', '<'] as const;
const bySign: Readonly<Record<string, string>> = { '>': 'greaterThan', '<': 'lessThan' };

/** A condition under which a delivery is sent. */
export const alertInput = () =>
  z.strictObject({
    field: z.string().min(1),
    operator: z.enum(operators),
    value: z.number(),
    notify: z.enum(['once', 'always']).default('always'),
  });

type Alert = z.infer<ReturnType<typeof alertInput>>;

/**
 * The threshold of an alert. Lightdash takes any field, and one that the chart does not have never fires, so it is looked
 * for in the latest version of the chart.
 *
 * @throws {ArgumentsError} if the chart has no such field.
 */
export async function thresholdOf(alert: Alert, content: DeliveredContent, client: PreviewClient): Promise<JsonObject> {
  if (content.kind !== 'chart') throw new ArgumentsError([`alert: alerts are on charts, not on a ${content.kind}`]);
  const fields = await fieldsOfChart(content.uuid, client);
  const alike = fields.filter((name) => normalizeName(name).endsWith(normalizeName(alert.field)));
  const field = fields.find((name) => name === alert.field) ?? (alike.length === 1 ? alike[0] : undefined);
  if (field === undefined)
    throw new ArgumentsError([
      `alert: the chart ${content.name} has no field "${alert.field}"${nearestAmong(alert.field, fields)}`,
    ]);
  return { fieldId: field, operator: bySign[alert.operator] ?? alert.operator, value: alert.value };
}

/** Reading a chart counts as a view of it, reading a version does not. */
async function fieldsOfChart(chartUuid: string, client: PreviewClient): Promise<readonly string[]> {
  const history = await client.read(operationById('GetChartHistory'), { chartUuid });
  const versionUuid = text(objects(isObject(history) ? history.history : undefined)[0]?.versionUuid);
  const version = await client.read(operationById('GetChartVersion'), { chartUuid, versionUuid });
  const chart = isObject(version) && isObject(version.chart) ? version.chart : {};
  const query = isObject(chart.metricQuery) ? chart.metricQuery : {};
  const calculations = objects(query.tableCalculations).flatMap(({ name }) => text(name) ?? []);
  return [...texts(query.metrics), ...calculations, ...texts(query.dimensions)];
}

const signs: Readonly<Record<string, string>> = { greaterThan: '>', lessThan: '<' };

/** `Alert: sent when orders_order_count < 10`, or undefined for a plain delivery. */
export function describeAlert({ thresholds, notificationFrequency }: JsonObject): string | undefined {
  const conditions = objects(thresholds).map(({ fieldId, operator, value }) => {
    const sign = signs[String(operator)];
    return sign === undefined
      ? `${String(fieldId)} has ${operator === 'increasedBy' ? 'increased' : 'decreased'} by more than ${String(value)}% against the second row`
      : `${String(fieldId)} ${sign} ${String(value)}`;
  });
  if (conditions.length === 0) return undefined;
  const often = notificationFrequency === 'once' ? 'the first time only' : 'each time';
  return `Alert: sent only when ${conditions.join(' or ')} in the first row of the chart, ${often}.`;
}
