import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type DashboardContent, noFilters, readDashboard } from '../../dashboards/dashboard.ts';
import { setTabs } from '../../dashboards/edit-dashboard.ts';
import { updateDashboard as updateRoute } from '../../operations/routes/content-writing.ts';
import { filterKinds } from '../../query/filters/lightdash-filters.ts';
import { isObject, type JsonObject, objects } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { findSpace } from '../content/find-content.ts';
import { describeDashboardFilters, describeTiles } from '../content/render-dashboard.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { orUnverified, savedFilterNotes } from '../query/saved-filter-notes.ts';
import type { ToolAnswer, ToolContext } from '../tool.ts';
import { applyChanges } from './apply-changes.ts';
import { filterExplores } from './filter-explores.ts';
import { prepareTiles, type TileArguments, tileArguments } from './tile-arguments.ts';
import { chartNotes, describeDashboard, rulesOf, saveNewCharts } from './write-dashboard.ts';

/**
 * Creates a dashboard with tiles in order, which are laid out here. Tiles, tabs and filters in the form of the API (with
 * `type`, `uuid`, or as an object) are sent as they are.
 */
const createDashboard: ToolHandler<'createDashboard'> = async (operation, { space, ...args }, context) => {
  const projectUuid = String(args.projectUuid);
  const target = typeof space === 'string' ? await findSpace(space, projectUuid, context) : undefined;
  const sent = { ...args, ...(target && { spaceUuid: target.uuid }) };
  if (args.duplicateFrom !== undefined || isApiForm(args)) {
    const ofValues = await orUnverified(notesOfApiFilters(args.filters, projectUuid, context));
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
  const notes = [...ofChanges, ...(await savedFilterNotes(rulesOf(content), explores, projectUuid, context))];
  const { tiles: placed, tabs, filters: read } = content;
  const body = { tiles: placed, tabs, ...(filters && { filters: read }) };
  const { results } = await context.execute(operation, { ...sent, ...body });
  const dashboard = isObject(results) ? results : {};
  if (kept.length === tiles.length) return created(dashboard, notes, context);
  const saved = await saveNewCharts(tiles, dashboard, context);
  const base = { ...(readDashboard(dashboard) ?? tabbed), tiles: [] };
  const whole = await context.execute(updateRoute, {
    dashboardUuid: dashboard.uuid,
    body: applyChanges(base, {}, saved, explores).content,
  });
  return created(isObject(whole.results) ? whole.results : dashboard, [...chartNotes(tiles), ...notes], context);
};

function isApiForm({ tiles, tabs, filters }: Readonly<Record<string, unknown>>): boolean {
  const items = [...(Array.isArray(tiles) ? tiles : []), ...(Array.isArray(tabs) ? tabs : [])];
  const isRaw = (item: unknown) => isObject(item) && ('type' in item || 'uuid' in item);
  return items.some(isRaw) || (isObject(filters) && !Array.isArray(filters));
}

function readTiles(tiles: unknown): readonly TileArguments[] {
  const read = z.array(tileArguments()).safeParse(tiles);
  if (read.success) return read.data;
  throw new ArgumentsError(read.error.issues.map(({ path, message }) => `tiles.${path.join('.')}: ${message}`));
}

function created(dashboard: JsonObject, notes: readonly string[], context: ToolContext): ToolAnswer {
  return {
    text: [
      `Created the dashboard ${describeDashboard(dashboard, context)}`,
      ...filtersOf(dashboard),
      ...describeTiles(objects(dashboard.tiles), objects(dashboard.tabs)).map(plainText),
      ...notes.map((note) => `Note: ${note}`),
    ].join('\n'),
    data: dashboard,
  };
}

/** The filters of a dashboard, if it has some. */
function filtersOf({ filters, tiles }: JsonObject): readonly string[] {
  const hasSome = isObject(filters) && filterKinds.some((kind) => objects(filters[kind]).length > 0);
  return hasSome ? describeDashboardFilters(filters, objects(tiles)).map(plainText) : [];
}

/** Notes about values of filters in the form of the API. */
async function notesOfApiFilters(filters: unknown, projectUuid: string, context: ToolContext) {
  const rules = isObject(filters) ? filterKinds.flatMap((kind) => objects(filters[kind])) : [];
  const explores = await filterExplores(rules, projectUuid, context);
  return savedFilterNotes(rules, explores, projectUuid, context);
}

/** Handlers of operations that write dashboards. */
export const createDashboardHandlers = { createDashboard } satisfies ToolHandlers;
