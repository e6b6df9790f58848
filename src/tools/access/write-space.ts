import * as z from 'zod';
import { InvalidInputError, ServerFaultError } from '../../lightdash/errors.ts';
import type { ArgumentsOf } from '../../operations/index.ts';
import { isObject, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { sameNameNotes } from '../content/same-name.ts';
import { isPrivateSpace } from '../content/space-privacy.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { withUuids } from '../organization/named-holders.ts';
import type { ToolContext } from '../tool.ts';
import { fetchList } from './access-lists.ts';
import { readSpaceAccess, type SpaceAccess } from './explain-access.ts';
import { explainSpace, fetchSpace, renderExplanation, type SpaceReference } from './space-explanation.ts';

const created = z.looseObject({ uuid: z.string() }).catch({ uuid: '' });

const createSpace: ToolHandler<'CreateSpaceInProject'> = async (operation, raw, context) => {
  const args = await withUuids(raw, context);
  const { projectUuid, parentSpaceUuid } = args;
  if (parentSpaceUuid !== undefined) {
    await assertNesting(context, { projectUuid, spaceUuid: parentSpaceUuid });
  }
  const { results } = await context.execute(operation, args);
  const reference = { projectUuid, spaceUuid: created.parse(results).uuid };
  // In the words of the call: names, if it has names.
  const access = args.access?.map((share, index) => ({ ...share, label: raw.access?.[index]?.userUuid }));
  return answerWithSpace(context, { reference, results, wanted: { ...args, access } });
};

const updateSpace: ToolHandler<'UpdateSpace'> = async (operation, args, context) => {
  const { projectUuid, spaceUuid } = args;
  const before = await fetchList(context, 'GetSpace', { projectUuid, spaceUuid });
  const wanted = completeChange(args, before);
  const { results } = await context.execute(operation, wanted);
  return answerWithSpace(context, { reference: args, results, wanted, before: readSpaceAccess(before) });
};

/**
 * The change with what it leaves as it is: 0.1366 requires name and privacy, 1.219 the name.
 *
 * @throws {ServerFaultError} if that is not in the response.
 */
function completeChange(args: ArgumentsOf<'UpdateSpace'>, current: unknown) {
  const { name, isPrivate } = args;
  if (name !== undefined && isPrivate !== undefined) return { ...args, name, isPrivate };
  const ownName = isObject(current) ? text(current.name) : undefined;
  if (!isObject(current) || ownName === undefined)
    throw new ServerFaultError('The space could not be read, so it was not changed.', {
      advice: 'Give both name and isPrivate.',
    });
  return { ...args, name: name ?? ownName, isPrivate: isPrivate ?? isPrivateSpace(current) };
}

interface WantedSpace {
  readonly name: string;
  readonly isPrivate: boolean | undefined;
  readonly parentSpaceUuid?: string | undefined;
  readonly access?:
    | readonly { readonly userUuid: string; readonly role: string; readonly label?: string | undefined }[]
    | undefined;
}

interface WrittenSpace {
  readonly reference: SpaceReference;
  /** Of the write. */
  readonly results: unknown;
  readonly wanted: WantedSpace;
  /** Undefined for a new space. */
  readonly before?: SpaceAccess;
}

/** Reads a written space back and reports every difference from the request. */
async function answerWithSpace(context: ToolContext, { reference, results, wanted, before }: WrittenSpace) {
  const space = (await fetchSpace(context, reference)) ?? readSpaceAccess(results);
  const unshared = differencesOfAccess(wanted, space);
  const differences = [...differencesFrom(wanted, space), ...unshared];
  const warning =
    differences.length > 0
      ? `\nNot as requested: ${differences.join('; ')}. Check it before relying on it.${unshared.length > 0 ? SHARES : ''}`
      : '';
  const explanation = await explainSpace(context, reference, space);
  const changed = before && changesOf(before, space);
  const changes = changed?.map((change) => `- ${change}\n`).join('') ?? '';
  const isSame = changed?.length === 0 && isPrivateSpace(space) !== undefined && differences.length === 0;
  const head = isSame ? 'Nothing changed. It was so before: the space' : `${before ? 'Changed' : 'Created'} the space`;
  const named = { name: space.name, uuid: reference.spaceUuid, parentSpaceUuid: space.parentSpaceUuid };
  const isNamed = before?.name !== space.name;
  const ofName = isNamed ? await sameNameNotes('space', named, reference.projectUuid, context) : [];
  const notes = ofName.map((note) => `\nNote: ${note}`).join('');
  return {
    text: `${head}, spaceUuid ${reference.spaceUuid}.${warning}${notes}\n${changes}${renderExplanation(explanation, context)}`,
    data: results,
  };
}

/** The differences between a space before and after a write. */
function changesOf(before: SpaceAccess, after: SpaceAccess): readonly string[] {
  const privacy = (space: SpaceAccess) => (isPrivateSpace(space) ? 'private' : 'open');
  const changes = [
    ['name', before.name, after.name],
    ['access', privacy(before), privacy(after)],
  ] as const;
  return changes.flatMap(([label, from, to]) => (from === to ? [] : [plainText(`${label} ${from} -> ${to}`)]));
}

function differencesFrom({ name, isPrivate: wanted, parentSpaceUuid }: WantedSpace, space: SpaceAccess): string[] {
  const closed = isPrivateSpace(space);
  return [
    closed !== undefined &&
      wanted !== undefined &&
      closed !== wanted &&
      `the space is ${closed ? 'private' : 'open'} instead of ${closed ? 'open' : 'private'}`,
    parentSpaceUuid !== undefined &&
      space.parentSpaceUuid !== parentSpaceUuid &&
      'the space is not inside of the requested parent',
    name.trim() !== space.name.trim() && `its name is "${plainText(space.name)}"`,
  ].filter((item) => item !== false);
}

const SHARES = ' assign_role shares a space; without a role in the project a share opens nothing.';

/** The requested shares that the space does not show: 1.219 ignores them all. */
const differencesOfAccess = ({ access = [] }: WantedSpace, space: SpaceAccess): string[] =>
  access.flatMap(({ userUuid, role, label = userUuid }) => {
    const now = space.access.find((item) => item.userUuid === userUuid)?.role;
    if (now === role) return [];
    return [plainText(now ? `${label} is ${now} in it, not ${role}` : `${label} has no access (wanted: ${role})`)];
  });

/**
 * Refuses nesting on a server without it: 0.1366 ignores `parentSpaceUuid` and creates the space at the top, visible to
 * others. Servers with nesting send `parentSpaceUuid` with every space.
 *
 * @throws {LightdashError} before anything was created.
 */
async function assertNesting(context: ToolContext, parent: SpaceReference): Promise<void> {
  const results = await fetchList(context, 'GetSpace', { ...parent });
  if (isObject(results) && 'parentSpaceUuid' in results) return;
  throw new InvalidInputError('This Lightdash has no nested spaces.', {
    advice: 'Nothing was created. Leave parentSpaceUuid out to create the space at the top.',
  });
}

/** Handlers that create and change spaces. */
export const writeSpaceHandlers = {
  CreateSpaceInProject: createSpace,
  UpdateSpace: updateSpace,
} satisfies ToolHandlers;
