import * as z from 'zod';
import { projectUuid } from '../../operations/fields.ts';
import { pluralize } from '../../text/format.ts';
import { defineTool } from '../operation-tool.ts';
import { renderFoundFields, renderUnmatched } from './render-explores.ts';

/** Searches the fields of all explores. */
export const findFields = defineTool({
  name: 'find_fields',
  title: 'Find fields for a question: best or worst products, items, months',
  description:
    'Where a question about numbers begins (monthly revenue or sales by country, top products, average order value, how many orders, customers, clients, subscribers; money, income, spend, refunds, biggest markets, breakdown, growth, churn, conversion; do we track it): searches every field, the metrics and dimensions of all explores, by words, best first.',
  toolset: 'query',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({ projectUuid: projectUuid(), search: z.string().min(1) }),
  async run({ projectUuid: project, search }, context) {
    const { fields, more, unmatched, gaps } = await context.fields.search(project, search, context);
    const rest =
      more > 0 ? [`${pluralize(more, 'further field')} match as well: add a word, or the name of an explore.`] : [];
    const missing = fields.length > 0 && unmatched.length > 0 ? [renderUnmatched(unmatched)] : [];
    return {
      text: [renderFoundFields(fields, search, context.budget), ...missing, ...rest, ...gaps].join('\n'),
      data: fields.map(({ field, explores }) => ({ explores, ...field })),
    };
  },
});
