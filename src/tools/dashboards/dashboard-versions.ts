import { type DashboardContent, readDashboard, type Tile } from '../../dashboards/dashboard.ts';
import { describeDashboardChanges } from '../../dashboards/dashboard-changes.ts';
import { ignoreApiError, NotFoundError, UnknownRouteError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { dashboardVersion } from '../../operations/routes/newer-releases.ts';
import { changed, pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { nameOf, type PreviewOf } from '../preview.ts';
import type { ToolContext } from '../tool.ts';
import { describeDashboard } from './write-dashboard.ts';

/** 0.1366 has no versions of dashboards: their routes do not exist there. */
async function withVersions<Result>(request: Promise<Result>, { server }: ToolContext): Promise<Result> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof UnknownRouteError)) throw error;
    const { version } = await server.get();
    throw new NotFoundError(
      `This Lightdash${version ? ` (${version})` : ''} keeps no versions of dashboards; newer ones do.`,
    );
  }
}

const history: ToolHandler<'getDashboardHistory'> = async (operation, args, context) => {
  const { results } = await withVersions(context.execute(operation, args), context);
  const versions = objects(isObject(results) ? results.history : undefined);
  const lines = versions.map(
    (version, index) =>
      `${text(version.versionUuid) ?? '?'}|${changed(version.createdAt, version.createdBy) ?? '?'}${index === 0 ? '|current' : ''}`,
  );
  const head =
    versions.length === 0
      ? 'No versions are kept of this dashboard.'
      : `${pluralize(versions.length, 'version')}, the latest first: versionUuid|saved`;
  return { text: [head, ...lines].map(plainText).join('\n'), data: results };
};

const rollback: ToolHandler<'postDashboardVersionRollback'> = async (operation, args, context) => {
  const before = await context
    .execute(operationById('getDashboardHistory'), { dashboardUuid: args.dashboardUuid })
    .catch(ignoreApiError);
  const [previous] = objects(isObject(before?.results) ? before.results.history : undefined);
  const versionUuid = text(previous?.versionUuid);
  const isCurrent = versionUuid === args.versionUuid;
  if (!isCurrent) await withVersions(context.execute(operation, args), context);
  const { results } = await context.execute(operationById('GetDashboard'), { dashboardUuid: args.dashboardUuid });
  const dashboard = isObject(results) ? results : {};
  if (isCurrent)
    return { text: `Nothing to do: that version is the current one of ${describeDashboard(dashboard, context)}` };
  return {
    text: [
      `Rolled back the dashboard ${describeDashboard(dashboard, context)}`,
      ...(versionUuid
        ? [
            `rollback_dashboard_version ${JSON.stringify({ dashboardUuid: args.dashboardUuid, versionUuid })} takes this back.`,
          ]
        : []),
    ].join('\n'),
    data: dashboard,
  };
};

/** Changes of a rollback, in words; undefined if the version is as the current one. */
export const previewDashboardRollback: PreviewOf<'postDashboardVersionRollback'> = async (args, client) => {
  const [current, version] = await Promise.all([
    client.execute(operationById('GetDashboard'), { dashboardUuid: args.dashboardUuid }).then(({ results }) => results),
    readVersion(client.execute(dashboardVersion, args)),
  ]);
  const [now, then] = [readDashboard(current), readDashboard(version?.dashboard)];
  if (now === undefined || then === undefined || version === undefined) return undefined;
  const changes = describeDashboardChanges(now, then, movedTiles(now, then));
  if (changes.length === 0) return undefined;
  const by = changed(version.createdAt, version.createdBy);
  return plainText(
    `Rolls the dashboard ${nameOf(current)} back${by ? ` to the version of ${by}` : ''}, for everyone: ${changes.join('; ')}.`,
  );
};

/** A version of a dashboard; undefined on releases that keep none: the tool says so. */
async function readVersion(request: ReturnType<ToolContext['execute']>): Promise<JsonObject | undefined> {
  try {
    const { results } = await request;
    return isObject(results) ? results : undefined;
  } catch (error) {
    if (error instanceof UnknownRouteError) return undefined;
    throw error;
  }
}

/** Tiles of both versions that stand elsewhere. */
function movedTiles(now: DashboardContent, then: DashboardContent): ReadonlySet<string> {
  const places = new Map(now.tiles.map(({ uuid, x, y, tabUuid }) => [uuid, `${x},${y},${tabUuid}`]));
  const isElsewhere = ({ uuid, x, y, tabUuid }: Tile) =>
    places.has(uuid) && places.get(uuid) !== `${x},${y},${tabUuid}`;
  return new Set(then.tiles.filter(isElsewhere).map(({ uuid }) => uuid));
}

/** Handlers of the operations on versions of dashboards. */
export const dashboardVersionHandlers = {
  getDashboardHistory: history,
  postDashboardVersionRollback: rollback,
} satisfies ToolHandlers;
