import * as z from 'zod';
import { chartKindName } from '../../charts/config/chart-kinds.ts';
import { joinFields, matchesAllWords, renderPage, spellingNotes } from '../../render/page.ts';
import { changed, pluralize } from '../../text/format.ts';
import { type JsonObject, text } from '../../text/json.ts';
import { quoteInput, truncate } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';
import { itemsUsing } from './content-uses.ts';
import { findSpace } from './find-content.ts';
import { INSIDE_NOT_LISTED } from './list-charts.ts';
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

/** A date, a month, a year or a time in UTC: all of them sort with the timestamps of Lightdash. */
const isDate = (written: string): boolean =>
  /^\d{4}(-\d{2}(-\d{2}(T[\d:.]+Z)?)?)?$/.test(written) && !Number.isNaN(Date.parse(written));

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
  title: 'Find a report: search charts, dashboards (boards), spaces (folders)',
  description:
    'Finds a report: a saved chart (graph), SQL chart, dashboard or space, by words, space, owner, the explore or field they use, verified, unused (opened or viewed few times, not changed for months) or broken.',
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
    changedBefore: z
      .string()
      .refine(isDate, 'should be a date, month or year such as 2024-01-31')
      .optional()
      .describe('Date'),
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
    const isInside = space === undefined ? () => true : insideOf(all, space.uuid);
    const inSpace = all.filter(({ type, uuid, spaceUuid }) => isInside(type === 'space' ? uuid : spaceUuid));
    const { items: using, uses, notes } = await usedBy(inSpace, args, context, isInside);
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
        ...(items.length === 0 ? spellingNotes(args.search, using.flatMap(textsOf)) : []),
        ...notes,
        ...(owners?.notes(items.length > 0) ?? []),
        ...viewsNote(args),
        ...brokenNote(args),
        ...insideNote(items, args),
        ...pagesNote(items, args, context),
      ].join('\n'),
      data: items,
    };
  },
});

/** True for a space and those below it. */
function insideOf(all: readonly ContentItem[], spaceUuid: string): (uuid: unknown) => boolean {
  const inside = new Set<unknown>([spaceUuid]);
  for (let size = 0; size < inside.size; ) {
    size = inside.size;
    for (const { type, uuid, spaceUuid: parent } of all)
      if (type === 'space' && parent !== undefined && inside.has(parent)) inside.add(uuid);
  }
  return (uuid) => inside.has(uuid);
}

async function usedBy(
  items: readonly ContentItem[],
  args: SearchArguments,
  context: ToolContext,
  isInside: (spaceUuid: unknown) => boolean,
) {
  const { uses, projectUuid } = args;
  if (uses === undefined) return { items, uses: undefined, notes: [] };
  const isWanted = ({ spaceUuid }: JsonObject) => !filtersByUnlisted(args) && isInside(spaceUuid);
  return itemsUsing(items, uses, projectUuid, context, isWanted);
}

const textsOf = ({ name, description, spaceName }: ContentItem) => [name, description, spaceName];

function matcher(
  { search, types, changedBefore, maxViews, verified, broken }: SearchArguments,
  owners: Owners | undefined,
) {
  const wanted = search?.trim() ?? '';
  return (item: ContentItem): boolean =>
    (types === undefined || types.includes(item.type)) &&
    (wanted === '' || matchesAllWords(wanted, textsOf(item))) &&
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

/** The filters without the words, which the first line has. */
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

/** Filters by what no list has of the charts that are saved inside of dashboards. */
const filtersByUnlisted = ({ owner, maxViews, verified, broken }: SearchArguments): boolean =>
  [owner, maxViews, verified, broken].some((filter) => filter !== undefined);

/** Charts that are saved inside of a dashboard are in none of the lists of content. */
function insideNote(items: readonly ContentItem[], args: SearchArguments): readonly string[] {
  if (args.uses === undefined) return items.length === 0 ? [INSIDE_NOT_LISTED] : [];
  return filtersByUnlisted(args)
    ? ['Left out: charts inside of a dashboard; no list has their views, owner, marks or errors.']
    : [];
}
