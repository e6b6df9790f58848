import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { type Connection, callToolConfirmed, connectInMemory } from '../helpers/client.ts';

const { project: projectUuid, groups, users } = ids;
const [groupUuid = ''] = Object.values(groups);

/** Calls whose own route 1.219 marks deprecated; each pair adds and takes away. */
const calls: readonly (readonly [tool: string, args: Record<string, unknown>, says: RegExp])[] = [
  ['get_group_members', { groupUuid }, /Vic Viewer/],
  ['add_user_to_group', { groupUuid, userUuid: users.edie }, /Edie Editor/],
  ['remove_user_from_group', { groupUuid, userUuid: users.edie }, /Edie Editor/],
  ['get_organization_member_by_uuid', { userUuid: users.edie }, /edie@roastery\.example/],
  ['get_project_member_access', { projectUuid, userUuid: users.edie }, /Edie Editor[\s\S]*editor/],
  ['update_project_access_for_user', { projectUuid, userUuid: users.edie, role: 'viewer' }, /Edie Editor.*viewer/],
  ['revoke_project_access_for_user', { projectUuid, userUuid: users.edie }, /Edie Editor/],
  ['update_organization_member', { userUuid: users.edie, role: 'viewer' }, /Edie Editor.*viewer \(before: member\)/],
  ['list_chart_summaries_in_project', { projectUuid }, /Revenue by month/],
  ['get_scheduler_logs', { projectUuid }, /Weekly country table/],
  // No "Page 9 of 0, 0 runs in all".
  ['get_scheduler_logs', { projectUuid, page: 9 }, /^\d deliveries: [\s\S]*No runs/],
  ['list_schedulers', { projectUuid }, /Weekly country table/],
  ['list_schedulers', { projectUuid, chart: 'Orders by country and status' }, /Weekly country table/],
  ['list_schedulers', { projectUuid, dashboard: 'Sales overview' }, /Daily sales/],
  ['list_scheduler_runs', { projectUuid }, /\bno .*\brun/],
  [
    'create_scheduler',
    { projectUuid, name: 'Daily', chart: 'Revenue by month', to: ['me'], when: 'daily 8:00', timezone: 'UTC' },
    /"Daily"[\s\S]*ada@roastery\.example/,
  ],
];

describe.each([{ withoutDeprecated: false }, { withoutDeprecated: true }])(
  'on 1.219, deprecated routes taken away: $withoutDeprecated',
  ({ withoutDeprecated }) => {
    let sandbox: Sandbox;
    let connection: Connection;
    beforeAll(async () => {
      sandbox = await startSandbox({ version: '1.219', withoutDeprecated });
      connection = await connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });
    });
    afterAll(async () => {
      await connection.close();
      await sandbox.close();
    });

    test.each(calls)('%s works and sends nothing to a deprecated route', async (tool, args, says) => {
      const before = sandbox.requests.length;
      const { text, isError } = await callToolConfirmed(connection.client, tool, args);
      expect(isError, text).toBe(false);
      expect(text).toMatch(says);
      const sent = sandbox.requests.slice(before);
      expect(sent.filter(({ deprecated }) => deprecated)).toEqual([]);
      expect(sent.filter(({ status }) => status === 404)).toEqual([]);
    });
  },
);

test('on 0.1366 the same calls use the earlier routes', async () => {
  const sandbox = await startSandbox({ version: '0.1366' });
  const { client, close } = await connectInMemory({
    LIGHTDASH_URL: sandbox.url,
    LIGHTDASH_API_KEY: sandbox.tokens.admin,
  });
  try {
    for (const [tool, args, says] of calls) {
      const { text, isError } = await callToolConfirmed(client, tool, args);
      expect(isError, text).toBe(false);
      expect(text).toMatch(says);
    }
    expect(sandbox.requests.filter(({ path }) => path.startsWith('/api/v2/'))).toEqual([]);
  } finally {
    await close();
    await sandbox.close();
  }
});
