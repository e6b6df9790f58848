import * as z from 'zod';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { readSavedQuery, savedQueryOf } from '../../query/builder/saved-query.ts';
import { exploreOf } from '../../query/fields/explores.ts';
import { type Field, type FieldIndex, PLAIN_NUMBER } from '../../query/fields/field.ts';
import { readNumber } from '../../query/filters/conditions.ts';
import { readOperator } from '../../query/filters/operators.ts';
import { isForeignCurrency } from '../../query/filters/shown-number.ts';
import { isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { normalizeName } from '../../text/names.ts';
import { quoteInput, truncate } from '../../text/plain-text.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';
import type { PreviewClient } from '../preview.ts';
import type { DeliveredContent } from './content.ts';

const MAX_WRITTEN_LENGTH = 60;

/** A condition under which a delivery is sent. */
export const alertInput = () =>
  z.strictObject({
    field: z.string().min(1),
    operator: z.string().min(1),
    value: z.union([z.number(), z.string()], { error: 'a number is needed, such as 500, "$1,200" or "85%"' }),
    notify: z.enum(['once', 'always']).default('always'),
  });

type Alert = z.infer<ReturnType<typeof alertInput>>;
type AlertOperator = 'greaterThan' | 'lessThan' | 'increasedBy' | 'decreasedBy';

/** The threshold of an alert, with what a person may not expect of it. */
interface Threshold {
  readonly threshold: JsonObject;
  readonly notes: readonly string[];
}

/**
 * The threshold of an alert. Lightdash takes any field, and one that the chart does not have never fires, so it is looked
 * for in the latest version of the chart.
 *
 * @throws {ArgumentsError} if the chart has no such field, or the operator or the value is not understood.
 */
export async function thresholdOf(
  alert: Omit<Alert, 'notify'>,
  content: DeliveredContent,
  client: PreviewClient,
): Promise<Threshold> {
  if (content.kind !== 'chart')
    throw new ArgumentsError([
      `alert: alerts are on charts of explores, and ${content.name} is ${content.kind === 'SQL chart' ? 'an' : 'a'} ${content.kind}`,
    ]);
  const operator = readAlertOperator(alert.operator);
  const { query, index } = await latestQuery(content, client);
  const calculations = objects(query.tableCalculations).flatMap(({ name }) => text(name) ?? []);
  const fields = [...texts(query.metrics), ...calculations, ...texts(query.dimensions)];
  const alike = fields.filter((name) => normalizeName(name).endsWith(normalizeName(alert.field)));
  const fieldId = fields.find((name) => name === alert.field) ?? (alike.length === 1 ? alike[0] : undefined);
  if (fieldId === undefined)
    throw new ArgumentsError([
      `alert: the chart ${content.name} has no field "${alert.field}"${nearestAmong(alert.field, fields)} (${fields.join(', ')})`,
    ]);
  const field = index?.fields.get(fieldId);
  if (field !== undefined && field.valueType !== 'number')
    throw new ArgumentsError([`alert: ${fieldId} is a ${field.valueType}, and an alert compares numbers`]);
  const format = field?.format ?? PLAIN_NUMBER;
  const { value, note } = isChange(operator)
    ? readChange(alert.value)
    : readThresholdValue(alert.value, { format }, fieldId);
  return {
    threshold: { fieldId, operator, value },
    notes: [...(note === undefined ? [] : [note]), ...firstRowNotes(operator, query, index)],
  };
}

const isChange = (operator: AlertOperator): boolean => operator === 'increasedBy' || operator === 'decreasedBy';

/** @throws {ArgumentsError} for an operator that alerts do not have. */
function readAlertOperator(written: string): AlertOperator {
  const change = /^(in|de)creased?[\s_-]?(?:by|more than)?$/i.exec(written.trim())?.[1]?.toLowerCase();
  if (change !== undefined) return change === 'in' ? 'increasedBy' : 'decreasedBy';
  const operator = readOperator(written.replace(/^\s*(?:is|gets|goes|falls|drops|sinks|rises|climbs)\s+/i, ''));
  if (operator === 'greaterThan' || operator === 'lessThan') return operator;
  throw new ArgumentsError([
    `alert: the operator is <, >, increasedBy or decreasedBy (in percent), not ${quoteInput(truncate(written, MAX_WRITTEN_LENGTH))}`,
  ]);
}

const notANumber = (value: unknown, fieldId: string) =>
  new ArgumentsError([
    `alert: ${fieldId} is compared with a number, and ${JSON.stringify(truncate(String(value), MAX_WRITTEN_LENGTH))} is not one`,
  ]);

/** A number in any form that filters take. @throws {ArgumentsError} */
function readThresholdValue(written: unknown, field: Pick<Field, 'format'>, fieldId: string) {
  const value = Number(readNumber(written, field) ?? Number.NaN);
  if (!Number.isFinite(value)) throw notANumber(written, fieldId);
  if (isForeignCurrency(written, field))
    throw new ArgumentsError([
      `alert: ${fieldId} is in ${field.format.unit}, and ${String(written)} is another currency`,
    ]);
  const isBigRatio = field.format.style === 'percent' && Math.abs(value) > MAX_LIKELY_RATIO;
  const note = isBigRatio
    ? `${fieldId} is compared as a ratio: ${value} is ${percentOf(value)}; for ${value}% write "${value}%".`
    : undefined;
  return { value, note };
}

/** The change in percent, as a positive number. @throws {ArgumentsError} */
function readChange(written: unknown) {
  const value = Number(readNumber(String(written).replace(/\s*%\s*$/, ''), { format: PLAIN_NUMBER }) ?? Number.NaN);
  if (!Number.isFinite(value) || value < 0) throw notANumber(written, 'the change in percent');
  const isLikelyRatio = value > 0 && value < 1 && !String(written).includes('%');
  return {
    value,
    note: isLikelyRatio ? `the change is in percent: ${value} is ${value}%, not ${percentOf(value)}.` : undefined,
  };
}

/** Ratios above it are rare: a percent that was written as a plain number. */
const MAX_LIKELY_RATIO = 1.5;

const percentOf = (ratio: number): string => `${Number((ratio * 100).toPrecision(12))}%`;

/** Only the first row counts, and for a change the second: notes if that is not the latest, or not there. */
function firstRowNotes(operator: AlertOperator, query: JsonObject, index: FieldIndex | undefined): readonly string[] {
  const dimensions = texts(query.dimensions);
  if (isChange(operator) && (dimensions.length === 0 || query.limit === 1))
    return ['the chart has one row, so there is no second one to compare with: this alert never fires.'];
  const [sort] = objects(query.sorts);
  if (dimensions.length === 0) return [];
  // Newer releases begin with the latest period, older ones with any row.
  if (sort === undefined) return ['the chart has no sort of its own, so its first row is up to Lightdash.'];
  const period = dimensions.find((id) => id === sort.fieldId && isOfTime(index?.fields.get(id)));
  if (period === undefined || sort.descending === true) return [];
  return [
    `the first row of the chart is its earliest ${period}, not the latest: sort the chart by ${period} descending to watch the latest.`,
  ];
}

const isOfTime = (field: Field | undefined): boolean =>
  field?.kind === 'dimension' && (field.valueType === 'date' || field.valueType === 'timestamp');

/** The query of a chart with its fields. Reading a chart counts as a view of it, reading a version does not. */
async function latestQuery({ uuid: chartUuid, projectUuid }: DeliveredContent, client: PreviewClient) {
  const history = await client.read(operationById('GetChartHistory'), { chartUuid });
  const versionUuid = text(objects(isObject(history) ? history.history : undefined)[0]?.versionUuid);
  const version = await client.read(operationById('GetChartVersion'), { chartUuid, versionUuid });
  const chart = isObject(version) && isObject(version.chart) ? version.chart : {};
  const query = savedQueryOf(chart) ?? {};
  const explore = text(chart.tableName) ?? text(query.exploreName);
  const index = explore && (await exploreOf(client.read, projectUuid, explore).catch(ignoreApiError));
  return { query, index: index ? readSavedQuery(index, query).index : undefined };
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
