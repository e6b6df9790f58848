import type { IrreversibleOperationId } from '../operations/index.ts';
import { previewUpdateSpace } from './access/preview-privacy.ts';
import { spacePreviews } from './access/preview-space.ts';
import { accountPreviews } from './account/previews.ts';
import { explorePreviews } from './catalog/preview-explores.ts';
import { previewRollback } from './charts/chart-versions.ts';
import { chartPreviews } from './charts/delete-chart.ts';
import { contentPreviews } from './content/previews.ts';
import { previewPromoteChart, previewPromoteDashboard } from './content/promotions.ts';
import { previewDashboardRollback } from './dashboards/dashboard-versions.ts';
import { previewUpdateDashboards } from './dashboards/update-dashboards.ts';
import { deliveryPreviews, previewEnable, previewSend } from './deliveries/previews.ts';
import { previewTimezone, previewUpdateScheduler } from './deliveries/update-scheduler.ts';
import { previewCreateUserAttribute, previewUpdateUserAttribute } from './organization/attribute-previews.ts';
import { previewEmailDomains } from './organization/email-domains.ts';
import { previewAddToGroup, previewRemoveFromGroup, previewUpdateGroup } from './organization/group-previews.ts';
import { organizationPreviews } from './organization/previews.ts';
import { previewOrganizationRole, previewRoleGiven, previewRoleTaken } from './people/role-previews.ts';
import type { PreviewOf, Previews } from './preview.ts';

/** Previews of the irreversible operations; one without a preview does not compile. */
export const previews: { readonly [Id in IrreversibleOperationId]: PreviewOf<Id> } = {
  ...spacePreviews,
  ...organizationPreviews,
  ...accountPreviews,
  ...deliveryPreviews,
  ...contentPreviews,
  ...chartPreviews,
  ...explorePreviews,
  uninstallGithubAppForOrganization: async () =>
    'Disconnects the GitHub app from the organization: pull requests from Lightdash stop working for everyone.',
};

/** Previews of operations that send data to people; they can be undone, but what was sent stays with its readers. */
export const sendingPreviews = {
  sendScheduler: previewSend,
  updateScheduler: previewUpdateScheduler,
  updateSchedulerEnabled: previewEnable,
} satisfies Previews;

/** Previews of operations that are confirmed only if something is deleted or overwritten. What they change can be set again. */
export const conditionalPreviews: Previews = {
  updateSchedulerSettings: previewTimezone,
  createUserAttribute: previewCreateUserAttribute,
  updateUserAttribute: previewUpdateUserAttribute,
  updateGroup: previewUpdateGroup,
  addUserToGroup: previewAddToGroup,
  removeUserFromGroup: previewRemoveFromGroup,
  UpdateSpace: previewUpdateSpace,
  updateDashboards: previewUpdateDashboards,
  UpdateOrganizationMember: previewOrganizationRole,
  GrantProjectAccessToUser: previewRoleGiven,
  UpdateProjectAccessForUser: previewRoleGiven,
  RevokeProjectAccessForUser: previewRoleTaken,
  addProjectAccessToGroup: previewRoleGiven,
  updateProjectAccessForGroup: previewRoleGiven,
  removeProjectAccessFromGroup: previewRoleTaken,
  AddSpaceUserAccess: previewRoleGiven,
  AddSpaceGroupAccess: previewRoleGiven,
  RevokeGroupSpaceAccess: previewRoleTaken,
  UpdateOrganizationEmailDomains: previewEmailDomains,
  postDashboardVersionRollback: previewDashboardRollback,
  postChartVersionRollback: previewRollback,
  promoteChart: previewPromoteChart,
  promoteDashboard: previewPromoteDashboard,
};
