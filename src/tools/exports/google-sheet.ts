import { jobIdOf } from '../jobs/poll-job.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { prepareQuery } from '../query/prepare-query.ts';

const exportSheet: ToolHandler<'uploadGsheet'> = async (operation, written, context) => {
  const { notes, args } = await prepareQuery(written, context);
  const { results } = await context.execute(operation, args);
  const next = `The export runs as job ${jobIdOf(results) ?? '?'}; get_scheduler_job_status returns its state and, once completed, the address of the sheet.`;
  return { text: [...notes.map((note) => `Note: ${note}`), next].join('\n'), data: results };
};

/** Handler of a query's rows as a Google sheet. */
export const googleSheetHandlers = { uploadGsheet: exportSheet } satisfies ToolHandlers;
