import { isPrivateSpace } from '../content/space-privacy.ts';
import { count, list, type Preview, quoted, results, shown } from '../preview.ts';
import {
  type AccessContext,
  explainAccess,
  peopleOfProject,
  readSpaceAccess,
  type SpaceAccess,
} from './explain-access.ts';
import { readAccessLists } from './space-explanation.ts';

/** Says who gains or loses a space that is opened or closed; undefined if its privacy stays. */
export const previewUpdateSpace: Preview = async ({ projectUuid, spaceUuid, isPrivate }, client) => {
  if (typeof isPrivate !== 'boolean') return undefined;
  const reference = { projectUuid: String(projectUuid), spaceUuid: String(spaceUuid) };
  const response = await results(client, 'GetSpace', reference);
  const space = readSpaceAccess(response);
  if (isPrivateSpace(space) === isPrivate) return undefined;
  const { lists, unread } = await readAccessLists(client, reference, space);
  const names = isPrivate ? losing(space, lists) : gaining(space, lists);
  const people = names.length === 0 ? '' : `: ${count(names, 'person', 'people')} (${shown(names)})`;
  const effect = isPrivate
    ? `Closes the space ${quoted(space.name)}. Who has it only by a role in the project${space.parentSpaceUuid ? ', or by the space that it is in,' : ''} loses it${people}; direct shares and administrators stay.`
    : `Opens the space ${quoted(space.name)} to everyone ${space.parentSpaceUuid ? 'with access to the space that it is in' : 'with a role in the project'}${people}.`;
  const inheriting = inheritingSpaces(response);
  return [
    effect,
    ...(inheriting.length > 0 ? [`The same goes for ${count(inheriting, 'space')} in it (${shown(inheriting)}).`] : []),
    ...(unread.length > 0 ? [`This token may not read ${unread.join(', ')}: there may be others.`] : []),
  ].join(' ');
};

/** People whom nothing but the project, or the parent space, lets in. */
function losing(space: SpaceAccess, lists: AccessContext): string[] {
  const closed = explainAccess({ ...space, isPrivate: true, inheritParentPermissions: false }, lists);
  return closed.people.filter(({ from }) => from.length === 0).map(({ name }) => name);
}

/** People with a role in the project, or in the organization, who cannot open the space now. */
function gaining(space: SpaceAccess, lists: AccessContext): string[] {
  if (space.parentSpaceUuid) return [];
  const now = new Set(space.access.map(({ userUuid }) => userUuid));
  const ofProject = peopleOfProject(lists);
  const members = [...(lists.organization?.values() ?? [])];
  const entering = members.filter(({ userUuid }) => ofProject.has(userUuid) && !now.has(userUuid));
  const opened = { ...space, isPrivate: false, access: entering };
  return explainAccess(readSpaceAccess(opened), lists).people.map(({ name }) => name);
}

/** Names of the spaces inside that have the access of their parent (1.219). */
function inheritingSpaces(response: unknown): string[] {
  const { childSpaces } = list.parse([response])[0] ?? {};
  return list
    .parse(childSpaces)
    .filter((child) => isPrivateSpace(child) !== true)
    .map(({ name }) => quoted(String(name)));
}
