import type { ProjectRole } from '../store/records.ts';

/** The scopes that each project role adds to the one before it, weakest first, as `GET …/roles` lists them. */
const ADDED_SCOPES: Record<ProjectRole, string> = {
  viewer: `view:Dashboard view:JobStatus@self view:SavedChart view:Space view:Project view:PinnedItems view:DashboardComments
    view:Tags manage:ExportCsv view:Organization view:OrganizationMemberProfile view:MetricsTree view:SpotlightTableConfig
    view:AiAgentThread@self view:OrganizationDesign`,
  interactive_viewer: `view:UnderlyingData view:SemanticViewer manage:Explore manage:ChangeCsvResults create:ScheduledDeliveries
    manage:ScheduledDeliveries@self create:DashboardComments manage:GoogleSheets create:Job view:Job view:Job@self
    manage:Dashboard@space manage:SavedChart@space manage:SemanticViewer@space manage:DataApp@space manage:Space@assigned
    view:AiAgent view:OrganizationAiAgent view:AiAgentDocument create:AiAgentThread view:DataApp view:DataApp@self
    manage:DataApp@self view:ExternalConnection view:ContentVerification`,
  editor: `create:Space manage:Space@public manage:Job manage:PinnedItems manage:DashboardComments manage:Tags
    manage:SemanticViewer view:OrganizationWarehouseCredentials manage:MetricsTree manage:AiAgentThread@self view:ContentAsCode
    create:ContentAsCode create:DataApp`,
  developer: `manage:PreAggregation manage:VirtualView create:VirtualView delete:VirtualView manage:CustomSql manage:CustomFields
    view:CompiledSql manage:CustomSqlTableCalculations manage:SqlRunner manage:Validation manage:CompileProject
    manage:DeployProject manage:DeployProject@self create:Project@preview delete:Project@self update:Project
    update:Project@self manage:Dashboard@self manage:SavedChart@self manage:Space@self manage:Explore@self
    create:DataApp@preview manage:DataApp@preview view:JobStatus view:SourceCode manage:SourceCode promote:Dashboard
    promote:Dashboard@space promote:SavedChart promote:SavedChart@space manage:SpotlightTableConfig manage:ContentAsCode
    manage:ContentAsCode@self manage:AiAgent manage:OrganizationAiAgent manage:AiAgentDocument manage:ContentVerification
    create:AiDeepResearch`,
  admin: `manage:DataApp manage:DataAppDependency manage:ExternalConnection manage:OrganizationDesign delete:Project
    view:Analytics manage:Dashboard manage:Space manage:Project manage:SavedChart manage:DeletedContent manage:ProjectHomepage
    view:AiAgentThread manage:AiAgentThread manage:ScheduledDeliveries manage:OrganizationMemberProfile manage:Group
    manage:InviteLink manage:GitIntegration manage:OrganizationWarehouseCredentials manage:Organization
    manage:OrganizationColorPalette view:Roadmap impersonate:User manage:PersonalAccessToken`,
};

/** The names that people read. */
export const SYSTEM_ROLE_NAMES: Record<ProjectRole, string> = {
  viewer: 'Viewer',
  interactive_viewer: 'Interactive Viewer',
  editor: 'Editor',
  developer: 'Developer',
  admin: 'Admin',
};

const ROLES_BY_RANK: readonly ProjectRole[] = ['viewer', 'interactive_viewer', 'editor', 'developer', 'admin'];

/** The scopes of a system role: its own and those of the weaker ones. */
export const scopesOf = (role: ProjectRole): string[] =>
  ROLES_BY_RANK.slice(0, ROLES_BY_RANK.indexOf(role) + 1).flatMap((item) => ADDED_SCOPES[item].split(/\s+/));

/** The strongest system role that a set of scopes covers; a set that covers none counts as viewing. */
export const coveredRole = (scopes: readonly string[]): ProjectRole =>
  ROLES_BY_RANK.findLast((role) => scopesOf(role).every((scope) => scopes.includes(scope))) ?? 'viewer';
