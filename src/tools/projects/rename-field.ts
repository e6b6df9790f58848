import * as z from 'zod';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { projectUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { renameInContent, renamePreview } from '../../operations/routes/administration.ts';
import { readCatalogTables } from '../../query/fields/catalog-fields.ts';
import { pluralize } from '../../text/format.ts';
import { isObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';
import { jobIdOf, waitForJob } from '../jobs/poll-job.ts';
import { newerOnly } from '../newer-only.ts';
import { defineTool } from '../operation-tool.ts';
import type { Preview, ToolContext } from '../tool.ts';

const renameArguments = () => ({
  projectUuid: projectUuid(),
  model: z.string().min(1).describe('Table, such as orders'),
  from: z.string().min(1).describe('Old name, such as status'),
  to: z.string().min(1),
});

type RenameArguments = z.output<z.ZodObject<ReturnType<typeof renameArguments>>>;

const kinds: readonly (readonly [key: string, one: string, many: string])[] = [
  ['charts', 'chart', 'charts'],
  ['dashboards', 'dashboard', 'dashboards'],
  ['alerts', 'alert', 'alerts'],
  ['dashboardSchedulers', 'delivery', 'deliveries'],
];
const MAX_NAMES = 10;

/** Number of the things that would change, and their names. */
async function wouldChange(client: Pick<ToolContext, 'execute'>, args: RenameArguments) {
  const request = client.execute(renamePreview, { ...args, type: 'field' });
  const instead = 'update_chart and update_dashboard change them one by one.';
  const { results } = await newerOnly('rename fields in saved content', request, instead);
  const changes = isObject(results) ? results : {};
  const parts = kinds.flatMap(([key, singular, plural]) => {
    const names = objects(changes[key]).map(({ name }) => plainText(text(name) ?? '?'));
    if (names.length === 0) return [];
    const shown = names.slice(0, MAX_NAMES).join(', ');
    return [`${pluralize(names.length, singular, plural)} (${shown}${names.length > MAX_NAMES ? ', …' : ''})`];
  });
  const total = kinds.reduce((sum, [key]) => sum + objects(changes[key]).length, 0);
  return { total, words: parts.join(', ') };
}

/**
 * Answer to a name that Lightdash finds nowhere.
 *
 * @throws {ArgumentsError} for a table that the project does not have.
 */
async function nothingFound({ projectUuid, model, from }: RenameArguments, { read }: ToolContext): Promise<string> {
  const catalog = await read(operationById('getCatalog'), { projectUuid, type: 'table' }).catch(ignoreApiError);
  // Explores that do not compile are tables, too.
  const explores = objects(catalog).flatMap(({ name }) => text(name) ?? []);
  const tables = new Set([...explores, ...readCatalogTables(catalog).flatMap(({ joined }) => joined)]);
  if (tables.size > 0 && !tables.has(model))
    throw new ArgumentsError([`model: the project has no table "${model}"${nearestAmong(model, [...tables])}`]);
  const search = JSON.stringify({ uses: `${model}_${from}` });
  return `Nothing to do: Lightdash finds no saved content with the name ${from} of ${model}. It does not search SQL charts; search_content ${search} is a second look, at the grains of a date too.`;
}

const previewRename: Preview = async (raw, client) => {
  const args = z.object(renameArguments()).parse(raw);
  const { total, words } = await wouldChange(client, args);
  const { model, from, to } = args;
  return total === 0
    ? undefined
    : `Renames ${plainText(`${model}.${from} to ${model}.${to}`)} in saved content: ${words}. The dbt model is not changed.`;
};

/** Renames a field in all saved content after it was renamed in dbt. */
export const renameField = defineTool({
  name: 'rename_field',
  since: '1.219',
  title: 'Rename a field in saved content',
  description:
    'Repairs charts, dashboards, alerts and deliveries after a field was renamed in dbt: old name to new name.',
  toolset: 'projects',
  readOnly: false,
  destructive: false,
  idempotent: true,
  preview: previewRename,
  input: renameArguments,
  async run(args, context) {
    const before = await wouldChange(context, args);
    if (before.total === 0) return { text: await nothingFound(args, context) };
    const { results } = await context.execute(renameInContent, { ...args, type: 'field', dryRun: false });
    const jobId = jobIdOf(results);
    if (jobId !== undefined && (await waitForJob(context, jobId, 'The renaming')) === undefined)
      return { text: `The renaming still runs as job ${jobId}; get_scheduler_job_status follows it.` };
    const left = await wouldChange(context, args);
    const done = `Renamed ${args.from} to ${args.to} of ${args.model} in ${before.words}.`;
    return left.total === 0
      ? {
          text: `${done} Lightdash finds the old name nowhere any more; it does not search SQL charts. validate_project shows what else is broken.`,
        }
      : { text: `Lightdash ran the renaming, but the old name is still in ${left.words}.` };
  },
});
