import { enabledTools } from '../../inventory/enabled-tools.ts';
import { toolDefinitions } from '../../inventory/tool-entries.ts';
import { type CheckResult, checkResultLine, failedBy } from './check-result.ts';
import { checkConnection, checkNode, checkProxy, checkVersion } from './connection.ts';
import { checkProjects } from './projects.ts';
import { checkQueries } from './queries.ts';
import { checkSession, checkSignIn } from './sign-in.ts';
import type { DoctorContext } from './subject.ts';

/**
 * Checks everything that has to be right before an assistant can use Lightdash, and writes a line for each.
 *
 * @returns the exit code: 0 where nothing failed, warnings or not; else 1.
 * @throws {PolicyError} for settings that name no tool.
 */
export async function doctor(subject: DoctorContext, write: (line: string) => void): Promise<0 | 1> {
  const marks: CheckResult['mark'][] = [];
  for await (const finding of examine(subject)) {
    marks.push(finding.mark);
    write(checkResultLine(finding, subject.lightdash.secrets));
  }
  const count = (mark: CheckResult['mark']) => marks.filter((each) => each === mark).length;
  const [failed, warnings] = [count('failed'), count('warning')];
  const warned = warnings === 0 ? '' : `, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  write('');
  write(failed > 0 ? `${failed} failed${warned}.` : `Nothing failed${warned}.`);
  return failed > 0 ? 1 : 0;
}

async function* examine(subject: DoctorContext): AsyncGenerator<CheckResult> {
  const { sandbox } = subject.config;
  yield checkNode(subject);
  yield checkTools(subject);
  if (sandbox === undefined) yield checkProxy(subject);
  const { findings, answers } = await checkConnection(subject);
  yield* findings;
  if (!answers) {
    yield* ['Version', 'Sign-in', 'Session', 'Projects', 'Queries'].map((check) => skipped(check, 'no connection'));
    return;
  }
  yield await checked('Version', () => checkVersion(subject));
  const signIn = await checked('Sign-in', () => checkSignIn(subject));
  yield signIn;
  yield await checked('Session', () => checkSession(subject));
  if (signIn.mark === 'failed') {
    yield* ['Projects', 'Queries'].map((check) => skipped(check, 'not signed in'));
    return;
  }
  yield* examineProjects(subject);
}

async function* examineProjects(subject: DoctorContext): AsyncGenerator<CheckResult> {
  let project: Awaited<ReturnType<typeof checkProjects>>['project'];
  try {
    const seen = await checkProjects(subject);
    yield* seen.findings;
    project = seen.project;
  } catch (error) {
    yield failedBy('Projects', error);
  }
  const asked = project;
  yield asked === undefined
    ? skipped('Queries', 'no project to query')
    : await checked('Queries', () => checkQueries(subject, asked));
}

/** How many tools the settings leave. */
function checkTools({ config }: DoctorContext): CheckResult {
  const left = enabledTools(config).length;
  if (left > 0) return { check: 'Tools', mark: 'ok', found: `${left} of ${toolDefinitions.length} by the settings.` };
  const advice = 'Look at LIGHTDASH_TOOLSETS, LIGHTDASH_TOOLS, LIGHTDASH_EXCLUDE_TOOLS and LIGHTDASH_READ_ONLY.';
  return { check: 'Tools', mark: 'failed', found: 'The settings leave none.', advice };
}

async function checked(check: string, look: () => Promise<CheckResult>): Promise<CheckResult> {
  try {
    return await look();
  } catch (error) {
    return failedBy(check, error);
  }
}

const skipped = (check: string, why: string): CheckResult => ({
  check,
  mark: 'skipped',
  found: `Not checked: ${why}.`,
});
