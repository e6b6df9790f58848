import * as z from 'zod';
import type { Tool, ToolArguments } from '../tools/tool.ts';

// What of a call's arguments names something that belongs to a project. Everything here errs to the safe side: an id
// that nobody has placed makes its tool refused where projects are restricted, and a test asks for its place.

/** Things of a project that an argument can name. */
export type ReferenceKind =
  | 'project'
  | 'chart'
  | 'sqlChart'
  | 'dashboard'
  | 'tile'
  | 'space'
  | 'tag'
  | 'catalogItem'
  | 'pinnedList'
  | 'validation'
  | 'scheduler'
  | 'job'
  | 'comment'
  | 'share'
  | 'page';

/** One thing that a call names. */
export interface Reference {
  readonly kind: ReferenceKind;
  /** The argument's name, for the refusal. */
  readonly name: string;
  readonly id: string;
}

const kinds: ReadonlyMap<string, ReferenceKind> = new Map([
  ['projectUuid', 'project'],
  ['upstreamProjectUuid', 'project'],
  ['defaultProjectUuid', 'project'],
  ['chartUuid', 'chart'],
  ['savedChartUuid', 'chart'],
  ['savedSqlUuid', 'sqlChart'],
  ['dashboardUuid', 'dashboard'],
  ['duplicateFrom', 'dashboard'],
  ['dashboardTileUuid', 'tile'],
  ['spaceUuid', 'space'],
  ['parentSpaceUuid', 'space'],
  ['tagUuid', 'tag'],
  ['categories', 'tag'],
  ['catalogSearchUuid', 'catalogItem'],
  ['pinnedListUuid', 'pinnedList'],
  ['validationId', 'validation'],
  ['schedulerUuid', 'scheduler'],
  ['jobId', 'job'],
  ['commentId', 'comment'],
  ['replyTo', 'comment'],
  ['nanoId', 'share'],
  // create_share_url: a page's path names its project.
  ['path', 'page'],
]);

/** Ids of people, groups and whatever else is of no project, or that mean something only beside one that is looked up. */
const notProjectScoped: ReadonlySet<string> = new Set([
  'userUuid',
  'groupUuid',
  'organizationUuid',
  'userAttributeUuid',
  'personalAccessTokenUuid',
  'userWarehouseCredentialsUuid',
  'uuid',
  'notificationId',
  'environmentId',
  'installation_id',
  'slackChannelId',
  'exploreId',
  'fieldId',
  'resultId',
  // Lightdash shows a query to who started it, and in the project it was started in.
  'queryUuid',
  'versionUuid',
  'tileUuid',
  'tabUuid',
  'schedulerEmailTargetUuid',
  'schedulerSlackTargetUuid',
  'schedulerGsheetTargetUuid',
  // A sheet in Google Drive: its owner decides who reads it.
  'gdriveId',
]);

/** What an argument of this name is an id of; undefined for one that is of no project, or unknown. */
export const referenceKindOf = (name: string): ReferenceKind | undefined => kinds.get(name);

const looksLikeId = (name: string) => /(uuid|id)s?$/i.test(name);

/** Whether a name is that of an id, and nobody has said what it is an id of. */
export const isUnclassifiedId = (name: string): boolean =>
  looksLikeId(name) && !kinds.has(name) && !notProjectScoped.has(name);

/** Arguments that hold references inside of them, at any depth. */
const nestedArguments: ReadonlySet<string> = new Set([
  'scheduler',
  'dashboards',
  'tiles',
  'items',
  'projects',
  'slackChannelProjectMappings',
]);

/** Toolsets of what belongs to no project. */
const organizationToolsets: readonly string[] = ['organization', 'groups', 'attributes', 'account'];
/** Operations on the organization although they name projects. */
const organizationOperations: readonly string[] = ['UpdateCustomSettings'];
/** Operations that take every project down with them. */
const organizationWideDeletes: readonly string[] = ['DeleteMyOrganization'];
/** Tools about results and queries of this server's own; a project that they name has to be allowed all the same. */
const localTools: readonly string[] = ['get_query_result', 'cancel_query'];
/** Operations that write to or read from the upstream project of what they are given. */
const upstreamOperations: readonly string[] = [
  'promoteChart',
  'promoteChartDiff',
  'promoteDashboard',
  'promoteDashboardDiff',
  'promoteSqlChart',
  'promoteSqlChartDiff',
  'getUpstreamDiff',
];

/** How the allow-list of projects treats a tool; docs/policy.md is made from it. */
export type ProjectRule =
  /** Every project among the arguments has to be allowed. */
  | 'argument'
  /** What the call names is looked up first: it has to be in an allowed project. */
  | 'looked up'
  /** The answer is cut down to the allowed projects. */
  | 'filtered'
  /** Reads what this server holds from calls that were allowed; of a project that it names, that has to be allowed. */
  | 'local'
  /** By everything that the arguments hold: what names no project is of the organization, what is unknown is refused. */
  | 'operation'
  /** Of no project: refused unless LIGHTDASH_ALLOW_ORGANIZATION is set. */
  | 'organization'
  /** Refused, whatever else is set. */
  | 'refused';

/** The rule for a tool, by what it takes. */
export function projectRule(
  tool: Pick<Tool, 'name' | 'toolset'>,
  operationId: string | undefined,
  argumentNames: readonly string[],
): ProjectRule {
  if (operationId === 'ListOrganizationProjects') return 'filtered';
  if (tool.toolset === 'api') return 'operation';
  if (localTools.includes(tool.name)) return 'local';
  if (operationId !== undefined && organizationWideDeletes.includes(operationId)) return 'refused';
  if (argumentNames.some(isUnclassifiedId)) return 'refused';
  if (organizationToolsets.includes(tool.toolset)) return 'organization';
  if (operationId !== undefined && organizationOperations.includes(operationId)) return 'organization';
  const named = argumentNames.filter((name) => kinds.has(name) || nestedArguments.has(name));
  if (named.length === 0) return 'organization';
  return named.every((name) => kinds.get(name) === 'project') ? 'argument' : 'looked up';
}

/** Whether a tool also touches the project that the one of its object is promoted to. */
export function reachesUpstream(tool: Pick<Tool, 'operation'>): boolean {
  return tool.operation !== undefined && upstreamOperations.includes(tool.operation.id);
}

/**
 * Everything of a project that the arguments name: by name at the top, and at any depth of those that hold bodies for
 * Lightdash.
 *
 * @returns also ids inside of bodies that nobody has placed, by their names.
 */
export function referencesIn(args: ToolArguments): { references: Reference[]; unclassified: string[] } {
  const references: Reference[] = [];
  const unclassified: string[] = [];

  const take = (name: string, value: unknown) => {
    const kind = kinds.get(name);
    if (kind === undefined) return;
    for (const id of [value].flat(Number.POSITIVE_INFINITY)) {
      if (id === null || id === undefined) continue;
      // An object in the place of an id is none that could be looked up: it is refused as what it is.
      references.push({ kind, name, id: typeof id === 'object' ? JSON.stringify(id) : String(id) });
    }
  };
  const search = (value: unknown, inside: string) => {
    if (Array.isArray(value)) {
      for (const item of value) search(item, inside);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        // The id of a filter is its own.
        const isOfFilter = name === 'id' && inside === 'filters';
        if (isUnclassifiedId(name) && inner !== null && !isOfFilter) unclassified.push(name);
        // Bodies name no page, and a tag by its own id alone.
        if (name !== 'path' && name !== 'categories') take(name, inner);
        if (name === 'uuid' && inside === 'dashboards') references.push({ kind: 'dashboard', name, id: String(inner) });
        search(inner, name);
      }
    }
  };
  for (const [name, value] of Object.entries(args)) {
    take(name, value);
    if (name === 'items') {
      const items = pinnedIn(value);
      references.push(...items.placed);
      unclassified.push(...items.unclassified);
    }
    if (nestedArguments.has(name)) search(value, name);
  }
  return { references, unclassified };
}

const pinned = z.array(z.looseObject({ type: z.string(), data: z.looseObject({ uuid: z.string() }) })).catch([]);
const pinnedKinds: readonly ReferenceKind[] = ['chart', 'dashboard', 'space'];

/** update_pinned_items_order names each thing by its type beside a plain `uuid`; newer servers pin other things, too. */
function pinnedIn(items: unknown): { placed: Reference[]; unclassified: string[] } {
  const all = pinned
    .parse(items)
    .map(({ type, data }) => ({ type, kind: pinnedKinds.find((one) => one === type), data }));
  return {
    placed: all.flatMap(({ type, kind, data }) => (kind ? [{ kind, name: `${type}Uuid`, id: data.uuid }] : [])),
    unclassified: all.flatMap(({ type, kind }) => (kind ? [] : [`${type.slice(0, 50)} uuid`])),
  };
}
