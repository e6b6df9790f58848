import { operationById } from '../../operations/index.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { pluralize } from '../../text/format.ts';
import { finite, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { type Budget, estimateTokens } from '../../text/token-budget.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';
import { jobIdOf, waitForJob } from './poll-job.ts';
import { curesOf } from './validation-causes.ts';

/** Starts a validation, waits for it and returns its errors in the same call. */
const validate: ToolHandler<'ValidateProject'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const jobId = jobIdOf(results);
  if (jobId !== undefined && (await waitForJob(context, jobId, 'The validation')) === undefined) {
    return {
      text: `The validation is still running as job ${jobId}. Follow it with get_scheduler_job_status, then call get_latest_validation_results.`,
      data: results,
    };
  }
  const { projectUuid, explores } = args;
  // Lightdash stores the results for given explores only under the id of their job.
  const job = explores === undefined || jobId === undefined ? {} : { jobId };
  const latest = await context.execute(operationById('GetLatestValidationResults'), { projectUuid, ...job });
  const errors = objects(latest.results);
  return { text: `Validated. ${await withCures(errors, projectUuid, context)}`, data: { jobId, errors } };
};

/** The errors with their causes and cures. */
async function withCures(errors: readonly JsonObject[], projectUuid: string, { read, budget }: ToolContext) {
  const cures = errors.length === 0 ? [] : await curesOf(errors, projectUuid, read);
  const tokens = Math.max(budget.tokens - estimateTokens(cures.join('\n')), 100);
  return [renderValidation(errors, { ...budget, tokens }), ...cures].join('\n');
}

const latestResults: ToolHandler<'GetLatestValidationResults'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  return { text: await withCures(objects(results), args.projectUuid, context), data: results };
};

/** The chart, dashboard or table of an error. */
function ownerOf(error: JsonObject): { readonly kind: string; readonly id: string } {
  const chart = text(error.chartUuid);
  const dashboard = text(error.dashboardUuid);
  if (chart) return { kind: 'chart', id: `chartUuid ${chart}` };
  return dashboard ? { kind: 'dashboard', id: `dashboardUuid ${dashboard}` } : { kind: 'table', id: '' };
}

/**
 * Errors of a validation (GetLatestValidationResults) by chart, dashboard or table, with the ids for
 * dismiss_validation_error: numbers on 0.1366, uuids on newer servers.
 */
export function renderValidation(results: unknown, budget: Budget): string {
  const errors = objects(results);
  if (errors.length === 0) return 'Nothing is broken.';
  const broken = new Map<string, { readonly head: string; readonly lines: string[] }>();
  for (const error of errors) {
    const { kind, id } = ownerOf(error);
    const name = plainText(text(error.name) ?? '?');
    const views = finite(error.chartViews) ?? finite(error.dashboardViews);
    const details = [id, views === undefined ? '' : pluralize(views, 'view')].filter(Boolean).join(', ');
    const head = `${kind} "${name}"${details && ` (${details})`}:`;
    const key = `${kind} ${id || name}`;
    const known = broken.get(key) ?? { head, lines: [] };
    known.lines.push(
      `- ${plainText(text(error.error) ?? 'no reason given')} [validationId ${error.validationUuid ?? error.validationId ?? '?'}]`,
    );
    broken.set(key, known);
  }
  const lines = [...broken.values()].flatMap(({ head, lines: reasons }) => [head, ...reasons]);
  const head = `${pluralize(errors.length, 'error')} in ${pluralize(broken.size, 'place')}:`;
  return renderWithinBudget([head], lines, budget, 'lines', 'fix or dismiss some of these, and validate again');
}

export const validationHandlers = {
  ValidateProject: validate,
  GetLatestValidationResults: latestResults,
} satisfies ToolHandlers;
