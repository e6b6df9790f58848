import * as z from 'zod';
import { operationById } from '../../operations/index.ts';
import { ProjectMemory, ProjectResolver } from '../../policy/project-resolver.ts';
import { pluralize } from '../../text/format.ts';
import { ArgumentsError } from '../../tools/arguments.ts';
import { type CheckResult, failedBy } from './check-result.ts';
import type { DoctorContext } from './subject.ts';

const list = z
  .array(z.looseObject({ projectUuid: z.string(), name: z.string(), type: z.string().catch('') }))
  .catch([]);
type Project = z.output<typeof list>[number];

/** What there is to ask about. */
export interface ProjectsCheck {
  readonly findings: readonly CheckResult[];
  /** The project that a call would be about: the default one, else the first that may be touched. */
  readonly project: Project | undefined;
}

/** So many names are enough to recognise an organization by. */
const MOST_NAMES = 5;

/**
 * The projects that the user sees, and what the settings make of them.
 *
 * @throws {LightdashError} where they cannot be listed.
 */
export async function checkProjects({ config, reader }: DoctorContext): Promise<ProjectsCheck> {
  const seen = list.parse(await reader.executeCached(operationById('ListOrganizationProjects'), {}));
  const findings: CheckResult[] = [listed(seen)];
  const allowed = await given(config.allowedProjects, 'Allowed', 'LIGHTDASH_ALLOWED_PROJECTS');
  const chosen = await given(
    config.project === undefined ? undefined : [config.project],
    'Project',
    'LIGHTDASH_PROJECT',
  );
  const mayTouch = allowed ?? seen;
  const [only] = chosen ?? [];
  if (only !== undefined && !mayTouch.includes(only)) {
    findings.push({
      check: 'Project',
      mark: 'failed',
      found: `LIGHTDASH_PROJECT is ${only.name}, which LIGHTDASH_ALLOWED_PROJECTS does not allow.`,
      advice: 'Add it there, or choose another.',
    });
  }
  const project = only ?? mayTouch.find(({ type }) => type !== 'PREVIEW') ?? mayTouch[0];
  return { findings, project };

  /** The projects that a setting names; what it names and is not there is a finding. */
  async function given(names: readonly string[] | undefined, check: string, setting: string) {
    if (names === undefined) return undefined;
    const found: Project[] = [];
    for (const name of names) {
      try {
        found.push(await resolved(name));
      } catch (error) {
        const failed = failedBy(check, error);
        findings.push({ ...failed, found: `${setting}: ${failed.found}` });
      }
    }
    if (found.length === names.length) {
      findings.push({ check, mark: 'ok', found: `${setting} is ${found.map(({ name }) => name).join(', ')}.` });
    }
    return found;
  }

  async function resolved(name: string): Promise<Project> {
    const resolver = new ProjectResolver({ allowOrganization: false }, new ProjectMemory(), async () => seen);
    const uuid = await resolver.uuidOf(name);
    const project = seen.find(({ projectUuid }) => projectUuid.toLowerCase() === uuid.toLowerCase());
    if (project === undefined) throw new ArgumentsError([`this user sees no project ${uuid}`]);
    return project;
  }
}

function listed(seen: readonly Project[]): CheckResult {
  if (seen.length === 0) {
    const advice = 'Ask an administrator for access to a project; without one there is nothing to query.';
    return { check: 'Projects', mark: 'warning', found: 'This user sees no project.', advice };
  }
  const names = seen.slice(0, MOST_NAMES).map(({ name }) => name);
  const more = seen.length > MOST_NAMES ? ', …' : '';
  return { check: 'Projects', mark: 'ok', found: `${pluralize(seen.length, 'project')}: ${names.join(', ')}${more}.` };
}
