import { mapConcurrent } from '../../async/map-concurrent.ts';
import { type ChartFields, chartDefinition, chartFields } from '../../charts/chart-definition.ts';
import { ignoreApiError, ServerFaultError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { exploreNames, exploreOf } from '../../query/fields/explores.ts';
import { exploresForFields } from '../../query/fields/explores-for-fields.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { nearestFields, resolveField } from '../../query/fields/resolve.ts';
import { pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import type { ToolContext } from '../tool.ts';
import { findExplores } from './find-explores.ts';

/** Each takes two requests; more would outlast the timeout of hosts. */
const MAX_DEFINITIONS = 300;
const CONCURRENCY = 5;
/** Explores of which the charts are listed, a request each. */
const MAX_ANALYTICS = 40;

/** Fields of charts by chart uuid, without charts that cannot be read or have none (SQL). */
export async function fieldsOfCharts(
  charts: readonly JsonObject[],
  context: ToolContext,
): Promise<ReadonlyMap<string, ChartFields>> {
  const uuids = charts.flatMap((chart) => (chart.source === 'sql' ? [] : (text(chart.uuid) ?? [])));
  let done = 0;
  const definitions = await mapConcurrent(uuids, CONCURRENCY, async (uuid) => {
    const chart = await chartDefinition(context.read, uuid).catch(ignoreApiError);
    done += 1;
    if (done % 25 === 0) context.progress(`${done} of ${uuids.length} charts read`);
    return chart === undefined ? [] : [[uuid, chartFields(chart)] as const];
  });
  return new Map(definitions.flat());
}

/** `orders: orders_status, orders_order_count; filtered by orders_channel`. */
export function describeChartFields({ explore, selected, filtered, other }: ChartFields): string {
  const only = filtered.filter((id) => !selected.includes(id));
  return [
    `${explore ?? '?'}: ${selected.join(', ')}`,
    ...(only.length > 0 ? [`filtered by ${only.join(', ')}`] : []),
    ...(other.length > 0 ? [`made with ${other.join(', ')}`] : []),
  ].join('; ');
}

/** Charts that use a field, or are built on an explore. */
interface ChartsUsing {
  /** Those of the list; then those inside of dashboards, as the analytics of an explore list them. */
  readonly charts: readonly JsonObject[];
  /** Use of the field in words, by chart uuid. */
  readonly uses: ReadonlyMap<string, string>;
  /** The field ids searched for; none for an explore. */
  readonly ids: ReadonlySet<string>;
  /** The ids searched for, and the charts not searched. */
  readonly notes: readonly string[];
}

/**
 * The charts on an explore, or those that use a field in any way. The analytics of Lightdash list only charts that select
 * it, so the definitions decide; the analytics of its explores limit the definitions to read.
 *
 * @param isWantedInside decides which charts that are saved inside of a dashboard are searched, too. No list has them but
 * the analytics of an explore.
 */
export async function chartsUsing(
  charts: readonly JsonObject[],
  written: string,
  projectUuid: string,
  context: ToolContext,
  isWantedInside?: (chart: JsonObject) => boolean,
): Promise<ChartsUsing> {
  const find = (name: string) => findExplores(name, projectUuid, context);
  const { explores, unreadable, unread, having } = await exploresForFields(context.read, projectUuid, [written], find);
  const field = findField(explores, written);
  const joining = field.ids.length > 0 ? [] : having(written).filter((name) => name !== written);
  if (field.ids.length === 0 && (await exploreNames(context.read, projectUuid)).includes(written)) {
    const onExplore = await chartsOn(charts, [written], projectUuid, context, isWantedInside);
    const uses = new Map(onExplore.map((chart) => [text(chart.uuid) ?? '', written]));
    const also = `${joining.join(', ')} ${joining.length === 1 ? 'joins' : 'join'} ${written} too: name a field of it for charts there.`;
    return { charts: onExplore, uses, ids: new Set(), notes: joining.length > 0 ? [also] : [] };
  }
  const isTable = joining.length > 0;
  const { ids, tables } = isTable ? await fieldsOfTable(explores, written, joining, projectUuid, context) : field;
  const isField = ids.length > 0;
  const builtOn = [...new Set([...tables.flatMap(having), ...unreadable])];
  // A table that most explores join does not narrow the charts.
  const isNarrowed = isField && builtOn.length <= MAX_ANALYTICS;
  const candidates = isNarrowed ? await chartsOn(charts, builtOn, projectUuid, context, isWantedInside) : charts;
  const read = candidates.filter((chart) => chart.source !== 'sql').slice(0, MAX_DEFINITIONS);
  const fieldsByChart = await fieldsOfCharts(read, context);
  const wanted = new Set(isField ? ids : [written]);
  const uses = new Map(
    [...fieldsByChart].flatMap(([uuid, fields]) => {
      const use = describeUse(fields, wanted);
      return use === undefined ? [] : [[uuid, use] as const];
    }),
  );
  const sqlCharts = charts.filter((chart) => chart.source === 'sql').length;
  const notInExplores = isField
    ? undefined
    : `${unread > 0 ? 'No explore was found that has' : 'No explore has'} ${written}${nearest(explores, written)}; the charts were searched for that text.`;
  return {
    charts: candidates.filter((chart) => uses.has(text(chart.uuid) ?? '')),
    uses,
    ids: wanted,
    notes: [
      ...(notInExplores ? [notInExplores] : []),
      ...(isTable
        ? [
            `Searched for every field of ${written}, a table that ${joining.join(', ')} ${joining.length === 1 ? 'joins' : 'join'}.`,
          ]
        : isField && (ids.length > 1 || ids[0] !== written)
          ? [`Searched for ${ids.join(', ')}.`]
          : []),
      ...(read.length > fieldsByChart.size
        ? [`${pluralize(read.length - fieldsByChart.size, 'chart')} could not be read.`]
        : []),
      ...(candidates.length - sqlCharts > MAX_DEFINITIONS
        ? [`Only the first ${MAX_DEFINITIONS} of ${candidates.length} charts were read: narrow with search.`]
        : []),
      ...(sqlCharts > 0 ? [`${pluralize(sqlCharts, 'SQL chart')} not searched.`] : []),
      ...(isWantedInside && !isNarrowed ? ['Not searched: charts that are saved inside of a dashboard.'] : []),
    ],
  };
}

/** The ids of a field and of its time grains, and their tables. */
function findField(explores: readonly FieldIndex[], written: string): { ids: string[]; tables: string[] } {
  const exact = explores.some((index) => index.fields.has(written));
  const ids = new Set<string>();
  const tables = new Set<string>();
  for (const index of explores) {
    const match = exact ? { field: index.fields.get(written) } : resolveField(index, written);
    if (!('field' in match) || match.field === undefined) continue;
    const { id, table } = match.field;
    tables.add(table);
    ids.add(id);
    for (const field of index.fields.values()) if (field.intervalBase === id) ids.add(field.id);
  }
  return { ids: [...ids], tables: [...tables] };
}

/** The ids of all fields of a table that explores join. */
async function fieldsOfTable(
  explores: readonly FieldIndex[],
  table: string,
  joining: readonly string[],
  projectUuid: string,
  { read }: ToolContext,
): Promise<{ ids: string[]; tables: string[] }> {
  const [first = ''] = joining;
  const index = explores.find(({ tables }) => tables.some(({ name }) => name === table));
  const { fields } = index ?? (await exploreOf(read, projectUuid, first));
  return { ids: [...fields.values()].filter((field) => field.table === table).map(({ id }) => id), tables: [table] };
}

function nearest(explores: readonly FieldIndex[], written: string): string {
  const near = new Set(explores.flatMap((index) => nearestFields(index, written).slice(0, 1)).map(({ id }) => id));
  return near.size === 0 ? '' : ` (nearest: ${[...near].slice(0, 3).join(', ')})`;
}

/** The charts that are built on one of the explores. @throws {ServerFaultError} if one has no list of them. */
async function chartsOn(
  charts: readonly JsonObject[],
  explores: readonly string[],
  projectUuid: string,
  context: ToolContext,
  isWantedInside: (chart: JsonObject) => boolean = () => false,
): Promise<readonly JsonObject[]> {
  const lists = await mapConcurrent(explores, CONCURRENCY, async (table) => {
    const answer = await context.read(operationById('getAnalytics'), { projectUuid, table });
    if (!isObject(answer) || !Array.isArray(answer.charts))
      throw new ServerFaultError(`Lightdash returned no list of the charts on ${table}.`);
    return objects(answer.charts);
  });
  const onExplores = new Map(lists.flat().map((chart) => [chart.uuid, chart]));
  const listed = new Set(charts.map(({ uuid }) => uuid));
  const inside = [...onExplores.values()].filter(
    (chart) => text(chart.dashboardUuid) !== undefined && !listed.has(chart.uuid) && isWantedInside(chart),
  );
  return [...charts.filter((chart) => onExplores.has(chart.uuid)), ...inside];
}

function describeUse(
  { explore, selected, filtered, other }: ChartFields,
  ids: ReadonlySet<string>,
): string | undefined {
  const uses = (list: readonly string[]) => list.filter((id) => ids.has(id));
  const parts = [
    [uses(selected), 'shows'],
    [uses(filtered), 'filters by'],
    [uses(other), 'made with'],
  ] as const;
  const phrases = parts.flatMap(([used, verb]) => (used.length > 0 ? [`${verb} ${used.join(', ')}`] : []));
  return phrases.length > 0 ? `${explore ?? '?'}: ${phrases.join('; ')}` : undefined;
}
