import * as z from 'zod';
import { isObject } from '../text/json.ts';

/** Names under which models write the same argument, without case and `_`. */
const SAME: readonly (readonly string[])[] = [
  ['search', 'words', 'searchquery', 'query', 'keyword', 'q'],
  ['limit', 'pagesize', 'maxrows', 'rowlimit', 'maxresults', 'rows'],
  ['offset', 'skip'],
  ['uses', 'usesfield', 'usefield'],
  ['projectuuid', 'projectid', 'project', 'projectname'],
  ['exploreid', 'explore', 'explorename', 'tablename'],
  ['fieldid', 'field', 'fieldname'],
  ['chartuuid', 'chartid', 'chart', 'chartname', 'savedchartuuid'],
  ['dashboarduuid', 'dashboardid', 'dashboard', 'dashboardname'],
  ['spaceuuid', 'spaceid', 'space', 'spacename'],
  ['scheduleruuid', 'schedulerid', 'scheduler', 'delivery', 'deliveryuuid'],
  ['useruuid', 'userid', 'user', 'person'],
  ['groupuuid', 'groupid', 'group', 'groupname'],
  ['taguuid', 'tagid', 'tag'],
  ['versionuuid', 'versionid', 'version'],
  ['tileuuid', 'tileid', 'tile'],
  ['commentid', 'commentuuid', 'comment'],
  ['userattributeuuid', 'attributeuuid', 'attributeid', 'attribute', 'userattribute'],
  ['queryuuid', 'queryid'],
  ['as', 'show', 'charttype'],
  ['markdown', 'text'],
];

/**
 * The arguments under the names of the schema, also inside of objects and lists of them: in another spelling
 * (`chart_uuid`), or by another name for the same thing (`chart`), if there is exactly one argument that it can be and that
 * is not written as well. Other names stay, and are refused later.
 */
export function asNamed(schema: z.ZodObject, raw: unknown): unknown {
  if (!isObject(raw)) return raw;
  const names = Object.keys(schema.shape);
  const written = new Set(Object.keys(raw).filter((key) => raw[key] !== undefined && raw[key] !== null));
  const free = names.filter((name) => !written.has(name));
  const renamed = new Map<string, string>();
  for (const key of written) {
    if (names.includes(key)) continue;
    const [name, ...others] = matchingNames(key, free);
    if (name !== undefined && others.length === 0) renamed.set(key, name);
  }
  // Two keys for one argument: neither is certain.
  const targets = [...renamed.values()];
  return Object.fromEntries(
    Object.entries(raw)
      .filter(([key]) => written.has(key) || !targets.includes(key))
      .map(([key, value]) => {
        const target = renamed.get(key);
        const isCertain = target !== undefined && targets.filter((name) => name === target).length === 1;
        const name = isCertain ? target : key;
        return [name, namedInside(schema.shape[name], value)];
      }),
  );
}

/** An argument of an object or a list of objects with the names of their schema. */
function namedInside(schema: z.core.$ZodType | undefined, value: unknown): unknown {
  if (schema instanceof z.ZodObject) return asNamed(schema, value);
  if (schema instanceof z.ZodArray && Array.isArray(value))
    return value.map((item) => namedInside(schema.element, item));
  const isWrapper =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable;
  return isWrapper ? namedInside(schema.def.innerType, value) : value;
}

const plainName = (name: string): string => name.replace(/[_\s-]/g, '').toLowerCase();

/** Arguments of a tool that a key can mean: those in another spelling, else those for the same thing. */
export function matchingNames(key: string, names: readonly string[]): readonly string[] {
  const normalized = plainName(key);
  const spelled = names.filter((name) => plainName(name) === normalized);
  if (spelled.length > 0) return spelled;
  const synonyms = SAME.find((line) => line.includes(normalized)) ?? [];
  return names.filter((name) => synonyms.includes(plainName(name)));
}
