import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readChart } from '../../../src/charts/config/read-chart.ts';
import { RELEASES, type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { expectLine, tableOf } from '../../helpers/answers.ts';
import { type Connection, callTool, callToolConfirmed, connectInMemory } from '../../helpers/client.ts';
import { lightdashOf } from '../../helpers/lightdash-api.ts';

const revenueByMonth = '87b15963-d55c-462f-b96a-8548fff4df8a';
const ordersByCountry = 'c5157981-f07f-4046-a737-5622218dbe4e';
const project = '28a012f6-4897-4927-8e21-30880ba92505';

describe.each(RELEASES)('charts written on %s', (version) => {
  let sandbox: Sandbox;
  let host: Connection;

  beforeAll(async () => {
    sandbox = await startSandbox({ version });
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    sandbox.reset();
    host = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_PROJECT: 'Roastery',
    });
    return () => host.close();
  });

  async function call(tool: string, args: Record<string, unknown>) {
    const { text, isError } = await callTool(host.client, tool, args);
    expect(isError, text).toBe(false);
    return text;
  }

  async function refusal(tool: string, args: Record<string, unknown>) {
    const { text, isError } = await callTool(host.client, tool, args);
    expect(isError, text).toBe(true);
    return text;
  }

  const savedChart = (chartUuid: unknown) => lightdashOf(sandbox).get(`/api/v1/saved/${String(chartUuid)}`);
  const uuidIn = (text: string) => /"?chartUuid"?:? ?"?([0-9a-f-]{36})/.exec(text)?.[1] ?? '';

  const byChannel = {
    exploreId: 'orders',
    dimensions: ['orders_channel'],
    metrics: ['orders_order_count', 'orders_average_rating'],
  };

  it.each([
    ['bar', { y: ['orders_order_count'] }, 'vertical_bar'],
    ['horizontal_bar', { y: ['orders_order_count'] }, 'horizontal_bar'],
    ['line', { y: ['orders_order_count'] }, 'line'],
    ['area', { y: ['orders_order_count'] }, 'area'],
    ['scatter', {}, 'scatter'],
    ['mixed', {}, 'mixed'],
    ['pie', {}, 'pie'],
    ['funnel', {}, 'funnel'],
    ['table', {}, 'table'],
    ['big_number', {}, 'big_number'],
  ])('are kept as a %s', async (show, more, kind) => {
    const text = await call('create_chart', { query: byChannel, name: `A ${show}`, space: 'Sales', show, ...more });
    const saved = await savedChart(uuidIn(text));
    expect(readChart(saved).kind).toBe(kind);
    expect(saved).toMatchObject({ name: `A ${show}`, spaceName: 'Sales', tableName: 'orders' });
    expect(text).toContain(`/saved/${uuidIn(text)}/view`);
  });

  it.each(['treemap', 'gauge', 'map'])('are kept as a %s by releases that support it', async (show) => {
    const args = { query: byChannel, name: `A ${show}`, show };
    if (version === '0.1366') {
      expect(await refusal('create_chart', args)).toContain(show);
      return;
    }
    const text = await call('create_chart', args);
    expect(readChart(await savedChart(uuidIn(text))).kind).toBe(show);
  });

  it('keep the requested query, in a fitting kind by default', async () => {
    const text = await call('create_chart', {
      name: 'Delivered by month',
      description: 'What arrived',
      query: {
        exploreId: 'orders',
        dimensions: ['orders_ordered_at_month', 'orders_channel'],
        metrics: ['orders_order_count'],
        filters: [{ field: 'orders_status', operator: 'equals', values: ['delivered'] }],
        limit: 100,
      },
    });
    const saved = await savedChart(uuidIn(text));
    expect(saved).toMatchObject({
      description: 'What arrived',
      pivotConfig: { columns: ['orders_channel'] },
      tableConfig: { columnOrder: ['orders_ordered_at_month', 'orders_channel', 'orders_order_count'] },
      metricQuery: {
        dimensions: ['orders_ordered_at_month', 'orders_channel'],
        metrics: ['orders_order_count'],
        limit: 100,
        sorts: [{ fieldId: 'orders_ordered_at_month', descending: false }],
      },
    });
    expect(readChart(saved).kind).toBe('line');
    const rows = await call('run_saved_chart', { chartUuid: uuidIn(text) });
    const result = await call('run_metric_query', {
      exploreId: 'orders',
      dimensions: ['orders_ordered_at_month', 'orders_channel'],
      metrics: ['orders_order_count'],
      filters: [{ field: 'orders_status', operator: 'equals', values: ['delivered'] }],
      sorts: ['orders_ordered_at_month'],
      limit: 100,
    });
    // A chart that pivots is read as it is shown: a column for each channel.
    const { ids, rows: lines } = tableOf(rows);
    const cells = lines.flatMap(([month, ...counts]) => counts.map((count, at) => [month, ids[at + 1], count].join()));
    const ofQuery = tableOf(result).rows.map((row) => row.join());
    expect(ofQuery).toHaveLength(96);
    expect(cells.sort()).toEqual(ofQuery.sort());
  });

  it('are made of the latest result, with its series', async () => {
    await call('run_metric_query', {
      exploreId: 'orders',
      dimensions: ['orders_ordered_at_year', 'orders_channel'],
      metrics: ['orders_order_count'],
      sorts: ['orders_ordered_at_year', 'orders_channel'],
    });
    const text = await call('create_chart', { name: 'From rows', resultId: 'last', show: 'stacked_bar' });
    const saved = await savedChart(uuidIn(text));
    expect(saved).toMatchObject({ metricQuery: { dimensions: ['orders_ordered_at_year', 'orders_channel'] } });
    const { chart } = readChart(saved);
    const series = chart.type === 'cartesian' ? (chart.config.eChartsConfig?.series ?? []) : [];
    expect(series.map(({ encode }) => encode?.yRef?.pivotValues?.[0]?.value)).toEqual([
      'mobile',
      'phone',
      'web',
      'wholesale_portal',
    ]);
    await refusal('create_chart', { name: 'Neither' });
    await refusal('create_chart', { name: 'Gone', resultId: 'r-none' });
  });

  it('can be SQL charts, on releases that write them', async () => {
    const sql = 'select status, count(*) as n from roastery.orders group by 1 order by 1';
    const made = await callTool(host.client, 'create_sql_chart', { name: 'By status', space: 'Sales', sql });
    if (version === '0.1366') {
      expect(made.isError).toBe(true);
      return;
    }
    expect(made.isError, made.text).toBe(false);
    const uuid = /savedSqlUuid ([0-9a-f-]{36})/.exec(made.text)?.[1];
    const read = () => lightdashOf(sandbox).get(`/api/v1/projects/${project}/sqlRunner/saved/${uuid}`);
    const before = await read();
    expect(before).toMatchObject({
      sql,
      config: {
        type: 'vertical_bar',
        fieldConfig: { x: { reference: 'status', type: 'category' }, y: [{ reference: 'n', aggregation: 'sum' }] },
      },
    });
    await call('update_sql_chart', { sqlChart: 'By status', limit: 3 });
    expect(await read()).toMatchObject({ name: 'By status', sql, limit: 3, config: before.config });
    await call('update_sql_chart', { sqlChart: 'By status', name: 'Shares', show: 'pie' });
    expect(await read()).toMatchObject({ name: 'Shares', sql, limit: 3, config: { type: 'pie' } });
    await refusal('create_sql_chart', { name: 'Broken', space: 'Sales', sql: 'select nope from nowhere' });
    await refusal('create_sql_chart', { name: 'Broken', space: 'Sales', sql, show: 'funnel' });
  });

  it.each([
    [{ query: { exploreId: 'orders', metrics: ['orders_nope'] } }],
    [{ query: { exploreId: 'orders', metrics: ['orders_order_count'] }, show: 'bar' }],
    [{ query: { exploreId: 'orders', metrics: ['orders_order_count'], filter: [] } }],
    [{ query: { exploreId: 'nope', metrics: ['orders_order_count'] } }],
    [{ query: { exploreId: 'orders', metrics: ['orders_order_count'] }, space: 'No such space' }],
    [{ query: { exploreId: 'orders', metrics: ['orders_order_count'] }, show: 'pyramid' }],
  ])('are refused before anything is saved: %j', async (args) => {
    const before = await lightdashOf(sandbox).get(`/api/v1/projects/${project}/chart-summaries`);
    await refusal('create_chart', { name: 'Refused', ...args });
    expect(await lightdashOf(sandbox).get(`/api/v1/projects/${project}/chart-summaries`)).toEqual(before);
  });

  it('change only in the named parts', async () => {
    const before = await savedChart(ordersByCountry);
    const text = await call('update_chart', { chartUuid: ordersByCountry, query: { limit: 7 } });
    const after = await savedChart(ordersByCountry);
    expect(after.metricQuery).toEqual({ ...Object(before.metricQuery), limit: 7 });
    for (const key of ['chartConfig', 'tableConfig', 'pivotConfig', 'name', 'description', 'spaceUuid', 'tableName']) {
      expect(after[key], key).toEqual(before[key]);
    }
    expect(text).toContain('-> 7');
    expect(text).toContain('rollback_chart_version');
  });

  it('return to the version before, as the answer says', async () => {
    const before = await savedChart(revenueByMonth);
    const text = await call('update_chart', { chartUuid: revenueByMonth, show: 'line', query: { limit: 5 } });
    const versionUuid = /"versionUuid":"([^"]+)"/.exec(text)?.[1];
    const history = await call('get_chart_history', { chartUuid: revenueByMonth });
    expectLine(history.split('\n')[1] ?? '', 'current', 'kind', 'bar chart', 'line chart');
    const question = await call('rollback_chart_version', { chartUuid: revenueByMonth, versionUuid });
    expect(question).toMatch(
      /^Rolls the chart "Revenue by month" back.*kind line chart -> bar chart.*\nNothing was changed yet/,
    );
    const { text: rolledBack } = await callToolConfirmed(host.client, 'rollback_chart_version', {
      chartUuid: revenueByMonth,
      versionUuid,
    });
    expectLine(rolledBack, 'kind', 'line chart', 'bar chart');
    const after = await savedChart(revenueByMonth);
    expect([after.metricQuery, after.chartConfig]).toEqual([before.metricQuery, before.chartConfig]);
  });

  it('are renamed and moved without a new version', async () => {
    const versions = async () =>
      Object(await lightdashOf(sandbox).get(`/api/v1/saved/${revenueByMonth}/history`)).history.length;
    const before = await versions();
    await call('update_chart', { chartUuid: revenueByMonth, name: 'Turnover', space: 'Customer team' });
    expect(await savedChart(revenueByMonth)).toMatchObject({ name: 'Turnover', spaceName: 'Customer team' });
    expect(await versions()).toBe(before);
  });

  it('show other fields if theirs leave the query', async () => {
    await call('update_chart', { chartUuid: revenueByMonth, query: { dimensions: ['orders_channel'], sorts: [] } });
    const saved = readChart(await savedChart(revenueByMonth));
    expect(saved.chart).toMatchObject({
      config: { layout: { xField: 'orders_channel', yField: ['order_items_total_revenue'] } },
    });
    expect(saved.columnOrder).toEqual(['order_items_total_revenue', 'orders_channel']);
  });

  it('report that nothing changed', async () => {
    await refusal('update_chart', { chartUuid: revenueByMonth });
  });

  it('are copied, and deleted after a confirmation that names them', async () => {
    const text = await call('duplicate_chart', { chartUuid: revenueByMonth, name: 'Copy', space: 'Customer team' });
    const copy = uuidIn(text);
    const [first, second] = [await savedChart(revenueByMonth), await savedChart(copy)];
    expect(second).toMatchObject({
      name: 'Copy',
      spaceName: 'Customer team',
      metricQuery: first.metricQuery,
      chartConfig: first.chartConfig,
    });
    const question = await call('delete_chart', { chartUuid: copy });
    expect(question).toContain('"Copy"');
    const confirmation = /confirmation: (\S+)/.exec(question)?.[1];
    await call('delete_chart', { chartUuid: copy, confirmation });
    await expect(savedChart(copy)).rejects.toThrow('404');
  });
});
