import { operationById } from '../../operations/index.ts';
import { finite, isObject, type JsonObject, list, objects, text } from '../../text/json.ts';
import type { ToolContext } from '../tool.ts';

/** Types of content, as tools take them. */
export const CONTENT_TYPES = ['chart', 'sql_chart', 'dashboard', 'space'] as const;
/** A type of content, as tools take it. */
export type ContentType = (typeof CONTENT_TYPES)[number];

/** A chart, dashboard or space of a project, as the lists of both releases describe it. */
export interface ContentItem {
  readonly type: ContentType;
  readonly uuid: string;
  readonly name: string;
  readonly slug: string;
  readonly description: string;
  /** The space that holds it; of a space its parent. */
  readonly spaceUuid: string | undefined;
  readonly spaceName: string;
  /** Chart kind as Lightdash names it, such as `vertical_bar`. */
  readonly kind: string | undefined;
  /** Number of views since it was created; spaces are not counted. */
  readonly views: number | undefined;
  /** ISO timestamp of the last change; the lists have none for spaces. */
  readonly changedAt: string | undefined;
  readonly changedBy: JsonObject | undefined;
  readonly isPinned: boolean;
  /** Undefined on servers without verification. */
  readonly isVerified: boolean | undefined;
  /** Number of validation errors. */
  readonly errors: number;
}

/**
 * The charts, SQL charts, dashboards and spaces of a project that the token may see, from the project's lists: the
 * content route of newer servers lists spaces at the root alone, and matches names alone. Charts that are saved inside
 * of a dashboard are in none of them: `chartOfDashboard`.
 *
 * @param read cached or fresh reads.
 */
export async function projectContent(projectUuid: string, read: ToolContext['read']): Promise<readonly ContentItem[]> {
  const [charts, dashboards, spaces] = await Promise.all(
    (['ListChartsInProject', 'getDashboards', 'ListSpacesInProject'] as const).map(async (id) =>
      objects(await read(operationById(id), { projectUuid })),
    ),
  );
  const names = new Map((spaces ?? []).map((space) => [text(space.uuid), text(space.name)]));
  const nameOf = (uuid: unknown) => names.get(text(uuid)) ?? '';
  return [
    ...(charts ?? []).map((chart) => itemOf(chart.source === 'sql' ? 'sql_chart' : 'chart', chart, nameOf)),
    ...(dashboards ?? []).map((dashboard) => itemOf('dashboard', dashboard, nameOf)),
    ...(spaces ?? []).map((space) => itemOf('space', { ...space, spaceUuid: space.parentSpaceUuid }, nameOf)),
  ];
}

/** A chart that is saved inside of a dashboard, as the list of the charts on an explore has it: without views and last change. */
export const chartOfDashboard = (chart: JsonObject): ContentItem =>
  itemOf(
    'chart',
    { ...chart, spaceName: `${text(chart.spaceName) ?? '?'}, only on dashboard ${text(chart.dashboardName) ?? '?'}` },
    () => '',
  );

function itemOf(type: ContentType, item: JsonObject, nameOf: (spaceUuid: unknown) => string): ContentItem {
  return {
    type,
    uuid: text(item.uuid) ?? '',
    name: text(item.name) ?? '?',
    slug: text(item.slug) ?? '',
    description: text(item.description) ?? '',
    spaceUuid: text(item.spaceUuid),
    spaceName: text(item.spaceName) ?? nameOf(item.spaceUuid),
    kind: text(item.chartKind),
    views: finite(item.views),
    changedAt: text(item.updatedAt),
    changedBy: isObject(item.updatedByUser) ? item.updatedByUser : undefined,
    isPinned: text(item.pinnedListUuid) !== undefined,
    isVerified: 'verification' in item ? isObject(item.verification) : undefined,
    errors: list(item.validationErrors).length,
  };
}

/** Reads past the cache: a write is decided by what is true now, and read back. */
export const freshRead =
  ({ execute }: Pick<ToolContext, 'execute'>): ToolContext['read'] =>
  async (operation, args) =>
    (await execute(operation, args)).results;

/** The path of an item's page in Lightdash. */
export function contentPath(
  { type, uuid, slug }: Pick<ContentItem, 'type' | 'uuid' | 'slug'>,
  projectUuid: string,
): string {
  const page = {
    chart: `saved/${uuid}`,
    sql_chart: `sql-runner/${slug}`,
    dashboard: `dashboards/${uuid}/view`,
    space: `spaces/${uuid}`,
  };
  return `/projects/${projectUuid}/${page[type]}`;
}

/** Words for a type of content, in the singular. */
export const TYPE_NAMES: Readonly<Record<ContentType, string>> = {
  chart: 'chart',
  sql_chart: 'SQL chart',
  dashboard: 'dashboard',
  space: 'space',
};
