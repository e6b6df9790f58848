import * as z from 'zod';
import { chartKindName } from '../../charts/config/chart-kinds.ts';
import { joinFields, matchesAllWords, renderPage } from '../../render/page.ts';
import { changed, pluralize } from '../../text/format.ts';
import { text } from '../../text/json.ts';
import { quoteInput, truncate } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';
import { chartsUsing } from './chart-fields.ts';
import { findSpace } from './find-content.ts';
import { type Owners, ownersOf } from './owner-filter.ts';
import {
  CONTENT_TYPES,
  type ContentItem,
  type ContentType,
  contentPath,
  projectContent,
  TYPE_NAMES,
} from './project-content.ts';

const MAX_DESCRIPTION_LENGTH = 120;

const SORTS = ['name', 'views', '-views', 'changed', '-changed'] as const;

interface SearchArguments {
  readonly projectUuid: string;
  readonly search?: string | undefined;
  readonly types?: readonly ContentType[] | undefined;
  readonly space?: string | undefined;
  readonly owner?: string | undefined;
  readonly changedBefore?: string | undefined;
  readonly maxViews?: number | undefined;
  readonly uses?: string | undefined;
  readonly verified?: boolean | undefined;
  readonly broken?: boolean | undefined;
  readonly sort?: (typeof SORTS)[number] | undefined;
  readonly offset?: number | undefined;
}

/** One list of the charts, SQL charts, dashboards and spaces of a project. */
export const searchContent = defineTool({
  name: 'search_content',
  title: 'Search charts, dashboards, spaces',
  description:
    'Finds a report: saved charts (graphs), SQL charts, dashboards and spaces, by words, space, owner, the explore or field they use, verified, unused (opened or viewed few times, not changed for months) or broken.',
  toolset: 'content',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({
    projectUuid: z.string().min(1),
    search: z.string().optional(),
    types: z.array(z.enum(CONTENT_TYPES)).optional(),
    space: z.string().min(1).optional(),
    owner: z.string().min(1).optional().describe('Person, or me'),
    changedBefore: z.iso.date().or(z.iso.datetime()).optional().describe('Date'),
    maxViews: z.number().int().min(0).optional(),
    uses: z.string().min(1).optional().describe('Explore or field'),
    verified: z.boolean().optional(),
    broken: z.boolean().optional(),
    sort: z.enum(SORTS).optional(),
    offset: z.number().int().min(0).optional(),
  }),
  async run(args, context) {
    const all = await projectContent(args.projectUuid, context.read);
    const space = args.space === undefined ? undefined : await findSpace(args.space, args.projectUuid, context);
    if (args.verified !== undefined && all.every(({ isVerified }) => isVerified === undefined))
      throw new ArgumentsError(['verified: this Lightdash does not mark content as verified']);
    const inSpace = space === undefined ? all : itemsInSpace(all, space.uuid);
    const { items: using, uses, notes } = await usedBy(inSpace, args, context);
    const owners = args.owner === undefined ? undefined : await ownersOf(args.owner, args.projectUuid, all, context);
    const items = sorted(using.filter(matcher(args, owners)), args.sort);
    const lines = items.map((item) => ({ line: lineOf(item, uses?.get(item.uuid)) }));
    const filters = filterNote(args);
    const isFiltered = filters.length > 0 && args.search === undefined && args.uses === undefined;
    const list = renderPage(lines, {
      noun: 'item',
      legend: `type|name|uuid|space|views|last change${uses ? '|use' : ''}|description`,
      ...(args.offset !== undefined && { offset: args.offset }),
      search: text(args.search?.trim()),
      usesField: args.uses,
      budget: context.budget,
    });
    return {
      text: [
        items.length === 0 && isFiltered ? 'No item fits the filters.' : list,
        ...filters,
        ...notes,
        ...(owners?.notes(items.length > 0) ?? []),
        ...viewsNote(args),
        ...brokenNote(args),
        ...insideNote(items),
        ...pagesNote(items, args, context),
      ].join('\n'),
      data: items,
    };
  },
});

/** The space, and everything in it and in the spaces below it. */
function itemsInSpace(all: readonly ContentItem[], spaceUuid: string): readonly ContentItem[] {
  const inside = new Set([spaceUuid]);
  for (let size = 0; size < inside.size; ) {
    size = inside.size;
    for (const { type, uuid, spaceUuid: parent } of all)
      if (type === 'space' && parent !== undefined && inside.has(parent)) inside.add(uuid);
  }
  return all.filter(({ type, uuid, spaceUuid: parent }) =>
    type === 'space' ? inside.has(uuid) : parent !== undefined && inside.has(parent),
  );
}

async function usedBy(items: readonly ContentItem[], { uses, projectUuid }: SearchArguments, context: ToolContext) {
  if (uses === undefined) return { items, uses: undefined, notes: [] };
  const charts = items.filter(({ type }) => type === 'chart' || type === 'sql_chart');
  const asListed = charts.map(({ type, uuid }) => ({ uuid, source: type === 'sql_chart' ? 'sql' : 'dbt_explore' }));
  const using = await chartsUsing(asListed, uses, projectUuid, context);
  const uuids = new Set(using.charts.map(({ uuid }) => uuid));
  return {
    items: charts.filter(({ uuid }) => uuids.has(uuid)),
    uses: using.uses,
    notes: using.notes,
  };
}

function matcher(
  { search, types, changedBefore, maxViews, verified, broken }: SearchArguments,
  owners: Owners | undefined,
) {
  const wanted = search?.trim() ?? '';
  return (item: ContentItem): boolean =>
    (types === undefined || types.includes(item.type)) &&
    (wanted === '' || matchesAllWords(wanted, [item.name, item.description, item.spaceName])) &&
    (owners === undefined || owners.owns(item)) &&
    // Spaces have neither views nor a last change.
    (changedBefore === undefined || (item.changedAt !== undefined && item.changedAt < changedBefore)) &&
    (maxViews === undefined || (item.views !== undefined && item.views <= maxViews)) &&
    (verified === undefined || item.isVerified === verified) &&
    (broken === undefined || item.errors > 0 === broken);
}

function sorted(items: readonly ContentItem[], sort: SearchArguments['sort'] = 'name'): readonly ContentItem[] {
  const byName = (left: ContentItem, right: ContentItem) => left.name.localeCompare(right.name, 'en');
  const sign = sort.startsWith('-') ? -1 : 1;
  const compared = (left: ContentItem, right: ContentItem): number => {
    if (sort.endsWith('views')) return sign * ((left.views ?? 0) - (right.views ?? 0));
    if (sort.endsWith('changed')) return sign * (left.changedAt ?? '').localeCompare(right.changedAt ?? '');
    return 0;
  };
  return items.toSorted((left, right) => compared(left, right) || byName(left, right));
}

function lineOf(item: ContentItem, use: string | undefined): string {
  const kind = item.kind === undefined ? '' : ` (${chartKindName(item.kind)})`;
  const marks = [
    item.isVerified ? 'verified' : '',
    item.isPinned ? 'pinned' : '',
    item.errors > 0 ? `broken: ${pluralize(item.errors, 'validation error')}` : '',
  ].filter((mark) => mark !== '');
  return joinFields([
    `${TYPE_NAMES[item.type]}${kind}`,
    item.name,
    item.uuid,
    item.spaceName,
    String(item.views ?? ''),
    changed(item.changedAt, item.changedBy) ?? '',
    ...(use === undefined ? [] : [use]),
    truncate(item.description, MAX_DESCRIPTION_LENGTH),
    ...marks,
  ]);
}

/** The filters besides the words, which the first line has. */
function filterNote({ types, space, owner, changedBefore, maxViews, verified, broken }: SearchArguments) {
  const filters = [
    types && `only ${types.map((type) => `${TYPE_NAMES[type]}s`).join(', ')}`,
    space === undefined ? undefined : `in space ${quoteInput(space)} and below it`,
    owner === undefined ? undefined : `owner ${quoteInput(owner)}`,
    changedBefore === undefined ? undefined : `last changed before ${changedBefore}`,
    maxViews === undefined ? undefined : `at most ${pluralize(maxViews, 'view')}`,
    verified === undefined ? undefined : verified ? 'verified' : 'not verified',
    broken === undefined ? undefined : broken ? 'broken' : 'not broken',
  ].filter((filter) => filter !== undefined);
  return filters.length > 0 ? [`Filters: ${filters.join('; ')}.`] : [];
}

const viewsNote = ({ changedBefore, maxViews, sort }: SearchArguments): readonly string[] =>
  changedBefore !== undefined || maxViews !== undefined || sort?.endsWith('views')
    ? [
        'Views are a total since the item was made: Lightdash does not say when it was last viewed. Spaces have neither views nor a last change.',
      ]
    : [];

/** Validation errors are stored; the lists do not say when, or of what. */
const brokenNote = ({ broken }: SearchArguments): readonly string[] =>
  broken === undefined
    ? []
    : [
        'Broken: charts and dashboards with validation errors that Lightdash has stored. It stores none of what no validation looked at (one of tables alone looks at no chart) and drops those that are dismissed; validate_project looks at all now.',
      ];

/** One line for all, for the pages differ by the uuid alone; that of an SQL chart goes by its slug. */
function pagesNote(
  items: readonly ContentItem[],
  { projectUuid }: SearchArguments,
  { lightdash }: ToolContext,
): readonly string[] {
  const types = CONTENT_TYPES.filter((type) => type !== 'sql_chart' && items.some((item) => item.type === type));
  const pages = types.map(
    (type) => `${TYPE_NAMES[type]} ${lightdash.pageUrl(contentPath({ type, uuid: 'UUID', slug: '' }, projectUuid))}`,
  );
  return pages.length > 0 ? [`Pages: ${pages.join(', ')}`] : [];
}

/** No list has charts that are saved inside of a dashboard. */
const insideNote = (items: readonly ContentItem[]): readonly string[] =>
  items.length === 0 ? ['Charts that are saved inside of a dashboard are not listed: get_dashboard shows them.'] : [];
