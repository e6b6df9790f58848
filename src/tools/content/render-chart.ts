import { chartKindName } from '../../charts/config/chart-kinds.ts';
import { describeLayout } from '../../charts/config/describe-layout.ts';
import { readChart } from '../../charts/config/read-chart.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { describeFilters, describeRule } from '../../query/filters/describe-filters.ts';
import { savedParametersLine } from '../../query/parameters/parameter.ts';
import { labelOf } from '../../render/page.ts';
import { changed, pluralize, sentence } from '../../text/format.ts';
import { finite, isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { plainText, truncate } from '../../text/plain-text.ts';
import { fieldLine } from '../catalog/render-explore.ts';

/** Facts about a saved chart from other requests. */
interface ChartContext {
  /** Address of a page of Lightdash's web app. */
  readonly pageUrl: (path: string) => string;
  /** Its explore, if it can be read. */
  readonly explore?: FieldIndex | undefined;
  /** The reason why its explore cannot be read. */
  readonly exploreProblem?: string | undefined;
  /** Response of GetChartHistory. */
  readonly history?: unknown;
}

const MAX_SQL_LENGTH = 400;
const MAX_VERSIONS = 5;

/**
 * A saved chart: its place, fields with labels, filters in words, sorts, calculations, layout, last change and versions.
 *
 * @param chart response of GET /api/v1/saved/{chartUuid}.
 */
export function renderChart(chart: unknown, context: ChartContext): string {
  const source = isObject(chart) ? chart : {};
  const query = isObject(source.metricQuery) ? source.metricQuery : {};
  const look = readChart(source);
  const { explore } = context;
  const name = text(source.tableName) ?? text(query.exploreName) ?? '?';
  const label = labelOf(explore?.label, name);
  const exploreName = label ? `${name} (${label})` : name;
  const dashboard = text(source.dashboardName);
  const place = dashboard
    ? `on dashboard "${dashboard}" (${text(source.dashboardUuid) ?? '?'})`
    : `in space ${text(source.spaceName) ?? '?'} (${text(source.spaceUuid) ?? '?'})`;
  const projectUuid = text(source.projectUuid) ?? '';
  const lines = [
    `# ${text(source.name) ?? 'Unnamed chart'}`,
    ...(text(source.description) ? [truncate(text(source.description) ?? '', 1_000)] : []),
    `${sentence(chartKindName(look.kind))} of explore ${exploreName}, ${place}.`,
    `Open: ${context.pageUrl(`/projects/${projectUuid}/saved/${text(source.uuid) ?? ''}/view`)}`,
    ...describeChange(source, context.history),
    ...describeFields(query, context),
    ...describeQuery(query),
    ...savedParametersLine(source.parameters),
  ];
  const layout = describeLayout(look);
  if (layout.length > 0) lines.push(`Layout: ${layout.join('; ')}.`);
  return lines.map(plainText).join('\n');
}

function describeChange(chart: JsonObject, history: unknown): string[] {
  const last = changed(chart.updatedAt, chart.updatedByUser);
  const versions = objects(isObject(history) ? history.history : undefined);
  const listed = versions
    .slice(0, MAX_VERSIONS)
    .map((version) =>
      `${text(version.versionUuid) ?? '?'} ${changed(version.createdAt, version.createdBy) ?? ''}`.trim(),
    );
  const more = versions.length > MAX_VERSIONS ? ` and ${versions.length - MAX_VERSIONS} older (get_chart_history)` : '';
  return [
    ...(last ? [`Last changed ${last}.`] : []),
    ...(listed.length > 0 ? [`Versions of the last 30 days: ${listed.join('; ')}${more}.`] : []),
  ];
}

/** The columns of the chart, each on a line: `dimension id|label unless the id says it|type|description`. */
function describeFields(query: JsonObject, { explore, exploreProblem }: ChartContext): string[] {
  const custom = new Map<string, string>([
    ...objects(query.additionalMetrics).map((metric) => [customMetricId(metric), describeMetric(metric)] as const),
    ...objects(query.customDimensions).map(
      (dimension) => [text(dimension.id) ?? '?', describeDimension(dimension)] as const,
    ),
  ]);
  const missing: string[] = [];
  const describeField = (kind: string) => (id: string) => {
    const customField = custom.get(id);
    if (customField !== undefined) return `custom ${kind} ${id}|${customField}`;
    const field = explore?.fields.get(id);
    if (explore && !field) missing.push(id);
    return `${kind} ${field ? fieldLine(field) : id}`;
  };
  const lines = [
    ...texts(query.dimensions).map(describeField('dimension')),
    ...texts(query.metrics).map(describeField('metric')),
    ...objects(query.tableCalculations).map(describeCalculation),
  ];
  const problem = exploreProblem
    ? [`Its explore could not be read, so fields are shown only by id: ${exploreProblem}`]
    : [];
  const broken =
    missing.length > 0
      ? [
          `Broken: ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not in the explore (removed, renamed, or not visible to you).`,
        ]
      : [];
  return [...problem, ...broken, 'Fields, as id|label unless the id says it|type|description:', ...lines];
}

const customMetricId = (metric: JsonObject): string => `${text(metric.table) ?? ''}_${text(metric.name) ?? ''}`;

function describeMetric(metric: JsonObject): string {
  const only = objects(metric.filters).flatMap((rule) => describeRule(rule) ?? []);
  const sql = truncate(text(metric.sql) ?? '', MAX_SQL_LENGTH);
  return [
    text(metric.label) ?? '',
    `${text(metric.type) ?? ''} of ${sql}`,
    only.length > 0 ? `only ${only.join(', ')}` : '',
  ]
    .join('|')
    .replace(/\|+$/, '');
}

function describeDimension(dimension: JsonObject): string {
  const label = text(dimension.name) ?? '';
  if (dimension.type === 'sql') return `${label}|${truncate(text(dimension.sql) ?? '', MAX_SQL_LENGTH)}`;
  const width = finite(dimension.binWidth) ?? finite(dimension.binNumber);
  const by = `${text(dimension.binType) ?? 'bin'}${width === undefined ? '' : ` ${width}`}`;
  return `${label}|bins of ${text(dimension.dimensionId) ?? '?'} (${by.replaceAll('_', ' ')})`;
}

function describeCalculation(calculation: JsonObject): string {
  // Newer releases also have calculations by formula or template.
  const { template } = calculation;
  const expression =
    text(calculation.sql) ?? text(calculation.formula) ?? (isObject(template) ? describeTemplate(template) : '');
  const sql = truncate(expression, MAX_SQL_LENGTH);
  const format = isObject(calculation.format) ? calculation.format : {};
  const unit = text(format.currency) ?? (format.type === 'percent' ? 'percent' : '');
  return `table calculation ${[text(calculation.name) ?? '?', text(calculation.displayName) ?? '', unit, sql].join('|')}`;
}

/** `percent of column total of orders_order_count`. */
function describeTemplate({ type, fieldId }: JsonObject): string {
  const field = text(fieldId);
  return `${(text(type) ?? 'template').replaceAll('_', ' ')}${field === undefined ? '' : ` of ${field}`}`;
}

function describeQuery(query: JsonObject): string[] {
  const filters = describeFilters(query.filters);
  const sorts = objects(query.sorts).flatMap((sort) => {
    const field = text(sort.fieldId);
    return field ? [`${field}${sort.descending === true ? ' descending' : ''}`] : [];
  });
  const limit = finite(query.limit);
  // Every chart of 1.219 says that it follows its project.
  const timezone = query.timezone === 'project_timezone' ? undefined : text(query.timezone);
  return [
    filters.length > 0 ? `Filters, all of them: ${filters.join('; ')}.` : 'No filters.',
    `${sorts.length > 0 ? `Sorted by ${sorts.join(', ')}` : 'Not sorted'}${limit === undefined ? '' : `, at most ${pluralize(limit, 'row')}`}${timezone ? `, in ${timezone}` : ''}.`,
  ];
}
