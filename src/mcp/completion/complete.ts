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
  { ref, argument, context: completion }: CompleteRequest['params'],
  context: ContentContext,
): Promise<Completion> {
  const names = ref.type === 'ref/prompt' ? promptArguments(ref.name, context) : templateVariables(ref.uri, context);
  if (!names.includes(argument.name)) {
    throw invalid(
      `There is no argument ${argument.name} here${names.length > 0 ? `; there are ${names.join(', ')}` : ''}.`,
    );
  }
  return completeReference(argument.name, argument.value, completion?.arguments ?? {}, context);
}

function promptArguments(name: string, context: ContentContext): readonly string[] {
  const prompt = listPrompts(context).find((listPrompt) => listPrompt.name === name);
  if (prompt === undefined) throw invalid(`There is no prompt ${name}, or a setting switches it off.`);
  return (prompt.arguments ?? []).map((argument) => argument.name);
}

function templateVariables(uri: string, context: ContentContext): readonly string[] {
  const template = listTemplates(context).find((listTemplate) => listTemplate.uriTemplate === uri);
  if (template === undefined) throw invalid(`There is no resource template ${uri}, or a setting switches it off.`);
  return variablesOf(template.uriTemplate);
}
