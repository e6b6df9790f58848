import { pluralize } from '../../text/format.ts';
import { shown } from '../preview.ts';
import type { ToolContext } from '../tool.ts';
import { explainSpace, fetchSpace } from './space-explanation.ts';

/** The people who can open a space. */
export interface Viewers {
  /** Names by userUuid. */
  readonly people: ReadonlyMap<string, string>;
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
  return { people: new Map(access.people.map(({ uuid, name }) => [uuid, name])), isWhole: unread.length === 0 };
}

/** A line on who sees content more or no more after it moved to another space; none if it did not move. */
export async function sightOfMove(
  projectUuid: string,
  from: string | undefined,
  to: string | undefined,
  context: ToolContext,
): Promise<readonly string[]> {
  if (to === undefined || from === to) return [];
  const [before, after] = await Promise.all([from, to].map((uuid) => viewersOf(projectUuid, uuid, context)));
  return [describeSight(before, after)];
}

/** A sentence on the people who see something more or no more after it moved. */
export function describeSight(before: Viewers | undefined, after: Viewers | undefined): string {
  if (before === undefined || after === undefined)
    return 'Who sees it is now decided by that space, and could not be compared: get_space_access.';
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
  return `${change}${caveat}`;
}

const named = (names: readonly string[]) => `${pluralize(names.length, 'person', 'people')} (${shown(names)})`;
