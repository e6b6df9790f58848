import { describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { parameterIds } from '../../../src/sandbox/seed/parameters.ts';
import { expectLine } from '../../helpers/answers.ts';
import { callTool } from '../../helpers/client.ts';
import { expectNoNote, expectNote } from '../../helpers/notes.ts';
import { answerOf, expectRows, useRoastery } from '../setup.ts';

// Section 16 of the faults: parameters were no argument, and the default was used without a word.

const project = { projectUuid: ids.project };
const query = {
  ...project,
  exploreId: 'market_orders',
  metrics: ['market_orders_market_order_count'],
  // In place of the model's default filter.
  filters: [{ field: 'market_orders_status', operator: 'notNull' }],
};
const ordersOf = (country: string) =>
  `select count(*) from orders join customers using (customer_id) where country = '${country}'`;

describe('on 1.219', () => {
  const roastery = useRoastery({}, '1.219');

  test.each([
    ['Portugal', undefined, 558, 'market = Portugal (not set'],
    ['Germany', { market: 'Germany' }, 521, 'market = Germany.'],
    ['Germany', { Market: 'germany' }, 521, 'market = Germany.'],
    ['Germany', '{"market":"Germany"}', 521, 'market = Germany.'],
    ['Germany', { market: 'germany ' }, 521, 'market = Germany.'],
    ['Portugal', { market: null }, 558, 'market = Portugal (not set'],
  ])('orders of %s, parameters %j', async (country, parameters, expected, note) => {
    const sql = await roastery().data.rows(ordersOf(country));
    expect(sql).toEqual([[expected]]);
    const text = await answerOf(roastery(), 'run_metric_query', { ...query, ...(parameters && { parameters }) });
    expectRows(text, [[expected]]);
    expect(text).toContain(note);
  });

  test('a metric whose parameter has no default names it, with its options', async () => {
    const args = { ...query, metrics: ['market_orders_well_rated_order_count'] };
    const { text, isError } = await callTool(roastery().connection.client, 'run_metric_query', args);
    expect(isError).toBe(true);
    expectLine(text, 'least_rating', 'no default');
    expect(text).toContain('options 1, 2, 3, 4, 5');
    const answer = await answerOf(roastery(), 'run_metric_query', { ...args, parameters: { least_rating: '4' } });
    expectRows(answer, await roastery().data.rows('select count(*) from orders where rating >= 4'));
  });

  test('several values', async () => {
    const args = {
      ...query,
      metrics: ['market_orders_channel_order_count'],
      parameters: { channels: ['phone', 'web'] },
    };
    const expected = await roastery().data.rows("select count(*) from orders where channel in ('phone', 'web')");
    expectRows(await answerOf(roastery(), 'run_metric_query', args), expected);
  });

  test('a value that the dimension of the options lacks is named next to one that it has', async () => {
    const args = {
      ...query,
      metrics: ['market_orders_channel_order_count'],
      parameters: { channels: ['Phone', 'web'] },
    };
    const expected = await roastery().data.rows("select count(*) from orders where channel = 'web'");
    const text = await answerOf(roastery(), 'run_metric_query', args);
    expectRows(text, expected);
    expectNote(text, 'no such value', 'orders_channel', '"Phone"', 'phone');
    expectNote(
      await answerOf(roastery(), 'calculate_query_totals', args),
      'no such value',
      'orders_channel',
      '"Phone"',
      'phone',
    );
    expectNoNote(
      await answerOf(roastery(), 'run_metric_query', { ...args, parameters: { channels: ['phone', 'web'] } }),
      'no such value',
    );
  });

  test.each([
    [{ marke: 'Germany' }, /"marke".*\bmarket\b/],
    [{ market: ['Germany', 'Portugal'] }, /market .*one value.* 2/],
    [{ least_rating: 'good' }, /least_rating .*number/],
    [{ market: {} }, /market .*value/],
    [['market'], /parameters/],
  ])('%j is refused, and nothing runs', async (parameters, reason) => {
    const { sandbox, connection } = roastery();
    const before = sandbox.requests.length;
    const { text, isError } = await callTool(connection.client, 'run_metric_query', { ...query, parameters });
    expect(isError).toBe(true);
    expect(text).toMatch(reason);
    expect(sandbox.requests.slice(before).filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('a value that is not an option, and a parameter without effect, are reported', async () => {
    const text = await answerOf(roastery(), 'run_metric_query', {
      ...query,
      metrics: ['market_orders_order_count'],
      parameters: { market: 'Spain' },
    });
    expectLine(text, '"Spain"', 'options');
    expect(text).toMatch(/Without effect.* market/);
  });

  test.each([
    ['calculate_query_totals', { ...query, parameters: { market: 'Germany' } }],
    ['run_underlying_data_query', { ...query, parameters: { market: 'Germany' } }],
    ['show_chart', { ...project, query: { ...query, projectUuid: undefined }, parameters: { market: 'Germany' } }],
    ['run_saved_chart', { chartUuid: parameterIds.chart, parameters: { market: 'Germany' } }],
    ['calculate_chart_totals', { chartUuid: parameterIds.chart, parameters: { market: 'Germany' } }],
    ['run_dashboard', { dashboardUuid: parameterIds.dashboard }],
    ['run_dashboard_chart', { ...dashboardChart(), parameters: { market: 'Germany' } }],
    ['download_query_csv', { ...query, parameters: { market: 'Germany' } }],
    ['download_chart_csv', { chartUuid: parameterIds.chart, parameters: { market: 'Germany' } }],
    [
      'run_sql_query',
      { ...project, sql: 'select ${lightdash.parameters.market} as m', parameters: { market: 'Germany' } },
    ],
  ])('%s uses the value and shows it', async (tool, args) => {
    expect(await answerOf(roastery(), tool, args)).toContain('market = Germany');
  });

  test('the SQL of a query has the value', async () => {
    const text = await answerOf(roastery(), 'compile_query', { ...query, parameters: { market: 'Germany' } });
    expect(text).toContain("'Germany'");
    expect(text).toContain('market (Germany)');
  });

  test("a dashboard's saved parameter applies, and the call's wins", async () => {
    const saved = await answerOf(roastery(), 'run_dashboard', { dashboardUuid: parameterIds.dashboard });
    expect(saved).toContain('Saved parameters: market = Germany.');
    const other = await answerOf(roastery(), 'run_dashboard', {
      dashboardUuid: parameterIds.dashboard,
      parameters: { market: 'Canada' },
    });
    expect(other).toContain('Parameters: market = Canada.');
  });

  test('the saved chart has the parameters of the shown rows', async () => {
    const { client } = roastery().connection;
    await answerOf(roastery(), 'run_metric_query', { ...query, parameters: { market: 'Germany' } });
    const created = await callTool(client, 'create_chart', { name: 'Germans', resultId: 'last' });
    expect(created.text).toContain('Saved parameters: market = Germany.');
    const chartUuid = /"chartUuid":"([^"]+)"/.exec(created.text)?.[1];
    const shown = await answerOf(roastery(), 'run_saved_chart', { chartUuid });
    expectRows(shown, [[521]]);
    expect(shown).toContain('market = Germany');
  });

  test('list_parameters and get_explore show them; the explore shows its hint and default filter', async () => {
    const listed = await answerOf(roastery(), 'list_parameters', project);
    expect(listed).toMatch(/^3 parameters/);
    expect(listed).toMatch(/least_rating .*no default/);
    const explore = await answerOf(roastery(), 'get_explore', { ...project, exploreId: 'market_orders' });
    expectLine(explore, 'default Portugal', 'options Australia');
    expectLine(explore, 'Default filters', 'market_orders_status ≠ cancelled');
    expectLine(explore, 'questions', 'one market');
    expectLine(explore, 'hint', 'market', 'chosen');
    const fields = await answerOf(roastery(), 'find_fields', { ...project, words: 'orders in the market' });
    expectLine(fields, 'hint', 'market', 'chosen');
  });
});

function dashboardChart() {
  return { chartUuid: parameterIds.chart, dashboardUuid: parameterIds.dashboard };
}

describe('on 0.1366, which has none', () => {
  const roastery = useRoastery({}, '0.1366');
  const args = { ...project, exploreId: 'orders', metrics: ['orders_order_count'], parameters: { market: 'Germany' } };

  test.each(['run_metric_query', 'calculate_query_totals', 'compile_query', 'download_query_csv'])(
    '%s refuses to run as if they held',
    async (tool) => {
      const { text, isError } = await callTool(roastery().connection.client, tool, args);
      expect(isError).toBe(true);
      expect(text).toMatch(/takes none/);
    },
  );

  test('list_parameters says so', async () => {
    expect(await answerOf(roastery(), 'list_parameters', project)).toMatch(/has no parameters/);
  });
});
