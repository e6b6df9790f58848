import type { RequestSender } from '../lightdash/call-client.ts';
import { LightdashError } from '../lightdash/errors.ts';
import { findAnyChart, findDashboard, findSpace, findSqlChart } from '../tools/content/find-content.ts';
import { fetchGroups, fetchMembers, findMember, groupNamed } from '../tools/people/find-person.ts';
import type { CachedRead, Tool, ToolArguments } from '../tools/tool.ts';
import type { NamedObject } from './project-references.ts';
import type { ProjectResolver } from './project-resolver.ts';

const FIND_CONTENT = {
  chart: findAnyChart,
  sqlChart: findSqlChart,
  dashboard: findDashboard,
  space: findSpace,
} as const;

/**
 * The uuids of what a call names, by argument: of content in the project of the call, of people and groups in the
 * organization. What is outside of the allowed projects is not looked up; it and what is in no readable list are left out.
 *
 * @param args arguments of the call, with the uuid of its project if they have one.
 * @throws {ArgumentsError} if nothing that the token sees, or more than one thing, has the name.
 */
export async function uuidsOf(
  tool: Tool,
  named: readonly NamedObject[],
  args: ToolArguments,
  projects: ProjectResolver,
  sender: RequestSender,
): Promise<Readonly<Record<string, string>>> {
  const entries = await Promise.all(
    named.map(async (object) => {
      const uuid = await uuidOf(object, tool, args, projects, sender).catch((error: unknown) => {
        if (!(error instanceof LightdashError)) throw error;
      });
      return uuid === undefined ? [] : [[object.argument, uuid] as const];
    }),
  );
  return Object.fromEntries(entries.flat());
}

async function uuidOf(
  { kind, argument, name }: NamedObject,
  { readOnly }: Tool,
  args: ToolArguments,
  projects: ProjectResolver,
  sender: RequestSender,
): Promise<string | undefined> {
  if (kind === 'user' || kind === 'group') {
    if (projects.restricted && !projects.policy.allowOrganization) return undefined;
    return kind === 'user'
      ? (await findMember(sender, await fetchMembers(sender), name, { argument })).userUuid
      : groupNamed(await fetchGroups(sender), name, argument).uuid;
  }
  const project = await projects.ofNames(args, argument);
  if (project === undefined) return undefined;
  const find = (read: CachedRead) => FIND_CONTENT[kind](name, project, { read });
  const fresh: CachedRead = async (endpoint, values) => (await sender.execute(endpoint, values)).results;
  // A thing that is changed by its name must have it now; one that a list of a minute ago lacks may be new.
  const { uuid } = await (readOnly ? find(sender.read).catch(() => find(fresh)) : find(fresh));
  return uuid;
}
