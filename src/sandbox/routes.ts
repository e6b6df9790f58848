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
import { savedResultRoutes } from './areas/saved-results.ts';
import { schedulerRoutes } from './areas/schedulers.ts';
import { searchRoutes } from './areas/search.ts';
import { shareRoutes } from './areas/share.ts';
import { spaceRoutes } from './areas/spaces.ts';
import { tagRoutes } from './areas/tags.ts';
import { tokenRoutes } from './areas/tokens.ts';
import { validationRoutes } from './areas/validation.ts';
import type { Route } from './http/route.ts';

/** Every route of every release. */
export const routes: readonly Route[] = [
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
  ...downloadRoutes,
  ...spaceRoutes,
  ...pinnedRoutes,
  ...chartRoutes,
  ...chartVersionRoutes,
  ...savedResultRoutes,
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
