import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callTool } from '../../helpers/client.ts';
import { Administration, ids } from './administrators.ts';

// Answers of a real 1.219 to each role, and those of our tools to the same person.

const recorded = z
  .array(
    z.object({
      operation: z.string(),
      note: z.string(),
      person: z.enum(['admin', 'developer', 'editor', 'viewer']),
      status: z.number(),
      message: z.string().optional(),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('../../fixtures/administration-1.219.json', import.meta.url), 'utf8')));

const projectUuid = ids.project;

/** The tool that sends an operation, and arguments that reach it. */
const calls: Readonly<Record<string, readonly [tool: string, args: Record<string, unknown>]>> = {
  GetProjectRoleAssignments: ['list_role_assignments', { projectUuid }],
  UpsertProjectUserRoleAssignment: ['assign_role', { user: 'Mem Ber', projectUuid, role: 'viewer' }],
  UpsertOrganizationUserRoleAssignment: ['assign_role', { user: 'Mem Ber', inOrganization: true, role: 'editor' }],
  CreateInviteLink: ['invite_user', { email: 'new1@roastery.example', role: 'viewer' }],
  ListOrganizationMembers: ['list_organization_members', {}],
  GetUserSchedulersSummary: ['reassign_schedulers', { user: 'Ada Abara', newOwner: 'Edie Editor' }],
  getUserActivity: ['get_user_activity', { projectUuid }],
  previewRename: ['rename_field', { projectUuid, model: 'orders', from: 'status', to: 'state' }],
  refresh: ['refresh_project', { projectUuid }],
  updateQueryTimezoneSettings: ['update_project', { projectUuid, queryTimezone: 'America/New_York' }],
  replaceProjectDefaults: ['update_project', { projectUuid, columnTotals: true }],
  'Create personal access token': ['create_personal_access_token', { description: 'x' }],
  'Get personal access tokens': ['list_personal_access_tokens', {}],
  GetSpaceAccessList: ['get_space_access', { projectUuid, spaceUuid: ids.spaces.sales }],
};

describe('each role gets the response of the real server', () => {
  let admin: Administration;
  beforeAll(async () => {
    admin = await Administration.start('1.219');
  });
  beforeEach(() => admin.sandbox.reset());
  afterAll(() => admin.close());

  const rows = recorded.filter(({ operation }) => Object.hasOwn(calls, operation));
  test.each(rows)('$operation as $person: $status', async ({ operation, person, status, message }) => {
    const [tool, args] = calls[operation] ?? ['', {}];
    const client = await admin.host(person, { LIGHTDASH_CONFIRM: 'off' });
    const { text, isError } = await callTool(client, tool, args);
    expect({ text, isError }).toMatchObject({ isError: status >= 400 });
    if (message !== undefined) expect(text).toContain(message);
  });

  test('system roles are listed for everyone; a caller who may not list custom ones gets a note', async () => {
    const [, viewer] = recorded.filter(({ operation }) => operation === 'GetOrganizationRoles');
    expect(viewer).toMatchObject({ person: 'viewer', status: 403 });
    const { text, isError } = await callTool(await admin.host('viewer'), 'list_roles', {});
    expect(isError).toBe(false);
    expect(text).toMatch(/only admins .*list/);
  });

  test('the preview of a deletion does not hide that the deletion is refused', async () => {
    const refused = recorded.find(
      ({ operation, person }) => operation === 'DeleteOrganizationMember' && person === 'viewer',
    );
    const client = await admin.host('viewer', { LIGHTDASH_CONFIRM: 'off' });
    const { text, isError } = await callTool(client, 'delete_organization_member', { userUuid: ids.users.mem });
    expect({ text, isError }).toMatchObject({ isError: true, text: expect.stringContaining(refused?.message ?? '?') });
    expect(admin.sandbox.store.users.has(ids.users.mem)).toBe(true);
  });
});
