import { accountRoutes } from './areas/account.ts';
import { asyncQueryRoutes } from './areas/async-queries.ts';
import { attributeRoutes } from './areas/attributes.ts';
import { catalogRoutes } from './areas/catalog.ts';
import { chartVersionRoutes } from './areas/chart-versions.ts';
import { chartRoutes } from './areas/charts.ts';
import { commentRoutes } from './areas/comments.ts';
import { credentialRoutes } from './areas/credentials.ts';
import { dashboardRoutes } from './areas/dashboards.ts';
import { downloadRoutes } from './areas/downloads.ts';
import { exploreRoutes } from './areas/explores.ts';
import { groupRoutes } from './areas/groups.ts';
import { healthRoutes } from './areas/health.ts';
import { integrationRoutes } from './areas/integrations.ts';
import { memberRoutes } from './areas/members.ts';
import { organizationRoutes } from './areas/organization.ts';
import { pinnedRoutes } from './areas/pinned.ts';
import { previewRoutes } from './areas/previews.ts';
import { projectRoutes } from './areas/projects.ts';
import { promotionRoutes } from './areas/promotion.ts';
import { queryRoutes } from './areas/queries.ts';
import { queryResultRoutes } from './areas/query-results.ts';
import { querySettingRoutes } from './areas/query-settings.ts';
import { savedResultRoutes } from './areas/saved-results.ts';
import { schedulerRoutes } from './areas/schedulers.ts';
import { searchRoutes } from './areas/search.ts';
import { shareRoutes } from './areas/share.ts';
import { spaceRoutes } from './areas/spaces.ts';
import { sqlChartRoutes } from './areas/sql-charts.ts';
import { tagRoutes } from './areas/tags.ts';
import { todayRoutes } from './areas/today/index.ts';
import { tokenRoutes } from './areas/tokens.ts';
import { validationRoutes } from './areas/validation.ts';
import type { Route } from './http/route.ts';

const commonRoutes: readonly Route[] = [
  ...healthRoutes,
  ...accountRoutes,
  ...tokenRoutes,
  ...organizationRoutes,
  ...memberRoutes,
  ...groupRoutes,
  ...attributeRoutes,
  ...projectRoutes,
  ...previewRoutes,
  ...exploreRoutes,
  ...queryRoutes,
  ...asyncQueryRoutes,
  ...queryResultRoutes,
  ...querySettingRoutes,
  ...downloadRoutes,
  ...spaceRoutes,
  ...pinnedRoutes,
  ...chartRoutes,
  ...chartVersionRoutes,
  ...savedResultRoutes,
  ...sqlChartRoutes,
  ...dashboardRoutes,
  ...promotionRoutes,
  ...schedulerRoutes,
  ...commentRoutes,
  ...tagRoutes,
  ...catalogRoutes,
  ...validationRoutes,
  ...searchRoutes,
  ...shareRoutes,
  ...credentialRoutes,
  ...integrationRoutes,
];

const nameOf = ({ method, path }: Route) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`;
const replaced = new Set(todayRoutes.map(nameOf));

/** Routes that answer in the shape of 1.219 by themselves. */
export const ownShape: ReadonlySet<Route> = new Set(todayRoutes);

/** Every route of every release. A route of 1.219 replaces the older one of the same path. */
export const routes: readonly Route[] = [
  ...todayRoutes,
  ...commonRoutes.map((route): Route => (replaced.has(nameOf(route)) ? { ...route, until: '0.1366' } : route)),
];
