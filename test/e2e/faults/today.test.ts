import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { parameterIds } from '../../../src/sandbox/seed/parameters.ts';
import { expectLine } from '../../helpers/answers.ts';
import { type Connection, callTool, callToolConfirmed, connectInMemory } from '../../helpers/client.ts';
import { expectNoNote, expectNote } from '../../helpers/notes.ts';
import { answerOf, expectRows, RELEASES, useRoastery } from '../setup.ts';

// The smaller rows of section 16 of the faults, which were seen on a real 1.219.

const project = { projectUuid: ids.project };
const market = { ...project, exploreId: 'market_orders' };

describe('on 1.219', () => {
  const roastery = useRoastery({}, '1.219');
  const call = (tool: string, args: Record<string, unknown>) => answerOf(roastery(), tool, args);

  test('euro amounts are in euros, and other units stay', async () => {
    const metrics = ['market_orders_total_shipping', 'market_orders_average_rating'];
    const text = await call('run_metric_query', { ...market, metrics });
    expect(text).toContain('market_orders_total_shipping [EUR],market_orders_average_rating [stars]');
    expectRows(
      text,
      await roastery().data.rows("select sum(shipping_fee), avg(rating) from orders where status <> 'cancelled'"),
    );
    expect(await call('run_metric_query', { ...market, metrics, formatted: true })).toContain('€');
  });

  test('a default filter of the model is named as such, and a filter of the query replaces it', async () => {
    const metrics = ['market_orders_order_count'];
    const text = await call('run_metric_query', { ...market, metrics });
    expectNote(text, 'default filter', 'market_orders_status');
    expectRows(text, await roastery().data.rows("select count(*) from orders where status <> 'cancelled'"));
    const filters = [{ field: 'market_orders_status', operator: 'notNull' }];
    const all = await call('run_metric_query', { ...market, metrics, filters });
    expectNoNote(all, 'default filter');
    expectRows(all, await roastery().data.rows('select count(*) from orders'));
  });

  test('AI hints of the model are shown with the explore and its fields', async () => {
    const text = await call('get_explore', market);
    expectLine(text, 'one market', 'Cancelled orders');
    expectLine(text, 'market_orders_market_order_count', 'market', 'chosen');
    const matches = await call('find_fields', { ...project, search: 'orders of the chosen market' });
    expectLine(matches, 'market_orders_market_order_count', 'market', 'chosen');
  });

  test('the parts of a ratio that Lightdash adds are not shown as columns', async () => {
    const metrics = ['market_orders_market_share'];
    const filters = [{ field: 'market_orders_status', operator: 'notNull' }];
    const text = await call('run_metric_query', { ...market, metrics, filters });
    expectRows(
      text,
      await roastery().data.rows(
        "select 100 * avg(case when country = 'Portugal' then 1.0 else 0 end) from orders join customers using (customer_id)",
      ),
    );
  });

  test('a cancelled query ends in Lightdash; its statement may go on', async () => {
    const { sandbox } = roastery();
    const held = sandbox.queries.hold();
    const deadline = new AbortController();
    const impatient = await connectInMemory(
      { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin },
      { polling: () => ({ deadline: deadline.signal, sleep: async () => deadline.abort() }) },
    );
    try {
      const metrics = ['market_orders_order_count'];
      const { text } = await callTool(impatient.client, 'run_metric_query', { ...market, metrics });
      const handle = /cancel_query (\{.*\})/.exec(text)?.[1] ?? '';
      const answer = await callTool(impatient.client, 'cancel_query', JSON.parse(handle));
      expectLine(answer.text, 'gave', 'no rows', 'warehouse', 'may');
      expect(answer.text).not.toMatch(/stopped/);
    } finally {
      held.release();
      await impatient.close();
    }
  });

  describe('SQL whose start outlasts the call', () => {
    let impatient: Connection;
    let deadline: AbortController;
    const sql = 'select status, count(*) as n from roastery.orders group by 1 order by 1';
    const handleIn = (text: string) => JSON.parse(/get_query_result (\{.*\})/.exec(text)?.[1] ?? '{}');
    const call = (name: string, args: Record<string, unknown>) => callTool(impatient.client, name, args);

    beforeEach(async () => {
      const { sandbox } = roastery();
      impatient = await connectInMemory(
        { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin },
        { polling: () => ({ deadline: deadline.signal, sleep: () => setImmediate() }) },
      );
      deadline = new AbortController();
      deadline.abort();
    });
    afterEach(() => impatient.close());

    test('returns a handle, and its rows later: the statement is sent once', async () => {
      const { sandbox, data } = roastery();
      const held = sandbox.queries.holdSql();
      const before = sandbox.requests.length;
      const { text, isError } = await call('run_sql_query', { ...project, sql });
      expect(isError, text).toBe(false);
      expectLine(text, 'SQL', 'not answered', 'not', 'again');
      const again = await call('get_query_result', handleIn(text));
      expect(again.text).toBe(text);

      held.release();
      deadline = new AbortController();
      const rows = await call('get_query_result', handleIn(text));
      expectRows(rows.text, await data.rows('select status, count(*) from orders group by 1 order by 1'));
      const starts = sandbox.requests
        .slice(before)
        .filter(({ method, path }) => method === 'POST' && /query\/sql$/.test(path));
      expect(starts).toHaveLength(1);
    });

    test('is cancelled by its handle as soon as Lightdash names it', async () => {
      const { sandbox } = roastery();
      const held = sandbox.queries.holdSql();
      const { text } = await call('run_sql_query', { ...project, sql });
      const cancelled = await call('cancel_query', handleIn(text));
      expectLine(cancelled.text, 'given up', 'before', 'warehouse', 'may');
      const stopping = sandbox.queries.hold();
      held.release();
      deadline = new AbortController();
      const rows = await call('get_query_result', handleIn(text));
      stopping.release();
      expect(rows).toMatchObject({ isError: true, text: expect.stringMatching(/cancelled.*no rows/) });
    });

    test('that fails says so in the call that fetches its rows', async () => {
      const held = roastery().sandbox.queries.holdSql();
      const { text } = await call('run_sql_query', { ...project, sql: 'select no_such_column from roastery.orders' });
      held.release();
      deadline = new AbortController();
      const { text: failure, isError } = await call('get_query_result', handleIn(text));
      expect(isError).toBe(true);
      expect(failure).toMatch(/no_such_column/);
    });

    test('is one of at most four: a fifth is refused before anything is sent', async () => {
      const { sandbox } = roastery();
      const held = sandbox.queries.holdSql();
      const texts: string[] = [];
      for (let count = 0; count < 4; count += 1) texts.push((await call('run_sql_query', { ...project, sql })).text);
      const before = sandbox.requests.length;
      const fifth = await call('run_sql_query', { ...project, sql });
      expect(fifth).toMatchObject({ isError: true, text: expect.stringMatching(/not sent/) });
      expect(sandbox.requests.slice(before).filter(({ method }) => method === 'POST')).toEqual([]);
      held.release();
      deadline = new AbortController();
      for (const text of texts) expect((await call('get_query_result', handleIn(text))).isError).toBe(false);
      expect((await call('run_sql_query', { ...project, sql })).isError).toBe(false);
    });
  });

  test('a file says who can open it, and its rows can be read by id', async () => {
    const query = { exploreId: 'orders', dimensions: ['orders_status'], metrics: ['orders_order_count'] };
    const before = roastery().sandbox.requests.length;
    const text = await call('download_query_csv', { ...project, ...query, sorts: ['orders_status'] });
    expectLine(text, 'only', 'token');
    expect(
      roastery()
        .sandbox.requests.slice(before)
        .filter(({ deprecated }) => deprecated),
    ).toEqual([]);
    const rows = await call('get_query_result', JSON.parse(/get_query_result (\{.*\})/.exec(text)?.[1] ?? ''));
    expectRows(rows, await roastery().data.rows('select status, count(*) from orders group by 1 order by 1'));
  });

  test("a chart that follows its project's zone does not show project_timezone", async () => {
    expect(await call('get_saved_chart', { chartUuid: parameterIds.chart })).not.toContain('project_timezone');
  });
});

describe('changes to the access and content of others, on 1.219', () => {
  const roastery = useRoastery({}, '1.219');
  const call = (tool: string, args: Record<string, unknown>) => answerOf(roastery(), tool, args);

  test('everyone with access to a space is listed, not only the caller', async () => {
    const space = { ...project, spaceUuid: ids.spaces.sales };
    const shared = await call('add_space_user_access', { ...space, userUuid: ids.users.edie, spaceRole: 'editor' });
    expect(shared).toMatch(/edie@roastery.example/);
    for (const tool of ['get_space_access', 'get_space']) {
      const text = await call(tool, space);
      expect(text).toMatch(/Edie/);
      expect(text).toMatch(/Ada/);
    }
  });

  test('the preview of a deletion names the content of nested spaces', async () => {
    const outer = await call('create_space_in_project', { ...project, name: 'Outer', isPrivate: true });
    const outerUuid = /spaceUuid ([0-9a-f-]{36})/.exec(outer)?.[1];
    const inner = await call('create_space_in_project', { ...project, name: 'Inner', parentSpaceUuid: outerUuid });
    const innerUuid = /spaceUuid ([0-9a-f-]{36})/.exec(inner)?.[1];
    const query = { exploreId: 'orders', metrics: ['orders_order_count'] };
    await call('create_chart', { ...project, name: 'Deep down', query, space: innerUuid });
    const preview = await call('delete_space', { ...project, spaceUuid: outerUuid });
    expect(preview).toMatch(/confirmation: /);
    expect(preview).toContain('Inner');
    expect(preview).toContain('Deep down');
  });

  test('a resolved comment leaves the list', async () => {
    const dashboardUuid = ids.dashboards.sales;
    const before = await call('get_comments', { dashboardUuid });
    expect(before).toContain(ids.comments.question);
    await call('resolve_comment', { dashboardUuid, commentId: ids.comments.question });
    expect(await call('get_comments', { dashboardUuid })).not.toContain(ids.comments.question);
  });

  test('the state of the git integration needs a session, and says so with a token', async () => {
    const { sandbox, connection } = roastery();
    const { text, isError } = await callTool(connection.client, 'get_git_integration', project);
    expect(isError).toBe(true);
    expect(text).toMatch(/LIGHTDASH_EMAIL|session/);
    const signedIn = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_EMAIL: sandbox.administrator.email,
      LIGHTDASH_PASSWORD: sandbox.administrator.password,
    });
    try {
      expect(await callTool(signedIn.client, 'get_git_integration', project)).toMatchObject({ isError: false });
    } finally {
      await signedIn.close();
    }
  });

  test('setting explores replaces all of them, as the preview says', async () => {
    const { sandbox, connection } = roastery();
    const [first] = sandbox.store.explores.get(ids.project)?.all ?? [];
    const unnamed = await callTool(connection.client, 'set_explores', { ...project, explores: [{ label: 'Orders' }] });
    expectLine(unnamed.text, 'explores[0]', 'name');
    const set = { ...project, explores: [first] };
    const { text } = await callTool(connection.client, 'set_explores', set);
    expect(text).toMatch(/\d of them disappear/);
    const done = await callToolConfirmed(connection.client, 'set_explores', set);
    expect(done.isError).toBe(false);
    expect(await call('get_explores', project)).toMatch(/^1 explore/);
    sandbox.reset();
  });
});

describe.each(RELEASES)('on %s', (release) => {
  const roastery = useRoastery({}, release);
  const call = (tool: string, args: Record<string, unknown>) => answerOf(roastery(), tool, args);

  test('renaming a space does not touch its privacy, and opening it does not touch its name', async () => {
    const made = await call('create_space_in_project', { ...project, name: 'Tasting', isPrivate: true });
    const space = { ...project, spaceUuid: /spaceUuid ([0-9a-f-]{36})/.exec(made)?.[1] };
    const renamed = await call('update_space', { ...space, name: 'Cupping' });
    expect(renamed).toMatch(/Cupping/);
    expect(renamed).toMatch(/private/);
    const { text: opened } = await callToolConfirmed(roastery().connection.client, 'update_space', {
      ...space,
      isPrivate: false,
    });
    expectLine(opened, 'Cupping', 'open');
    const { isError } = await callTool(roastery().connection.client, 'update_space', space);
    expect(isError).toBe(true);
  });
});
