import * as z from 'zod';
import { ignoreApiError, NotAllowedError, NotFoundError } from '../../lightdash/errors.ts';
import { isUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { pluralize } from '../../text/format.ts';
import { objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { type AccessChange, compareViewers } from '../access/access-change.ts';
import { ArgumentsError } from '../arguments.ts';
import { findDashboard, findSpace } from '../content/find-content.ts';
import { spaceViewers } from '../content/move-access-change.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { type Preview, quoted } from '../preview.ts';
import { readAll } from '../read-all.ts';
import type { ToolContext } from '../tool.ts';
import { describeDashboard } from './write-dashboard.ts';

const updateArguments = z.object({
  projectUuid: z.string(),
  dashboards: z.array(
    z.object({ uuid: z.string(), name: z.string(), spaceUuid: z.string(), description: z.string().optional() }),
  ),
});

/** A dashboard as it is to be. */
type DashboardUpdate = z.output<typeof updateArguments>['dashboards'][number];

/**
 * Uuids in place of the names of dashboards, whose list has just been read, and spaces.
 *
 * @throws {ArgumentsError} for a name that nothing has, or more than one.
 */
async function resolved(
  updates: readonly DashboardUpdate[],
  projectUuid: string,
  context: ToolContext,
): Promise<readonly DashboardUpdate[]> {
  const uuidOf = async (written: string, find: typeof findSpace) =>
    isUuid(written) ? written.toLowerCase() : (await find(written, projectUuid, context)).uuid;
  const all = await readAll(
    updates.map(async (update) => ({
      ...update,
      uuid: await uuidOf(update.uuid, findDashboard),
      spaceUuid: await uuidOf(update.spaceUuid, findSpace),
    })),
  );
  const twice = all.find(({ uuid }, index) => all.findIndex((other) => other.uuid === uuid) < index);
  if (twice) throw new ArgumentsError([`dashboards: ${quoted(twice.name)} (${twice.uuid}) is in the list twice`]);
  return all;
}

/** Dashboards as they are to be, and all of the project as they are now, by uuid: none if they cannot be listed. */
interface PlannedUpdates {
  readonly updates: readonly DashboardUpdate[];
  /** Those that are so already. */
  readonly already: readonly DashboardUpdate[];
  readonly before: ReadonlyMap<string | undefined, DashboardUpdate>;
}

/** @throws {ArgumentsError} for names that no dashboard of the project has. */
async function planUpdates(
  { projectUuid, dashboards }: z.output<typeof updateArguments>,
  context: ToolContext,
): Promise<PlannedUpdates> {
  const before = await listed(projectUuid, context);
  const all = await resolved(dashboards, projectUuid, context);
  const already = all.filter((update) => isSame(update, before.get(update.uuid)));
  return { updates: all.filter((update) => !already.includes(update)), already, before };
}

const ifNotVisible = (error: unknown) => {
  if (!(error instanceof NotAllowedError || error instanceof NotFoundError)) throw error;
};

/** The dashboards of a project by uuid; none if this token cannot list them. */
async function listed(
  projectUuid: string,
  { execute }: ToolContext,
): Promise<ReadonlyMap<string | undefined, DashboardUpdate>> {
  const response = await execute(operationById('getDashboards'), { projectUuid }).catch(ifNotVisible);
  return new Map(
    objects(response?.results).flatMap((item) => {
      const [uuid, name, spaceUuid] = [text(item.uuid), text(item.name), text(item.spaceUuid)];
      if (uuid === undefined || name === undefined || spaceUuid === undefined) return [];
      return [[uuid, { uuid, name, spaceUuid, description: text(item.description) ?? '' }] as const];
    }),
  );
}

/** A change of who sees some dashboards in another space. */
interface DashboardsAccessChange extends AccessChange {
  readonly to: string;
  readonly names: readonly string[];
}

/** Every change of who sees the dashboards, with the names of those that it is about. */
async function accessChanges(
  projectUuid: string,
  updates: readonly DashboardUpdate[],
  before: ReadonlyMap<string | undefined, DashboardUpdate>,
  context: ToolContext,
): Promise<readonly DashboardsAccessChange[]> {
  const placeOf = (uuid: string) => before.get(uuid)?.spaceUuid;
  const moves = updates.filter(({ uuid, spaceUuid }) => placeOf(uuid) !== spaceUuid);
  const spaces = moves.flatMap(({ uuid, spaceUuid }) => [placeOf(uuid), spaceUuid]);
  const viewers = await spaceViewers(spaces, projectUuid, context);
  const changes = new Map<string, DashboardsAccessChange>();
  for (const { uuid, name, spaceUuid: to } of moves) {
    const change = compareViewers(viewers.get(placeOf(uuid)), viewers.get(to));
    const key = `${to} ${change.text}`;
    changes.set(key, { ...change, to, names: [...(changes.get(key)?.names ?? []), before.get(uuid)?.name ?? name] });
  }
  return [...changes.values()];
}

const named = (names: readonly string[]) => names.map(quoted).join(', ');

/** True if a dashboard is already as the update wants it. */
const isSame = (update: DashboardUpdate, now: DashboardUpdate | undefined): boolean =>
  now !== undefined &&
  update.name === now.name &&
  update.spaceUuid === now.spaceUuid &&
  (update.description === undefined || update.description === now.description);

/** Everything that the call changes if other people see a dashboard then; undefined if the same do. */
export const previewUpdateDashboards: Preview = async (args, context) => {
  const { projectUuid, dashboards } = updateArguments.parse(args);
  const { updates, before } = await planUpdates({ projectUuid, dashboards }, context);
  const changes = await accessChanges(projectUuid, updates, before, context);
  if (changes.every((change) => change.isSame)) return undefined;
  const spaces = objects(
    await context.read(operationById('ListSpacesInProject'), { projectUuid }).catch(ignoreApiError),
  );
  const spaceName = (uuid: string) => quoted(text(spaces.find((space) => space.uuid === uuid)?.name) ?? uuid);
  const moves = changes.map(
    ({ names, to, text: change }) =>
      `Moves ${names.length === 1 ? 'the dashboard' : 'the dashboards'} ${named(names)} to the space ${spaceName(to)}. ${change}`,
  );
  const others = updates.flatMap((update) => propertyChanges(update, before.get(update.uuid)));
  const unlisted = updates.filter(({ uuid }) => !before.has(uuid)).map(({ uuid }) => uuid);
  const warning =
    unlisted.length > 0
      ? [
          `The project shows no dashboard ${unlisted.join(', ')}: it may be gone or hidden, and Lightdash then refuses all.`,
        ]
      : [];
  return [...warning, ...moves, ...others].map(plainText).join('\n');
};

function propertyChanges({ name, description }: DashboardUpdate, now: DashboardUpdate | undefined): readonly string[] {
  return [
    ...(now !== undefined && now.name !== name
      ? [`Renames the dashboard ${quoted(now.name)} to ${quoted(name)}.`]
      : []),
    ...(description !== undefined && description !== now?.description
      ? [`Describes the dashboard ${quoted(name)} as ${quoted(description)}.`]
      : []),
  ];
}

/** Renames and moves of several dashboards at once; the answer has a line for each, as it is now. */
const updateMany: ToolHandler<'updateDashboards'> = async (operation, args, context) => {
  const { projectUuid } = args;
  const { updates, already, before } = await planUpdates(args, context);
  const names = named(already.map(({ name }) => name));
  if (updates.length === 0)
    return { text: `Nothing to do: ${names} ${already.length === 1 ? 'is' : 'are'} so already.` };
  const { results } = await context.execute(operation, { ...args, dashboards: updates });
  const dashboards = objects(results);
  const lines = dashboards.map((item) => `- ${describeDashboard(item, context).replace('\n', ' ')}`);
  const changes = await accessChanges(projectUuid, updates, before, context);
  const back = updates.flatMap(({ uuid, description }) => {
    const { name, spaceUuid, description: previous } = before.get(uuid) ?? {};
    return name === undefined
      ? []
      : [{ uuid, name, spaceUuid, ...(description !== undefined && { description: previous }) }];
  });
  return {
    text: [
      `Changed ${pluralize(dashboards.length, 'dashboard')}:`,
      ...lines,
      ...(already.length > 0 ? [`So already: ${names}.`] : []),
      ...changes.map(({ names, text: change }) =>
        plainText(names.length === updates.length ? change : `${named(names)}: ${change}`),
      ),
      ...(back.length > 0
        ? [`To take it back: update_dashboards ${JSON.stringify({ projectUuid, dashboards: back })}`]
        : []),
    ].join('\n'),
    data: results,
  };
};

/** Handlers of the operation that changes several dashboards. */
export const updateDashboardsHandlers = { updateDashboards: updateMany } satisfies ToolHandlers;
