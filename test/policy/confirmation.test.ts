import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { tools } from '../../src/tools/index.ts';
import { expectLine, outcomeOf } from '../helpers/answers.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { expectNote } from '../helpers/notes.ts';
import { irreversibleCases } from './irreversible.ts';

const projectUuid = ids.project;
const UNKNOWN_USER_UUID = '00000000-0000-4000-8000-000000000000';

let sandbox: Sandbox;
const cases = irreversibleCases(() => sandbox);

test('exactly the irreversible tools are tried here', () => {
  const irreversible = tools.filter((tool) => tool.operation?.irreversible).map(({ name }) => name);
  expect(irreversible.sort()).toEqual(Object.keys(cases).sort());
});

let answer: 'accept' | 'decline' | 'cancel' = 'decline';
let questions: string[] = [];
let now = 0;
let confirmingHost: Connection;
let plain: Connection;
let unable: Connection;

beforeAll(async () => {
  sandbox = await startSandbox();
});
// A server of its own for each: one of the tests gives it another token.
beforeEach(async () => {
  sandbox.reset();
  questions = [];
  now = Date.UTC(2026, 10, 24);
  const env = {
    LIGHTDASH_URL: sandbox.url,
    LIGHTDASH_API_KEY: sandbox.tokens.admin,
    LIGHTDASH_EMAIL: sandbox.administrator.email,
    LIGHTDASH_PASSWORD: sandbox.administrator.password,
  };
  const elicit = (question: string) => {
    questions.push(question);
    return answer;
  };
  confirmingHost = await connectInMemory(env, { elicit });
  plain = await connectInMemory(env, { clock: () => now });
  unable = await connectInMemory(env, {
    elicit: () => {
      throw new Error('this host has no window to ask in');
    },
  });
});
afterEach(async () => {
  await Promise.all([confirmingHost, plain, unable].map((connection) => connection.close()));
});
afterAll(() => sandbox.close());

/** The requests that could change something. */
const writes = () => sandbox.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/login'));
const tokenIn = (text: string) => /^confirmation: (\S+)$/m.exec(text)?.[1] ?? '';

describe.each(Object.entries(cases))('%s', (tool, { args, preview, isDone }) => {
  test('shows the name and everything that is lost with it, and nothing changes without a yes', async () => {
    const firstArgs = args();
    for (answer of ['decline', 'cancel'] as const) {
      const { text, isError } = await callTool(confirmingHost.client, tool, firstArgs);
      expect(isError).toBe(false);
      expect(text).toMatch(/Nothing was changed\.$/);
      expect(text).toContain(answer === 'decline' ? 'said no' : 'gave no answer');
    }
    expect(questions).toHaveLength(2);
    for (const words of preview) expect(questions[0]).toMatch(words);
    expectNote(questions[0] ?? '', 'no undo');
    expect(writes()).toEqual([]);
    expect(isDone()).toBe(false);
  });

  test('is done if the person agrees', async () => {
    const firstArgs = args();
    answer = 'accept';
    expect(await callTool(confirmingHost.client, tool, firstArgs)).toMatchObject({ isError: false });
    expect(questions).toHaveLength(1);
    expect(isDone()).toBe(true);
  });

  test('without elicitation, changes nothing at the first call, and is done with the token of the preview', async () => {
    const firstArgs = args();
    for (const { client } of [plain, unable]) {
      const answer = await callTool(client, tool, firstArgs);
      expect(answer.isError).toBe(false);
      for (const words of preview) expect(answer.text).toMatch(words);
      expectNote(answer.text, 'no undo');
      expect(answer.text.split('\n').at(-1)).toMatch(/^confirmation: \S+$/);
    }
    expect(writes()).toEqual([]);
    const { text } = await callTool(plain.client, tool, firstArgs);
    const done = await callTool(plain.client, tool, { ...firstArgs, confirmation: tokenIn(text) });
    expect(done).toMatchObject({ isError: false });
    expect(isDone()).toBe(true);
  });
});

describe('a confirmation', () => {
  const sales = { projectUuid, spaceUuid: ids.spaces.sales };
  const preview = async (args: Record<string, unknown> = sales, tool = 'delete_space') =>
    tokenIn((await callTool(plain.client, tool, args)).text);
  const confirm = (confirmation: string, args: Record<string, unknown> = sales, tool = 'delete_space') =>
    callTool(plain.client, tool, { ...args, confirmation });

  async function expectStale(confirmation: string, args?: Record<string, unknown>, tool?: string) {
    const { text, isError } = await confirm(confirmation, args, tool);
    expect({ text, isError }).toMatchObject({ isError: false, text: expect.stringMatching(/does not fit/) });
    expect(tokenIn(text)).not.toBe('');
    expect(writes()).toEqual([]);
  }

  test('is for one tool and one set of arguments', async () => {
    await expectStale(await preview(), { projectUuid, spaceUuid: ids.spaces.shared });
    await expectStale(await preview(), { groupUuid: ids.groups.finance }, 'delete_group');
    await expectStale('made-up');
    await expectStale('');
  });

  test('works once, and a wrong attempt spends it', async () => {
    const token = await preview();
    await expectStale(token, { projectUuid, spaceUuid: ids.spaces.shared });
    await expectStale(token);
    const group = { groupUuid: ids.groups.finance };
    const fresh = await preview(group, 'delete_group');
    expect((await confirm(fresh, group, 'delete_group')).text).toMatch(/^Done/);
    sandbox.reset();
    await expectStale(fresh, group, 'delete_group');
  });

  test('works for ten minutes', async () => {
    const late = await preview();
    now += 10 * 60_000 + 1;
    await expectStale(late);
    const early = await preview();
    now += 10 * 60_000 - 1;
    expect(await confirm(early)).toMatchObject({ isError: false, text: expect.not.stringContaining('does not fit') });
    expect(sandbox.store.spaces.has(ids.spaces.sales)).toBe(false);
  });

  test('is void if the affected content changed since it was shown', async () => {
    const token = await preview();
    const chart = sandbox.store.charts.get(ids.charts.mrrByPlan);
    if (chart) Object.assign(chart, { spaceUuid: ids.spaces.sales, dashboardUuid: null });
    const { text } = await confirm(token);
    expectLine(text, 'confirmation', 'does not fit', 'changed');
    expectLine(text, 'Deletes', '9 charts');
    expect(writes()).toEqual([]);
  });

  test.each([
    ['delete_chart', 'update_chart', { show: 'line' }],
    ['delete_dashboard', 'update_dashboard', { add: [{ markdown: 'Changed since' }] }],
    ['delete_scheduler', 'update_scheduler', { message: 'Changed since' }],
  ])('of %s is void if another change was made to the same thing', async (tool, update, change) => {
    const args = cases[tool]?.args() ?? {};
    const token = await preview(args, tool);
    const changed = await callTool(plain.client, update, { ...args, ...change });
    expect(changed).toMatchObject({ isError: false, text: expect.stringMatching(/^Changed/) });
    const { text } = await confirm(token, args, tool);
    expectLine(text, 'confirmation', 'does not fit', 'changed');
    expect(sandbox.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  test('of a person is void if the affected content changed while they decided', async () => {
    confirmingHost.client.setRequestHandler(ElicitRequestSchema, () => {
      const chart = sandbox.store.charts.get(ids.charts.mrrByPlan);
      if (chart) Object.assign(chart, { spaceUuid: ids.spaces.sales, dashboardUuid: null });
      return { action: 'accept', content: {} };
    });
    const { text } = await callTool(confirmingHost.client, 'delete_space', sales);
    expectLine(text, /^Deletes/, '9 charts');
    expect(writes()).toEqual([]);
    const done = await callTool(confirmingHost.client, 'delete_space', { ...sales, confirmation: tokenIn(text) });
    expect(outcomeOf(done.text)).toBe('done');
  });

  test('of a missing thing is refused, or says that no list shows it', async () => {
    const missing: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
      ['delete_space', { projectUuid, spaceUuid: UNKNOWN_USER_UUID }, /does not exist/],
      ['delete_group', { groupUuid: UNKNOWN_USER_UUID }, /No group found/],
      ['delete_scheduler', { schedulerUuid: UNKNOWN_USER_UUID }, /not found/],
      ['delete_organization_member', { userUuid: UNKNOWN_USER_UUID }, /./],
      ['delete_tag', { tagUuid: UNKNOWN_USER_UUID }, /no list shows/],
      ['delete_tag', { projectUuid, tagUuid: UNKNOWN_USER_UUID }, /no list shows/],
      ['delete_comment', { dashboardUuid: ids.dashboards.sales, commentId: UNKNOWN_USER_UUID }, /no list shows/],
      ['delete_warehouse_credentials', { uuid: UNKNOWN_USER_UUID }, /no list shows/],
      ['remove_user_attribute', { userAttributeUuid: UNKNOWN_USER_UUID }, /no list shows/],
    ];
    for (const [tool, args, words] of missing) {
      const { text, isError } = await callTool(plain.client, tool, args);
      expect(text, tool).toMatch(words);
      expect(isError, tool).toBe(!text.includes('no list shows'));
    }
    expect(writes()).toEqual([]);
  });

  test('names a tag also without its project', async () => {
    const { text } = await callTool(plain.client, 'delete_tag', { tagUuid: ids.tags.finance });
    expect(text).toMatch(/Deletes the tag "finance"/);
  });

  test('without an answer for ten minutes changes nothing', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    confirmingHost.client.setRequestHandler(ElicitRequestSchema, () => {
      vi.advanceTimersByTime(10 * 60_000);
      return new Promise(() => undefined);
    });
    const call = { name: 'delete_space', arguments: sales };
    const answer = await confirmingHost.client.callTool(call, undefined, { timeout: 60 * 60_000 });
    expect(answer.content).toMatchObject([{ text: expect.stringMatching(/no answer.*Nothing was changed/) }]);
    expect(writes()).toEqual([]);
  });

  test('is not required with LIGHTDASH_CONFIRM=off', async () => {
    const host = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_CONFIRM: 'off',
    });
    expect(await callTool(host.client, 'delete_space', sales)).toMatchObject({ isError: false });
    expect(sandbox.store.spaces.has(ids.spaces.sales)).toBe(false);
    await host.close();
  });
});
