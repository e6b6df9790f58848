import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { describeChartChanges } from '../../charts/chart-changes.ts';
import { chartKindName } from '../../charts/config/chart-kinds.ts';
import { describeLayout } from '../../charts/config/describe-layout.ts';
import { readChart } from '../../charts/config/read-chart.ts';
import { LightdashError } from '../../lightdash/errors.ts';
import { chartUuid, projectUuid as project } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import {
  createSavedChart,
  createSavedChartVersion,
  updateSavedChart,
} from '../../operations/routes/content-writing.ts';
import { describeFilters } from '../../query/filters/describe-filters.ts';
import { savedParametersLine } from '../../query/parameters/parameter.ts';
import { changed, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { accessChangeOfMove, confirmAccessChange } from '../access/access-change.ts';
import { ArgumentsError } from '../arguments.ts';
import { findSpace } from '../content/find-content.ts';
import { sameNameNotes } from '../content/same-name.ts';
import { defineTool } from '../operation-tool.ts';
import { nameOf } from '../preview.ts';
import { resultNotKept, storedResult } from '../query/stored-result.ts';
import type { ToolContext } from '../tool.ts';
import { asObject, draftChart, LOOK_KINDS, lookInput, queryInput, redraftChart } from './chart-draft.ts';

/** Saves a query as a chart. */
export const createChart = defineTool({
  name: 'create_chart',
  title: 'Save a chart: keep a query or result',
  description: `Saves a query as a chart (graph) in a space (folder) to keep. show: ${LOOK_KINDS}; left out, one that suits. x, y, split_by: field ids.`,
  toolset: 'charts',
  readOnly: false,
  destructive: false,
  idempotent: false,
  input: () => ({
    projectUuid: project().optional(),
    name: z.string().min(1),
    query: queryInput()
      .optional()
      .meta({ ...asObject, description: 'As run_metric_query takes it' }),
    resultId: z.string().min(1).optional().describe('Of an earlier answer; "last"'),
    description: z.string().optional(),
    space: z.string().min(1).optional().describe('Name or uuid'),
    ...lookInput(),
  }),
  async run({ projectUuid: givenProject, name, query, resultId, description, space, ...look }, context) {
    if (query === undefined && resultId === undefined)
      throw new ArgumentsError(['query is missing; resultId "last" saves the query of the latest answer']);
    const stored = resultId === undefined ? undefined : storedResult(resultId, context);
    if (resultId !== undefined && stored === undefined) throw resultNotKept(resultId, 'give query');
    const projectUuid = givenProject ?? stored?.query?.projectUuid;
    if (projectUuid === undefined) throw new ArgumentsError(['projectUuid is missing: it goes with query']);
    const [{ version, notes }, found] = await Promise.all([
      draftChart({ projectUuid, query, stored, ...look }, context),
      space === undefined ? undefined : findSpace(space, projectUuid, context),
    ]);
    const body = {
      name,
      ...(description !== undefined && { description }),
      ...version,
      ...(found && { spaceUuid: found.uuid }),
    };
    const chart = await saveChart(projectUuid, body, context);
    const ofName = await sameNameNotes('chart', chart, projectUuid, context);
    return {
      text: [
        `Saved the chart ${describeSavedChart(chart, context)}`,
        ...[...notes, ...ofName].map((note) => `Note: ${note}`),
        ...(stored?.table.rows.length === 0 ? ['Note: that result had no rows: the chart is empty as it stands.'] : []),
        `delete_chart {"chartUuid":"${text(chart.uuid) ?? ''}"} takes it back.`,
      ].join('\n'),
      data: chart,
    };
  },
});

/**
 * Creates a chart. Lightdash 1.219 answers an error to some charts that it has saved all the same, so after an error the
 * project is searched for the name.
 */
export async function saveChart(projectUuid: string, body: JsonObject, context: ToolContext): Promise<JsonObject> {
  try {
    const { results } = await context.execute(createSavedChart, { projectUuid, body });
    return isObject(results) ? results : {};
  } catch (error) {
    if (error instanceof LightdashError && (error.status === 404 || error.status === 500)) {
      const { results } = await context.execute(operationById('ListChartSummariesInProject'), { projectUuid });
      const saved = objects(results).filter(({ name }) => name === body.name);
      if (saved.length > 0) {
        const matching = saved.map(
          ({ uuid, updatedAt }) => `${text(uuid) ?? '?'} (${changed(updatedAt, undefined) ?? '?'})`,
        );
        throw new ArgumentsError([
          `Lightdash answered an error (${error.message}), and it may have saved the chart all the same: of the name "${String(body.name)}" there is ${matching.join(', ')}`,
        ]);
      }
    }
    throw error;
  }
}

/** A saved chart in a few lines: kind, place, link, layout, filters. */
export function describeSavedChart(chart: JsonObject, context: ToolContext): string {
  const model = readChart(chart);
  const query = isObject(chart.metricQuery) ? chart.metricQuery : {};
  const filters = describeFilters(query.filters);
  const layout = describeLayout(model);
  const limit = finite(query.limit);
  return [
    `"${text(chart.name) ?? '?'}" (${chartKindName(model.kind)} of ${text(chart.tableName) ?? '?'}), ${placeOf(chart)}.`,
    `Open: ${context.lightdash.pageUrl(`/projects/${text(chart.projectUuid) ?? ''}/saved/${text(chart.uuid) ?? ''}/view`)}`,
    `${layout.length > 0 ? `Layout: ${layout.join('; ')}. ` : ''}${filters.length > 0 ? `Filters: ${filters.join('; ')}.` : 'No filters.'}${limit === undefined ? '' : ` At most ${pluralize(limit, 'row')}.`}`,
    ...savedParametersLine(chart.parameters),
  ]
    .map(plainText)
    .join('\n');
}

function placeOf(chart: JsonObject): string {
  const dashboard = text(chart.dashboardName);
  return dashboard ? `on dashboard ${dashboard}` : `in space ${text(chart.spaceName) ?? '?'}`;
}

/** Changes a saved chart. */
export const updateChart = defineTool({
  name: 'update_chart',
  title: 'Change, rename or move a saved chart',
  description:
    'Changes a chart: renames it, moves it to another space, changes parts of its query, its look (bar, line …) as in create_chart. All else stays.',
  toolset: 'charts',
  readOnly: false,
  destructive: false,
  idempotent: true,
  input: () => ({
    chartUuid: chartUuid(),
    name: z.string().min(1).optional(),
    description: z.string().optional(),
    space: z.string().min(1).optional(),
    query: queryInput()
      .partial()
      .optional()
      .meta({ ...asObject, description: 'Each part replaces that part' }),
    ...lookInput(),
  }),
  async preview({ chartUuid: uuid, space }, context) {
    if (typeof space !== 'string') return undefined;
    const { chart } = await currentChart(String(uuid), context);
    const projectUuid = String(chart.projectUuid);
    const target = await findSpace(space, projectUuid, context);
    return confirmAccessChange(projectUuid, `the chart ${nameOf(chart)}`, text(chart.spaceUuid), target, context);
  },
  async run({ chartUuid: uuid, name, description, space, query, ...look }, context) {
    const before = await currentChart(uuid, context);
    const target = space === undefined ? undefined : await findSpace(space, String(before.chart.projectUuid), context);
    const properties = {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(target && { spaceUuid: target.uuid }),
    };
    const isVersioned = [...Object.values(query ?? {}), ...Object.values(look)].some((part) => part !== undefined);
    if (Object.keys(properties).length === 0 && !isVersioned) {
      throw new ArgumentsError(['query: nothing to change was given in it']);
    }
    const saved = isVersioned ? await saveVersion(uuid, before, { query, ...look }, context) : undefined;
    const isRenamed = !hasProperties(before.chart, properties);
    const renamed = isRenamed
      ? (await context.execute(updateSavedChart, { chartUuid: uuid, body: properties })).results
      : undefined;
    const isSent = isRenamed || saved?.isSent === true;
    const after = { ...before.chart, ...(saved?.chart ?? {}), ...(isObject(renamed) ? renamed : {}) };
    const { projectUuid, spaceUuid } = before.chart;
    const ofName = name === undefined ? [] : await sameNameNotes('chart', after, String(projectUuid), context);
    const accessChange = await accessChangeOfMove(String(projectUuid), text(spaceUuid), target?.uuid, context);
    const lines = [
      ...changeLines(uuid, before.chart, after, { ...saved, isSent }, context),
      ...ofName.map((note) => `Note: ${note}`),
      ...(accessChange ? [accessChange.text] : []),
    ];
    return { text: lines.join('\n'), data: after };
  },
});

/** True if a chart or dashboard has the name, description and space of a change already. */
export const hasProperties = (source: JsonObject, properties: JsonObject): boolean =>
  Object.entries(properties).every(([key, value]) => (source[key] ?? '') === (value ?? ''));

interface SavedVersion {
  readonly chart: JsonObject;
  readonly notes: readonly string[];
  /** The version that was changed; undefined if the chart has no history, or nothing was sent. */
  readonly versionUuid: string | undefined;
  /** False if the chart was so already. */
  readonly isSent: boolean;
}

function changeLines(
  uuid: string,
  before: JsonObject,
  after: JsonObject,
  { notes = [], versionUuid, isSent }: Partial<SavedVersion>,
  context: ToolContext,
): readonly string[] {
  const changes = describeChartChanges(before, after);
  const isUnverified = isObject(before.verification) && !isObject(after.verification);
  const unchanged = isSent ? 'Saved without a difference' : 'Nothing to do, it is so already';
  return [
    `${changes.length > 0 ? 'Changed' : unchanged}: ${describeSavedChart(after, context)}`,
    ...changes.map((change) => plainText(`- ${change}`)),
    ...notes.map((note) => `Note: ${note}`),
    ...(isUnverified ? ['Note: it was verified, and is not any more: a person who may verify has to look again.'] : []),
    ...(versionUuid === undefined
      ? []
      : [`rollback_chart_version ${JSON.stringify({ chartUuid: uuid, versionUuid })} takes query and look back.`]),
  ];
}

interface CurrentChart {
  readonly chart: JsonObject;
  /** Undefined if the chart has no version in its history. */
  readonly versionUuid: string | undefined;
}

/** A chart as it is now, not from the cache. Its latest version is read, for reading the chart counts as a view of it. */
export async function currentChart(uuid: string, context: ToolContext): Promise<CurrentChart> {
  const versionUuid = await latestVersion(uuid, context);
  const { results } =
    versionUuid === undefined
      ? await context.execute(operationById('GetSavedChart'), { chartUuid: uuid })
      : await context.execute(operationById('GetChartVersion'), { chartUuid: uuid, versionUuid });
  const source = isObject(results) ? results : {};
  return { chart: isObject(source.chart) ? source.chart : source, versionUuid };
}

async function latestVersion(uuid: string, context: ToolContext): Promise<string | undefined> {
  const { results } = await context.execute(operationById('GetChartHistory'), { chartUuid: uuid });
  const [latest] = objects(isObject(results) ? results.history : undefined);
  return text(latest?.versionUuid);
}

/** True if a version has the query and look of a chart; only a pivot can be left out of one. */
const isSameVersion = (version: JsonObject, chart: JsonObject): boolean =>
  isObject(version.pivotConfig) === isObject(chart.pivotConfig) &&
  Object.entries(version).every(([key, value]) => isDeepStrictEqual(value, chart[key]));

/**
 * Saves another version of a chart, made of its latest one, unless it is the same: a version that was saved meanwhile is
 * read and changed instead.
 */
async function saveVersion(
  uuid: string,
  before: CurrentChart,
  args: Parameters<typeof redraftChart>[1],
  context: ToolContext,
): Promise<SavedVersion> {
  let current = before;
  let draft = await redraftChart(current.chart, args, context);
  const notes: string[] = [];
  if ((await latestVersion(uuid, context)) !== current.versionUuid) {
    current = await currentChart(uuid, context);
    draft = await redraftChart(current.chart, args, context);
    notes.push('someone saved another version meanwhile; this change was made on top of it.');
  }
  if (isSameVersion(draft.version, current.chart))
    return { chart: current.chart, notes: draft.notes, versionUuid: undefined, isSent: false };
  const { results } = await context.execute(createSavedChartVersion, { chartUuid: uuid, body: draft.version });
  return {
    chart: isObject(results) ? results : draft.version,
    notes: [...draft.notes, ...notes],
    versionUuid: current.versionUuid,
    isSent: true,
  };
}
