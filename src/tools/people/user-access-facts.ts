import { mapConcurrent } from '../../async/map-concurrent.ts';
import { NotAllowedError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { contentWithPeople, deliveriesOfProject } from '../../operations/routes/administration.ts';
import { isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { isPrivateSpace } from '../content/space-privacy.ts';
import type { ToolContext } from '../tool.ts';
import type { ProjectFacts, SpaceFacts } from './access-losses.ts';
import type { Member, PeopleClient } from './find-person.ts';
import { fetchAssignments, roleSources } from './project-assignments.ts';

const CONCURRENCY = 6;
/** Spaces read one by one for a call. */
const MAX_SPACES = 150;

/** Result of a read, or undefined if this token may not read it. */
export async function ifAllowed<Result>(reading: Promise<Result>): Promise<Result | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof NotAllowedError) return undefined;
    throw error;
  }
}

/** The client that also knows if the settings leave projects out. */
export type RestrictedClient = PeopleClient & Pick<ToolContext, 'settings'>;

/** A sentence on the projects that the settings of this server leave out; empty if they leave none out. */
export const projectsLeftOut = ({ settings }: RestrictedClient): string =>
  settings.isRestricted ? ' Projects outside of the settings of this server were not looked at.' : '';

interface ProjectName {
  readonly projectUuid: string;
  readonly name: string;
}

/** The projects that this token sees and the settings allow, previews last. */
export async function fetchProjects(client: PeopleClient): Promise<readonly ProjectName[]> {
  const { results } = await client.execute(operationById('ListOrganizationProjects'), {});
  const isPreview = ({ type }: JsonObject) => Number(type === 'PREVIEW');
  return objects(results)
    .toSorted((left, right) => isPreview(left) - isPreview(right))
    .map((project) => ({
      projectUuid: text(project.projectUuid) ?? '',
      name: plainText(text(project.name) ?? '?'),
    }));
}

/** Access of a member to a project, with the spaces that were not read. */
export interface ReadProject {
  readonly facts: ProjectFacts;
  readonly spacesUnread: number;
  /** False if this token sees its own spaces alone. */
  readonly seesAllSpaces: boolean;
}

/** Roles and spaces of a member in a project; undefined if this token may not read who has a role. */
export async function readProject(
  client: PeopleClient,
  member: Member,
  { projectUuid, name }: ProjectName,
): Promise<ReadProject | undefined> {
  const assignments = await ifAllowed(fetchAssignments(client, projectUuid));
  if (assignments === undefined) return undefined;
  const sources = roleSources(member, assignments);
  if (sources.length === 0)
    return { facts: { projectUuid, name, sources, spaces: [] }, spacesUnread: 0, seesAllSpaces: true };
  const listed = objects((await client.execute(operationById('ListSpacesInProject'), { projectUuid })).results);
  const needed = listed.filter((space) => mayBeShared(space, member));
  const read = needed.slice(0, MAX_SPACES);
  const details = new Map<unknown, JsonObject>();
  await mapConcurrent(read, CONCURRENCY, async ({ uuid }) => {
    const { results } = await client.execute(operationById('GetSpace'), { projectUuid, spaceUuid: uuid });
    if (isObject(results)) details.set(uuid, results);
  });
  const spaces = listed.map((space) => spaceFacts(space, details.get(space.uuid), member));
  const isAdminOf = ({ userAccess }: JsonObject) => isObject(userAccess) && userAccess.inheritedRole === 'admin';
  const seesAllSpaces = listed.length > 0 ? listed.some(isAdminOf) : await isOrganizationAdmin(client);
  return { facts: { projectUuid, name, sources, spaces }, spacesUnread: needed.length - read.length, seesAllSpaces };
}

async function isOrganizationAdmin(client: PeopleClient): Promise<boolean> {
  const user = await client.read(operationById('GetAuthenticatedUser'), {});
  return isObject(user) && user.role === 'admin';
}

/** 1.219 lists members of groups with a share, too; 0.1366 lists direct shares alone, so that each space has to be read. */
const mayBeShared = (space: JsonObject, { userUuid }: Member): boolean =>
  space.isPrivate !== undefined || texts(space.access).includes(userUuid);

function spaceFacts(listed: JsonObject, details: JsonObject | undefined, member: Member): SpaceFacts {
  const entry = objects(details?.access).find(({ userUuid }) => userUuid === member.userUuid);
  const groups = objects(details?.groupsAccess).flatMap(({ groupUuid, spaceRole }) => {
    const group = member.groups.find(({ uuid }) => uuid === groupUuid);
    return group ? [{ group, role: text(spaceRole) ?? 'viewer' }] : [];
  });
  return {
    uuid: text(listed.uuid) ?? '',
    name: plainText(text(listed.name) ?? '?'),
    parentUuid: text(listed.parentSpaceUuid),
    isClosed: isPrivateSpace(listed) === true,
    isShared: directShare(listed, member, entry, groups),
    groups,
    listedRole: text(entry?.role),
  };
}

function directShare(
  listed: JsonObject,
  { userUuid }: Member,
  entry: JsonObject | undefined,
  groups: SpaceFacts['groups'],
): boolean | 'maybe' {
  if (!texts(listed.access).includes(userUuid)) return false;
  if (listed.isPrivate !== undefined || groups.length === 0) return true;
  // The list of 1.219 names members of groups as well: only another role than theirs proves a direct share.
  const isByRole = entry === undefined || groups.some(({ role }) => role === entry.role) || entry.role === 'admin';
  return isByRole ? 'maybe' : true;
}

/** Content and deliveries that hang on a person in a project. */
export interface OwnedContent {
  /** Relation of the person to the content, as far as this release says it. */
  readonly verb: string;
  readonly charts: readonly string[];
  readonly dashboards: readonly string[];
  /** Undefined if this token may not list them. */
  readonly deliveries: readonly string[] | undefined;
  /** Deliveries that are mailed to them, by others too: no role stops those. Undefined if this token may not list them. */
  readonly received: readonly string[] | undefined;
  /** True if the project has more content than one page. */
  readonly isCut: boolean;
}

/** Charts, dashboards and deliveries of a person in one project. */
export async function fetchOwned(
  client: PeopleClient,
  { userUuid, email }: Pick<Member, 'userUuid' | 'email'>,
  projectUuid: string,
): Promise<OwnedContent> {
  const [content, deliveries] = await Promise.all([
    client.execute(contentWithPeople, { projectUuid }).then(({ results }) => results),
    ifAllowed(client.execute(deliveriesOfProject, { projectUuid })),
  ]);
  const listed = deliveries && wholeListOf(deliveries.results);
  const sent = { deliveries: listed && runBy(userUuid, listed), received: listed?.filter(goesTo(email)).map(nameOf) };
  if (isObject(content)) {
    // 1.219 does not say who created a chart of an explore.
    const mine = objects(content.data).filter(({ createdBy, lastUpdatedBy }) => {
      const person = createdBy ?? lastUpdatedBy;
      return isObject(person) && person.uuid === userUuid;
    });
    const ofType = (type: string) => mine.filter(({ contentType }) => contentType === type).map(nameOf);
    const pages = isObject(content.pagination) ? content.pagination.totalPageCount : 1;
    return {
      verb: 'created (charts of explores: changed last)',
      charts: ofType('chart'),
      dashboards: ofType('dashboard'),
      ...sent,
      isCut: Number(pages) > 1,
    };
  }
  const { results } = await client.execute(operationById('getDashboards'), { projectUuid });
  const changedByThem = (list: unknown) =>
    objects(list)
      .filter(({ updatedByUser }) => isObject(updatedByUser) && updatedByUser.userUuid === userUuid)
      .map(nameOf);
  return {
    verb: 'changed last',
    charts: changedByThem(content),
    dashboards: changedByThem(results),
    ...sent,
    isCut: false,
  };
}

/** Names of the deliveries that a person runs in a project; undefined if not all are listed, or none with its owner. */
export async function fetchDeliveriesRunBy(
  client: PeopleClient,
  userUuid: string,
  projectUuid: string,
): Promise<readonly string[] | undefined> {
  const response = await ifAllowed(client.execute(deliveriesOfProject, { projectUuid }));
  const listed = response && wholeListOf(response.results);
  return listed && runBy(userUuid, listed);
}

/** The deliveries of a list; undefined if it is a part. */
function wholeListOf(results: unknown): readonly JsonObject[] | undefined {
  const { data, schedulers, pagination } = isObject(results) ? results : {};
  return isObject(pagination) && Number(pagination.totalPageCount) > 1 ? undefined : objects(data ?? schedulers);
}

const goesTo =
  (email: string) =>
  ({ targets }: JsonObject): boolean =>
    objects(targets).some(({ recipient }) => text(recipient)?.toLowerCase() === email.toLowerCase());

/** Names of the deliveries that a person runs; undefined if the list says of none who made it. */
function runBy(userUuid: string, listed: readonly JsonObject[]): readonly string[] | undefined {
  if (listed.length > 0 && listed.every(({ createdBy }) => createdBy === undefined)) return undefined;
  return listed.filter(({ createdBy }) => createdBy === userUuid).map(nameOf);
}

const nameOf = ({ name }: JsonObject): string => plainText(text(name) ?? 'without a name');
