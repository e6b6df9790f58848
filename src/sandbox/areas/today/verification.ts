import * as z from 'zod';
import { canView, projectFor, spaceOf } from '../../access/permissions.ts';
import { atLeast } from '../../access/roles.ts';
import { forbidden } from '../../http/refusals.ts';
import { route, type UserContext, type WriteContext } from '../../http/route.ts';
import type { Chart, Dashboard, JsonObject } from '../../store/records.ts';
import { chartKind, latestVersion } from '../../views/charts.ts';
import { chartListItem } from '../../views/today/charts.ts';
import { dashboardListItem } from '../../views/today/dashboards.ts';
import { verificationView } from '../../views/today/people.ts';
import { chartFor, dashboardFor, roleIn } from './find-by-id.ts';

const since = '1.219';

/** Developers may vouch for content, though the refusal speaks of admins alone. */
const mayVerify = ({ store, user }: UserContext, projectUuid: string) =>
  atLeast(roleIn(store, user, projectUuid), 'developer');

/** An edit by a user who may not verify removes the mark silently; others choose. */
export function loseVerification(call: UserContext, content: Chart | Dashboard, preserve = true): void {
  if (!preserve || !mayVerify(call, content.projectUuid)) content.verification = null;
}

function verify(call: WriteContext, content: Chart | Dashboard, kind: 'charts' | 'dashboards') {
  if (!mayVerify(call, content.projectUuid)) throw forbidden(`Only admins can verify ${kind}`);
  content.verification = { verifiedByUserUuid: call.user.userUuid, verifiedAt: call.now().toISOString() };
  return verificationView(call.store, content.verification);
}

function unverify(call: UserContext, content: Chart | Dashboard, kind: 'chart' | 'dashboard'): undefined {
  if (!mayVerify(call, content.projectUuid)) throw forbidden(`Only admins can remove ${kind} verification`);
  content.verification = null;
}

const chartPath = '/api/v1/saved/{chartUuid}/verification';
const dashboardPath = '/api/v1/dashboards/{dashboardUuid}/verification';

const verified = <Item extends Chart | Dashboard>(
  { store, user }: UserContext,
  items: Map<string, Item>,
  projectUuid: string,
) =>
  [...items.values()].filter(
    (item) => item.projectUuid === projectUuid && item.verification && canView(store, user, spaceOf(store, item)),
  );

function verifiedItem(call: UserContext, content: Chart | Dashboard, more: JsonObject): JsonObject {
  const space = spaceOf(call.store, content);
  return {
    uuid: `${content.uuid.slice(0, 24)}${'0'.repeat(12)}`,
    contentUuid: content.uuid,
    name: content.name,
    description: content.description,
    spaceUuid: space.uuid,
    spaceName: space.name,
    views: content.views,
    lastUpdatedAt: 'versions' in content ? latestVersion(content).createdAt : content.updatedAt,
    ...verificationView(call.store, content.verification),
    slug: content.slug,
    ...more,
  };
}

/** Routes of verified content on 1.219. */
export const verificationRoutes = [
  route('POST', chartPath, { since }, (call) => verify(call, chartFor(call, call.params.chartUuid), 'charts')),
  route('DELETE', chartPath, { since }, (call) => unverify(call, chartFor(call, call.params.chartUuid), 'chart')),
  route('POST', dashboardPath, { since, uncheckedIds: ['dashboardUuid'] }, (call) =>
    verify(call, dashboardFor(call, call.rawParams.dashboardUuid), 'dashboards'),
  ),
  route('DELETE', dashboardPath, { since, uncheckedIds: ['dashboardUuid'] }, (call) =>
    unverify(call, dashboardFor(call, call.rawParams.dashboardUuid), 'dashboard'),
  ),
  route('GET', '/api/v1/projects/{projectUuid}/content-verification', { since }, (call) => {
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    if (!atLeast(roleIn(call.store, call.user, projectUuid), 'interactive_viewer')) {
      throw forbidden('You do not have permission to view verified content');
    }
    const charts = verified(call, call.store.charts, projectUuid).map((chart) => {
      const version = latestVersion(chart);
      const kind = { contentType: 'chart', chartKind: chartKind(version), exploreName: version.tableName };
      return verifiedItem(call, chart, kind);
    });
    const dashboards = verified(call, call.store.dashboards, projectUuid).map((dashboard) =>
      verifiedItem(call, dashboard, { contentType: 'dashboard' }),
    );
    return [...charts, ...dashboards];
  }),
  route('GET', '/api/v1/projects/{projectUuid}/verified-content-homepage', { since, query: z.object({}) }, (call) => {
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    return [
      ...verified(call, call.store.charts, projectUuid).map((chart) => chartListItem(call.store, chart)),
      ...verified(call, call.store.dashboards, projectUuid).map((dashboard) =>
        dashboardListItem(call.store, dashboard),
      ),
    ];
  }),
];
