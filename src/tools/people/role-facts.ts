import { pluralize } from '../../text/format.ts';

/** System roles of a project, weakest first. */
export const PROJECT_ROLES = ['viewer', 'interactive_viewer', 'editor', 'developer', 'admin'] as const;

type ProjectRole = (typeof PROJECT_ROLES)[number];

const isProjectRole = (role: string): role is ProjectRole => PROJECT_ROLES.some((name) => name === role);

/** Strength of a system role; -1 for member and for roles that are no system roles. */
export const rankOf = (role: string): number => (isProjectRole(role) ? PROJECT_ROLES.indexOf(role) : -1);

/** Role in a space that a project role gives if the space is open to the project (measured on 0.1366 and 1.219). */
export const spaceRoleOf = (role: string): string => {
  if (role === 'admin') return 'admin';
  return rankOf(role) >= rankOf('editor') ? 'editor' : 'viewer';
};

/** The strongest of some roles; roles that are no system roles count least. */
export const strongestOf = (roles: readonly string[]): string | undefined =>
  roles.toSorted((left, right) => rankOf(right) - rankOf(left))[0];

/** Something that a role allows: its scope on 1.219, and the weakest system role that has it. */
interface Ability {
  readonly words: string;
  readonly scope: string;
  readonly from: ProjectRole;
}

/** The abilities that people look for; scopes and roles as `GET /api/v2/orgs/{orgUuid}/roles` of 1.219 lists them. */
export const ABILITIES = {
  view: { words: 'see the project', scope: 'view:Project', from: 'viewer' },
  query: { words: 'run their own queries', scope: 'manage:Explore', from: 'interactive_viewer' },
  schedule: { words: 'schedule deliveries', scope: 'create:ScheduledDeliveries', from: 'interactive_viewer' },
  edit: { words: 'edit content in open spaces', scope: 'create:Space', from: 'editor' },
  run_sql: { words: 'run SQL', scope: 'manage:SqlRunner', from: 'developer' },
  administer: { words: 'administer the project', scope: 'manage:Project', from: 'admin' },
} as const satisfies Readonly<Record<string, Ability>>;

/** A right that a person may be searched by. */
export type AbilityName = keyof typeof ABILITIES;

/** Effects of the system roles; each includes the ones before it. */
export const ROLE_WORDS: Readonly<Record<ProjectRole, string>> = {
  viewer: 'sees charts, dashboards and spaces open to them; exports CSV',
  interactive_viewer:
    'runs own queries, sees underlying data, schedules deliveries, comments, uses Google Sheets; edits content only in spaces shared with them as editor',
  editor: 'creates spaces, edits content in open spaces, tags, pins, content as code',
  developer:
    'runs SQL, writes custom SQL and virtual views, validates, compiles and deploys, makes previews, promotes and verifies content',
  admin:
    'sees and edits everything, private spaces too; manages access, settings and deliveries of others, sees activity. As organization role also people, groups, invites and attributes',
};

const groupsOfScopes: readonly (readonly [words: string, scopes: readonly string[]])[] = [
  ['sees content', ['view:Dashboard', 'view:SavedChart', 'view:Space']],
  ['exports CSV', ['manage:ExportCsv']],
  ['runs own queries', ['manage:Explore']],
  ['sees underlying data', ['view:UnderlyingData']],
  ['schedules deliveries', ['create:ScheduledDeliveries']],
  ['comments', ['create:DashboardComments', 'manage:DashboardComments']],
  ['creates spaces', ['create:Space']],
  ['edits all charts and dashboards', ['manage:SavedChart', 'manage:Dashboard']],
  ['manages all spaces', ['manage:Space']],
  ['runs SQL', ['manage:SqlRunner']],
  ['writes custom SQL', ['manage:CustomSql', 'manage:CustomFields']],
  ['virtual views', ['manage:VirtualView', 'create:VirtualView']],
  ['validates', ['manage:Validation']],
  ['deploys', ['manage:DeployProject', 'manage:CompileProject']],
  ['promotes', ['promote:Dashboard', 'promote:SavedChart']],
  ['manages all deliveries', ['manage:ScheduledDeliveries']],
  ['manages the project', ['manage:Project']],
  ['sees activity', ['view:Analytics']],
  ['manages people', ['manage:OrganizationMemberProfile', 'manage:Group', 'manage:InviteLink']],
];

/** The scopes of a custom role in words; scopes without words of ours are counted. */
export function wordsOfScopes(scopes: readonly string[]): string {
  const words = groupsOfScopes.filter(([, any]) => any.some((scope) => scopes.includes(scope))).map(([label]) => label);
  const covered = new Set(groupsOfScopes.flatMap(([, any]) => any));
  const others = scopes.filter((scope) => !covered.has(scope)).length;
  const rest = others > 0 ? [pluralize(others, 'more scope')] : [];
  return [...words, ...rest].join(', ') || 'nothing';
}
