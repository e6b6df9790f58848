import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { SandboxError } from '../errors.ts';
import { notExists, notSignedIn } from '../http/refusals.ts';
import type { UserContext } from '../http/route.ts';
import type { Release } from '../release/releases.ts';
import {
  type Explore,
  type ExploreField,
  type ExploreTable,
  getFieldId,
  type MetricQuery,
} from '../warehouse/index.ts';
import type { Project, User } from './records.ts';
import type { BrokenExplore, Store, StoredExplore } from './store.ts';

const field = z.looseObject({ name: z.string(), table: z.string(), label: z.string(), type: z.string() });
const table = z.looseObject({
  name: z.string(),
  label: z.string(),
  dimensions: z.record(z.string(), field),
  metrics: z.record(z.string(), field),
});
const compiled = z.looseObject({
  name: z.string(),
  label: z.string(),
  baseTable: z.string(),
  joinedTables: z.array(z.looseObject({ table: z.string() })),
  tables: z.record(z.string(), table),
});
const broken = z.looseObject({
  name: z.string(),
  label: z.string().default(''),
  errors: z.array(z.object({ type: z.string(), message: z.string() })),
});

const isCompiled = (value: unknown) => compiled.safeParse(value).success;
const anyExplores = z.array(z.union([broken, z.custom<Explore>(isCompiled)]));

/**
 * Explores as `PUT /explores` takes them. What they hold is hardly checked, as little as the real server does.
 * @throws if it is not a list of explores
 */
export function readExplores(value: unknown): StoredExplore[] {
  return anyExplores.parse(asPostgresKeepsIt(value));
}

/** The explores of the Roastery project; 1.219 has one more, with its own features: parameters, hints, defaults, formats. */
export async function loadExplores(dataDir: string, release: Release): Promise<StoredExplore[]> {
  const files = release === '0.1366' ? ['explores.json'] : ['explores.json', 'todays-explores.json'];
  const read = async (file: string) => readExplores(JSON.parse(await readFile(join(dataDir, file), 'utf8')));
  return (await Promise.all(files.map(read))).flat();
}

/** Lightdash keeps explores as `jsonb`, which orders keys by length and then by letter; lists of fields come in that order. */
function asPostgresKeepsIt(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asPostgresKeepsIt);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
      .map(([key, inner]) => [key, asPostgresKeepsIt(inner)]),
  );
}

/** True for an explore that did not compile. */
export const isBroken = (explore: StoredExplore): explore is BrokenExplore => 'errors' in explore;

/** The compiled explores of a project with the fields that this user may see. */
export function exploresFor(store: Store, user: User, project: Project): Explore[] {
  const all = store.explores.get(project.projectUuid)?.all ?? [];
  const values = attributeValues(store, user);
  return all
    .filter((explore): explore is Explore => !isBroken(explore))
    .map((explore) => withoutHidden(explore, values));
}

/**
 * One explore as this user may see it.
 * @throws 404 when the project has none of that name, or it did not compile
 */
export function exploreFor({ store, user }: UserContext, project: Project, name: string): Explore {
  const exploreSet = store.explores.get(project.projectUuid);
  const explore = exploreSet?.all.find((storedExplore) => storedExplore.name === name);
  if (!explore || exploreSet?.isDeleted) throw notExists(`Explore "${name}" does not exist.`);
  if (isBroken(explore)) throw notExists(`Explore "${name}" has an error.`);
  return withoutHidden(explore, attributeValues(store, user));
}

/** The refusal of 1.219 for a query about a field that is there and hidden from this user; undefined for any other. */
export function mayNotSee(
  { store, user }: UserContext,
  project: Project,
  { exploreName, dimensions, metrics }: MetricQuery,
): SandboxError | undefined {
  const explore = store.explores
    .get(project.projectUuid)
    ?.all.find((storedExplore) => storedExplore.name === exploreName);
  if (explore === undefined || isBroken(explore)) return undefined;
  const visibleExplore = withoutHidden(explore, attributeValues(store, user));
  const has = (explore: Explore, id: string) =>
    Object.values(explore.tables).some((table) =>
      [table.dimensions, table.metrics].flatMap(Object.values).some((field) => getFieldId(field) === id),
    );
  const hidden = [...dimensions, ...metrics].some((id) => has(explore, id) && !has(visibleExplore, id));
  return hidden ? notSignedIn("You don't have authorization to access this explore") : undefined;
}

/** The attribute, as `name,value`, that a field requires and the user lacks; undefined for a visible field. */
export function missingAttribute(
  { store, user }: UserContext,
  project: Project,
  exploreName: string,
  fieldId: string,
): string | undefined {
  const explore = store.explores
    .get(project.projectUuid)
    ?.all.find((storedExplore) => storedExplore.name === exploreName);
  if (explore === undefined || isBroken(explore)) return undefined;
  const fields = Object.values(explore.tables).flatMap((exploreTable) => Object.values(exploreTable.dimensions));
  const required = fields.find((exploreField) => getFieldId(exploreField) === fieldId)?.requiredAttributes;
  if (typeof required !== 'object' || required === null || satisfies(required, attributeValues(store, user))) return;
  return Object.entries(required)
    .map((item) => item.join(','))
    .join(';');
}

type AttributeValues = Map<string, string[]>;

/** Values of the user's attributes by name: their own, else those of their groups, else the default. */
function attributeValues(store: Store, user: User): AttributeValues {
  const values: AttributeValues = new Map();
  for (const attribute of store.attributes.values()) {
    if (attribute.organizationUuid !== user.organizationUuid) continue;
    const direct = attribute.users.filter((item) => item.userUuid === user.userUuid).map((user) => user.value);
    const throughGroups = attribute.groups
      .filter((group) => store.groups.get(group.groupUuid)?.memberUuids.includes(user.userUuid))
      .map((group) => group.value);
    const attributeValue = [...direct, ...throughGroups];
    values.set(attribute.name, attributeValue.length > 0 ? attributeValue : attribute.attributeDefaults);
  }
  return values;
}

function satisfies(required: unknown, values: AttributeValues): boolean {
  if (typeof required !== 'object' || required === null) return true;
  return Object.entries(required).every(([name, requiredValue]) => {
    const accepted: unknown[] = Array.isArray(requiredValue) ? requiredValue : [requiredValue];
    return (values.get(name) ?? []).some((value) => accepted.includes(value));
  });
}

/** Fields and joined tables that need an attribute the user lacks are left out, as if they did not exist. */
function withoutHidden(explore: Explore, values: AttributeValues): Explore {
  const visible = (item: ExploreField | ExploreTable) => satisfies(item.requiredAttributes, values);
  const visibleFields = (fields: Readonly<Record<string, ExploreField>>) =>
    Object.fromEntries(Object.entries(fields).filter(([, field]) => visible(field)));
  const tables = Object.entries(explore.tables).filter(([, table]) => visible(table));
  return {
    ...explore,
    tables: Object.fromEntries(
      tables.map(([name, table]) => [
        name,
        { ...table, dimensions: visibleFields(table.dimensions), metrics: visibleFields(table.metrics) },
      ]),
    ),
  };
}
