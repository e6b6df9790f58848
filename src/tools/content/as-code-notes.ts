import { exploreOf } from '../../query/fields/explores.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { accessChangeOfMove } from '../access/access-change.ts';
import { dashboardFilterNotes } from '../dashboards/dashboard-filter-notes.ts';
import { filterValueNotes, orUnverified } from '../query/saved-filter-notes.ts';
import type { ToolContext } from '../tool.ts';
import type { CodeItem } from './as-code-item.ts';

/** The item as it is in Lightdash, and the spaces around it. */
interface CurrentState {
  /** Undefined if the item is new. */
  readonly before: JsonObject | undefined;
  /** Uuids of the spaces by their paths of slugs. */
  readonly spaces: ReadonlyMap<string, string>;
  readonly projectUuid: string;
}

/** Everything that a person should hear of before an item is applied, besides its diff. */
export async function notesOf(item: CodeItem, state: CurrentState, context: ToolContext): Promise<readonly string[]> {
  const { kind, code } = item;
  const ofKind = kind === 'dashboard' ? dashboardNotes(code, state, context) : chartNotes(code, state, context);
  return [...changedMeanwhile(item, state.before), ...(await moveNotes(item, state, context)), ...(await ofKind)];
}

/** The code carries the state that it was read in. */
function changedMeanwhile({ code }: CodeItem, before: JsonObject | undefined): readonly string[] {
  const [read, now] = [moment(code.updatedAt), moment(before?.updatedAt)];
  if (read === undefined || now === undefined || now <= read) return [];
  return [
    `It was changed in Lightdash at ${new Date(now).toISOString()}, after this code was read: the code takes that change back, too.`,
  ];
}

function moment(value: unknown): number | undefined {
  const at = value instanceof Date ? value.getTime() : Date.parse(text(value) ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** The people who see the item more or no more if the code moves it to another space. */
async function moveNotes(
  { spaceSlug }: CodeItem,
  { before, spaces, projectUuid }: CurrentState,
  context: ToolContext,
): Promise<readonly string[]> {
  const from = text(before?.spaceSlug);
  if (from === undefined || from === spaceSlug) return [];
  const change = await accessChangeOfMove(projectUuid, spaces.get(from), spaces.get(spaceSlug), context);
  return change ? [plainText(`It moves from space ${from} to ${spaceSlug}. ${change.text}`)] : [];
}

async function dashboardNotes(code: JsonObject, { before, projectUuid }: CurrentState, context: ToolContext) {
  const tiles = before ? ['Lightdash makes its tiles anew: comments on the tiles of now are no longer shown.'] : [];
  const isSame = JSON.stringify(before?.filters) === JSON.stringify(code.filters);
  return [...tiles, ...(isSame ? [] : await orUnverified(dashboardFilterNotes(code.filters, projectUuid, context)))];
}

async function chartNotes(code: JsonObject, { before, projectUuid }: CurrentState, context: ToolContext) {
  const query = isObject(code.metricQuery) ? code.metricQuery : {};
  const index = await exploreOf(context.read, projectUuid, text(code.tableName) ?? '');
  const former = isObject(before?.metricQuery) ? before.metricQuery : {};
  const isSame = JSON.stringify(former.filters) === JSON.stringify(query.filters);
  return [
    ...missingFields(query, index),
    ...(isSame ? [] : await orUnverified(filterValueNotes(query.filters, index, projectUuid, context))),
  ];
}

function missingFields(query: JsonObject, index: FieldIndex): readonly string[] {
  const own = [
    ...objects(query.tableCalculations).map(({ name }) => text(name)),
    ...objects(query.additionalMetrics).flatMap(({ table, name }) => [`${text(table)}_${text(name)}`]),
    ...objects(query.customDimensions).map(({ id }) => text(id)),
  ];
  const ids = [...texts(query.dimensions), ...texts(query.metrics)];
  const missing = ids.filter((id) => !index.fields.has(id) && !own.includes(id));
  return missing.length > 0 ? [`Not in the explore ${index.name}: ${missing.join(', ')}. The chart will not run.`] : [];
}
