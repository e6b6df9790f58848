import * as z from 'zod';
import { projectUuid } from '../../operations/fields.ts';
import { allExplores } from '../../query/fields/explores.ts';
import { createFieldFinder } from '../../query/fields/find-fields.ts';
import { defineTool } from '../operation-tool.ts';
import { renderFoundFields } from './render-explores.ts';

/** Searches the fields of all explores. */
export const findFields = defineTool({
  name: 'find_fields',
  title: 'Find fields',
  description:
    'Searches the dimensions and metrics of all explores by words, best first: where to begin with a question.',
  toolset: 'query',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({ projectUuid: projectUuid(), words: z.string().min(1) }),
  async run({ projectUuid: project, words }, context) {
    const { explores, unreadable } = await allExplores(context.read, project);
    const found = createFieldFinder(explores)(words);
    const gaps =
      unreadable.length > 0 ? `\nNot searched, because they could not be read: ${unreadable.join(', ')}.` : '';
    return {
      text: renderFoundFields(found, words, context.budget) + gaps,
      data: found.map(({ field, explores: names }) => ({ explores: names, ...field })),
    };
  },
});
