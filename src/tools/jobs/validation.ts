import { ignoreApiError, LightdashError } from '../../lightdash/errors.ts';
import { type ArgumentsOf, operationById } from '../../operations/index.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { formatTimestamp, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { type Budget, estimateTokens } from '../../text/token-budget.ts';
import { doneSentence, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
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
  const isWhole = args.validationTargets === undefined && explores === undefined;
  const looked = isWhole ? '' : `\nLooked at ${await describeScope(args, context)} only.`;
  const text = `Validated. ${await withCures(errors, projectUuid, context)}${looked}`;
  return { text, data: { jobId, errors } };
};

/** The errors with their causes and cures. */
async function withCures(errors: readonly JsonObject[], projectUuid: string, { read, budget }: ToolContext) {
  const cures = errors.length === 0 ? [] : await curesOf(errors, projectUuid, read);
  const tokens = Math.max(budget.tokens - estimateTokens(cures.join('\n')), 100);
  return [renderValidation(errors, { ...budget, tokens }), ...cures].join('\n');
}

/** The part of a project that a validation was limited to. */
async function describeScope(
  { projectUuid, validationTargets, explores }: ArgumentsOf<'ValidateProject'>,
  { read }: Pick<ToolContext, 'read'>,
): Promise<string> {
  const project = await read(operationById('GetProject'), { projectUuid }).catch(ignoreApiError);
  const name = (isObject(project) && text(project.name)) || projectUuid;
  const against = explores === undefined ? '' : ` against ${pluralize(explores.length, 'explore')} of the call`;
  return plainText(`${validationTargets?.join(' and ') ?? 'the content'} of project "${name}"${against}`);
}

/**
 * Errors of the latest validation. Lightdash answers an empty list for a project that was never validated, for an unknown
 * project or job, and for one without errors: the answer says what is known of which.
 */
const latestResults: ToolHandler<'GetLatestValidationResults'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const errors = objects(results);
  // Not found, so the error of the project is the answer: an empty list of an unknown project is no all-clear.
  const { results: project } = await context.execute(operationById('GetProject'), { projectUuid: args.projectUuid });
  const name = plainText(`project "${(isObject(project) && text(project.name)) || args.projectUuid}"`);
  if (errors.length > 0) {
    const latest = formatTimestamp(
      errors
        .map(({ createdAt }) => text(createdAt) ?? '')
        .toSorted()
        .at(-1),
    );
    const origin = latest === undefined ? '' : `\nFound by a validation of ${name}, ${latest} UTC.`;
    return { text: `${await withCures(errors, args.projectUuid, context)}${origin}`, data: errors };
  }
  const words = args.jobId === undefined ? noErrors(name) : await noErrorsOfJob(args.jobId, name, context);
  return { text: words, data: errors };
};

const noErrors = (name: string): string =>
  `No errors are stored for ${name}. That is so if its last validation found none, if all were dismissed, and if it was never validated: Lightdash does not say which. validate_project looks now.`;

async function noErrorsOfJob(jobId: string, name: string, context: ToolContext): Promise<string> {
  const own =
    'Only a validation with given explores stores its errors under its job; those of a whole project are read without jobId.';
  try {
    const { results } = await context.execute(operationById('getSchedulerJobStatus'), { jobId });
    const status = isObject(results) ? text(results.status) : undefined;
    return `Job ${plainText(jobId)} is ${status ?? 'known'}; no errors of ${name} are stored under it. ${own}`;
  } catch (error) {
    if (!(error instanceof LightdashError)) throw error;
    return `Nothing was looked at: there is no validation job ${plainText(jobId)} that you may read. ${own}`;
  }
}

/** The errors of the list before one of them was dismissed. */
const dismiss: ToolHandler<'DeleteValidationDismiss'> = async (operation, args, context) => {
  const { projectUuid, validationId } = args;
  const before = await context
    .execute(operationById('GetLatestValidationResults'), { projectUuid })
    .catch(ignoreApiError);
  const error = objects(before?.results).find((object) =>
    [object.validationUuid, object.validationId].some((id) => String(id) === String(validationId)),
  );
  const { results } = await context.execute(operation, args);
  if (error === undefined) return { text: doneSentence(operation.title, args), data: results };
  const { kind } = ownerOf(error);
  return {
    text: plainText(
      `Dismissed for everyone, until a validation finds it again: ${kind} "${text(error.name) ?? '?'}", ${text(error.error) ?? 'no reason'}. It is still broken.`,
    ),
    data: results,
  };
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
    const entry = broken.get(key) ?? { head, lines: [] };
    entry.lines.push(
      `- ${plainText(text(error.error) ?? 'no reason given')} [validationId ${error.validationUuid ?? error.validationId ?? '?'}]`,
    );
    broken.set(key, entry);
  }
  const lines = [...broken.values()].flatMap(({ head, lines: reasons }) => [head, ...reasons]);
  const head = `${pluralize(errors.length, 'error')} in ${pluralize(broken.size, 'place')}:`;
  return renderWithinBudget([head], lines, budget, 'lines', 'fix or dismiss some of these, and validate again');
}

/** Handlers of the validation of a project. */
export const validationHandlers = {
  ValidateProject: validate,
  GetLatestValidationResults: latestResults,
  DeleteValidationDismiss: dismiss,
} satisfies ToolHandlers;
