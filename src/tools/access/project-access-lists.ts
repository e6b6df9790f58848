import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { personOf, pluralize } from '../../text/format.ts';
import { objects, text } from '../../text/json.ts';
import type { Budget } from '../../text/token-budget.ts';
import type { ToolHandlers } from '../operation-tool.ts';
import { groupNames } from '../organization/group-names.ts';
import { customRoleNames } from '../people/project-assignments.ts';

/** Names of custom roles by the person or group that has one. */
type RoleNames = ReadonlyMap<string, string>;

/** The people with a direct role in a project (GetProjectAccessList). */
export function renderProjectPeople(results: unknown, custom: RoleNames, budget: Budget): string {
  const lines = objects(results).map((person) =>
    joinFields([
      personOf(person) ?? '',
      text(person.email) ?? '',
      custom.get(text(person.userUuid) ?? '') ?? text(person.role) ?? '',
      text(person.userUuid) ?? '',
    ]),
  );
  const elsewhere = 'Roles through groups or the organization are not in this list.';
  if (lines.length === 0) return `No person has a direct role in this project. ${elsewhere}`;
  const head = `${pluralize(lines.length, 'person', 'people')} granted directly: name|e-mail|project role|userUuid`;
  return renderWithinBudget(
    [head],
    [...lines, elsewhere],
    budget,
    'lines',
    'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown',
  );
}

/** The groups with a role in a project (GetProjectGroupAccesses). */
export function renderProjectGroups(
  results: unknown,
  names: ReadonlyMap<string, string>,
  custom: RoleNames,
  budget: Budget,
): string {
  const lines = objects(results).map(({ groupUuid, role }) => {
    const id = text(groupUuid) ?? '';
    return joinFields([names.get(id) ?? '?', custom.get(id) ?? text(role) ?? '', id]);
  });
  if (lines.length === 0) return 'No group has a role in this project.';
  const head = `${pluralize(lines.length, 'group')}: name|project role|groupUuid`;
  return renderWithinBudget([head], lines, budget, 'groups', 'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown');
}

/** Handlers of the access lists of a project. */
export const projectAccessListHandlers = {
  async GetProjectAccessList(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const custom = await customRoleNames(context, args.projectUuid);
    return { text: renderProjectPeople(results, custom, context.budget), data: results };
  },
  async GetProjectGroupAccesses(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const uuids = objects(results).flatMap(({ groupUuid }) => text(groupUuid) ?? []);
    const [names, custom] = await Promise.all([groupNames(uuids, context), customRoleNames(context, args.projectUuid)]);
    return { text: renderProjectGroups(results, names, custom, context.budget), data: results };
  },
} satisfies ToolHandlers;
