import { type JsonObject, ROLES, type Role, type User } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { atLeast } from './roles.ts';

/**
 * The permission rules that GET /user lists, in the order and form of the recorded server. `$` stands for the organization
 * or project they are about, `public`, `shared`, `editor` and `admin` for conditions on the space.
 */
type Condition = '$' | 'public' | 'shared' | 'editor' | 'admin' | 'owner' | 'asUser' | 'preview' | 'anyType' | 'none';
type Rule = readonly [action: string, subject: string, condition: Condition];

const each = (action: string, subjects: readonly string[], condition: Condition = '$'): Rule[] =>
  subjects.map((subject) => [action, subject, condition]);

const ORGANIZATION_RULES: Record<Role, readonly Rule[]> = {
  member: [
    ['view', 'OrganizationMemberProfile', '$'],
    ['view', 'CsvJobResult', 'owner'],
    ['view', 'PinnedItems', '$'],
  ],
  viewer: [
    ...each('view', ['Dashboard', 'SavedChart'], 'public'),
    ...each('view', ['Dashboard', 'SavedChart'], 'shared'),
    ['view', 'Space', 'public'],
    ['view', 'Space', 'shared'],
    ...each('view', ['Project', 'Organization']),
    ['manage', 'ExportCsv', '$'],
    ...each('view', ['DashboardComments', 'Tags']),
  ],
  interactive_viewer: [
    ['create', 'Job', 'none'],
    ['view', 'Job', 'asUser'],
    ...each('view', ['UnderlyingData', 'SemanticViewer']),
    ...each('manage', ['ChangeCsvResults', 'Explore']),
    ...each('create', ['ScheduledDeliveries', 'DashboardComments']),
    ...each('manage', ['Dashboard', 'SavedChart', 'SemanticViewer'], 'editor'),
    ...each('manage', ['Dashboard', 'SavedChart', 'Space'], 'admin'),
  ],
  editor: [
    ['create', 'Space', '$'],
    ['manage', 'Job', 'none'],
    ['manage', 'PinnedItems', '$'],
    ['update', 'Project', '$'],
    ...each('manage', ['ScheduledDeliveries', 'DashboardComments', 'SemanticViewer', 'Tags']),
  ],
  developer: [
    ...each('manage', ['VirtualView', 'CustomSql', 'SqlRunner', 'Validation']),
    ...each('promote', ['SavedChart', 'Dashboard'], 'editor'),
    ['manage', 'CompileProject', '$'],
    ['create', 'Project', 'preview'],
    ['delete', 'Project', 'preview'],
  ],
  admin: [
    ...each('manage', ['Dashboard', 'Space', 'SavedChart']),
    ['create', 'Project', 'anyType'],
    ['delete', 'Project', '$'],
    ...each('manage', ['Project', 'InviteLink', 'Organization']),
    ['view', 'Analytics', '$'],
    ...each('manage', ['OrganizationMemberProfile', 'PinnedItems', 'Group']),
  ],
};

const PROJECT_RULES: Record<Role, readonly Rule[]> = {
  member: [],
  viewer: [
    ...each('view', ['Dashboard', 'SavedChart'], 'public'),
    ...each('view', ['Dashboard', 'SavedChart'], 'shared'),
    ['view', 'Space', 'public'],
    ['view', 'Space', 'shared'],
    ...each('view', ['Project', 'PinnedItems']),
    ['manage', 'ExportCsv', '$'],
    ...each('view', ['DashboardComments', 'Tags']),
  ],
  interactive_viewer: [
    ...each('view', ['UnderlyingData', 'SemanticViewer']),
    ...each('manage', ['Explore', 'ChangeCsvResults']),
    ...each('create', ['ScheduledDeliveries', 'DashboardComments']),
    ...each('manage', ['Dashboard', 'SavedChart', 'SemanticViewer'], 'editor'),
    ...each('manage', ['Dashboard', 'SavedChart', 'Space'], 'admin'),
  ],
  editor: ORGANIZATION_RULES.editor,
  developer: ORGANIZATION_RULES.developer,
  admin: each('manage', ['Dashboard', 'Space', 'SavedChart', 'Project']),
};

type Scope = { organizationUuid: string } | { projectUuid: string };

function written([action, subject, condition]: Rule, scope: Scope, userUuid: string, isOpen: JsonObject): JsonObject {
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
  return ROLES.filter((least) => atLeast(role, least)).flatMap((least) =>
    table[least].map((rule) => written(rule, scope, userUuid, isOpen)),
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
