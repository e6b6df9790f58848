import { operationById } from '../../operations/index.ts';
import { type CatalogTable, readCatalogTables } from './catalog-fields.ts';
import { allExplores, exploreNames, type Read } from './explores.ts';
import type { FieldIndex } from './field.ts';

/** Projects of no more explores are read whole. */
const MAX_WHOLE_EXPLORES = 20;
/** Explores read of a larger one. */
const MAX_READ = 12;
/** Explores read for one field. */
const MAX_PER_FIELD = 3;

/** The explores in which fields can be, read. */
interface ExploresForFields {
  readonly explores: readonly FieldIndex[];
  readonly unreadable: readonly string[];
  /** Number of explores that were not read: a field that is in none of the others may be in one of these. */
  readonly unread: number;
  /** Names of all explores that have a table, as far as the joins show. */
  readonly having: (table: string) => readonly string[];
}

/** Finds the explores of fields by a label, in a large project. */
type FindExplores = (written: string) => Promise<readonly string[]>;

/**
 * Reads the explores that can have fields, by the table with which their ids begin, or by a search for their labels. A
 * project of few explores is read whole.
 *
 * @param written field ids or labels.
 */
export async function exploresForFields(
  read: Read,
  projectUuid: string,
  written: readonly string[],
  find: FindExplores,
): Promise<ExploresForFields> {
  const names = await exploreNames(read, projectUuid);
  if (names.length <= MAX_WHOLE_EXPLORES) {
    const { explores, unreadable } = await allExplores(read, projectUuid, names);
    const having = (table: string) => explores.filter(({ tables }) => tables.some(({ name }) => name === table));
    return { explores, unreadable, unread: 0, having: (table) => having(table).map(({ name }) => name) };
  }
  const tables = readCatalogTables(await read(operationById('getCatalog'), { projectUuid, type: 'table' }));
  const wanted = new Set<string>();
  for (const text of written) {
    const ofTable = exploresOfId(text, tables).filter((name) => names.includes(name));
    const candidates = ofTable.length > 0 ? ofTable : await find(text);
    for (const name of candidates.slice(0, MAX_PER_FIELD)) wanted.add(name);
  }
  const chosen = [...wanted].slice(0, MAX_READ);
  const { explores, unreadable } = await allExplores(read, projectUuid, chosen);
  return { explores, unreadable, unread: names.length - chosen.length, having: (table) => exploresOf(table, tables) };
}

/** Explores that have the table with which an id begins; those of the longest name first, for `order` and `order_items`. */
function exploresOfId(id: string, tables: readonly CatalogTable[]): readonly string[] {
  const all = new Set(tables.flatMap(({ name, joined }) => [name, ...joined]));
  const starting = [...all].filter((table) => id.startsWith(`${table}_`)).sort((a, b) => b.length - a.length);
  return [...new Set(starting.flatMap((table) => exploresOf(table, tables).slice(0, 1)))];
}

/** The explores that have a table, its own first. */
const exploresOf = (table: string, tables: readonly CatalogTable[]): readonly string[] => [
  ...tables.filter(({ name }) => name === table).map(({ name }) => name),
  ...tables.filter(({ name, joined }) => name !== table && joined.includes(table)).map(({ name }) => name),
];
