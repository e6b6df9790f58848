import type { Route } from '../../http/route.ts';
import { accountRoutes } from './account.ts';
import { activityRoutes } from './activity.ts';
import { asCodeRoutes } from './as-code.ts';
import { attributeRoutes } from './attributes.ts';
import { chartRoutes } from './charts.ts';
import { commentRoutes } from './comments.ts';
import { contentRoutes } from './content.ts';
import { dashboardRoutes } from './dashboards.ts';
import { peopleRoutes } from './people.ts';
import { pinRoutes } from './pins.ts';
import { projectRoutes } from './projects.ts';
import { renameRoutes } from './rename.ts';
import { roleAssignmentRoutes } from './role-assignments.ts';
import { roleRoutes } from './roles.ts';
import { schedulerRoutes } from './schedulers.ts';
import { searchRoutes } from './search.ts';
import { settingRoutes } from './settings.ts';
import { spaceRoutes } from './spaces.ts';
import { sqlChartRoutes } from './sql-charts.ts';
import { validationRoutes } from './validation.ts';
import { verificationRoutes } from './verification.ts';

/** Routes that 1.219 has and 0.1366 has not, or answers in another way. */
export const todayRoutes: readonly Route[] = [
  ...accountRoutes,
  ...peopleRoutes,
  ...roleAssignmentRoutes,
  ...roleRoutes,
  ...attributeRoutes,
  ...spaceRoutes,
  ...chartRoutes,
  ...sqlChartRoutes,
  ...dashboardRoutes,
  ...verificationRoutes,
  ...contentRoutes,
  ...schedulerRoutes,
  ...pinRoutes,
  ...commentRoutes,
  ...projectRoutes,
  ...activityRoutes,
  ...asCodeRoutes,
  ...validationRoutes,
  ...renameRoutes,
  ...searchRoutes,
  ...settingRoutes,
];
