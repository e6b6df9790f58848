import * as z from 'zod';
import { operationById } from '../../operations/index.ts';
import { ProjectMemory, ProjectResolver } from '../../policy/project-resolver.ts';
import { pluralize } from '../../text/format.ts';
import { ArgumentsError } from '../../tools/arguments.ts';
import { type CheckResult, failedBy } from './check-result.ts';
import type { DoctorContext } from './doctor-context.ts';

const list = z
  .array(z.looseObject({ projectUuid: z.string(), name: z.string(), type: z.string().catch('') }))
  .catch([]);
type Project = z.output<typeof list>[number];

/** Result of the check of projects. */
interface ProjectsCheck {
  readonly results: readonly CheckResult[];
  /** The default project, else the first allowed one. */
  readonly project: Project | undefined;
}

/** Enough names to recognise an organization. */
const MAX_NAMES = 5;

/**
 * Checks the projects that the user sees, and the settings that name projects.
 *
 * @throws {LightdashError} if they cannot be listed.
 */
export async function checkProjects({ config, client }: DoctorContext): Promise<ProjectsCheck> {
  const visible = list.parse(await client.executeCached(operationById('ListOrganizationProjects'), {}));
  const results: CheckResult[] = [listCheck(visible)];
  const allowed = await projectsOf(config.allowedProjects, 'Allowed', 'LIGHTDASH_ALLOWED_PROJECTS');
  const configured = await projectsOf(
    config.project === undefined ? undefined : [config.project],
    'Project',
    'LIGHTDASH_PROJECT',
  );
  const allowedProjects = allowed ?? visible;
  const [defaultProject] = configured ?? [];
  if (defaultProject !== undefined && !allowedProjects.includes(defaultProject)) {
    results.push({
      check: 'Project',
      status: 'failed',
      message: `LIGHTDASH_PROJECT is ${defaultProject.name}, which LIGHTDASH_ALLOWED_PROJECTS does not allow.`,
      advice: 'Add it there, or choose another.',
    });
  }
  const project = defaultProject ?? allowedProjects.find(({ type }) => type !== 'PREVIEW') ?? allowedProjects[0];
  return { results, project };

  /** The projects that a setting names; an unknown name is a failed check. */
  async function projectsOf(names: readonly string[] | undefined, check: string, setting: string) {
    if (names === undefined) return undefined;
    const projects: Project[] = [];
    for (const name of names) {
      try {
        projects.push(await resolveProject(name));
      } catch (error) {
        const failed = failedBy(check, error);
        results.push({ ...failed, message: `${setting}: ${failed.message}` });
      }
    }
    if (projects.length === names.length) {
      results.push({ check, status: 'ok', message: `${setting} is ${projects.map(({ name }) => name).join(', ')}.` });
    }
    return projects;
  }

  async function resolveProject(name: string): Promise<Project> {
    const resolver = new ProjectResolver({ allowOrganization: false }, new ProjectMemory(), async () => visible);
    const uuid = await resolver.uuidOf(name);
    const project = visible.find(({ projectUuid }) => projectUuid.toLowerCase() === uuid.toLowerCase());
    if (project === undefined) throw new ArgumentsError([`this user sees no project ${uuid}`]);
    return project;
  }
}

function listCheck(visible: readonly Project[]): CheckResult {
  if (visible.length === 0) {
    const advice = 'Ask an administrator for access to a project; without one there is nothing to query.';
    return { check: 'Projects', status: 'warning', message: 'This user sees no project.', advice };
  }
  const names = visible.slice(0, MAX_NAMES).map(({ name }) => name);
  const more = visible.length > MAX_NAMES ? ', …' : '';
  return {
    check: 'Projects',
    status: 'ok',
    message: `${pluralize(visible.length, 'project')}: ${names.join(', ')}${more}.`,
  };
}
