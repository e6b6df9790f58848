import { NotFoundError } from '../../lightdash/errors.ts';
import { isHeld } from '../../query/execution/query-start.ts';
import { renderResults, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import { fileOfJob, fileOfQuery } from './csv-file.ts';

/** The link of an export job, or on newer servers of a query that outlasted its call. */
const csvUrl: ToolHandler<'getCsvUrl'> = async (operation, args, context) => {
  const pending = context.pending.get(args.jobId);
  if (pending?.file && !isHeld(pending.handle)) {
    const { handle, label, file: layout, save, limit, notesOf } = pending;
    return fileOfQuery(handle, label, { layout, save, limit, notesOf }, context);
  }
  const file = context.pending.getFile(args.jobId);
  if (file !== undefined) return fileOfJob(file, context);
  try {
    const { results } = await context.execute(operation, args);
    return { text: renderResults(operation, results, context.budget), data: results };
  } catch (error) {
    if (!(error instanceof NotFoundError) || !(await context.server.get()).isNewer) throw error;
    throw new NotFoundError(error.message, { status: 404, advice: operation.releaseNote?.note ?? '' });
  }
};

/** Handler of the link of a job's file. */
export const csvUrlHandlers = { getCsvUrl: csvUrl } satisfies ToolHandlers;
