import { ignoreApiError, ServerFaultError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { changed, pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';
import { ArgumentsError } from '../arguments.ts';
import { changeReadBack, readBack, rendered, type ToolHandlers } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';
import { catalogMetrics } from './metrics-pages.ts';

/** The tags of a project (getTags). */
function renderTags(results: unknown, budget: Budget): string {
  const tags = objects(results).map(({ name, tagUuid, color, createdAt, createdBy }) =>
    joinFields([text(name) ?? '', text(tagUuid) ?? '', text(color) ?? '', changed(createdAt, createdBy) ?? '']),
  );
  if (tags.length === 0) return 'No tags in this project. create_tag makes one.';
  const head = `${pluralize(tags.length, 'tag')}: name|tagUuid|color|created`;
  return renderWithinBudget([head], tags, budget, 'tags', 'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown');
}

interface TagReference {
  readonly projectUuid: string;
  readonly tagUuid: string;
}

async function tagNow({ projectUuid, tagUuid }: TagReference, { execute }: ToolContext): Promise<string | undefined> {
  const { results } = await execute(operationById('getTags'), { projectUuid });
  const tag = objects(results).find((object) => object.tagUuid === tagUuid);
  return (
    tag &&
    plainText(
      `the tag "${text(tag.name) ?? '?'}"${text(tag.color) ? `, color ${text(tag.color)}` : ''} (tagUuid ${tagUuid})`,
    )
  );
}

/** The tagUuids of the tags with a name; empty if they cannot be read. */
async function tagsNamed(
  { projectUuid, name }: { readonly projectUuid: string; readonly name: string },
  { execute }: ToolContext,
): Promise<string[]> {
  const response = await execute(operationById('getTags'), { projectUuid }).catch(ignoreApiError);
  return objects(response?.results).flatMap((tag) => (tag.name === name ? (text(tag.tagUuid) ?? '?') : []));
}

const nameIsTaken = (name: string, tagUuids: readonly string[]) =>
  new ArgumentsError([`name: the project has a tag "${plainText(name)}" already (tagUuid ${tagUuids.join(', ')})`]);

interface ItemReference {
  readonly projectUuid: string;
  readonly catalogSearchUuid: string;
}

/** A metric of the catalog by its search uuid; undefined if it is not listed. */
const metricNow = async ({ projectUuid, catalogSearchUuid }: ItemReference, context: ToolContext) =>
  (await catalogMetrics({ projectUuid }, context)).find((item) => item.catalogSearchUuid === catalogSearchUuid);

const labelOfMetric = ({ label, name, tableName }: JsonObject): string =>
  `"${text(label) ?? text(name) ?? '?'}" of ${text(tableName) ?? '?'}`;

async function tagsOfMetric(reference: ItemReference, context: ToolContext): Promise<string | undefined> {
  const metric = await metricNow(reference, context);
  if (metric === undefined) return undefined;
  const tags = objects(metric.categories).flatMap(({ name }) => text(name) ?? []);
  return plainText(
    `the metric ${labelOfMetric(metric)} has ${tags.length > 0 ? `the tags ${tags.join(', ')}` : 'no tags'}.`,
  );
}

const sentence = (verb: string, rest: string | undefined): string | undefined => rest && `${verb}: ${rest}`;

/** Handlers of tags. */
export const tagHandlers = {
  getTags: rendered(renderTags),
  async createTag(operation, args, context) {
    // Read before the write: after one whose response was lost, the tag of that name is its own.
    const others = await tagsNamed(args, context);
    const { results } = await context.execute(operation, args).catch((error: unknown) => {
      // 0.1366 refuses a name that is taken without a reason.
      throw error instanceof ServerFaultError && others.length > 0 ? nameIsTaken(args.name, others) : error;
    });
    const tagUuid = isObject(results) ? text(results.tagUuid) : undefined;
    const { name, color } = args;
    const note =
      others.length === 0
        ? ''
        : `\nNote: there ${others.length === 1 ? 'was a tag' : 'were tags'} of that name before (tagUuid ${others.join(', ')}); delete_tag takes one away.`;
    const success = `Created the tag "${name}", color ${color} (tagUuid ${tagUuid ?? '?'}).`;
    return { text: `${plainText(success)}${note}`, data: results };
  },
  async updateTag(operation, args, context) {
    const { projectUuid, name } = args;
    const others = name === undefined ? [] : await tagsNamed({ projectUuid, name }, context);
    const otherTags = others.filter((uuid) => uuid !== args.tagUuid);
    if (name !== undefined && otherTags.length > 0) throw nameIsTaken(name, otherTags);
    return changeReadBack<'updateTag'>('get_tags', tagNow)(operation, args, context);
  },
  addCategoryToCatalogItem: readBack('get_metrics_catalog', async (args, context) =>
    sentence('Tagged', await tagsOfMetric(args, context)),
  ),
  removeCategoryFromCatalogItem: readBack('get_metrics_catalog', async (args, context) =>
    sentence('Untagged', await tagsOfMetric(args, context)),
  ),
  updateCatalogItemIcon: readBack('get_metrics_catalog', async (args, context) => {
    const metric = await metricNow(args, context);
    return (
      metric && plainText(`${args.icon === null ? 'Removed' : 'Set'} the icon of the metric ${labelOfMetric(metric)}.`)
    );
  }),
} satisfies ToolHandlers;
