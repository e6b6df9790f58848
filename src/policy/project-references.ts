import * as z from 'zod';
import { isUuid } from '../operations/fields.ts';
import { argumentReferences, type ReferenceKind, type ScopeDeclaration } from '../operations/references.ts';
import { schemaOf } from '../tools/arguments.ts';
import type { Tool, ToolArguments } from '../tools/tool.ts';

/** A reference of a call to an object of a project. */
export interface Reference {
  readonly kind: ReferenceKind;
  /** Name of the argument, for the refusal. */
  readonly name: string;
  readonly id: string;
}

/** Kind of the object that an argument of this name identifies; undefined if it belongs to no project or is unknown. */
export function referenceKindOf(name: string): ReferenceKind | undefined {
  const kind = referenceKind(name, {});
  return kind === 'none' ? undefined : kind;
}

const looksLikeId = (name: string) => /(uuid|id)s?$/i.test(name);

/** Kind of the object that an argument identifies; `none` if it belongs to no project, undefined if it is not declared. */
function referenceKind(name: string, declared: ScopeDeclaration): ReferenceKind | 'none' | undefined {
  if (declared.references && Object.hasOwn(declared.references, name)) return declared.references[name];
  return Object.hasOwn(argumentReferences, name) ? argumentReferences[name] : undefined;
}

/** True for the name of an id that is not declared: its tool is refused if projects are restricted. */
export const isUnclassifiedId = (name: string, declared: ScopeDeclaration = {}): boolean =>
  looksLikeId(name) && referenceKind(name, declared) === undefined;

/** Kinds of content that a call may name instead of its uuid. */
const NAMED_KINDS = ['chart', 'sqlChart', 'dashboard', 'space'] as const;

/** Something that a call names instead of its uuid. */
export interface NamedObject {
  readonly kind: (typeof NAMED_KINDS)[number] | 'user' | 'group' | 'attribute';
  readonly argument: string;
  readonly name: string;
}

/** The things that the arguments of a call name instead of their uuids. */
export function namedObjects(tool: Tool, args: ToolArguments): NamedObject[] {
  return Object.entries(args).flatMap(([argument, value]) => {
    if (typeof value !== 'string' || value.trim() === '' || BROKEN_UUID.test(value.trim())) return [];
    const kind = namedKind(tool, argument);
    const schema: z.ZodType | undefined = kind && schemaOf(tool).shape[argument];
    return kind === undefined || schema === undefined || schema.safeParse(value).success
      ? []
      : [{ kind, argument, name: value }];
  });
}

/** Hexadecimal digits and dashes that are no uuid are not taken for a name. */
const BROKEN_UUID = /^[0-9a-f-]{24,}$/i;

function namedKind(tool: Tool, argument: string): NamedObject['kind'] | undefined {
  if (argument === 'userUuid') return 'user';
  if (argument === 'groupUuid') return 'group';
  if (argument === 'userAttributeUuid') return 'attribute';
  const kind = referenceKind(argument, scopeOf(tool));
  return NAMED_KINDS.find((named) => named === kind);
}

/** Toolsets whose operations are about the organization, not a project. */
const organizationToolsets: readonly string[] = ['organization', 'groups', 'attributes', 'account'];

/** Treatment of a tool if projects are restricted; docs/policy.md is generated from it. */
export type ProjectRule =
  /** Every project among the arguments must be allowed. */
  | 'argument'
  /** Referenced objects are looked up first: each must be in an allowed project. */
  | 'looked up'
  /** The answer is cut down to the allowed projects. */
  | 'filtered'
  /** Reads kept results of allowed calls; a project that it names must be allowed. */
  | 'local'
  /** By everything that the arguments hold; an operation that names no project is of the organization. */
  | 'operation'
  /** Of no project: refused unless LIGHTDASH_ALLOW_ORGANIZATION is set. */
  | 'organization'
  /** Always refused. */
  | 'refused';

/** Scope declaration of a tool: its own, or that of its operation. */
export const scopeOf = (tool: Pick<Tool, 'operation' | 'scope'>): ScopeDeclaration =>
  tool.scope ?? tool.operation ?? {};

/** The rule for a tool, by its declaration and the names of its arguments. */
export function projectRule(
  tool: Pick<Tool, 'toolset' | 'operation' | 'scope'>,
  argumentNames: readonly string[],
): ProjectRule {
  const declared = scopeOf(tool);
  if (tool.toolset === 'api') return 'operation';
  if (declared.scope === 'filtered' || declared.scope === 'local' || declared.scope === 'refused')
    return declared.scope;
  if (argumentNames.some((name) => isUnclassifiedId(name, declared))) return 'refused';
  if (declared.scope === 'organization' || organizationToolsets.includes(tool.toolset)) return 'organization';
  const kinds = argumentNames.map((name) =>
    declared.nestedReferences?.includes(name) ? 'nested' : (referenceKind(name, declared) ?? 'none'),
  );
  const referring = kinds.filter((kind) => kind !== 'none');
  if (referring.length === 0) return 'organization';
  return referring.every((kind) => kind === 'project') ? 'argument' : 'looked up';
}

/**
 * References of a call: arguments by their names, and at any depth of those that are declared as nested.
 *
 * @returns also the names of ids inside of bodies that are not declared.
 */
export function referencesIn(
  args: ToolArguments,
  declared: ScopeDeclaration,
): { references: Reference[]; unclassified: string[] } {
  const references: Reference[] = [];
  const unclassified: string[] = [];

  const take = (name: string, value: unknown) => {
    const kind = referenceKind(name, declared);
    if (kind === undefined || kind === 'none') return;
    for (const id of [value].flat(Number.POSITIVE_INFINITY)) {
      if (id === null || id === undefined) continue;
      // An object in place of an id cannot be looked up, and is refused.
      references.push({ kind, name, id: typeof id === 'object' ? JSON.stringify(id) : String(id) });
    }
  };
  const search = (value: unknown, inside: string) => {
    if (Array.isArray(value)) {
      for (const item of value) search(item, inside);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        // A filter has an id that refers to nothing.
        const isOfFilter = name === 'id' && inside === 'filters';
        if (isUnclassifiedId(name, declared) && inner !== null && !isOfFilter) unclassified.push(name);
        // A name in place of a uuid is looked up in the project of the call.
        if (inside === 'dashboards' && (name === 'uuid' || name === 'spaceUuid') && !isUuid(String(inner))) continue;
        // Inside of bodies, `path` and `categories` are not references.
        if (name !== 'path' && name !== 'categories') take(name, inner);
        if (name === 'uuid' && inside === 'dashboards') references.push({ kind: 'dashboard', name, id: String(inner) });
        search(inner, name);
      }
    }
  };
  for (const [name, value] of Object.entries(args)) {
    take(name, value);
    if (name === 'items') {
      const items = pinnedIn(value);
      references.push(...items.placed);
      unclassified.push(...items.unclassified);
    }
    if (declared.nestedReferences?.includes(name)) search(value, name);
  }
  return { references, unclassified };
}

const pinned = z.array(z.looseObject({ type: z.string(), data: z.looseObject({ uuid: z.string() }) })).catch([]);
const pinnedKinds: readonly ReferenceKind[] = ['chart', 'dashboard', 'space'];

/** update_pinned_items_order has a type next to a plain `uuid`; newer servers pin other types too. */
function pinnedIn(items: unknown): { placed: Reference[]; unclassified: string[] } {
  const all = pinned
    .parse(items)
    .map(({ type, data }) => ({ type, kind: pinnedKinds.find((referenceKind) => referenceKind === type), data }));
  return {
    placed: all.flatMap(({ type, kind, data }) => (kind ? [{ kind, name: `${type}Uuid`, id: data.uuid }] : [])),
    unclassified: all.flatMap(({ type, kind }) => (kind ? [] : [`${type.slice(0, 50)} uuid`])),
  };
}
