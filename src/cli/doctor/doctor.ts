import { enabledTools } from '../../inventory/enabled-tools.ts';
import { toolDefinitions } from '../../inventory/tool-entries.ts';
import { type CheckResult, checkResultLine, failedBy } from './check-result.ts';
import { type ConnectionCheck, checkConnection, checkNode, checkProxy } from './connection.ts';
import type { DoctorContext } from './doctor-context.ts';
import { checkProjects } from './projects.ts';
import { checkQueries } from './queries.ts';
import { checkRelease } from './release.ts';
import { checkSession, checkSignIn } from './sign-in.ts';
import { withinTime } from './within-time.ts';

/**
 * Checks everything that an assistant needs to use Lightdash, and writes a line for each check.
 *
 * @returns the exit code: 0 if no check failed, 1 otherwise.
 * @throws {PolicyError} for settings that name no tool.
 */
export async function doctor(context: DoctorContext, write: (line: string) => void): Promise<0 | 1> {
  const statuses: CheckResult['status'][] = [];
  for await (const result of runChecks(context)) {
    statuses.push(result.status);
    write(checkResultLine(result, context.lightdash.secrets));
  }
  const count = (status: CheckResult['status']) => statuses.filter((value) => value === status).length;
  const [failed, warnings] = [count('failed'), count('warning')];
  const warned = warnings === 0 ? '' : `, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  write('');
  write(failed > 0 ? `${failed} failed${warned}.` : `Nothing failed${warned}.`);
  return failed > 0 ? 1 : 0;
}

async function* runChecks(context: DoctorContext): AsyncGenerator<CheckResult> {
  const { sandbox } = context.config;
  yield checkNode(context);
  yield checkTools(context);
  if (sandbox === undefined) yield checkProxy(context);
  const { results, responds } = await checkAddress(context);
  yield* results;
  if (!responds) {
    yield* ['Version', 'Sign-in', 'Session', 'Projects', 'Queries'].map((check) => skipped(check, 'no connection'));
    return;
  }
  yield await runCheck(context, 'Version', () => checkRelease(context));
  const signIn = await runCheck(context, 'Sign-in', () => checkSignIn(context));
  yield signIn;
  yield await runCheck(context, 'Session', () => checkSession(context));
  if (signIn.status === 'failed') {
    yield* ['Projects', 'Queries'].map((check) => skipped(check, 'not signed in'));
    return;
  }
  yield* runProjectChecks(context);
}

async function* runProjectChecks(context: DoctorContext): AsyncGenerator<CheckResult> {
  let project: Awaited<ReturnType<typeof checkProjects>>['project'];
  try {
    const projects = await withinTime(context, () => checkProjects(context));
    yield* projects.results;
    project = projects.project;
  } catch (error) {
    yield failedBy('Projects', error);
  }
  const projectToQuery = project;
  yield projectToQuery === undefined
    ? skipped('Queries', 'no project to query')
    : await runCheck(context, 'Queries', () => checkQueries(context, projectToQuery));
}

/** Checks that the settings enable tools. */
function checkTools({ config }: DoctorContext): CheckResult {
  const enabled = enabledTools(config).length;
  if (enabled > 0)
    return { check: 'Tools', status: 'ok', message: `${enabled} of ${toolDefinitions.length} by the settings.` };
  const advice = 'Look at LIGHTDASH_TOOLSETS, LIGHTDASH_TOOLS, LIGHTDASH_EXCLUDE_TOOLS and LIGHTDASH_READ_ONLY.';
  return { check: 'Tools', status: 'failed', message: 'The settings leave none.', advice };
}

async function checkAddress(context: DoctorContext): Promise<ConnectionCheck> {
  try {
    return await withinTime(context, () => checkConnection(context));
  } catch (error) {
    return { responds: false, results: [failedBy('Address', error)] };
  }
}

async function runCheck(context: DoctorContext, check: string, look: () => Promise<CheckResult>): Promise<CheckResult> {
  try {
    return await withinTime(context, look);
  } catch (error) {
    return failedBy(check, error);
  }
}

const skipped = (check: string, why: string): CheckResult => ({
  check,
  status: 'skipped',
  message: `Not checked: ${why}.`,
});
