import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { personOf, pluralize } from '../../text/format.ts';
import { isObject, objects, text } from '../../text/json.ts';
import { plainText, truncate } from '../../text/plain-text.ts';
import { defineTool } from '../operation-tool.ts';
import type { ServerSettings } from '../tool.ts';

/** With more, their names cost more than a call of the list. */
const MAX_PROJECTS = 6;
const MAX_NAME = 30;

interface Project {
  readonly projectUuid: string;
  readonly name: string;
  readonly isPreview: boolean;
}

/** User, projects, release and limits in one short answer. */
export const getContext = defineTool({
  name: 'get_context',
  title: 'Start here: who, where, what',
  description:
    'Call first: who is logged in, with what role, which projects there are, the default one, the Lightdash version, what is off.',
  toolset: 'query',
  scope: { scope: 'filtered' },
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({}),
  async run(_args, { read, allows, server, settings, lightdash }) {
    const [listed, user, { version }] = await Promise.all([
      read(operationById('ListOrganizationProjects'), {}),
      read(operationById('GetAuthenticatedUser'), {}).catch(ignoreApiError),
      server.get(),
    ]);
    const projects = objects(listed).map(
      (project): Project => ({
        projectUuid: text(project.projectUuid) ?? '',
        name: text(project.name) ?? '',
        isPreview: project.type === 'PREVIEW',
      }),
    );
    const visible = projects.filter(allows);
    const chosen = defaultAmong(visible, settings);
    const lines = [
      `${describeUser(user)} on Lightdash${version === undefined ? '' : ` ${version}`}, ${lightdash.pageUrl('')}`,
      describeProjects(visible),
      describeDefault(chosen, visible, settings),
      describeLimits(settings),
    ];
    return {
      text: lines.join('\n'),
      data: { user, version, projects: visible, defaultProject: chosen, settings },
    };
  },
});

function describeUser(user: unknown): string {
  if (!isObject(user)) return 'A user that cannot be read';
  const name = truncate(personOf(user) ?? 'A user without a name', 2 * MAX_NAME);
  const email = text(user.email);
  const role = text(user.role);
  const details = [email, role && `organization role ${role}`].filter((detail) => detail !== undefined);
  return `${name}${details.length > 0 ? ` (${truncate(plainText(details.join(', ')), 80)})` : ''}`;
}

const nameOf = ({ name }: Project) => truncate(plainText(name), MAX_NAME);

function describeProjects(projects: readonly Project[]): string {
  const shown = projects.slice(0, MAX_PROJECTS).map((project) => {
    const isAmbiguous = projects.filter(({ name }) => name === project.name).length > 1;
    return `${nameOf(project)}${project.isPreview ? ' (preview)' : ''}${isAmbiguous ? ` ${project.projectUuid}` : ''}`;
  });
  const rest = projects.length - shown.length;
  const names = [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
  return `${pluralize(projects.length, 'project')}${projects.length > 0 ? `: ${names}` : ''}.`;
}

const plain = (name: string) => name.trim().toLowerCase();

function defaultAmong(projects: readonly Project[], { defaultProject }: ServerSettings): Project | undefined {
  if (defaultProject === undefined) return projects.length === 1 ? projects[0] : undefined;
  const named = projects.filter(({ projectUuid, name }) => [plain(name), projectUuid].includes(plain(defaultProject)));
  return named.length === 1 ? named[0] : undefined;
}

function describeDefault(
  chosen: Project | undefined,
  projects: readonly Project[],
  { defaultProject }: ServerSettings,
): string {
  if (chosen) return `Default project: ${nameOf(chosen)}, ${chosen.projectUuid}; projectUuid may be left out.`;
  if (defaultProject !== undefined) return 'The configured project is none of these: name one in each call.';
  return projects.length === 0
    ? 'No call about a project can succeed.'
    : 'No default: projectUuid takes a name or uuid.';
}

function describeLimits({ isReadOnly, isRestricted, sql, toolsets, toolsOff }: ServerSettings): string {
  const sets = toolsets.filter((name) => name !== 'all' && name !== 'compact');
  const limits = [
    isReadOnly && 'everything that changes something',
    sql === 'none' && 'SQL',
    sql === 'expressions' && 'raw SQL',
    isRestricted && 'other projects',
    toolsOff > 0 && `${pluralize(toolsOff, 'tool')}${sets.length > 0 ? ` outside of ${sets.join(', ')}` : ''}`,
  ].filter((limit) => limit !== false);
  return limits.length === 0 ? 'Nothing is off.' : `Off: ${limits.join(', ')}.`;
}
