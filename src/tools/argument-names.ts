import type * as z from 'zod';
import { isObject } from '../text/json.ts';

/** Names under which models write the same argument, without case and `_`. */
const SAME: readonly (readonly string[])[] = [
  ['search', 'words', 'searchquery', 'query', 'keyword', 'q'],
  ['limit', 'pagesize', 'maxrows', 'rowlimit', 'maxresults'],
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
];

/**
 * The arguments under the names of the schema: in another spelling (`chart_uuid`), or by another name for the same thing
 * (`chart`), if the tool has exactly one argument that it can be and that is not written as well. Other names stay, and are
 * refused later.
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
        const name = renamed.get(key);
        return [name !== undefined && targets.filter((target) => target === name).length === 1 ? name : key, value];
      }),
  );
}

const plainName = (name: string): string => name.replace(/[_\s-]/g, '').toLowerCase();

/** Arguments of a tool that a key can mean: those in another spelling, else those for the same thing. */
export function matchingNames(key: string, names: readonly string[]): readonly string[] {
  const normalized = plainName(key);
  const spelled = names.filter((name) => plainName(name) === normalized);
  if (spelled.length > 0) return spelled;
  const same = SAME.find((line) => line.includes(normalized)) ?? [];
  return names.filter((name) => same.includes(plainName(name)));
}
