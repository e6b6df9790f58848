import { pluralize } from '../../text/format.ts';
import { type Budget, linesThatFit } from '../../text/token-budget.ts';
import type { Access, ExplainedAccess, SpaceAccess } from './explain-access.ts';

/**
 * People and groups with their role in a space and the origin of the role, a line each; a direct share has its id.
 *
 * @param offset number of people to skip.
 */
export function renderAccess(
  explained: ExplainedAccess,
  space: Pick<SpaceAccess, 'parentSpaceUuid'>,
  budget: Budget,
  offset = 0,
): string {
  const { groups, people, everyone } = explained;
  const accessLine = (kind: 'group ' | '', { name, role, from, shared, uuid }: Access, more = '') => {
    const reason = from.length > 0 ? from.join('; ') : 'Lightdash does not say why';
    const id = shared ? `; ${kind ? 'groupUuid' : 'userUuid'} ${uuid}` : '';
    return `- ${kind}${name}: ${role} (${reason}${more}${id})`;
  };
  const head = [
    `Space "${explained.space}"${openness(explained, space)}. ${pluralize(groups.length, 'group')} and ${pluralize(people.length, 'person', 'people')} have access${offset > 0 ? `; from person ${offset + 1}` : ''}:`,
    ...(everyone === undefined ? [] : [`- everyone in the project: ${everyone} (set for this space)`]),
    ...(offset > 0
      ? []
      : groups.map((group) =>
          accessLine('group ', group, group.members === undefined ? '' : `; ${pluralize(group.members, 'member')}`),
        )),
  ];
  const lines = [...head, ...people.slice(offset).map((item) => accessLine('', item))];
  const fitting = Math.max(head.length, linesThatFit(lines, budget));
  const next = offset + fitting - head.length;
  const cut =
    next < people.length
      ? [`[CUT: ${people.length - next} more people; get_space_access with offset ${next} goes on.]`]
      : [];
  return [...lines.slice(0, fitting), ...cut].join('\n');
}

function openness({ isPrivate: closed }: ExplainedAccess, { parentSpaceUuid }: Pick<SpaceAccess, 'parentSpaceUuid'>) {
  if (closed === undefined) return '';
  if (closed) return ', private';
  return parentSpaceUuid ? ', open to everyone with access to its parent space' : ', open to the project';
}
