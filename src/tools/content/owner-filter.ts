import { ignoreApiError } from '../../lightdash/errors.ts';
import { content } from '../../operations/routes/newer-releases.ts';
import { matchesAllWords } from '../../render/page.ts';
import { isObject, objects, text } from '../../text/json.ts';
import { plainText, quoteInput } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { fetchMembers, isOwnName, ownUser } from '../people/find-person.ts';
import type { ToolContext } from '../tool.ts';
import type { ContentItem } from './project-content.ts';

/** Names and id of a person, as far as a list has them. */
interface Person {
  readonly userUuid?: unknown;
  readonly firstName?: unknown;
  readonly lastName?: unknown;
}

/** The content of one owner. */
export interface Owners {
  owns(item: ContentItem): boolean;
  /** Sentences of an answer about owners. */
  notes(hasItems: boolean): readonly string[];
}

const MAX_NAMES = 20;

const nameOf = ({ firstName, lastName }: Person) =>
  plainText([firstName, lastName].map(text).filter(Boolean).join(' '));

/**
 * The content of an owner: a name or part of it, an e-mail address, or a userUuid.
 *
 * @throws {ArgumentsError} for an e-mail address that no member has, or that this token may not look up.
 */
export async function ownersOf(
  owner: string,
  projectUuid: string,
  items: readonly ContentItem[],
  context: ToolContext,
): Promise<Owners> {
  const makers = await makersOf(projectUuid, context);
  const ownerOf = (item: ContentItem): Person | undefined => makers.get(item.uuid) ?? item.changedBy;
  const isMe = isOwnName(owner);
  const userUuid = isMe
    ? (await ownUser(context)).userUuid
    : owner.includes('@')
      ? await uuidOfAddress(owner, context)
      : owner.toLowerCase();
  const isOwner = (person: Person | undefined) =>
    person !== undefined && (person.userUuid === userUuid || (!isMe && matchesAllWords(owner, [nameOf(person)])));
  return {
    owns: (item) => isOwner(ownerOf(item)),
    notes(hasItems) {
      const names = new Set(items.flatMap((item) => nameOf(ownerOf(item) ?? {}) || []));
      return [
        'Owner: who made it; of charts on explores, and on older servers of all, who changed it last: Lightdash says no more.',
        ...(hasItems || names.size === 0 ? [] : [`Owners here: ${[...names].slice(0, MAX_NAMES).join(', ')}.`]),
      ];
    },
  };
}

/** Lists of content have no addresses: the members of the organization have. */
async function uuidOfAddress(address: string, context: ToolContext): Promise<string> {
  const members = await fetchMembers(context).catch(ignoreApiError);
  const member = members?.find(({ email }) => email.toLowerCase() === address.trim().toLowerCase());
  if (member !== undefined) return member.userUuid;
  const reason = members === undefined ? 'this token may not list the members' : 'no member of the organization has it';
  throw new ArgumentsError([
    `owner: ${quoteInput(address)} cannot be looked up: ${reason}; a name finds what people made who have left, too`,
  ]);
}

/**
 * Makers of the dashboards, SQL charts and spaces of a project, by uuid. Lightdash does not say it of charts on explores,
 * and older servers of nothing.
 */
async function makersOf(projectUuid: string, context: ToolContext): Promise<ReadonlyMap<string, Person>> {
  if (!(await context.server.get()).isNewer) return new Map();
  const contentTypes = ['chart', 'dashboard', 'space'];
  const page = await context.read(content, { projectUuids: projectUuid, contentTypes, page: 1, pageSize: 5_000 });
  return new Map(
    objects(isObject(page) ? page.data : undefined).flatMap(({ uuid, createdBy }) =>
      typeof uuid === 'string' && isObject(createdBy)
        ? [[uuid, { userUuid: createdBy.uuid, firstName: createdBy.firstName, lastName: createdBy.lastName }] as const]
        : [],
    ),
  );
}
