import { UnknownRouteError } from '../../lightdash/errors.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { pluralize } from '../../text/format.ts';
import { defineTool } from '../operation-tool.ts';
import { type CustomRole, fetchCustomRoles } from './project-assignments.ts';
import { PROJECT_ROLES, ROLE_WORDS, wordsOfScopes } from './role-facts.ts';

const SYSTEM = [
  'member (organization only): nothing, until a project role gives more',
  ...PROJECT_ROLES.map((role) => `${role}: ${ROLE_WORDS[role]}`),
];

/** Lists the roles with their effects in words; custom roles if the release has them. */
export const listRoles = defineTool({
  name: 'list_roles',
  title: 'List roles and what each may do',
  description:
    'What each role may do, in words: the system roles (viewer, editor, admin …), and custom roles with their roleId.',
  toolset: 'access',
  readOnly: true,
  destructive: false,
  idempotent: true,
  scope: { scope: 'organization' },
  input: () => ({}),
  async run(_args, context) {
    const custom = await fetchCustomRoles(context).catch((error: unknown) => {
      if (error instanceof UnknownRouteError) return 'none here' as const;
      throw error;
    });
    const head = `${pluralize(SYSTEM.length, 'system role')}; each may also do what the ones before it may:`;
    const lines = [...SYSTEM.map((line) => `- ${line}`), ...customLines(custom)];
    return {
      text: renderWithinBudget([head], lines, context.budget, 'lines', 'LIGHTDASH_MAX_RESULT_TOKENS sets the length'),
      data: { system: ROLE_WORDS, custom },
    };
  },
});

function customLines(custom: readonly CustomRole[] | undefined | 'none here'): string[] {
  if (custom === 'none here') return ['This Lightdash has no custom roles.'];
  if (custom === undefined) return ['Custom roles: only admins of the organization may list them.'];
  if (custom.length === 0) return ['No custom roles.'];
  return [
    `${pluralize(custom.length, 'custom role')}:`,
    ...custom.map(({ name, roleId, scopes }) => `- ${name} (roleId ${roleId}): ${wordsOfScopes(scopes)}`),
  ];
}
