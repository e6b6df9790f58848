import type { RequestSender } from '../lightdash/call-client.ts';
import { NotAllowedError, NotFoundError } from '../lightdash/errors.ts';
import { ArgumentsError } from '../tools/arguments.ts';
import {
  chartInDashboard,
  findAnyChart,
  findAttribute,
  findDashboard,
  findSpace,
  findSqlChart,
  SeveralNamedError,
} from '../tools/content/find-content.ts';
import { fetchGroups, fetchMembers, findMember, groupNamed } from '../tools/people/find-person.ts';
import type { CachedRead, Tool, ToolArguments } from '../tools/tool.ts';
import { isInProject } from './content-owners.ts';
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
export async function resolveNames(
  tool: Tool,
  named: readonly NamedObject[],
  args: ToolArguments,
  projects: ProjectResolver,
  sender: RequestSender,
): Promise<Readonly<Record<string, string>>> {
  const uuids: Record<string, string> = {};
  // A dashboard first: a chart may be kept in it alone.
  for (const object of named.toSorted(
    (left, right) => Number(left.kind !== 'dashboard') - Number(right.kind !== 'dashboard'),
  )) {
    const uuid = await uuidOf(object, tool, { ...args, ...uuids }, projects, sender).catch((error: unknown) => {
      if (!(error instanceof NotAllowedError || error instanceof NotFoundError)) throw error;
    });
    if (uuid !== undefined) uuids[object.argument] = uuid;
  }
  return uuids;
}

async function uuidOf(
  { kind, argument, name }: NamedObject,
  { readOnly }: Tool,
  args: ToolArguments,
  projects: ProjectResolver,
  sender: RequestSender,
): Promise<string | undefined> {
  const fresh: CachedRead = async (endpoint, values) => (await sender.execute(endpoint, values)).results;
  if (kind === 'user' || kind === 'group' || kind === 'attribute') {
    if (projects.restricted && !projects.policy.allowOrganization) return undefined;
    if (kind === 'attribute') return (await findAttribute(name, { read: fresh })).uuid;
    return kind === 'user'
      ? (await findMember(sender, await fetchMembers(sender), name, { argument })).userUuid
      : groupNamed(await fetchGroups(sender), name, argument).uuid;
  }
  const project = await projects.ofNames(args, argument);
  if (project === undefined) return undefined;
  const find = (read: CachedRead) => FIND_CONTENT[kind](name, project, { read });
  // A thing that is changed by its name must have it now; one that a list of a minute ago lacks may be new.
  const listed = readOnly ? find(sender.read).catch(ifNotFound(() => find(fresh))) : find(fresh);
  if (kind !== 'chart') return (await listed).uuid;
  return listed.then(
    ({ uuid }) => uuid,
    async (error: unknown) => {
      if (!(error instanceof ArgumentsError)) throw error;
      const { dashboardUuid } = args;
      // Reading a dashboard counts as a view: none of another project is read before the scope is checked.
      const isOfProject =
        typeof dashboardUuid === 'string' && (await isInProject('dashboard', dashboardUuid, project, sender.read));
      const inside = isOfProject ? await chartInDashboard(name, dashboardUuid, sender) : undefined;
      if (inside === undefined)
        throw error instanceof SeveralNamedError ? error : new ArgumentsError([...error.problems, INSIDE_DASHBOARD]);
      return inside;
    },
  );
}

/** Tries again if nothing has the name. */
const ifNotFound =
  <Found>(again: () => Promise<Found>) =>
  (error: unknown): Promise<Found> => {
    if (error instanceof ArgumentsError) return again();
    throw error;
  };

/** Newer releases list no charts that are kept in a dashboard. */
const INSIDE_DASHBOARD = 'a chart that is kept inside of a dashboard: get_dashboard gives its uuid';
