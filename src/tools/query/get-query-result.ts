import * as z from 'zod';
import { projectUuid } from '../../operations/fields.ts';
import { renderRows } from '../../render/rows.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import { pendingQuery, queryUuid } from './pending-query.ts';
import { answerPending, rowsAnswer } from './query-answer.ts';
import { resultNotKept, storedResult } from './stored-result.ts';

/** More rows of a kept result, or the rows of a query that outlasted its call. */
export const getQueryResult = defineTool({
  name: 'get_query_result',
  title: 'Read on in a result',
  description:
    'The next page, more rows of a result (resultId, kept half an hour), or the rows of a query that was still running, once done (queryUuid, projectUuid).',
  toolset: 'query',
  scope: { scope: 'local' },
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({
    resultId: z.string().min(1).optional(),
    queryUuid: queryUuid().optional(),
    projectUuid: projectUuid().optional(),
    offset: z.int().min(0).default(0),
  }),
  async run({ resultId, queryUuid: id, projectUuid: project, offset }, context) {
    if (id !== undefined && resultId === undefined) {
      return answerPending(pendingQuery(id, project, context), context, { offset });
    }
    if (resultId === undefined || id !== undefined) {
      throw new ArgumentsError(['give either resultId or queryUuid, as in the earlier answer']);
    }
    const stored = storedResult(resultId, context);
    if (stored === undefined) throw resultNotKept(resultId, 'run the query again');
    const { table, renderOptions } = stored;
    return rowsAnswer(renderRows(table, { ...renderOptions, budget: context.budget, offset, resultId }));
  },
});
