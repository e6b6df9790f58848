import * as z from 'zod';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { projectUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { renameInContent, renamePreview } from '../../operations/routes/administration.ts';
import { readCatalogTables } from '../../query/fields/catalog-fields.ts';
import { fieldId } from '../../query/fields/explore.ts';
import { exploresForFields } from '../../query/fields/explores-for-fields.ts';
import { pluralize } from '../../text/format.ts';
import { isObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';
import { findExplores } from '../content/find-explores.ts';
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
async function nothingFound(args: RenameArguments, context: ToolContext): Promise<string> {
  const { projectUuid, model, from } = args;
  const catalog = await context.read(operationById('getCatalog'), { projectUuid, type: 'table' }).catch(ignoreApiError);
  // Explores that do not compile are tables, too.
  const explores = objects(catalog).flatMap(({ name }) => text(name) ?? []);
  const tables = new Set([...explores, ...readCatalogTables(catalog).flatMap(({ joined }) => joined)]);
  if (tables.size > 0 && !tables.has(model))
    throw new ArgumentsError([`model: the project has no table "${model}"${nearestAmong(model, [...tables])}`]);
  const names = await namesInTable(args, context);
  const isNowhere =
    names === undefined || names.has(from) ? '' : ` No explore has it${nearestAmong(from, [...names])}.`;
  const search = JSON.stringify({ uses: `${model}_${from}` });
  return `Nothing to do: Lightdash finds no saved content with the name ${from} of ${model}.${isNowhere} It does not search SQL charts; search_content ${search} is a second look, at the grains of a date too.`;
}

/** Names of the fields of a table, dates by the name before their grains; undefined if no explore with it can be read. */
async function namesInTable(
  { projectUuid, model, from, to }: RenameArguments,
  context: ToolContext,
): Promise<ReadonlySet<string> | undefined> {
  const find = (written: string) => findExplores(written, projectUuid, context);
  const ids = [from, to].map((name) => fieldId(model, name));
  const read = await exploresForFields(context.read, projectUuid, ids, find).catch(ignoreApiError);
  const fields = (read?.explores ?? []).flatMap((explore) => [...explore.fields.values()]);
  const names = fields
    .filter(({ table }) => table === model)
    .flatMap(({ name, intervalBase }) => [name, ...(intervalBase ? [intervalBase.slice(model.length + 1)] : [])]);
  return names.length > 0 ? new Set(names) : undefined;
}

/** A warning if the explores do not have the new name, or still have the old one: the model decides what runs. */
function warningOf({ model, from, to }: RenameArguments, names: ReadonlySet<string> | undefined): string | undefined {
  if (names === undefined) return `Not verified: no explore with the table ${model} could be read.`;
  const isThere = names.has(from) ? `${from} is still there` : undefined;
  if (!names.has(to)) {
    const nearest = nearestAmong(to, [...names]);
    return `No explore has ${model}.${to}${nearest}${isThere ? `, and ${isThere}` : ''}: what is renamed would not run. Compile the dbt model first (refresh_project).`;
  }
  return isThere && `In the explores ${isThere}, as another field than ${to}: content would show other values.`;
}

/** @throws {ArgumentsError} for two equal names. */
function assertDiffers({ from, to }: RenameArguments): void {
  if (from === to) throw new ArgumentsError([`to: it is ${to}, the same as from`]);
}

const previewRename: Preview = async (raw, context) => {
  const args = z.object(renameArguments()).parse(raw);
  assertDiffers(args);
  const { total, words } = await wouldChange(context, args);
  if (total === 0) return undefined;
  const { model, from, to } = args;
  const warning = warningOf(args, await namesInTable(args, context));
  const question = `Renames ${model}.${from} to ${model}.${to} in saved content: ${words}. The dbt model is not changed.`;
  return plainText([question, ...(warning ? [`Warning: ${warning}`] : [])].join(' '));
};

/** Renames a field in all saved content after it was renamed in dbt. */
export const renameField = defineTool({
  name: 'rename_field',
  since: '1.219',
  title: 'Rename a field (column) in saved content: repair charts',
  description:
    'Repairs charts, dashboards, alerts and deliveries after a field was renamed in dbt: old name to new name.',
  toolset: 'projects',
  readOnly: false,
  destructive: false,
  idempotent: true,
  preview: previewRename,
  input: renameArguments,
  async run(args, context) {
    assertDiffers(args);
    const before = await wouldChange(context, args);
    if (before.total === 0) return { text: await nothingFound(args, context) };
    const back = { projectUuid: args.projectUuid, model: args.model, from: args.to, to: args.from };
    const others = await wouldChange(context, back);
    const names = await namesInTable(args, context);
    const { results } = await context.execute(renameInContent, { ...args, type: 'field', dryRun: false });
    const jobId = jobIdOf(results);
    if (jobId !== undefined && (await waitForJob(context, jobId, 'The renaming')) === undefined)
      return { text: `The renaming still runs as job ${jobId}; get_scheduler_job_status follows it.` };
    const left = await wouldChange(context, args);
    if (left.total > 0)
      return { text: `Lightdash ran the renaming, but the old name is still in ${left.words}.`, data: results };
    const warning = warningOf(args, names);
    return {
      text: [
        `Renamed ${args.from} to ${args.to} of ${args.model} in ${before.words}. Lightdash finds the old name nowhere any more; it does not search SQL charts. validate_project shows what else is broken.`,
        ...(warning ? [`Note: ${warning}`] : []),
        others.total === 0
          ? `To take it back: rename_field ${JSON.stringify(back)}`
          : `No one call takes it back: ${others.words} had ${args.to} before.`,
      ].join('\n'),
      data: results,
    };
  },
});
