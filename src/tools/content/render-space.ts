import { fitLines } from '../../render/budget.ts';
import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { personOf, pluralize } from '../../text/format.ts';
import { isObject, list, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';
import { renderCharts, renderDashboards, spaceVisibility } from './render-content-lists.ts';

/**
 * A space (GetSpace): where it is, what it holds, and who has which role in it, as Lightdash lists them. It does not list
 * why somebody has a role; get_space_access does.
 */
export function renderSpace(results: unknown, budget: Budget): string {
  const space = isObject(results) ? results : {};
  const [charts, dashboards, children] = [space.queries, space.dashboards, space.childSpaces].map(objects);
  const parent = text(space.parentSpaceUuid);
  const open = spaceVisibility(space);
  const facts = [
    `Space "${plainText(text(space.name) ?? '?')}" (spaceUuid ${text(space.uuid) ?? '?'})`,
    open === 'private' ? open : open && `open to ${open === 'project' ? 'the project' : open}`,
    parent && `inside of the space ${parent}`,
    pluralize(charts?.length ?? 0, 'chart'),
    pluralize(dashboards?.length ?? 0, 'dashboard'),
  ];
  const inside = (children ?? []).map(({ name, uuid }) => joinFields([text(name) ?? '', text(uuid) ?? '']));
  const parts = [
    facts.filter(Boolean).join(', '),
    renderRoles(space, { tokens: budget.tokens / 3, characters: budget.characters / 3 }),
    ...(inside.length > 0
      ? [[`${pluralize(inside.length, 'space')} inside: name|spaceUuid`, ...inside].join('\n')]
      : []),
    ...(dashboards?.length ? [renderDashboards(dashboards, [space], { budget: all })] : []),
    ...(charts?.length ? [renderCharts(charts, { budget: all })] : []),
  ];
  return fitLines(parts.join('\n\n'), budget, 'list_dashboards and list_charts_in_project have all of them.');
}

/** What does not fit is cut from the whole, for this tool has no pages. */
const all: Budget = { tokens: Number.POSITIVE_INFINITY, characters: Number.POSITIVE_INFINITY };

/** Newer servers list people by uuid alone. */
function renderRoles(space: Readonly<Record<string, unknown>>, budget: Budget): string {
  const people = objects(space.access).map((each) =>
    joinFields([personOf(each) ?? text(each.email) ?? '', text(each.role) ?? '', text(each.userUuid) ?? '']),
  );
  const groups = objects(space.groupsAccess).map((each) =>
    joinFields([`group ${text(each.groupName) ?? ''}`, text(each.spaceRole) ?? '', text(each.groupUuid) ?? '']),
  );
  const why = 'get_space_access tells why.';
  if (list(space.access).length + groups.length === 0) return `Nobody is listed with a role; ${why}`;
  return renderWithinBudget(
    ['Roles: name|role|uuid', ...groups],
    [...people, why],
    budget,
    'lines',
    'get_space_access has all',
  );
}
