import * as z from 'zod';
import { type DashboardContent, readDashboard } from '../../dashboards/dashboard.ts';
import { describeDashboardChanges } from '../../dashboards/dashboard-changes.ts';
import { ServerFaultError } from '../../lightdash/errors.ts';
import { dashboardUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { updateDashboard as updateRoute } from '../../operations/routes/content-writing.ts';
import { dashboardRules } from '../../query/filters/dashboard-filters.ts';
import { changed, pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { accessChangeOfMove, confirmAccessChange } from '../access/access-change.ts';
import { ArgumentsError } from '../arguments.ts';
import { hasProperties, saveChart } from '../charts/write-chart.ts';
import { findSpace } from '../content/find-content.ts';
import { sameNameNotes } from '../content/same-name.ts';
import { defineTool } from '../operation-tool.ts';
import { nameOf } from '../preview.ts';
import { savedFilterNotes } from '../query/saved-filter-notes.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';
import { applyChanges, type Changes, changesInput, tileNamed } from './apply-changes.ts';
import { filterExplores } from './filter-explores.ts';
import { filterReachNotes } from './filter-reach.ts';
import { chartsLost, lossSentence } from './removed-charts.ts';
import { type PreparedTile, prepareTiles } from './tile-arguments.ts';

/** Changes a dashboard. */
export const updateDashboard = defineTool({
  name: 'update_dashboard',
  title: 'Change a dashboard: add a tile, put a filter',
  description: 'Changes a dashboard: adds, removes, moves, renames tiles; sets its filters or tabs. The rest stays.',
  toolset: 'dashboards',
  readOnly: false,
  destructive: false,
  idempotent: false,
  preview: previewChange,
  input: () => ({
    dashboardUuid: dashboardUuid(),
    name: z.string().min(1).optional(),
    description: z.string().optional(),
    space: z.string().min(1).optional(),
    ...changesInput(),
  }),
  async run({ dashboardUuid: uuid, name, description, space, add, remove, move, rename, tabs, filters }, context) {
    const changes = { add, remove, move, rename, tabs, filters };
    const before = await readCurrent(uuid, context);
    const projectUuid = String(before.source.projectUuid);
    const properties = await changedProperties({ name, description, space }, projectUuid, context);
    const isContentChanged = Object.values(changes).some((change) => change !== undefined);
    const planned = isContentChanged ? await planChanges(before, changes, context) : undefined;
    const isSameContent = planned === undefined || JSON.stringify(planned.content) === JSON.stringify(planned.base);
    if (isSameContent && hasProperties(before.source, properties)) {
      const text = `Nothing to do, it is so already: the dashboard ${describeDashboard(before.source, context)}`;
      return { text, data: before.source };
    }
    const body = {
      ...(Object.keys(properties).length > 0 && nameFirst(properties, before.source)),
      ...(planned && { ...planned.content }),
    };
    const { results } = await context.execute(updateRoute, { dashboardUuid: uuid, body });
    const after = isObject(results) ? results : {};
    const written = readDashboard(after) ?? planned?.content ?? before.content;
    const differences = [
      ...propertyChanges(before.source, after),
      ...describeDashboardChanges(planned?.base ?? before.content, written, planned?.moved),
    ];
    const lost = chartsLost(planned?.base ?? before.content, written.tiles);
    const ofName = name === undefined ? [] : await sameNameNotes('dashboard', after, projectUuid, context);
    const isReachChanged = filters !== undefined || add !== undefined;
    const ofReach = isReachChanged ? await filterReachNotes(after.tiles, dashboardRules(after.filters), context) : [];
    const [from, to] = [text(before.source.spaceUuid), text(properties.spaceUuid)];
    const accessChange = await accessChangeOfMove(projectUuid, from, to, context);
    return {
      text: [
        `${differences.length > 0 ? 'Changed' : 'Saved without a visible difference:'} the dashboard ${describeDashboard(after, context)}`,
        ...differences.map((difference) => plainText(`- ${difference}`)),
        ...[...(planned?.notes ?? []), ...ofReach, ...ofName].map((note) => `Note: ${note}`),
        ...(lost.length > 0 ? [await lossSentence(lost, 'deleted', context)] : []),
        ...(accessChange ? [accessChange.text] : []),
        ...lostVerification(before.source, after),
        ...(planned === undefined ? [] : takeBack(planned.source, lost)),
        ...propertiesBack(properties, before.source),
      ].join('\n'),
      data: after,
    };
  },
});

/** Charts that would be deleted, and people who would see the dashboard more or no more. */
async function previewChange(
  { dashboardUuid: uuid, space, remove }: ToolArguments,
  context: ToolContext,
): Promise<string | undefined> {
  const removed = texts(remove);
  if (removed.length === 0 && typeof space !== 'string') return undefined;
  const { source, content } = await readCurrent(String(uuid), context);
  const projectUuid = String(source.projectUuid);
  const tiles = new Set(removed.map((tile) => tileNamed(content, tile)));
  const lost =
    tiles.size === 0
      ? []
      : chartsLost(
          content,
          content.tiles.filter((tile) => !tiles.has(tile)),
        );
  const target = typeof space === 'string' ? await findSpace(space, projectUuid, context) : undefined;
  const name = `the dashboard ${nameOf(source)}`;
  const moved = target && (await confirmAccessChange(projectUuid, name, text(source.spaceUuid), target, context));
  const parts = [
    ...(lost.length > 0 ? [`Changes ${name}. ${await lossSentence(lost, 'deletes', context)}`] : []),
    ...(moved === undefined ? [] : [moved]),
  ];
  return parts.length === 0 ? undefined : parts.join(' ');
}

interface CurrentDashboard {
  readonly source: JsonObject;
  readonly content: DashboardContent;
}

/** A dashboard as it is now. @throws {ServerFaultError} if its content cannot be read: it must not be written back then. */
async function readCurrent(uuid: string, context: ToolContext): Promise<CurrentDashboard> {
  const { results } = await context.execute(operationById('GetDashboard'), { dashboardUuid: uuid });
  const content = readDashboard(results);
  if (content === undefined || !isObject(results)) {
    throw new ServerFaultError('The dashboard came in a form that this server does not know. Nothing was changed.');
  }
  return { source: results, content };
}

interface PlannedChange extends CurrentDashboard {
  /** The content that was changed: the latest one. */
  readonly base: DashboardContent;
  readonly moved: ReadonlySet<string>;
  readonly notes: readonly string[];
}

/**
 * Makes the content that is to be saved. If the dashboard changed since it was read, the changes are made anew on
 * top of theirs; parts that a call sets as a whole are not set over theirs.
 */
async function planChanges(read: CurrentDashboard, changes: Changes, context: ToolContext): Promise<PlannedChange> {
  const { source } = read;
  const projectUuid = String(source.projectUuid);
  const [tiles, explores] = await Promise.all([
    prepareTiles(changes.add ?? [], projectUuid, context, 'add'),
    filterExplores(changes.filters ?? [], projectUuid, context),
  ]);
  // Everything that can be refused is refused before the first chart is saved.
  applyChanges(read.content, changes, tiles, explores);
  const current = await latestOf(read, context);
  const notes: string[] = [];
  if (current !== read) {
    for (const part of ['filters', 'tabs'] as const) {
      if (changes[part] !== undefined && JSON.stringify(current.content[part]) !== JSON.stringify(read.content[part])) {
        throw new ArgumentsError([
          `${part}: ${changed(current.source.updatedAt, current.source.updatedByUser) ?? 'someone'} changed the ${part} of the dashboard meanwhile; read it again, then set them`,
        ]);
      }
    }
    notes.push(
      `the dashboard was changed meanwhile (${changed(current.source.updatedAt, current.source.updatedByUser) ?? 'by someone'}); this change was made on top of it.`,
    );
  }
  const { content } = applyChanges(current.content, changes, tiles, explores);
  const ofValues =
    changes.filters === undefined
      ? []
      : await savedFilterNotes(dashboardRules(content.filters), explores, projectUuid, context);
  const saved = await saveNewCharts(tiles, source, context);
  const applied = applyChanges(current.content, changes, saved, explores);
  return {
    source: current.source,
    base: current.content,
    content: applied.content,
    moved: applied.moved,
    notes: [...chartNotes(tiles), ...notes, ...applied.notes, ...ofValues],
  };
}

/** The dashboard read again if its list says that it changed since; reading it counts as a view, listing does not. */
async function latestOf(read: CurrentDashboard, context: ToolContext): Promise<CurrentDashboard> {
  const { projectUuid, uuid, updatedAt } = read.source;
  const { results } = await context.execute(operationById('getDashboards'), { projectUuid });
  const listed = objects(results).find((object) => object.uuid === uuid);
  return listed === undefined || listed.updatedAt === updatedAt ? read : readCurrent(String(uuid), context);
}

/** Saves the charts that belong to the dashboard alone, and gives their tiles the uuids. */
export async function saveNewCharts(
  tiles: readonly PreparedTile[],
  dashboard: JsonObject,
  context: ToolContext,
): Promise<readonly PreparedTile[]> {
  const saved: PreparedTile[] = [];
  for (const prepared of tiles) {
    const { newChart, tile } = prepared;
    if (newChart === undefined) {
      saved.push(prepared);
      continue;
    }
    const { draft, ...metadata } = newChart;
    const body = { ...metadata, ...draft.version, dashboardUuid: dashboard.uuid };
    const chart = await saveChart(String(dashboard.projectUuid), body, context);
    saved.push({
      ...prepared,
      tile: { ...tile, properties: { ...tile.properties, savedChartUuid: text(chart.uuid) ?? null } },
    });
  }
  return saved;
}

/** Notes about the charts that are created with their tiles, by name. */
export const chartNotes = (tiles: readonly PreparedTile[]): readonly string[] =>
  tiles.flatMap(({ newChart }) => (newChart ? newChart.draft.notes.map((note) => `${newChart.name}: ${note}`) : []));

async function changedProperties(
  { space, ...texts }: Readonly<Record<'name' | 'description' | 'space', string | undefined>>,
  projectUuid: string,
  context: ToolContext,
): Promise<JsonObject> {
  const target = space === undefined ? undefined : await findSpace(space, projectUuid, context);
  const named = Object.entries(texts).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(named), ...(target && { spaceUuid: target.uuid }) };
}

/** A body of properties needs the name on 1.219 (422 without). */
const nameFirst = (properties: JsonObject, { name }: JsonObject): JsonObject => ({ name, ...properties });

function propertyChanges(before: JsonObject, after: JsonObject): readonly string[] {
  return [
    ['name', 'name'],
    ['description', 'description'],
    ['spaceName', 'space'],
  ].flatMap(([key = '', label = '']) => {
    const [from, to] = [text(before[key]), text(after[key])];
    return from === to ? [] : [`${label} ${from ?? 'none'} -> ${to ?? 'none'}`];
  });
}

/** A dashboard in two lines: name, place, number of tiles, link. */
export function describeDashboard(dashboard: JsonObject, context: ToolContext): string {
  const path = `/projects/${text(dashboard.projectUuid) ?? ''}/dashboards/${text(dashboard.uuid) ?? ''}/view`;
  const tiles = objects(dashboard.tiles).length;
  return [
    `"${text(dashboard.name) ?? '?'}" in space ${text(dashboard.spaceName) ?? '?'}, ${pluralize(tiles, 'tile')}.`,
    `Open: ${context.lightdash.pageUrl(path)}`,
  ]
    .map(plainText)
    .join('\n');
}

const lostVerification = (before: JsonObject, after: JsonObject): readonly string[] =>
  isObject(before.verification) && !isObject(after.verification)
    ? ['Note: the dashboard was verified, and is not any more: a person who may verify has to look at it again.']
    : [];

/** The call that sets name, description and space as they were; no version holds them. */
function propertiesBack(properties: JsonObject, { uuid, name, description, spaceUuid }: JsonObject): readonly string[] {
  const back = {
    ...('name' in properties && { name }),
    ...('description' in properties && { description: text(description) ?? '' }),
    ...('spaceUuid' in properties && { space: spaceUuid }),
  };
  const names = Object.keys(back).join(', ');
  return names === ''
    ? []
    : [`update_dashboard ${JSON.stringify({ dashboardUuid: uuid, ...back })} takes ${names} back.`];
}

/** The version that was changed: who made it, and how to get it back on releases that keep versions. */
function takeBack(previous: JsonObject, lost: readonly unknown[]): readonly string[] {
  const by = changed(previous.updatedAt, previous.updatedByUser);
  const versionUuid = text(previous.versionUuid);
  const before = by === undefined ? '' : `The version before is of ${by}. `;
  return [
    versionUuid === undefined
      ? `${before}This Lightdash keeps no versions of dashboards: to take the change back, make the opposite one.`
      : `${before}rollback_dashboard_version ${JSON.stringify({ dashboardUuid: previous.uuid, versionUuid })} takes tiles, tabs and filters back${lost.length > 0 ? ', once the charts are restored' : ''}.`,
  ];
}
