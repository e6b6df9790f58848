import * as z from 'zod';
import { projectUuid } from '../../operations/fields.ts';
import { queryPage } from '../../operations/routes/async-queries.ts';
import { isHeld } from '../../query/execution/query-start.ts';
import { cancelQuery as cancelStartedQuery } from '../../query/execution/run-query.ts';
import { defineTool } from '../operation-tool.ts';
import { pendingQuery, queryUuid } from './pending-query.ts';

const state = z.looseObject({ status: z.string() }).catch({ status: 'unknown' });

/** Gives up a query that this user started; it is read-only because no other user is affected. */
export const cancelQuery = defineTool({
  name: 'cancel_query',
  title: 'Stop a query that takes too long',
  description: 'Gives up (cancels) a running query; the warehouse may finish it.',
  toolset: 'query',
  scope: { scope: 'local' },
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({ queryUuid: queryUuid(), projectUuid: projectUuid().optional() }),
  async run({ queryUuid: id, projectUuid: project }, context) {
    const { handle } = pendingQuery(id, project, context);
    // Its own promise comes first in the race if it has settled.
    const outcome = isHeld(handle) ? await Promise.race([handle.outcome, handle]) : handle;
    if (isHeld(outcome)) {
      outcome.cancel();
      return {
        text: 'The query was given up before Lightdash answered its start: its rows will not be read. The warehouse may finish the statement all the same.',
        data: { status: 'cancelled' },
      };
    }
    if ('state' in outcome) return overAlready('ready');
    const { projectUuid: queryProject, queryUuid: startedUuid } = outcome;
    // Lightdash also "cancels" finished queries and deletes their rows.
    const { results } = await context.execute(queryPage, {
      projectUuid: queryProject,
      queryUuid: startedUuid,
      page: 1,
      pageSize: 1,
    });
    const { status } = state.parse(results);
    if (['ready', 'error', 'expired', 'cancelled'].includes(status)) return overAlready(status);
    await cancelStartedQuery(outcome, context);
    return {
      text: `Lightdash gave the query up (it was ${status}): it will have no rows. The warehouse may finish the statement all the same.`,
      data: { status: 'cancelled' },
    };
  },
});

const overAlready = (status: string) => ({
  text: `Nothing was stopped: the query is over (${status}).`,
  data: { status },
});
