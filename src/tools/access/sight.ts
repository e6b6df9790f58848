import { pluralize } from '../../text/format.ts';
import { quoted, shown } from '../preview.ts';
import type { ToolContext } from '../tool.ts';
import { explainSpace, fetchSpace } from './space-explanation.ts';

/** The people who can open a space. */
export interface Viewers {
  /** Names by userUuid. */
  readonly people: ReadonlyMap<string, string>;
  /** Those among them with a direct share, who keep it wherever the space stands. */
  readonly shared: ReadonlyMap<string, string>;
  /** True if the space takes no access from the space or project around it. */
  readonly isClosed: boolean;
  /** False if a list that decides it could not be read. */
  readonly isWhole: boolean;
}

/** The people who can open a space, by the server's own lists; undefined if the space cannot be read. */
export async function viewersOf(
  projectUuid: string,
  spaceUuid: string | undefined,
  context: ToolContext,
): Promise<Viewers | undefined> {
  if (spaceUuid === undefined) return undefined;
  const reference = { projectUuid, spaceUuid };
  const space = await fetchSpace(context, reference);
  if (space === undefined) return undefined;
  const { access, unread } = await explainSpace(context, reference, space);
  const named = (people: typeof access.people) => new Map(people.map(({ uuid, name }) => [uuid, name]));
  return {
    people: named(access.people),
    shared: named(access.people.filter(({ shared }) => shared)),
    isClosed: access.isPrivate === true,
    isWhole: unread.length === 0,
  };
}

/** The people who can open a space once it stands in another; undefined if they are unknown. */
export function viewersInside(space: Viewers | undefined, parent: Viewers | undefined): Viewers | undefined {
  if (space === undefined || space.isClosed) return space;
  return parent && { ...parent, people: new Map([...parent.people, ...space.shared]) };
}

/** A change of who sees something. */
export interface Sight {
  readonly text: string;
  readonly isSame: boolean;
}

/** The people who see content more or no more in another space; undefined if it stays where it is. */
export async function sightOfMove(
  projectUuid: string,
  from: string | undefined,
  to: string | undefined,
  context: ToolContext,
): Promise<Sight | undefined> {
  if (to === undefined || from === to) return undefined;
  const [before, after] = await Promise.all([from, to].map((uuid) => viewersOf(projectUuid, uuid, context)));
  return compareSight(before, after);
}

/** The question before content is moved to where other people see it; undefined if the same do. */
export async function askAboutSight(
  projectUuid: string,
  what: string,
  from: string | undefined,
  to: { readonly uuid: string; readonly name: string },
  context: ToolContext,
): Promise<string | undefined> {
  const sight = await sightOfMove(projectUuid, from, to.uuid, context);
  return sight === undefined || sight.isSame
    ? undefined
    : `Moves ${what} to the space ${quoted(to.name)}. ${sight.text}`;
}

/** The people who see something more or no more. */
export function compareSight(before: Viewers | undefined, after: Viewers | undefined): Sight {
  if (before === undefined || after === undefined)
    return { text: 'Who sees it then could not be compared: get_space_access.', isSame: false };
  const only = (one: Viewers, other: Viewers) =>
    [...one.people].filter(([uuid]) => !other.people.has(uuid)).map(([, name]) => name);
  const [lost, gained] = [only(before, after), only(after, before)];
  const parts = [
    ...(lost.length > 0 ? [`No longer seen by ${named(lost)}.`] : []),
    ...(gained.length > 0 ? [`Now also seen by ${named(gained)}.`] : []),
  ];
  const change = parts.length === 0 ? 'The same people see it as before.' : parts.join(' ');
  const caveat =
    before.isWhole && after.isWhole
      ? ''
      : ' Not all access lists could be read, so there may be others: get_space_access.';
  return { text: `${change}${caveat}`, isSame: parts.length === 0 };
}

const named = (names: readonly string[]) => `${pluralize(names.length, 'person', 'people')} (${shown(names)})`;
