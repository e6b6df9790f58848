import * as z from 'zod';
import { shownFields } from '../../charts/config/layout.ts';
import {
  type ChartField,
  completeLook,
  type Look,
  LookError,
  type LookKind,
  type LookRequest,
  lookKinds,
  type RowsOf,
} from '../../charts/config/look.ts';
import { lookNotes } from '../../charts/config/look-notes.ts';
import { changeLook } from '../../charts/config/look-of-chart.ts';
import { readChart } from '../../charts/config/read-chart.ts';
import { writeChart, writeColumnOrder } from '../../charts/config/write-chart.ts';
import { metricQueryShort } from '../../operations/metric-query.ts';
import { fieldsOfQuery } from '../../query/builder/metric-query.ts';
import { DEFAULT_LIMIT } from '../../query/builder/saved-query.ts';
import { refuseParameters, resolveParameters } from '../../query/execution/query-parameters.ts';
import { exploreOf } from '../../query/fields/explores.ts';
import type { Field, FieldIndex } from '../../query/fields/field.ts';
import { isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import { prepareQuery, type QueryArguments } from '../query/prepare-query.ts';
import { type NotedQuery, periodsCut } from '../query/query-notes.ts';
import { verifyValues } from '../query/verify-values.ts';
import type { StoredResult, ToolArguments, ToolContext } from '../tool.ts';
import { rowsOfResult, splitValuesOf } from './result-facts.ts';

/** Arguments that say how a chart looks, shared by the tools that write charts. */
export const lookInput = () => ({
  show: z.enum(lookKinds).optional().meta({ enum: undefined }),
  x: z.string().optional(),
  y: z.array(z.string()).optional(),
  split_by: z.array(z.string()).optional(),
});

/** The look of a chart as it stands among the arguments of a tool. */
export type LookArguments = z.infer<z.ZodObject<ReturnType<typeof lookInput>>>;

/** The kinds of charts, for the description of `show`. */
export const LOOK_KINDS = lookKinds.join(', ');

/** A query as run_metric_query takes it, without its project. */
export const queryInput = () => {
  const { projectUuid: _project, timezone: _timezone, ...parts } = metricQueryShort();
  return z.strictObject(parts);
};

/** As little of a schema as hosts accept: what an object holds is said in words. */
export const asObject = { properties: undefined, required: undefined, additionalProperties: undefined };

/** The names of a query's parts among the arguments of a tool. */
const queryParts = [
  'dimensions',
  'metrics',
  'filters',
  'sorts',
  'limit',
  'tableCalculations',
  'additionalMetrics',
  'customDimensions',
] as const;

/** A chart that is ready to be saved: the parts that one version of it is made of. */
export interface ChartDraft {
  readonly version: JsonObject;
  /** As Lightdash's lists name it, such as vertical_bar. */
  readonly kind: string;
  readonly notes: readonly string[];
}

/** A chart that is written inside of other arguments; keys of no meaning are refused. */
export const newChartInput = () =>
  z.strictObject({
    name: z.string().min(1),
    description: z.string().optional(),
    query: queryInput(),
    ...lookInput(),
  });

/** A chart that is to be made: of a query, as run_metric_query takes it, or of rows that were read with one. */
interface ChartArguments extends LookArguments {
  readonly projectUuid: string;
  readonly query?: Omit<QueryArguments, 'projectUuid'> | undefined;
  readonly stored?: StoredResult | undefined;
}

/**
 * Makes a new chart of a query and a look.
 * @throws {ArgumentsError} if the query or the look does not fit; nothing was written.
 */
export async function draftChart(args: ChartArguments, context: ToolContext): Promise<ChartDraft> {
  const { query, index, notes, parameters } = await sourceOf(args, context);
  const { timezone: _dropped, ...metricQuery } = query;
  const fields = chartFieldsOf({ ...metricQuery }, fieldsOfQuery(index, query));
  const look = completed(lookRequest(args), fields, rowsOfResult(args.stored));
  await assertKind(look, context);
  const isCut = args.stored ? args.stored.table.rows.length >= query.limit : query.limit < DEFAULT_LIMIT;
  const sorts = query.sorts.length > 0 ? query.sorts : defaultSorts(look, fields, isCut);
  const version = {
    tableName: query.exploreName,
    metricQuery: { ...metricQuery, sorts },
    ...writeChart(look, fields, { splitValues: splitValuesOf(look, args.stored) }),
    ...(parameters && { parameters }),
  };
  const written = readChart(version);
  return { version, kind: written.kind, notes: [...notes, ...lookNotes(written, fields)] };
}

/** @throws {ArgumentsError} if neither a query is given nor rows whose query is known. */
async function sourceOf({ projectUuid, query, stored }: ChartArguments, context: ToolContext) {
  if ((query === undefined) === (stored === undefined)) throw new ArgumentsError(['give either query or resultId']);
  if (query !== undefined) {
    const prepared = await prepareQuery({ ...query, projectUuid }, context);
    const [resolved, ofFilters] = await Promise.all([
      parametersToSave(query.parameters, projectUuid, context),
      filterNotes({ ...prepared, projectUuid, parameters: query.parameters }, context),
    ]);
    const notes = [...prepared.notes, ...ofFilters, ...(resolved?.notes ?? [])];
    return { ...prepared, notes, parameters: resolved?.values };
  }
  if (stored?.query === undefined) {
    throw new ArgumentsError(['resultId: these rows are not of a metric query; give query']);
  }
  if (stored.query.projectUuid !== projectUuid)
    throw new ArgumentsError(['resultId: these rows are of another project']);
  const { metricQuery, parameters } = stored.query;
  const index = await exploreOf(context.read, projectUuid, metricQuery.exploreName);
  return { query: metricQuery, index, notes: [], parameters };
}

/** Notes about a query's filters: texts that their fields do not have, and periods that they cut. */
async function filterNotes(noted: NotedQuery, context: ToolContext): Promise<readonly string[]> {
  const verification = await verifyValues(noted, context);
  return [...(await verification.notes(undefined, context)), ...(await periodsCut(noted, context))];
}

/** Values of parameters that are saved with a chart; a release without v2 queries saves none. */
async function parametersToSave(written: unknown, projectUuid: string, { server, read }: ToolContext) {
  if (!(await server.get()).isNewer) refuseParameters({ written });
  return resolveParameters({ written }, projectUuid, read);
}

/**
 * Changes a saved chart: parts of its query and of its look that the arguments name, and nothing else.
 * @throws {ArgumentsError} if the changed query or look does not fit; nothing was written.
 */
export async function redraftChart(
  chart: JsonObject,
  args: LookArguments & { readonly query?: ToolArguments | undefined },
  context: ToolContext,
): Promise<ChartDraft> {
  const { parameters: written, ...changes } = args.query ?? {};
  const { index, metricQuery, notes } = await changedQuery(chart, changes, context);
  const added = await parametersToSave(written, text(chart.projectUuid) ?? '', context);
  const fields = chartFieldsOf(metricQuery, fieldsOfQuery(index, metricQuery));
  const ids = new Set(fields.map(({ id }) => id));
  const model = readChart(chart);
  const request = lookRequest(args);
  const isLookGiven = Object.values(request).some((part) => part !== undefined);
  const isFieldGone = [...shownFields(model), ...model.pivotColumns].some((id) => !ids.has(id));
  const changed =
    isLookGiven || isFieldGone
      ? completed(
          withLookErrors(() => changeLook(model, request, ids)),
          fields,
        )
      : undefined;
  if (changed) await assertKind(changed, context);
  const look = changed ? writeChart(changed, fields, { previous: chart }) : keptLook(chart, fields);
  const { merge } = chart;
  const parameters = { ...(isObject(chart.parameters) && chart.parameters), ...added?.values };
  const version = {
    tableName: index.name,
    metricQuery,
    ...look,
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(isObject(merge) && { merge }),
  };
  const rewritten = readChart(version);
  const allNotes = [...notes, ...(added?.notes ?? []), ...lookNotes(rewritten, fields)];
  return { version, kind: rewritten.kind, notes: allNotes };
}

interface ChangedQuery {
  readonly index: FieldIndex;
  readonly metricQuery: JsonObject;
  readonly notes: readonly string[];
}

/** Only the parts that the arguments name are written anew; the others stay as they were saved. */
async function changedQuery(chart: JsonObject, args: ToolArguments, context: ToolContext): Promise<ChangedQuery> {
  const { projectUuid } = chart;
  const saved = isObject(chart.metricQuery) ? chart.metricQuery : {};
  const exploreId = text(args.exploreId) ?? text(chart.tableName) ?? text(saved.exploreName) ?? '';
  const written = queryParts.filter((name) => args[name] !== undefined);
  if (written.length === 0 && exploreId === text(chart.tableName)) {
    return { index: await exploreOf(context.read, projectUuid, exploreId), metricQuery: saved, notes: [] };
  }
  const parts = Object.fromEntries(queryParts.map((name) => [name, args[name] ?? saved[name]]));
  const { query, index, notes } = await prepareQuery(
    { ...parts, projectUuid: text(projectUuid) ?? '', exploreId },
    context,
  );
  const isFiltered = ['filters', 'additionalMetrics', 'dimensions'].some((part) => args[part] !== undefined);
  const noted = { query, index, projectUuid: text(projectUuid) ?? '' };
  const ofFilters = isFiltered ? await filterNotes(noted, context) : [];
  const prepared: JsonObject = { ...query };
  const changed = Object.fromEntries(written.flatMap((name) => (name in prepared ? [[name, prepared[name]]] : [])));
  const metricQuery = { ...saved, ...changed, exploreName: index.name };
  return { index, metricQuery, notes: [...notes, ...ofFilters] };
}

function keptLook(chart: JsonObject, fields: readonly ChartField[]): JsonObject {
  const { chartConfig, tableConfig, pivotConfig } = chart;
  return {
    chartConfig,
    tableConfig: writeColumnOrder(tableConfig, fields),
    ...(isObject(pivotConfig) && { pivotConfig }),
  };
}

/** Kinds that 0.1366 does not have: it answers 500 to them. */
const newerKinds: ReadonlySet<LookKind> = new Set(['treemap', 'gauge', 'map', 'sankey']);

async function assertKind({ show }: Look, { server }: ToolContext): Promise<void> {
  if (!newerKinds.has(show)) return;
  const { isNewer, version } = await server.get();
  if (!isNewer)
    throw new ArgumentsError([
      `show: this Lightdash${version ? ` (${version})` : ''} has no ${show} charts; newer ones do`,
    ]);
}

/**
 * Time, weekdays and numbers run forward, categories go from the largest value down: an unsorted chart would show its rows
 * in any order. A limit that cuts the rows keeps the largest values, as Lightdash does: the first ids are no top ten.
 */
function defaultSorts({ show, x, y }: Look, fields: readonly ChartField[], isCut: boolean): readonly JsonObject[] {
  const along = fields.find(({ id }) => id === x);
  if (along === undefined || show === 'scatter') return [];
  if (along.isTime || (along.isOrdinal && !(isCut && y.length > 0))) return [{ fieldId: along.id, descending: false }];
  return y.slice(0, 1).map((fieldId) => ({ fieldId, descending: true }));
}

/** The look among other arguments. */
export const lookRequest = ({ show, x, y, split_by: splitBy }: LookArguments): LookRequest => ({ show, x, y, splitBy });

const completed = (request: LookRequest, fields: readonly ChartField[], rowsOf?: RowsOf): Look =>
  withLookErrors(() => completeLook(request, fields, rowsOf));

/** A look that does not fit is a fault of the arguments. */
function withLookErrors<Result>(look: () => Result): Result {
  try {
    return look();
  } catch (error) {
    if (error instanceof LookError) throw new ArgumentsError([error.message]);
    throw error;
  }
}

/** Aggregations whose values never add up. */
const AVERAGE_TYPES: ReadonlySet<string> = new Set(['average', 'median', 'percentile', 'min', 'max']);

/** The columns of a query in their order, as far as a look depends on them. */
function chartFieldsOf(query: JsonObject, fields: ReadonlyMap<string, Field>): readonly ChartField[] {
  const column =
    (role: ChartField['role'], hasNumbers: boolean) =>
    (id: string): ChartField => {
      const field = fields.get(id);
      return {
        id,
        role,
        isNumeric: field ? field.valueType === 'number' : hasNumbers,
        isTime: field?.valueType === 'date' || field?.valueType === 'timestamp',
        isOrdinal: role === 'dimension' && (field?.valueType === 'number' || field?.interval !== undefined),
        isAdditive: role === 'metric' && (field?.type === 'sum' || field?.type === 'count'),
        isAverage: role === 'metric' && (AVERAGE_TYPES.has(field?.type ?? '') || field?.format.style === 'percent'),
        unit: field?.format.style === 'percent' ? '%' : field?.format.unit,
      };
    };
  const calculations = objects(query.tableCalculations).flatMap(({ name }) => text(name) ?? []);
  return [
    ...texts(query.dimensions).map(column('dimension', false)),
    ...texts(query.metrics).map(column('metric', true)),
    ...calculations.map(column('calculation', true)),
  ];
}
