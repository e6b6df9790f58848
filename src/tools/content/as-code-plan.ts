import { operationById } from '../../operations/index.ts';
import { exploreOf } from '../../query/fields/explores.ts';
import { isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';
import type { PreviewClient } from '../preview.ts';
import { type CodeItem, comparable, readCode } from './as-code-item.ts';
import { projectContent } from './project-content.ts';

/** The change that applying one item would make. */
export interface PlannedItem {
  readonly item: CodeItem;
  readonly isNew: boolean;
  /** Marked as verified; Lightdash takes the mark away if the one who changes it may not verify. */
  readonly isVerified: boolean;
  /** Lines that differ from what is there; empty if there is nothing to do. */
  readonly diff: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Compares items with what is there, and checks what Lightdash does not: spaces, charts of tiles, dashboards of charts,
 * explores and fields.
 * @throws {ArgumentsError} if something that an item names is not there.
 */
export async function planItems(
  items: readonly CodeItem[],
  projectUuid: string,
  client: PreviewClient,
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
  if (changed.length > 0) await assertNamesExist(changed, slugs, projectUuid, client);
  return Promise.all(
    planned.map(async ({ item, before, diff }) => ({
      item,
      isNew: before === undefined,
      isVerified: isObject(before?.verification),
      diff,
      notes:
        diff.length === 0
          ? []
          : [...changedMeanwhile(item, before), ...(await notesOf(item, before, projectUuid, client))],
    })),
  );
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
  projectUuid: string,
  client: PreviewClient,
): Promise<void> {
  const fresh: PreviewClient['read'] = async (operation, args) => (await client.execute(operation, args)).results;
  const content = await projectContent(projectUuid, fresh);
  const spaces = spacePaths(objects(await fresh(operationById('ListSpacesInProject'), { projectUuid })));
  const problems = items.flatMap(({ slug, spaceSlug }) =>
    spaces.includes(spaceSlug)
      ? []
      : [`code: ${slug}: there is no space ${spaceSlug}${nearestAmong(spaceSlug, spaces)}; create_space makes one`],
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

/** The slugs of spaces with those around them, as code names them: `sales/europe`. */
function spacePaths(spaces: readonly JsonObject[]): readonly string[] {
  const byUuid = new Map(spaces.map((space) => [text(space.uuid), space]));
  const pathOf = (space: JsonObject, depth = 0): string => {
    const parent = depth < MAX_DEPTH ? byUuid.get(text(space.parentSpaceUuid)) : undefined;
    return parent && parent !== space ? `${pathOf(parent, depth + 1)}/${text(space.slug)}` : (text(space.slug) ?? '');
  };
  return spaces.map((space) => pathOf(space));
}
const MAX_DEPTH = 20;

/** The code carries the state that it was read in. */
function changedMeanwhile({ code }: CodeItem, before: JsonObject | undefined): readonly string[] {
  const [read, now] = [moment(code.updatedAt), moment(before?.updatedAt)];
  if (read === undefined || now === undefined || now <= read) return [];
  return [
    `It was changed in Lightdash at ${new Date(now).toISOString()}, after this code was read: the code takes that change back, too.`,
  ];
}

function moment(value: unknown): number | undefined {
  const at = value instanceof Date ? value.getTime() : Date.parse(text(value) ?? '');
  return Number.isNaN(at) ? undefined : at;
}

async function notesOf(
  { kind, code }: CodeItem,
  before: JsonObject | undefined,
  projectUuid: string,
  client: PreviewClient,
): Promise<readonly string[]> {
  if (kind === 'dashboard') {
    const tiles = before ? ['Lightdash makes its tiles anew: comments on the tiles of now are no longer shown.'] : [];
    return tiles;
  }
  const query = isObject(code.metricQuery) ? code.metricQuery : {};
  const index = await exploreOf(client.read, projectUuid, text(code.tableName) ?? '');
  const own = [
    ...objects(query.tableCalculations).map(({ name }) => text(name)),
    ...objects(query.additionalMetrics).flatMap(({ table, name }) => [`${text(table)}_${text(name)}`]),
    ...objects(query.customDimensions).map(({ id }) => text(id)),
  ];
  const ids = [...texts(query.dimensions), ...texts(query.metrics)];
  const missing = ids.filter((id) => !index.fields.has(id) && !own.includes(id));
  const fields =
    missing.length > 0 ? [`Not in the explore ${index.name}: ${missing.join(', ')}. The chart will not run.`] : [];
  return fields;
}
