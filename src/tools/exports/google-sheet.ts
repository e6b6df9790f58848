import { fieldsOfQuery } from '../../query/builder/metric-query.ts';
import { overlapNotes } from '../../query/builder/overlap-notes.ts';
import { pluralize } from '../../text/format.ts';
import { jobIdOf } from '../jobs/poll-job.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { prepareQuery } from '../query/prepare-query.ts';
import { periodsCut } from '../query/query-notes.ts';
import { verifyValues } from '../query/verify-values.ts';
import { columnsOf, refuseUnknownColumns, summaryOf, unusedLayoutNotes } from './columns.ts';
import { limitOfFile } from './row-limit.ts';

const exportSheet: ToolHandler<'uploadGsheet'> = async (operation, written, context) => {
  const { index, notes, args, query, filters } = await prepareQuery(written, context);
  const columns = columnsOf(query);
  refuseUnknownColumns(written, columns);
  const fields = fieldsOfQuery(index, query);
  const { projectUuid } = args;
  const verification = await verifyValues({ index: { ...index, fields }, query, projectUuid }, context);
  const sent = context.execute(operation, args);
  sent.catch(verification.end);
  const { results } = await sent;
  const valueNotes = await verification.notes(undefined, context);
  const limit = limitOfFile(undefined, query);
  const next = `The export runs as job ${jobIdOf(results) ?? '?'}; get_scheduler_job_status returns its state and, once completed, the address of the sheet.`;
  return {
    text: [
      next,
      summaryOf(args.exploreId, columns, filters),
      ...(limit === undefined ? [] : [`It has ${pluralize(limit, 'row')} at most, the limit of the query.`]),
      ...[
        ...notes,
        ...overlapNotes({ ...index, fields }, query),
        ...unusedLayoutNotes(written, columns),
        ...valueNotes,
        ...(await periodsCut({ index, query, projectUuid }, context)),
      ].map((note) => `Note: ${note}`),
    ].join('\n'),
    data: results,
  };
};

/** Handler of a query's rows as a Google sheet. */
export const googleSheetHandlers = { uploadGsheet: exportSheet } satisfies ToolHandlers;
