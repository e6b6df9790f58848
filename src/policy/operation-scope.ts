import type { ReferenceKind } from '../operations/references.ts';
import { isObject } from '../text/json.ts';
import type { ToolArguments } from '../tools/tool.ts';
import { isUnclassifiedId, type Reference, referenceKindOf } from './project-references.ts';

// The parts of a project that an operation without a tool names. Its arguments were not reviewed: what could be an id
// and cannot be looked up makes the call refused if projects are restricted.

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Content named by a plain `uuid` and its type. */
const contentKinds: ReadonlyMap<unknown, ReferenceKind> = new Map([
  ['chart', 'chart'],
  ['dashboard', 'dashboard'],
  ['space', 'space'],
]);

/** Names of arguments that only these operations have, by what they name. */
const otherKinds: ReadonlyMap<string, ReferenceKind> = new Map([
  ['projectUuids', 'project'],
  ['previewProjectUuid', 'project'],
  ['chartUuidOrSlug', 'chart'],
  ['dashboardUuidOrSlug', 'dashboard'],
  ['spaceUuids', 'space'],
  ['schedulerUuids', 'scheduler'],
  ['targetSpaceUuid', 'space'],
]);

/** Names that look like an id and are none of a project's things: fields, people, roles, clients of other services. */
const OF_NO_PROJECT =
  /^(user|group|role|client|channel|oauth\w*|hmacKey|accessKey|authorizationServer|schema|resourceType|featureFlag|tool\w*|node|grid)Ids?$|^(role|colorPalette|customRole)Uuids?$|User(Uuid|Id)s?$|(field|dimension|metric|item)Ids?$/i;

/** Operations on what belongs to the organization: their ids are of no project. */
const OF_ORGANIZATION =
  /^\/api\/v\d\/(orgs?|groups|users?|invite-links|feature-flag|notifications|scim|ssh|github|gitlab|slack|gdrive|ee\/homepage)(\/|$)/;

/** The project and ids that the arguments of an operation name. */
interface OperationReferences {
  readonly references: readonly Reference[];
  /** Names of what may be an id of something that cannot be looked up. */
  readonly unclassified: readonly string[];
}

/** Everything of a project that the arguments name, at any depth. */
export function operationReferences(path: string, args: ToolArguments): OperationReferences {
  const references: Reference[] = [];
  const unclassified: string[] = [];
  const isInProject = path.includes('{projectUuid}');
  const isOfOrganization = OF_ORGANIZATION.test(path);

  const collect = (name: string, value: unknown, siblings: Readonly<Record<string, unknown>>, depth: number): void => {
    if (value === null || value === undefined || typeof value === 'boolean') return;
    if (Array.isArray(value)) {
      for (const item of value) collect(name, item, siblings, depth);
    } else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) collect(key, inner, value, depth + 1);
    } else {
      const id = String(value);
      const kind = kindOf(path, name, siblings);
      // A slug names something in the project of the path, and without one something anywhere.
      const isSlug = /OrSlug$/.test(name) && !UUID.test(id);
      if (kind !== undefined && !isSlug) references.push({ kind, name, id });
      else if (isSlug ? !isInProject && !isOfOrganization : isUnknown(name, id, siblings, depth))
        unclassified.push(name);
    }
  };
  /** True if a value may be the id of something that cannot be looked up. */
  const isUnknown = (name: string, id: string, siblings: Readonly<Record<string, unknown>>, depth: number): boolean => {
    if (OF_NO_PROJECT.test(name) || (isOfOrganization && depth === 0)) return false;
    // Rules of filters have ids of their own, and so have the sources of a query.
    if (name === 'id' && depth > 0) return UUID.test(id) && !FILTER_KEYS.some((key) => key in siblings);
    if (/^(uuid|id)s?$/.test(name) || isUnclassifiedId(name)) return true;
    return UUID.test(id) && !/(uuid|id)s?$/i.test(name);
  };
  for (const [name, value] of Object.entries(args)) collect(name, value, args, 0);
  return { references, unclassified };
}

const FILTER_KEYS = ['operator', 'target', 'and', 'or'];

function kindOf(path: string, name: string, siblings: Readonly<Record<string, unknown>>): ReferenceKind | undefined {
  if (name === 'uuid') {
    if (path.includes('/sqlRunner/saved/{uuid}')) return 'sqlChart';
    const content = contentKinds.get(siblings.contentType);
    return content === 'chart' && siblings.source === 'sql' ? 'sqlChart' : content;
  }
  // A path is that of a file here, and categories are words.
  if (name === 'path' || name === 'categories') return undefined;
  return otherKinds.get(name) ?? referenceKindOf(name);
}
