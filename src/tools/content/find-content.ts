import { readDashboard } from '../../dashboards/dashboard.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { isUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import type { Operation } from '../../operations/operation.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { normalizeName } from '../../text/names.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';
import { type ContentType, projectContent, TYPE_NAMES } from './project-content.ts';

/** A space, chart or SQL chart of a project, found by its name or uuid. */
interface FoundContent {
  readonly uuid: string;
  readonly name: string;
  readonly source: JsonObject;
}

/** Finds a space of a project by name or uuid. @throws {ArgumentsError} if there is none, or several of that name. */
export async function findSpace(written: string, projectUuid: string, context: Lookups): Promise<FoundContent> {
  const spaces = await listOf(operationById('ListSpacesInProject'), { projectUuid }, context);
  if (matching(written, spaces).length === 0) await refuseOtherType('space', written, projectUuid, context);
  return pick('space', written, spaces);
}

/**
 * Finds a chart of a project by name or uuid; those inside of dashboards on older releases only (1.219 lists none).
 * @throws {ArgumentsError} if there is none, or several of that name.
 */
export async function findChart(written: string, projectUuid: string, context: Lookups): Promise<FoundContent> {
  return pick('chart', written, await listOf(operationById('ListChartSummariesInProject'), { projectUuid }, context));
}

/** Finds an SQL chart of a project by name or uuid. @throws {ArgumentsError} if there is none, or several of that name. */
export async function findSqlChart(written: string, projectUuid: string, context: Lookups): Promise<FoundContent> {
  const charts = await listOf(operationById('ListChartsInProject'), { projectUuid }, context);
  return pick(
    'SQL chart',
    written,
    charts.filter(({ source }) => source.source === 'sql'),
  );
}

/**
 * Finds a chart or an SQL chart of a project by name or uuid; `source.source` of an SQL chart is `sql`.
 * @throws {ArgumentsError} if there is none, or several of that name.
 */
export async function findAnyChart(written: string, projectUuid: string, context: Lookups): Promise<FoundContent> {
  const [charts, others] = await Promise.all([
    listOf(operationById('ListChartSummariesInProject'), { projectUuid }, context),
    listOf(operationById('ListChartsInProject'), { projectUuid }, context),
  ]);
  return pick('chart', written, [...charts, ...others.filter(({ source }) => source.source === 'sql')]);
}

/** Finds a dashboard of a project by name or uuid. @throws {ArgumentsError} if there is none, or several of that name. */
export async function findDashboard(written: string, projectUuid: string, context: Lookups): Promise<FoundContent> {
  const dashboards = await listOf(operationById('getDashboards'), { projectUuid }, context);
  if (matching(written, dashboards).length === 0) await refuseOtherType('dashboard', written, projectUuid, context);
  return pick('dashboard', written, dashboards);
}

/** Finds a user attribute by name or uuid. @throws {ArgumentsError} if there is none. */
export async function findAttribute(written: string, context: Lookups): Promise<FoundContent> {
  return pick('user attribute', written, await listOf(operationById('getUserAttributes'), {}, context));
}

/** Uuid of the only chart of a dashboard with a name or a title of its tile; undefined if there is not exactly one. */
export async function chartInDashboard(
  name: string,
  dashboardUuid: string,
  { read }: Lookups,
): Promise<string | undefined> {
  const { tiles = [] } = readDashboard(await read(operationById('GetDashboard'), { dashboardUuid })) ?? {};
  const uuids = tiles
    .filter(({ properties: { title, chartName } }) =>
      [title, chartName].some((item) => item && normalizeName(item) === normalizeName(name)),
    )
    .flatMap(({ properties }) => properties.savedChartUuid ?? properties.savedSqlUuid ?? []);
  const [only, ...others] = new Set(uuids);
  return others.length === 0 ? only : undefined;
}

/** The part of a call that finds content: names are looked up, at most a minute old. */
type Lookups = Pick<ToolContext, 'read'>;

async function listOf(
  operation: Pick<Operation, 'id' | 'method' | 'path' | 'readOnly' | 'auth'>,
  args: ToolArguments,
  { read }: Lookups,
): Promise<readonly FoundContent[]> {
  return objects(await read(operation, args)).flatMap((source) => {
    const [uuid, name] = [text(source.uuid), text(source.name)];
    return uuid !== undefined && name !== undefined ? [{ uuid, name, source }] : [];
  });
}

/** @throws {ArgumentsError} if content of another type has the name or uuid. */
async function refuseOtherType(
  type: ContentType,
  written: string,
  projectUuid: string,
  { read }: Lookups,
): Promise<void> {
  const content = (await projectContent(projectUuid, read).catch(ignoreApiError)) ?? [];
  const [other] = content
    .filter((item) => item.type !== type)
    .filter(({ uuid, name }) => uuid === written.toLowerCase() || normalizeName(name) === normalizeName(written));
  if (other !== undefined)
    throw new ArgumentsError([
      `${type}: "${other.name}" is the name of the ${TYPE_NAMES[other.type]} ${other.uuid}, not of a ${TYPE_NAMES[type]}`,
    ]);
}

/** The items with a uuid or name: with exactly that name, else with nearly that name or the slug. */
function matching(written: string, all: readonly FoundContent[]): readonly FoundContent[] {
  if (isUuid(written)) return all.filter(({ uuid }) => uuid.toLowerCase() === written.toLowerCase());
  const exact = all.filter(({ name }) => name === written);
  const isNear = ({ name, source }: FoundContent) =>
    source.slug === written || normalizeName(name) === normalizeName(written);
  return exact.length > 0 ? exact : all.filter(isNear);
}

/** Several things have the name. */
export class SeveralNamedError extends ArgumentsError {}

function pick(kind: string, written: string, all: readonly FoundContent[]): FoundContent {
  const named = matching(written, all);
  const [only, ...others] = named;
  if (only && others.length === 0) return only;
  if (only)
    throw new SeveralNamedError([
      `${kind}: ${named.length} are named "${written}"; give the uuid of one: ${named.map(placed).join('; ')}`,
    ]);
  if (isUuid(written)) throw new ArgumentsError([`${kind}: there is none with the uuid ${written} that you can see`]);
  const nearest = nearestAmong(
    written,
    all.map(({ name }) => name),
  );
  throw new ArgumentsError([`${kind}: there is none named "${written}" that you can see${nearest}`]);
}

function placed({ uuid, source }: FoundContent): string {
  const place =
    text(source.dashboardName) ??
    text(source.spaceName) ??
    text(isObject(source.space) ? source.space.name : undefined);
  return place === undefined ? uuid : `${uuid} in ${place}`;
}
