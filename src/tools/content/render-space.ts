import { fitLines } from '../../render/budget.ts';
import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { formatInteger, personOf, pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, list, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';
import { renderCharts, renderDashboards, spaceVisibility } from './render-content-lists.ts';

/** A space (GetSpace) with its content and roles; get_space_access also has the reasons of a role. */
export function renderSpace(results: unknown, budget: Budget): string {
  const space = isObject(results) ? results : {};
  const [charts, dashboards, children] = [space.queries, space.dashboards, space.childSpaces].map(objects);
  const parent = text(space.parentSpaceUuid);
  const parentName = text(objects(space.breadcrumbs).find(({ uuid }) => uuid === parent)?.name);
  const open = spaceVisibility(space);
  const facts = [
    `Space "${plainText(text(space.name) ?? '?')}" (spaceUuid ${text(space.uuid) ?? '?'})`,
    open === 'private' ? open : open && `open to ${open === 'project' ? 'the project' : open}`,
    parent && `inside of the space ${parentName === undefined ? parent : `"${plainText(parentName)}" (${parent})`}`,
    chartCount(charts ?? []),
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

/** Charts as the list of spaces counts them: those kept in a dashboard alone are not in the space. */
function chartCount(charts: readonly JsonObject[]): string {
  const inside = charts.filter(({ dashboardUuid }) => text(dashboardUuid) !== undefined).length;
  const own = pluralize(charts.length - inside, 'chart');
  return inside === 0 ? own : `${own} and ${formatInteger(inside)} kept in a dashboard`;
}

/** No limit for the parts: the whole is cut, because this tool has no pages. */
const all: Budget = { tokens: Number.POSITIVE_INFINITY, characters: Number.POSITIVE_INFINITY };

/** Newer servers list people only by uuid. */
function renderRoles(space: Readonly<Record<string, unknown>>, budget: Budget): string {
  const people = objects(space.access).map((object) =>
    joinFields([personOf(object) ?? text(object.email) ?? '', text(object.role) ?? '', text(object.userUuid) ?? '']),
  );
  const groups = objects(space.groupsAccess).map((object) =>
    joinFields([`group ${text(object.groupName) ?? ''}`, text(object.spaceRole) ?? '', text(object.groupUuid) ?? '']),
  );
  const explain = 'get_space_access explains them.';
  if (list(space.access).length + groups.length === 0) return `No roles are listed; ${explain}`;
  return renderWithinBudget(
    ['Roles: name|role|uuid', ...groups],
    [...people, explain],
    budget,
    'lines',
    'get_space_access has all',
  );
}
