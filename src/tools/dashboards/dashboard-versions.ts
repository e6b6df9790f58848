import { ignoreApiError, NotFoundError, UnknownRouteError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { changed, pluralize } from '../../text/format.ts';
import { isObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
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
    .read(operationById('getDashboardHistory'), { dashboardUuid: args.dashboardUuid })
    .catch(ignoreApiError);
  await withVersions(context.execute(operation, args), context);
  const { results } = await context.execute(operationById('GetDashboard'), { dashboardUuid: args.dashboardUuid });
  const dashboard = isObject(results) ? results : {};
  const [previous] = objects(isObject(before) ? before.history : undefined);
  const versionUuid = text(previous?.versionUuid);
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

/** Renames and moves of several dashboards at once; the answer has a line for each, as it is now. */
const updateMany: ToolHandler<'updateDashboards'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const dashboards = objects(results);
  const lines = dashboards.map((item) => `- ${describeDashboard(item, context).replace('\n', ' ')}`);
  return { text: [`Changed ${pluralize(dashboards.length, 'dashboard')}:`, ...lines].join('\n'), data: results };
};

/** Handlers of the operations on versions of dashboards, and on several dashboards. */
export const dashboardVersionHandlers = {
  getDashboardHistory: history,
  postDashboardVersionRollback: rollback,
  updateDashboards: updateMany,
} satisfies ToolHandlers;
