import * as z from 'zod';
import { mapConcurrent } from '../../async/map-concurrent.ts';
import { projectUuid } from '../../operations/fields.ts';
import { defineTool } from '../operation-tool.ts';
import { fetchAttributes } from './attribute-values.ts';
import { fetchMembers, findMember, type Member } from './find-person.ts';
import { renderUserAccess, type UserAccess } from './render-user-access.ts';
import {
  fetchOwned,
  fetchProjects,
  type ReadProject,
  type RestrictedClient,
  readProject,
} from './user-access-facts.ts';

/** Projects looked at in one call: each takes a request for each shared space. */
const MAX_PROJECTS = 8;
const CONCURRENCY = 3;

/** Reads everything that one member can reach, in one project or in all that this token sees. */
async function readUserAccess(
  client: RestrictedClient,
  member: Member,
  onlyProject: string | undefined,
): Promise<UserAccess> {
  const visible = await fetchProjects(client);
  const chosen = visible.filter(({ projectUuid: uuid }) => onlyProject === undefined || uuid === onlyProject);
  const looked = chosen.length === 0 && onlyProject ? [{ projectUuid: onlyProject, name: onlyProject }] : chosen;
  const projects: ReadProject[] = [];
  const unread: string[] = [];
  const attributes = fetchAttributes(client, member);
  const owned: (readonly [string, Awaited<ReturnType<typeof fetchOwned>>])[] = [];
  await mapConcurrent(looked.slice(0, MAX_PROJECTS), CONCURRENCY, async (project) => {
    const read = await readProject(client, member, project);
    if (read === undefined) unread.push(project.name);
    else {
      projects.push(read);
      owned.push([project.projectUuid, await fetchOwned(client, member, project.projectUuid)]);
    }
  });
  return {
    member,
    projects: projects.toSorted((left, right) => left.facts.name.localeCompare(right.facts.name)),
    others: looked.slice(MAX_PROJECTS).map(({ name }) => name),
    unread,
    isPart: client.settings.isRestricted || (onlyProject !== undefined && visible.length > 1),
    attributes: await attributes,
    owned: new Map(owned),
  };
}

/** Explains what one person can reach, and what stays if a role, group or share is taken away. */
export const getUserAccess = defineTool({
  name: 'get_user_access',
  title: 'Explain what a person can reach: the rights of a user',
  description:
    'What one person can or is allowed to see and do, and why: roles, groups, spaces, attributes, what they own and send; what stays if a right is taken away.',
  toolset: 'access',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({
    user: z.string().min(1).describe('Email or name'),
    projectUuid: projectUuid().optional(),
  }),
  async run({ user, projectUuid: onlyProject }, context) {
    const member = await findMember(context, await fetchMembers(context), user, { takesParts: true });
    const access = await readUserAccess(context, member, onlyProject);
    return { text: renderUserAccess(access, context.budget), data: { ...access, owned: [...access.owned] } };
  },
});
