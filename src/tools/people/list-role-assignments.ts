import * as z from 'zod';
import { UnknownRouteError } from '../../lightdash/errors.ts';
import { projectUuid } from '../../operations/fields.ts';
import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { pluralize } from '../../text/format.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import type { ToolAnswer, ToolContext } from '../tool.ts';
import { fetchMembers, type Member, type PeopleClient } from './find-person.ts';
import {
  type Assignment,
  allows,
  type CustomRole,
  describeSource,
  fetchAssignments,
  fetchCustomRoles,
  type RoleSource,
  roleSources,
} from './project-assignments.ts';
import { ABILITIES, type AbilityName, rankOf, strongestOf } from './role-facts.ts';

const abilities = ['view', 'query', 'schedule', 'edit', 'run_sql', 'administer'] as const satisfies AbilityName[];
const ADVICE = 'LIGHTDASH_MAX_RESULT_TOKENS sets the length';

/** Lists who has which role in a project or the organization, or who may do something there. */
export const listRoleAssignments = defineTool({
  name: 'list_role_assignments',
  title: 'List who has which role, or who may do something',
  description:
    'Everyone with a role (admin rights, editor …) in a project, and from where; may: only who may do that, such as run SQL.',
  toolset: 'access',
  readOnly: true,
  destructive: false,
  idempotent: true,
  scope: { organizationIf: 'inOrganization' },
  input: () => ({
    projectUuid: projectUuid().optional(),
    inOrganization: z.boolean().default(false),
    may: z.enum(abilities).optional(),
  }),
  async run(args, context) {
    const members = await fetchMembers(context);
    if (args.inOrganization) return organizationRolesAnswer(members, args.may, context);
    if (args.projectUuid === undefined)
      throw new ArgumentsError(['projectUuid is missing; inOrganization true lists the roles in the organization']);
    const assignments = await fetchAssignments(context, args.projectUuid);
    const custom = assignments.some(({ roleId }) => rankOf(roleId) < 0) ? await customRoles(context) : [];
    const holders = holdersOf(members, assignments, custom, args.may);
    const people = holders.map(({ member, sources, isAble }) => ({ ...member, sources, isAble }));
    return {
      text: renderProject(holders, members, assignments, args.may, context),
      data: { people, assignments },
    };
  },
});

/** Custom roles, if this release has them and the token may read them. */
async function customRoles(client: PeopleClient): Promise<readonly CustomRole[] | undefined> {
  return fetchCustomRoles(client).catch((error: unknown) => {
    if (error instanceof UnknownRouteError) return [];
    throw error;
  });
}

function organizationRolesAnswer(
  members: readonly Member[],
  may: AbilityName | undefined,
  { budget }: ToolContext,
): ToolAnswer {
  const able = members.filter(({ role }) => may === undefined || allows(role, may, []) === true);
  const lines = able
    .toSorted((left, right) => rankOf(right.role) - rankOf(left.role))
    .map(({ label, role, isPending }) => joinFields([label, role, isPending ? 'not signed up yet' : '']));
  const ability = may === undefined ? '' : ` may ${ABILITIES[may].words} in every project`;
  const head = `${pluralize(able.length, 'member')}${ability}: name|organization role`;
  const note =
    may === undefined ? [] : ['Roles in single projects give more people that right: projectUuid shows them.'];
  return { text: renderWithinBudget([head], [...lines, ...note], budget, 'lines', ADVICE), data: able };
}

interface Holder {
  readonly member: Member;
  readonly sources: readonly RoleSource[];
  /** True, false, or undefined if a custom role could not be read. */
  readonly isAble: boolean | undefined;
}

function holdersOf(
  members: readonly Member[],
  assignments: readonly Assignment[],
  custom: readonly CustomRole[] | undefined,
  may: AbilityName | undefined,
): readonly Holder[] {
  return members.map((member) => {
    const sources = roleSources(member, assignments);
    const answers = sources.map(({ roleId }) => (may === undefined ? true : allows(roleId, may, custom)));
    const isAble = answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
    return { member, sources, isAble };
  });
}

function renderProject(
  holders: readonly Holder[],
  members: readonly Member[],
  assignments: readonly Assignment[],
  may: AbilityName | undefined,
  { budget }: ToolContext,
): string {
  const able = holders
    .filter(({ sources, isAble }) => sources.length > 0 && isAble === true)
    .toSorted((left, right) => strength(right) - strength(left));
  const unsure = holders.filter(({ isAble }) => isAble === undefined);
  const unassigned = holders.filter(({ sources }) => sources.length === 0);
  const lines = [
    ...able.map(({ member, sources }) =>
      joinFields([
        `${member.label}${member.isPending ? ' (not signed up yet)' : ''}`,
        strongestOf(sources.map(({ role }) => role)) ?? '',
        sources.map(describeSource).join('; '),
      ]),
    ),
    ...(may === undefined ? groupLines(members, assignments) : []),
    ...(may === undefined && unassigned.length > 0
      ? [`No role: ${unassigned.map(({ member }) => member.label).join(', ')}`]
      : []),
    ...(unsure.length > 0
      ? [
          `Unknown, by a custom role that this token may not read: ${unsure.map(({ member }) => member.label).join(', ')}`,
        ]
      : []),
    ...(may === 'edit' ? ['Shares of spaces as editor or admin let more people edit there: get_space_access.'] : []),
  ];
  const head =
    may === undefined
      ? `${pluralize(able.length, 'person', 'people')} of ${members.length} and ${pluralize(assignments.filter(({ kind }) => kind === 'group').length, 'group')} have a role here: name|strongest role|from`
      : `${pluralize(able.length, 'person', 'people')} of ${members.length} may ${ABILITIES[may].words} here: name|strongest role|from`;
  return renderWithinBudget([head], lines, budget, 'lines', ADVICE);
}

const strength = ({ sources }: Holder) => Math.max(...sources.map(({ roleId }) => rankOf(roleId)));

function groupLines(members: readonly Member[], assignments: readonly Assignment[]): string[] {
  return assignments
    .filter(({ kind }) => kind === 'group')
    .map(({ id, name, roleName }) => {
      const size = members.filter(({ groups }) => groups.some(({ uuid }) => uuid === id)).length;
      return joinFields([`group ${name}`, roleName, pluralize(size, 'member')]);
    });
}
