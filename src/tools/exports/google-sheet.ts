import { fieldsOfQuery } from '../../query/builder/metric-query.ts';
import { overlapNotes } from '../../query/builder/overlap-notes.ts';
import { jobIdOf } from '../jobs/poll-job.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { prepareQuery } from '../query/prepare-query.ts';
import { columnsOf, refuseUnknownColumns, unusedLayoutNotes } from './columns.ts';

const exportSheet: ToolHandler<'uploadGsheet'> = async (operation, written, context) => {
  const { index, notes, args, query } = await prepareQuery(written, context);
  const columns = columnsOf(query);
  refuseUnknownColumns(written, columns);
  const { results } = await context.execute(operation, args);
  const next = `The export runs as job ${jobIdOf(results) ?? '?'}; get_scheduler_job_status returns its state and, once completed, the address of the sheet.`;
  return {
    text: [
      ...[
        ...notes,
        ...overlapNotes({ ...index, fields: fieldsOfQuery(index, query) }, query),
        ...unusedLayoutNotes(written, columns),
      ].map((note) => `Note: ${note}`),
      next,
    ].join('\n'),
    data: results,
  };
};

/** Handler of a query's rows as a Google sheet. */
export const googleSheetHandlers = { uploadGsheet: exportSheet } satisfies ToolHandlers;
