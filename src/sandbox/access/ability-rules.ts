import { type JsonObject, ROLES, type Role, type User } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { atLeast } from './roles.ts';

/**
 * The permission rules that GET /user lists, in the order and form of the recorded server. `$` stands for the organization
 * or project they are about, `public`, `shared`, `editor` and `admin` for conditions on the space.
 */
type Condition = '$' | 'public' | 'shared' | 'editor' | 'admin' | 'owner' | 'asUser' | 'preview' | 'anyType' | 'none';
type Rule = readonly [action: string, subject: string, condition: Condition];

const rulesFor = (action: string, subjects: readonly string[], condition: Condition = '$'): Rule[] =>
  subjects.map((subject) => [action, subject, condition]);

const ORGANIZATION_RULES: Record<Role, readonly Rule[]> = {
  member: [
    ['view', 'OrganizationMemberProfile', '$'],
    ['view', 'CsvJobResult', 'owner'],
    ['view', 'PinnedItems', '$'],
  ],
  viewer: [
    ...rulesFor('view', ['Dashboard', 'SavedChart'], 'public'),
    ...rulesFor('view', ['Dashboard', 'SavedChart'], 'shared'),
    ['view', 'Space', 'public'],
    ['view', 'Space', 'shared'],
    ...rulesFor('view', ['Project', 'Organization']),
    ['manage', 'ExportCsv', '$'],
    ...rulesFor('view', ['DashboardComments', 'Tags']),
  ],
  interactive_viewer: [
    ['create', 'Job', 'none'],
    ['view', 'Job', 'asUser'],
    ...rulesFor('view', ['UnderlyingData', 'SemanticViewer']),
    ...rulesFor('manage', ['ChangeCsvResults', 'Explore']),
    ...rulesFor('create', ['ScheduledDeliveries', 'DashboardComments']),
    ...rulesFor('manage', ['Dashboard', 'SavedChart', 'SemanticViewer'], 'editor'),
    ...rulesFor('manage', ['Dashboard', 'SavedChart', 'Space'], 'admin'),
  ],
  editor: [
    ['create', 'Space', '$'],
    ['manage', 'Job', 'none'],
    ['manage', 'PinnedItems', '$'],
    ['update', 'Project', '$'],
    ...rulesFor('manage', ['ScheduledDeliveries', 'DashboardComments', 'SemanticViewer', 'Tags']),
  ],
  developer: [
    ...rulesFor('manage', ['VirtualView', 'CustomSql', 'SqlRunner', 'Validation']),
    ...rulesFor('promote', ['SavedChart', 'Dashboard'], 'editor'),
    ['manage', 'CompileProject', '$'],
    ['create', 'Project', 'preview'],
    ['delete', 'Project', 'preview'],
  ],
  admin: [
    ...rulesFor('manage', ['Dashboard', 'Space', 'SavedChart']),
    ['create', 'Project', 'anyType'],
    ['delete', 'Project', '$'],
    ...rulesFor('manage', ['Project', 'InviteLink', 'Organization']),
    ['view', 'Analytics', '$'],
    ...rulesFor('manage', ['OrganizationMemberProfile', 'PinnedItems', 'Group']),
  ],
};

const PROJECT_RULES: Record<Role, readonly Rule[]> = {
  member: [],
  viewer: [
    ...rulesFor('view', ['Dashboard', 'SavedChart'], 'public'),
    ...rulesFor('view', ['Dashboard', 'SavedChart'], 'shared'),
    ['view', 'Space', 'public'],
    ['view', 'Space', 'shared'],
    ...rulesFor('view', ['Project', 'PinnedItems']),
    ['manage', 'ExportCsv', '$'],
    ...rulesFor('view', ['DashboardComments', 'Tags']),
  ],
  interactive_viewer: [
    ...rulesFor('view', ['UnderlyingData', 'SemanticViewer']),
    ...rulesFor('manage', ['Explore', 'ChangeCsvResults']),
    ...rulesFor('create', ['ScheduledDeliveries', 'DashboardComments']),
    ...rulesFor('manage', ['Dashboard', 'SavedChart', 'SemanticViewer'], 'editor'),
    ...rulesFor('manage', ['Dashboard', 'SavedChart', 'Space'], 'admin'),
  ],
  editor: ORGANIZATION_RULES.editor,
  developer: ORGANIZATION_RULES.developer,
  admin: rulesFor('manage', ['Dashboard', 'Space', 'SavedChart', 'Project']),
};

type Scope = { organizationUuid: string } | { projectUuid: string };

function ruleView([action, subject, condition]: Rule, scope: Scope, userUuid: string, isOpen: JsonObject): JsonObject {
  const inSpace = (role?: string) => ({ ...scope, access: { $elemMatch: { userUuid, ...(role ? { role } : {}) } } });
  const conditions: Record<Condition, JsonObject | undefined> = {
    $: scope,
    public: { ...scope, ...isOpen },
    shared: inSpace(),
    editor: inSpace('editor'),
    admin: inSpace('admin'),
    owner: { createdByUserUuid: userUuid },
    asUser: { userUuid },
    preview: { ...scope, type: 'PREVIEW' },
    anyType: { ...scope, type: { $in: ['DEFAULT', 'PREVIEW'] } },
    none: undefined,
  };
  return condition === 'none' ? { action, subject } : { action, subject, conditions: conditions[condition] };
}

function upTo(
  role: Role,
  table: Record<Role, readonly Rule[]>,
  scope: Scope,
  userUuid: string,
  isOpen: JsonObject,
): JsonObject[] {
  return ROLES.filter((minimum) => atLeast(role, minimum)).flatMap((minimum) =>
    table[minimum].map((rule) => ruleView(rule, scope, userUuid, isOpen)),
  );
}

/**
 * `abilityRules` of a user: those of the organization role, then those of each project they or their groups were let into.
 * @param isOpen how a rule says that a space is open to its project
 */
export function abilityRules(store: Store, user: User, isOpen: JsonObject = { isPrivate: false }): JsonObject[] {
  const { organizationUuid, role, userUuid } = user;
  if (organizationUuid === null || role === null) return [];
  const rules = upTo(role, ORGANIZATION_RULES, { organizationUuid }, userUuid, isOpen);
  for (const { projectUuid, members, groups } of store.projects.values()) {
    const roles = [
      ...members.filter((member) => member.userUuid === userUuid),
      ...groups.filter((access) => store.groups.get(access.groupUuid)?.memberUuids.includes(userUuid)),
    ];
    for (const access of roles) rules.push(...upTo(access.role, PROJECT_RULES, { projectUuid }, userUuid, isOpen));
  }
  return rules;
}
