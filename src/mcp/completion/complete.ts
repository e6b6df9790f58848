import type { CompleteRequest } from '@modelcontextprotocol/sdk/types.js';
import type { ContentContext } from '../content-context.ts';
import { listPrompts } from '../prompts/index.ts';
import { invalid } from '../protocol-errors.ts';
import { listTemplates } from '../resources/list.ts';
import { variablesOf } from '../resources/resource-uri.ts';
import { type Completion, completeReference } from './candidates.ts';

/**
 * Completes a variable of a resource template or an argument of a prompt.
 *
 * @throws {ProtocolError} for a template, prompt or argument that is not there.
 */
export async function completeArgument(
  { ref, argument, context }: CompleteRequest['params'],
  options: ContentContext,
  signal: AbortSignal,
): Promise<Completion> {
  const names = ref.type === 'ref/prompt' ? promptArguments(ref.name, options) : templateVariables(ref.uri, options);
  if (!names.includes(argument.name)) {
    throw invalid(
      `There is no argument ${argument.name} here${names.length > 0 ? `; there are ${names.join(', ')}` : ''}.`,
    );
  }
  return completeReference(argument.name, argument.value, context?.arguments ?? {}, options, signal);
}

function promptArguments(name: string, options: ContentContext): readonly string[] {
  const prompt = listPrompts(options).find((each) => each.name === name);
  if (prompt === undefined) throw invalid(`There is no prompt ${name}, or a setting switches it off.`);
  return (prompt.arguments ?? []).map((argument) => argument.name);
}

function templateVariables(uri: string, options: ContentContext): readonly string[] {
  const template = listTemplates(options).find((each) => each.uriTemplate === uri);
  if (template === undefined) throw invalid(`There is no resource template ${uri}, or a setting switches it off.`);
  return variablesOf(template.uriTemplate);
}
