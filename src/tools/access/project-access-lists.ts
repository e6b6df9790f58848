import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { personOf, pluralize } from '../../text/format.ts';
import { objects, text } from '../../text/json.ts';
import type { Budget } from '../../text/token-budget.ts';
import { rendered, type ToolHandlers } from '../operation-tool.ts';
import { groupNames } from '../organization/group-names.ts';

/** The people with a direct role in a project (GetProjectAccessList). */
export function renderProjectPeople(results: unknown, budget: Budget): string {
  const lines = objects(results).map((person) =>
    joinFields([
      personOf(person) ?? '',
      text(person.email) ?? '',
      text(person.role) ?? '',
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
export function renderProjectGroups(results: unknown, names: ReadonlyMap<string, string>, budget: Budget): string {
  const lines = objects(results).map(({ groupUuid, role }) => {
    const id = text(groupUuid) ?? '';
    return joinFields([names.get(id) ?? '?', text(role) ?? '', id]);
  });
  if (lines.length === 0) return 'No group has a role in this project.';
  const head = `${pluralize(lines.length, 'group')}: name|project role|groupUuid`;
  return renderWithinBudget([head], lines, budget, 'groups', 'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown');
}

/** Handlers of the access lists of a project. */
export const projectAccessListHandlers = {
  GetProjectAccessList: rendered(renderProjectPeople),
  async GetProjectGroupAccesses(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const uuids = objects(results).flatMap(({ groupUuid }) => text(groupUuid) ?? []);
    return { text: renderProjectGroups(results, await groupNames(uuids, context), context.budget), data: results };
  },
} satisfies ToolHandlers;
