import type { GetPromptResult, Prompt as ListedPrompt } from '@modelcontextprotocol/sdk/types.js';
import { LightdashError } from '../../lightdash/errors.ts';
import { isUuid } from '../../operations/fields.ts';
import { plainText, truncate } from '../../text/plain-text.ts';
import { uuidsNamed } from '../completion/candidates.ts';
import type { ContentContext } from '../content-context.ts';
import { invalid } from '../protocol-errors.ts';
import { adminPrompts } from './admin.ts';
import { analystPrompts } from './analyst.ts';
import type { Prompt, PromptValues, ReferenceName } from './prompt.ts';

/** Every prompt, in the order in which they are listed. */
export const prompts: readonly Prompt[] = [...analystPrompts, ...adminPrompts];

const MAX_VALUE_LENGTH = 300;

const offered = (enabledTools: ReadonlySet<string>) =>
  prompts.filter((prompt) => prompt.needs.every((tool) => enabledTools.has(tool)));

/** The prompts whose tools are switched on. */
export function listPrompts({ enabledTools }: Pick<ContentContext, 'enabledTools'>): ListedPrompt[] {
  return offered(enabledTools).map(({ name, title, description, arguments: args }) => ({
    name,
    title,
    description,
    arguments: args.map((argument) => ({ ...argument, required: argument.required ?? false })),
  }));
}

/**
 * A prompt with its values in place. What was named is looked up; what is not found by name stays as it was typed, with
 * the tool that finds it. Nothing that came from Lightdash but ids enters the text.
 *
 * @throws {ProtocolError} for an unknown prompt or argument, or a missing one.
 */
export async function getPrompt(
  name: string,
  args: Readonly<Record<string, string>>,
  context: ContentContext,
): Promise<GetPromptResult> {
  const prompt = offered(context.enabledTools).find((item) => item.name === name);
  if (prompt === undefined) throw invalid(`There is no prompt ${name}, or a setting switches it off.`);
  const argumentNames = prompt.arguments.map((argument) => argument.name);
  const unknown = Object.keys(args).find((key) => !argumentNames.includes(key));
  if (unknown !== undefined) throw invalid(`The prompt ${name} takes ${argumentNames.join(', ')}, not ${unknown}.`);
  const missing = prompt.arguments.find((argument) => argument.required && !args[argument.name]?.trim());
  if (missing) throw invalid(`The prompt ${name} needs ${missing.name}: ${missing.description}.`);

  const values = valuesOf(await withUuids(prompt, args, context), context.enabledTools);
  const steps = prompt
    .steps(values, (tool) => context.enabledTools.has(tool))
    .filter((step) => step !== false)
    .map((step, position) => `${position + 1}. ${step}`);
  const text = [prompt.task(values), ...steps].join('\n');
  return { description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text } }] };
}

const finders: Readonly<Record<ReferenceName, { readonly noun: string; readonly tool: string }>> = {
  projectUuid: { noun: 'project', tool: 'list_organization_projects' },
  chartUuid: { noun: 'chart', tool: 'list_chart_summaries_in_project' },
  dashboardUuid: { noun: 'dashboard', tool: 'list_dashboards' },
  spaceUuid: { noun: 'space', tool: 'list_spaces_in_project' },
};

const isReference = (name: string): name is ReferenceName => Object.hasOwn(finders, name);

/** The values with uuids instead of names that only one thing has. */
async function withUuids(
  prompt: Prompt,
  args: Readonly<Record<string, string>>,
  context: ContentContext,
): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {};
  // The project comes first: the others are looked for in it.
  const names = prompt.arguments.map(({ name }) => name).toSorted((item) => (item === 'projectUuid' ? -1 : 0));
  for (const name of names) {
    const typed = plainText(args[name] ?? '').trim();
    if (typed === '') continue;
    values[name] = truncate(typed, MAX_VALUE_LENGTH);
    if (!isReference(name) || isUuid(typed)) continue;
    const [only, ...others] = await uuidsNamed(name, typed, values, context).catch((error: unknown) => {
      if (error instanceof LightdashError) return [];
      throw error;
    });
    if (only !== undefined && others.length === 0) values[name] = only;
  }
  return values;
}

function valuesOf(values: Readonly<Record<string, string>>, enabledTools: ReadonlySet<string>): PromptValues {
  const reference = (name: ReferenceName) => {
    const value = values[name] ?? '';
    const { noun, tool } = finders[name];
    if (isUuid(value)) return `the ${noun} ${value} (its ${name})`;
    return `the ${noun} called "${value}"${enabledTools.has(tool) ? ` (${tool} gives its ${name})` : ''}`;
  };
  return {
    text: (name) => values[name],
    reference,
    inProject: values.projectUuid === undefined ? '' : `, in ${reference('projectUuid')}`,
  };
}
