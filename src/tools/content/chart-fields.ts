import { mapConcurrent } from '../../async/map-concurrent.ts';
import { type ChartFields, chartDefinition, chartFields } from '../../charts/chart-definition.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
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

const NOT_SEARCHED = 'Not searched: charts that are saved inside of a dashboard, and the filters of dashboards.';

/** Charts that use a field, or are built on an explore. */
interface ChartsUsing {
  readonly charts: readonly JsonObject[];
  /** Use of the field in words, by chart uuid. */
  readonly uses: ReadonlyMap<string, string>;
  /** The ids searched for, and the charts not searched. */
  readonly notes: readonly string[];
}

/**
 * The charts on an explore; or those that select a field, filter, sort or calculate by it, or define a custom field on it. The analytics of
 * Lightdash list only charts that select a field, so the definitions decide; the analytics of its explores limit the
 * definitions to read.
 */
export async function chartsUsing(
  charts: readonly JsonObject[],
  written: string,
  projectUuid: string,
  context: ToolContext,
): Promise<ChartsUsing> {
  const find = (name: string) => findExplores(name, projectUuid, context);
  const { explores, unreadable, unread, having } = await exploresForFields(context.read, projectUuid, [written], find);
  const field = findField(explores, written);
  const joining = field.ids.length > 0 ? [] : having(written).filter((name) => name !== written);
  if (field.ids.length === 0 && (await exploreNames(context.read, projectUuid)).includes(written)) {
    const onExplore = await chartsOn(charts, [written], projectUuid, context);
    const uses = new Map(onExplore.map((chart) => [text(chart.uuid) ?? '', written]));
    const also = `${joining.join(', ')} ${joining.length === 1 ? 'joins' : 'join'} ${written} too: name a field of it for charts there.`;
    return { charts: onExplore, uses, notes: [...(joining.length > 0 ? [also] : []), NOT_SEARCHED] };
  }
  const isTable = joining.length > 0;
  const { ids, tables } = isTable ? await fieldsOfTable(explores, written, joining, projectUuid, context) : field;
  const isField = ids.length > 0;
  const builtOn = [...new Set([...tables.flatMap(having), ...unreadable])];
  // A table that most explores join does not narrow the charts.
  const candidates =
    isField && builtOn.length <= MAX_ANALYTICS ? await chartsOn(charts, builtOn, projectUuid, context) : charts;
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
    charts: charts.filter((chart) => uses.has(text(chart.uuid) ?? '')),
    uses,
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
      NOT_SEARCHED,
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

/** The charts that are built on one of the explores. */
async function chartsOn(
  charts: readonly JsonObject[],
  explores: readonly string[],
  projectUuid: string,
  context: ToolContext,
): Promise<readonly JsonObject[]> {
  const answers = await mapConcurrent(explores, CONCURRENCY, (table) =>
    context.read(operationById('getAnalytics'), { projectUuid, table }),
  );
  const uuids = new Set(
    answers.flatMap((answer) => objects(isObject(answer) ? answer.charts : undefined)).map((chart) => chart.uuid),
  );
  return charts.filter((chart) => uuids.has(chart.uuid));
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
