import type { KnownObject } from '../known-keys.ts';

/** Types of custom metrics that every release has (API documents of 0.1366 and 1.219). */
export const METRIC_TYPES: readonly string[] = [
  ...['sum', 'average', 'count', 'count_distinct', 'min', 'max', 'median', 'percentile', 'number'],
  ...['string', 'date', 'timestamp', 'boolean'],
];
/** Those that 0.1366 lacks. */
export const NEWER_METRIC_TYPES: readonly string[] = [
  ...['sum_distinct', 'average_distinct', 'percent_of_previous', 'percent_of_total', 'running_total'],
];
/** Types of bins of a custom dimension. */
export const BIN_TYPES: readonly string[] = ['fixed_width', 'fixed_number', 'custom_range', 'custom_group'];

const FORMAT_KEYS = ['format', 'formatOptions', 'round', 'compact', 'separator'];
/** Keys of an `additionalMetrics` entry, on all releases. */
export const CUSTOM_METRIC: KnownObject = {
  label: 'A custom metric',
  keys: [
    ...['table', 'name', 'label', 'description', 'type', 'sql', 'filters', 'percentile', 'distinctKeys', 'hidden'],
    ...['baseDimensionName', 'baseMetricName', 'uuid', 'id', 'index', 'groups', 'urls', ...FORMAT_KEYS],
    ...['generationType', 'baseMetricId', 'timeDimensionId', 'granularity', 'periodOffset'],
  ],
  example:
    '{"table": "orders", "name": "phone_orders", "type": "count_distinct", "sql": "${TABLE}.order_id", "filters": [{"field": "orders_channel", "operator": "equals", "values": ["phone"]}]}',
  advice: { where: 'write the condition as filters', filter: 'write the condition as filters' },
};
/** Keys of a `customDimensions` entry, with bins or with SQL. */
export const CUSTOM_DIMENSION: KnownObject = {
  label: 'A custom dimension',
  keys: [
    ...[
      'id',
      'name',
      'label',
      'table',
      'type',
      'sql',
      'dimensionType',
      'dimensionId',
      'binType',
      'binWidth',
      'binNumber',
    ],
    ...['customRange', 'customGroup', 'customGroups', 'uuid', 'description'],
  ],
  example:
    '{"id": "band", "name": "Band", "table": "orders", "type": "bin", "dimensionId": "orders_amount", "binType": "fixed_width", "binWidth": 100}',
  advice: { width: 'write binWidth' },
};
/** Keys of a `tableCalculations` entry. */
export const TABLE_CALCULATION: KnownObject = {
  label: 'A table calculation',
  keys: ['name', 'displayName', 'label', 'sql', 'formula', 'template', 'type', 'index', 'uuid', ...FORMAT_KEYS],
  example: '{"name": "per_order", "displayName": "Per order", "sql": "${orders.revenue} / ${orders.order_count}"}',
};

/** The form in which a value is shown, of a metric or a calculation (API document of 1.219). */
export const FORMAT: KnownObject = {
  label: 'A format',
  keys: [...['type', 'round', 'separator', 'currency', 'compact', 'prefix', 'suffix', 'timeInterval', 'custom']],
  example: '{"type": "percent", "round": 1}',
};
/** Keys of one range of bins of the type `custom_range`. */
export const CUSTOM_RANGE: KnownObject = {
  label: 'A range of bins',
  keys: ['from', 'to'],
  example: '{"from": 10, "to": 20}; the first may lack from, the last to',
};
