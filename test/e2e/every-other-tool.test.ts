import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { tools } from '../../src/tools/index.ts';
import { type Connection, callToolConfirmed, connectInMemory } from '../helpers/client.ts';

// The tools that are not one of the 135 operations (every-operation.test.ts) and not in the preset of analysts
// (analyst-preset.test.ts): each does its work on 1.219, and sends no request to a route that is deprecated or missing.

let sandbox: Sandbox;
let host: Connection;
beforeAll(async () => {
  sandbox = await startSandbox({ version: '1.219' });
  host = await connectInMemory({
    LIGHTDASH_URL: sandbox.url,
    LIGHTDASH_API_KEY: sandbox.tokens.admin,
    LIGHTDASH_EMAIL: sandbox.administrator.email,
    LIGHTDASH_PASSWORD: sandbox.administrator.password,
    LIGHTDASH_PROJECT: 'Roastery',
  });
});
afterAll(async () => {
  await host.close();
  await sandbox.close();
});

/** The text of an answer that is no error. */
async function textOf(tool: string, args: Record<string, unknown>): Promise<string> {
  const { text, isError } = await callToolConfirmed(host.client, tool, args);
  expect({ tool, isError, text }).toMatchObject({ isError: false });
  return text;
}

const uuidIn = (text: string) => /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? '';
const chart = 'Revenue by month';

interface Call {
  readonly args?: Record<string, unknown> | (() => Promise<Record<string, unknown>>);
  /** Facts of the answer. */
  readonly says: readonly (string | RegExp)[];
}

/** A call of each tool, in an order in which a later one finds what an earlier one did. */
const calls: Readonly<Record<string, Call>> = {
  get_space_access: { args: { spaceUuid: ids.spaces.sales }, says: ['Ada', 'Edie'] },
  get_user_access: { args: { user: 'edie@roastery.example' }, says: ['Edie', 'editor'] },
  list_roles: { says: ['editor', 'admin', 'viewer'] },
  list_role_assignments: { says: ['Edie', 'editor'] },
  assign_role: { args: { user: 'val@roastery.example', role: 'editor' }, says: ['Val', 'editor'] },
  remove_role_assignment: { args: { user: 'val@roastery.example' }, says: ['Val'] },
  invite_user: { args: { email: 'nia@roastery.example', role: 'viewer' }, says: ['nia@roastery.example', 'viewer'] },
  list_pending_invites: { says: ['nia@roastery.example'] },
  get_user_activity: { says: ['5 people', 'Ada Abara 12'] },
  move_content: { args: { items: [chart], space: 'Customer team' }, says: [chart, 'Customer team'] },
  verify_content: { args: { item: chart }, says: [chart] },
  pin_content: { args: { item: 'Orders by channel' }, says: ['Orders by channel'] },
  get_content_as_code: { args: { items: [chart] }, says: ['tableName: orders'] },
  apply_content_as_code: {
    args: async () => {
      const text = await textOf('get_content_as_code', { items: [chart] });
      const code = text.slice(text.indexOf('\n') + 1);
      return { code: code.replace(`name: ${chart}`, 'name: Revenue each month') };
    },
    says: ['Revenue each month'],
  },
  list_deleted_content: {
    args: async () => {
      await textOf('delete_chart', { chartUuid: ids.charts.countryTable });
      return {};
    },
    says: ['Orders by country and status'],
  },
  restore_content: { args: { item: 'Orders by country and status' }, says: ['Orders by country and status'] },
  send_scheduler_now: {
    args: async () => ({ schedulerUuid: [...sandbox.store.schedulers.keys()][0] }),
    says: ['Daily sales', 'vic@roastery.example'],
  },
  list_scheduler_runs: { says: ['Daily sales', 'completed'] },
  reassign_schedulers: {
    args: { user: 'ada@roastery.example', newOwner: 'dev@roastery.example' },
    says: ['dev@roastery.example'],
  },
  rename_field: { args: { model: 'orders', from: 'channel', to: 'sales_channel' }, says: ['sales_channel'] },
  refresh_project: { says: ['no dbt connection'] },
  update_project: { args: { queryTimezone: 'Europe/Lisbon' }, says: ['Europe/Lisbon'] },
  create_personal_access_token: { args: { description: 'For tests' }, says: ['For tests'] },
  list_personal_access_tokens: { says: ['For tests'] },
  delete_personal_access_token: {
    args: async () => {
      const line = (await textOf('list_personal_access_tokens', {}))
        .split('\n')
        .find((item) => item.includes('For tests'));
      return { personalAccessTokenUuid: uuidIn(line ?? '') };
    },
    says: ['For tests'],
  },
  find_operation: { args: { search: 'favorites' }, says: ['getFavorites'] },
  describe_operation: { args: { operation: 'getFavorites' }, says: ['favorites'] },
  run_read_operation: {
    args: { operation: 'get_saved_chart', arguments: { chartUuid: ids.charts.revenueByMonth } },
    says: ['Revenue each month'],
  },
  run_write_operation: {
    args: { operation: 'update_dashboard', arguments: { dashboardUuid: ids.dashboards.sales, name: 'Sales' } },
    says: ['Sales'],
  },
  cancel_query: {
    args: async () => {
      await textOf('run_sql_query', { sql: 'select 1 as one' });
      return { queryUuid: sandbox.queries.all.at(-1)?.queryUuid };
    },
    says: ['Nothing was stopped', 'ready'],
  },
};

test.each(Object.entries(calls))(
  '%s does its work, and sends nothing to a deprecated route',
  async (tool, { args = {}, says }) => {
    const values = typeof args === 'function' ? await args() : args;
    const before = sandbox.requests.length;
    const text = await textOf(tool, values);
    for (const fact of says) expect(text).toMatch(fact);
    const sent = sandbox.requests.slice(before);
    expect(sent.filter(({ deprecated, status }) => deprecated || status === 404)).toEqual([]);
  },
);

test('every tool is called by one of three tests', async () => {
  const settings = { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin };
  const analyst = await connectInMemory({ ...settings, LIGHTDASH_TOOLSETS: 'analyst' });
  const listed = (await analyst.client.listTools()).tools.map(({ name }) => name);
  await analyst.close();
  const rest = tools.filter(({ operation, name }) => operation === undefined && !listed.includes(name));
  const searching = ['find_operation', 'describe_operation', 'run_read_operation', 'run_write_operation'];
  const names = new Set([...rest.map(({ name }) => name), ...searching, 'cancel_query']);
  expect(Object.keys(calls).sort()).toEqual([...names].sort());
});
