import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { formatPerson, pluralize } from '../../text/format.ts';
import { isObject, objects } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { isPrivateSpace } from '../content/space-privacy.ts';
import { type PreviewClient, quoted, shown } from '../preview.ts';
import type { SpaceAccess } from './explain-access.ts';
import { fetchProjectPeople, fetchSpace } from './space-explanation.ts';

/** Names of people by userUuid. */
type PeopleNames = ReadonlyMap<string, string>;

/** The people who can open a space. */
export interface Viewers {
  readonly people: PeopleNames;
  /** Those among them with a share, of their own or of a group, and administrators: they keep it if it is closed or moved. */
  readonly kept: PeopleNames;
  /** True if the space takes no access from the space or project around it. */
  readonly isClosed: boolean;
}

/** The people who can open a space, by the server's own list; undefined if this token cannot read it. */
export async function viewersOf(
  projectUuid: string,
  spaceUuid: string,
  client: PreviewClient,
): Promise<Viewers | undefined> {
  const space = await fetchSpace(client, { projectUuid, spaceUuid });
  return space && readViewers(space, client);
}

/** The same of a space that has been read. */
export async function readViewers(space: SpaceAccess, client: PreviewClient): Promise<Viewers | undefined> {
  // The caller is in every list.
  if (space.accessListed === false || space.access.length === 0) return undefined;
  const people = await namesOf(space.access, client);
  const keeping = space.access.filter(
    ({ hasDirectAccess, projectRole }) => hasDirectAccess === true || projectRole === 'admin',
  );
  return {
    people,
    kept: new Map(keeping.map(({ userUuid }) => [userUuid, people.get(userUuid) ?? userUuid])),
    isClosed: isPrivateSpace(space) === true,
  };
}

/** The people around a space: of the space that it is in, or at the root those of the project (measured on 1.219). */
export async function inheritedViewers(
  parentUuid: string | undefined,
  projectUuid: string,
  client: PreviewClient,
): Promise<Viewers | undefined> {
  if (parentUuid !== undefined) return viewersOf(projectUuid, parentUuid, client);
  const people = await fetchProjectPeople(client, projectUuid);
  return people && { people, kept: new Map(), isClosed: false };
}

/** The people of an open space: those around it, and those who keep it. */
export const openedViewers = (space: Viewers, projectViewers: Viewers): Viewers => ({
  people: new Map([...projectViewers.people, ...space.kept]),
  kept: space.kept,
  isClosed: false,
});

/** The people of a space once it is closed. */
export const closedViewers = ({ kept }: Viewers): Viewers => ({ people: kept, kept, isClosed: true });

/** Names of the people of an access list. Some releases leave them out (0.2904): the members of the organization have them. */
async function namesOf(people: SpaceAccess['access'], { read }: PreviewClient): Promise<PeopleNames> {
  const isNamed = people.every(({ firstName, lastName, email }) => firstName || lastName || email);
  const members = isNamed ? [] : await read(operationById('ListOrganizationMembers'), {}).catch(ignoreApiError);
  const listed = new Map(
    objects(isObject(members) ? members.data : members).map((member) => [member.userUuid, member]),
  );
  return new Map(
    people.map((person) => [person.userUuid, plainText(formatPerson({ ...person, ...listed.get(person.userUuid) }))]),
  );
}

/** A change of who sees something. */
export interface AccessChange {
  readonly text: string;
  /** True if the lists show the same people; false also if one could not be read. */
  readonly isSame: boolean;
}

/** The people who see content more or no more in another space; undefined if it stays where it is. */
export async function accessChangeOfMove(
  projectUuid: string,
  from: string | undefined,
  to: string | undefined,
  client: PreviewClient,
): Promise<AccessChange | undefined> {
  if (to === undefined || from === to) return undefined;
  const [before, after] = await Promise.all([
    from === undefined ? undefined : viewersOf(projectUuid, from, client),
    viewersOf(projectUuid, to, client),
  ]);
  return compareViewers(before, after);
}

/** The question before content is moved to where other people see it; undefined if the same do. */
export async function confirmAccessChange(
  projectUuid: string,
  label: string,
  from: string | undefined,
  to: { readonly uuid: string; readonly name: string },
  client: PreviewClient,
): Promise<string | undefined> {
  const change = await accessChangeOfMove(projectUuid, from, to.uuid, client);
  return change === undefined || change.isSame
    ? undefined
    : `Moves ${label} to the space ${quoted(to.name)}. ${change.text}`;
}

/** The people who see something more or no more. */
export function compareViewers(before: Viewers | undefined, after: Viewers | undefined): AccessChange {
  if (before === undefined || after === undefined)
    return {
      text: 'It is unknown who will see it: not every list of people could be read (get_space_access).',
      isSame: false,
    };
  const only = (one: Viewers, other: Viewers) =>
    [...one.people].filter(([uuid]) => !other.people.has(uuid)).map(([, name]) => name);
  const [lost, gained] = [only(before, after), only(after, before)];
  const parts = [
    ...(lost.length > 0 ? [`No longer seen by ${named(lost)}.`] : []),
    ...(gained.length > 0 ? [`Now also seen by ${named(gained)}.`] : []),
  ];
  return {
    text: parts.length === 0 ? 'The same people see it as before.' : parts.join(' '),
    isSame: parts.length === 0,
  };
}

/** In an order that a confirmation can rely on. */
const named = (names: readonly string[]) =>
  `${pluralize(names.length, 'person', 'people')} (${shown(names.toSorted())})`;
