import { uuid } from '../../operations/fields.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { ArgumentsError } from '../arguments.ts';
import type { PendingQuery, ToolContext } from '../tool.ts';

/** Uuid of a running query. */
export const queryUuid = () => uuid('the tool that started the query');

/**
 * The query of a handle; for a query of another process, the ids of the handle only.
 *
 * @throws {ArgumentsError} without the project of a query of another process.
 */
export function pendingQuery(
  id: string,
  projectUuid: string | undefined,
  { pending }: Pick<ToolContext, 'pending'>,
): PendingQuery {
  const query = pending.get(id);
  if (query) return query;
  if (projectUuid === undefined) throw new ArgumentsError(['projectUuid is missing: it goes with queryUuid']);
  return {
    handle: { projectUuid, queryUuid: id, start: {} },
    label: 'The query',
    describe: ({ results, warnings }) => ({
      table: readResultTable(results),
      renderOptions: { title: 'the query', notes: warnings },
    }),
  };
}
