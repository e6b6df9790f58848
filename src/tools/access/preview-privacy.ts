import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { type JsonObject, objects } from '../../text/json.ts';
import { isPrivateSpace } from '../content/space-privacy.ts';
import { count, type PreviewOf, quoted, results, shown } from '../preview.ts';
import { closedViewers, compareViewers, inheritedViewers, openedViewers, readViewers } from './access-change.ts';
import { readSpaceAccess } from './explain-access.ts';

/** Says who gains or loses a space that is opened or closed; undefined if its privacy stays. */
export const previewUpdateSpace: PreviewOf<'UpdateSpace'> = async (args, client) => {
  const { projectUuid, spaceUuid, isPrivate, name } = args;
  if (isPrivate === undefined) return undefined;
  const space = readSpaceAccess(await results(client, 'GetSpace', { projectUuid, spaceUuid }));
  if (isPrivateSpace(space) === isPrivate) return undefined;
  const parent = space.parentSpaceUuid ?? undefined;
  const before = await readViewers(space, client);
  const projectViewers = isPrivate ? undefined : await inheritedViewers(parent, projectUuid, client);
  const after = before && (isPrivate ? closedViewers(before) : projectViewers && openedViewers(before, projectViewers));
  const effect = isPrivate
    ? `Closes the space ${quoted(space.name)} to all but those that it is shared with, and administrators.`
    : `Opens the space ${quoted(space.name)} to everyone ${parent ? 'with access to the space that it is in' : 'with a role in the project'}.`;
  const spaces = await client.read(operationById('ListSpacesInProject'), { projectUuid }).catch(ignoreApiError);
  const inheriting = inheritingSpaces(spaceUuid, objects(spaces)).map(({ name }) => quoted(String(name)));
  return [
    effect,
    compareViewers(before, after).text,
    ...(inheriting.length > 0
      ? [`The same goes for ${count(inheriting, 'space')} inside of it (${shown(inheriting)}).`]
      : []),
    ...(typeof name === 'string' && name !== space.name ? [`Renames it to ${quoted(name)}.`] : []),
  ].join(' ');
};

/** The spaces inside of a space, at any depth, that have the access of what they are in (1.219). */
const inheritingSpaces = (spaceUuid: string, spaces: readonly JsonObject[]): readonly JsonObject[] =>
  spaces
    .filter((space) => space.parentSpaceUuid === spaceUuid && isPrivateSpace(space) !== true)
    .flatMap((child) => [child, ...inheritingSpaces(String(child.uuid), spaces)]);
