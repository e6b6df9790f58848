import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { type JsonObject, objects, text } from '../../text/json.ts';
import { normalizeName } from '../../text/names.ts';
import { quoted } from '../preview.ts';
import type { ToolContext } from '../tool.ts';

const lists = { chart: 'ListChartsInProject', dashboard: 'getDashboards', space: 'ListSpacesInProject' } as const;

/**
 * A note if there is another one of the same name in the same place, as after a call that was made twice. Lightdash takes
 * equal names.
 */
export async function sameNameNotes(
  kind: keyof typeof lists,
  created: JsonObject,
  projectUuid: string,
  { read }: ToolContext,
): Promise<readonly string[]> {
  const [name, uuid] = [text(created.name), text(created.uuid)];
  if (name === undefined || uuid === undefined) return [];
  const place = kind === 'space' ? 'parentSpaceUuid' : 'spaceUuid';
  const listed = objects(await read(operationById(lists[kind]), { projectUuid }).catch(ignoreApiError));
  const others = listed.filter(
    (item) =>
      item.uuid !== uuid &&
      normalizeName(text(item.name) ?? '') === normalizeName(name) &&
      text(item[place]) === text(created[place]),
  );
  const uuids = others.map((other) => String(other.uuid)).join(', ');
  return others.length > 0 ? [`there is another ${kind} named ${quoted(name)} in the same place: ${uuids}.`] : [];
}
