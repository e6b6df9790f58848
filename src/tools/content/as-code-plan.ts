import { operationById } from '../../operations/index.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';
import type { PreviewClient } from '../preview.ts';
import type { ToolContext } from '../tool.ts';
import { type CodeItem, comparable, readCode } from './as-code-item.ts';
import { notesOf } from './as-code-notes.ts';
import { freshRead, projectContent } from './project-content.ts';

/** The change that applying one item would make. */
export interface PlannedItem {
  readonly item: CodeItem;
  readonly isNew: boolean;
  /** Marked as verified; Lightdash takes the mark away if the one who changes it may not verify. */
  readonly isVerified: boolean;
  /** Lines that differ from what is there; empty if there is nothing to do. */
  readonly diff: readonly string[];
  readonly notes: readonly string[];
  /** Name, description and space as they were, if they differ: no version holds them. Those of update_chart. */
  readonly formerProperties: JsonObject;
}

/**
 * Compares items with what is there, and checks what Lightdash does not: spaces, charts of tiles, dashboards of charts,
 * explores and fields.
 * @throws {ArgumentsError} if something that an item names is not there.
 */
export async function planItems(
  items: readonly CodeItem[],
  projectUuid: string,
  client: ToolContext,
): Promise<readonly PlannedItem[]> {
  const slugs = new Set<string>();
  for (const { kind, slug } of items) {
    if (slugs.has(`${kind} ${slug}`)) throw new ArgumentsError([`code: two documents are the ${kind} ${slug}`]);
    slugs.add(`${kind} ${slug}`);
  }
  const { diffOf } = await import('./as-code-yaml.ts');
  const current = await currentItems(items, projectUuid, client);
  const planned = items.map((item) => {
    const before = current.get(`${item.kind} ${item.slug}`);
    return { item, before, diff: diffOf(before && comparable(before), comparable(item.code)) };
  });
  const changed = planned.filter(({ diff }) => diff.length > 0).map(({ item }) => item);
  const listed =
    changed.length > 0 ? await freshRead(client)(operationById('ListSpacesInProject'), { projectUuid }) : [];
  const spaces = spacesByPath(objects(listed));
  if (changed.length > 0) await assertNamesExist(changed, slugs, spaces, projectUuid, client);
  return Promise.all(
    planned.map(async ({ item, before, diff }) => ({
      item,
      isNew: before === undefined,
      isVerified: isObject(before?.verification),
      diff,
      formerProperties: before ? formerProperties(item.code, before, spaces) : {},
      notes: diff.length === 0 ? [] : await notesOf(item, { before, spaces, projectUuid }, client),
    })),
  );
}

function formerProperties(code: JsonObject, before: JsonObject, spaces: ReadonlyMap<string, string>): JsonObject {
  const space = text(before.spaceSlug);
  return {
    ...(code.name !== before.name && { name: before.name }),
    ...((text(code.description) ?? '') !== (text(before.description) ?? '') && {
      description: text(before.description) ?? '',
    }),
    ...(code.spaceSlug !== space && { space: spaces.get(space ?? '') ?? space }),
  };
}

async function currentItems(items: readonly CodeItem[], projectUuid: string, client: PreviewClient) {
  const kinds = ['chart', 'dashboard'] as const;
  const read = await Promise.all(
    kinds.map(async (kind) => {
      const slugs = items.filter((item) => item.kind === kind).map(({ slug }) => slug);
      const { items: existing } = await readCode(kind, slugs, projectUuid, client);
      return existing.map((code) => [`${kind} ${text(code.slug)}`, code] as const);
    }),
  );
  return new Map(read.flat());
}

/** @throws {ArgumentsError} for a space, a chart of a tile or a dashboard of a chart that is not there. */
async function assertNamesExist(
  items: readonly CodeItem[],
  slugsInPlan: ReadonlySet<string>,
  spaces: ReadonlyMap<string, string>,
  projectUuid: string,
  client: ToolContext,
): Promise<void> {
  const content = await projectContent(projectUuid, freshRead(client));
  const paths = [...spaces.keys()];
  const problems = items.flatMap(({ slug, spaceSlug }) =>
    spaces.has(spaceSlug)
      ? []
      : [
          `code: ${slug}: there is no space ${spaceSlug}${nearestAmong(spaceSlug, paths)}; create_space_in_project makes one`,
        ],
  );
  const sqlSlugs = new Set(content.flatMap(({ type, slug }) => (type === 'sql_chart' ? [slug] : [])));
  const charts = items
    .flatMap(({ code }) => tileCharts(code))
    .filter((slug) => !slugsInPlan.has(`chart ${slug}`) && !sqlSlugs.has(slug));
  const dashboards = items
    .flatMap(({ code }) => text(code.dashboardSlug) ?? [])
    .filter((slug) => !slugsInPlan.has(`dashboard ${slug}`));
  const missingCharts = (await readCode('chart', [...new Set(charts)], projectUuid, client)).missing;
  const missingDashboards = (await readCode('dashboard', [...new Set(dashboards)], projectUuid, client)).missing;
  const slugsOf = (type: string) => content.flatMap((item) => (item.type === type ? [item.slug] : []));
  problems.push(
    ...missingCharts.map(
      (slug) => `code: a tile shows the chart ${slug}, which is not there${nearestAmong(slug, slugsOf('chart'))}`,
    ),
    ...missingDashboards.map(
      (slug) =>
        `code: a chart is of the dashboard ${slug}, which is not there${nearestAmong(slug, slugsOf('dashboard'))}`,
    ),
  );
  if (problems.length > 0) throw new ArgumentsError(problems);
}

const tileCharts = (code: JsonObject): readonly string[] =>
  objects(code.tiles).flatMap(({ properties }) => (isObject(properties) ? (text(properties.chartSlug) ?? []) : []));

/** Uuids of spaces by their slugs with those around them, as code names them: `sales/europe`. */
function spacesByPath(spaces: readonly JsonObject[]): ReadonlyMap<string, string> {
  const byUuid = new Map(spaces.map((space) => [text(space.uuid), space]));
  const pathOf = (space: JsonObject, depth = 0): string => {
    const parent = depth < MAX_DEPTH ? byUuid.get(text(space.parentSpaceUuid)) : undefined;
    return parent && parent !== space ? `${pathOf(parent, depth + 1)}/${text(space.slug)}` : (text(space.slug) ?? '');
  };
  return new Map(spaces.map((space) => [pathOf(space), text(space.uuid) ?? '']));
}
const MAX_DEPTH = 20;
