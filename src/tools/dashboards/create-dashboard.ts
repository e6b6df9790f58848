import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type DashboardContent, noFilters, readDashboard } from '../../dashboards/dashboard.ts';
import { setTabs } from '../../dashboards/edit-dashboard.ts';
import { LightdashError } from '../../lightdash/errors.ts';
import type { ArgumentsOf } from '../../operations/index.ts';
import { updateDashboard as updateRoute } from '../../operations/routes/content-writing.ts';
import { dashboardRules } from '../../query/filters/dashboard-filters.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { asNamed } from '../argument-names.ts';
import { problemsOf } from '../argument-problems.ts';
import { ArgumentsError } from '../arguments.ts';
import { findSpace } from '../content/find-content.ts';
import { describeDashboardFilters, describeTiles } from '../content/render-dashboard.ts';
import { sameNameNotes } from '../content/same-name.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { nameOf } from '../preview.ts';
import { orUnverified, savedFilterNotes } from '../query/saved-filter-notes.ts';
import type { ToolAnswer, ToolContext } from '../tool.ts';
import { applyChanges } from './apply-changes.ts';
import { dashboardFilterNotes } from './dashboard-filter-notes.ts';
import { copyDashboard } from './duplicate-dashboard.ts';
import { filterExplores } from './filter-explores.ts';
import { filterReachNotes } from './filter-reach.ts';
import { prepareTiles, type TileArguments, tileArguments } from './tile-arguments.ts';
import { chartNotes, describeDashboard, saveNewCharts } from './write-dashboard.ts';

/**
 * Creates a dashboard with tiles in order, which are laid out here. Tiles, tabs and filters in the form of the API (with
 * `type`, `uuid`, or as an object) are sent as they are.
 */
const createDashboard: ToolHandler<'createDashboard'> = async (operation, { space, ...args }, context) => {
  const { projectUuid } = args;
  const target = typeof space === 'string' ? await findSpace(space, projectUuid, context) : undefined;
  if (target && args.spaceUuid !== undefined && args.spaceUuid !== target.uuid)
    throw new ArgumentsError([`space: it is not the space ${args.spaceUuid} of spaceUuid; give one of the two`]);
  const sent = { ...args, ...(target && { spaceUuid: target.uuid }) };
  if (args.duplicateFrom !== undefined) return copied(sent, args.duplicateFrom, context);
  if (isApiForm(args)) {
    const ofValues = await orUnverified(dashboardFilterNotes(args.filters, projectUuid, context));
    const { results } = await context.execute(operation, sent);
    return created(isObject(results) ? results : {}, ofValues, context);
  }
  const tiles = await prepareTiles(readTiles(args.tiles), projectUuid, context);
  const filters = Array.isArray(args.filters) ? objects(args.filters) : undefined;
  const explores = await filterExplores(filters ?? [], projectUuid, context);
  const empty: DashboardContent = { tiles: [], tabs: [], filters: noFilters };
  const tabbed = setTabs(empty, z.array(z.string()).parse(args.tabs), randomUUID);
  const changes = { ...(filters && { filters: [...filters] }) };
  // Charts of its own can only be saved once there is a dashboard: their tiles come with a second request.
  const kept = tiles.filter(({ newChart }) => newChart === undefined);
  applyChanges(tabbed, changes, tiles, explores);
  const { content, notes: ofChanges } = applyChanges(tabbed, changes, kept, explores);
  const notes = [
    ...ofChanges,
    ...(await savedFilterNotes(dashboardRules(content.filters), explores, projectUuid, context)),
  ];
  const { tiles: placed, tabs, filters: read } = content;
  const body = { tiles: placed, tabs, ...(filters && { filters: read }) };
  const { results } = await context.execute(operation, { ...sent, ...body });
  const dashboard = isObject(results) ? results : {};
  if (kept.length === tiles.length) return created(dashboard, notes, context);
  const base = { ...(readDashboard(dashboard) ?? tabbed), tiles: [] };
  const whole = await withNewCharts(dashboard, context, async () => {
    const saved = await saveNewCharts(tiles, dashboard, context);
    return applyChanges(base, {}, saved, explores).content;
  });
  return created(whole, [...chartNotes(tiles), ...notes], context);
};

/** The dashboard with the tiles of its own charts. @throws {ArgumentsError} that says what is there if a step fails. */
async function withNewCharts(
  dashboard: JsonObject,
  context: ToolContext,
  contentOf: () => Promise<DashboardContent>,
): Promise<JsonObject> {
  try {
    const body = await contentOf();
    const { results } = await context.execute(updateRoute, { dashboardUuid: dashboard.uuid, body });
    return isObject(results) ? results : dashboard;
  } catch (error) {
    if (!(error instanceof LightdashError || error instanceof ArgumentsError)) throw error;
    const consequence = `made the dashboard ${nameOf(dashboard)} (${text(dashboard.uuid) ?? '?'}) without its new charts; do not make it again, update_dashboard adds them`;
    throw new ArgumentsError(error instanceof ArgumentsError ? error.problems : error.userMessageLines, consequence);
  }
}

/** A copy, in its space. @throws {ArgumentsError} for tiles, tabs and filters: a copy has those of its original. */
async function copied(args: ArgumentsOf<'createDashboard'>, duplicateFrom: string, context: ToolContext) {
  const { projectUuid, name, description, spaceUuid: space } = args;
  const contents = (['tiles', 'tabs', 'filters'] as const).filter((part) => Object.keys(args[part] ?? {}).length > 0);
  if (contents.length > 0)
    throw new ArgumentsError([
      `${contents.join(', ')}: a copy (duplicateFrom) has those of its dashboard; leave them out, then update_dashboard changes the copy`,
    ]);
  const { copy, original } = await copyDashboard(
    { uuid: duplicateFrom, name, description, space, projectUuid },
    context,
  );
  return created(copy, [], context, `Copied the dashboard ${nameOf(original)} as`);
}

function isApiForm({ tiles, tabs, filters }: Readonly<Record<string, unknown>>): boolean {
  const items = [...(Array.isArray(tiles) ? tiles : []), ...(Array.isArray(tabs) ? tabs : [])];
  const isRaw = (item: unknown) => isObject(item) && ('type' in item || 'uuid' in item);
  return items.some(isRaw) || (isObject(filters) && !Array.isArray(filters));
}

function readTiles(tiles: unknown): readonly TileArguments[] {
  const schema = z.object({ tiles: z.array(tileArguments()) });
  const written = asNamed(schema, { tiles });
  const read = schema.safeParse(written);
  if (read.success) return read.data.tiles;
  throw new ArgumentsError(problemsOf(schema, read.error.issues, written));
}

async function created(
  dashboard: JsonObject,
  notes: readonly string[],
  context: ToolContext,
  first = 'Created the dashboard',
): Promise<ToolAnswer> {
  const [ofName, ofReach] = await Promise.all([
    sameNameNotes('dashboard', dashboard, String(dashboard.projectUuid), context),
    filterReachNotes(dashboard.tiles, dashboardRules(dashboard.filters), context),
  ]);
  return {
    text: [
      `${first} ${describeDashboard(dashboard, context)}`,
      ...filtersOf(dashboard),
      ...describeTiles(objects(dashboard.tiles), objects(dashboard.tabs)).map(plainText),
      ...[...notes, ...ofReach, ...ofName].map((note) => `Note: ${note}`),
    ].join('\n'),
    data: dashboard,
  };
}

/** The filters of a dashboard, if it has some. */
function filtersOf({ filters, tiles }: JsonObject): readonly string[] {
  return dashboardRules(filters).length > 0 ? describeDashboardFilters(filters, objects(tiles)).map(plainText) : [];
}

/** Handlers of operations that write dashboards. */
export const createDashboardHandlers = { createDashboard } satisfies ToolHandlers;
