import { describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { expectLine } from '../../helpers/answers.ts';
import { callTool } from '../../helpers/client.ts';
import { answerOf, RELEASES, useRoastery } from '../setup.ts';

// A picture is acted on at a glance: what it leaves out, or draws without a meaning, stands in its title and its notes.

const rating = { exploreId: 'orders', metrics: ['orders_average_rating'] };

describe.each(RELEASES)('The picture of a chart, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const show = (args: Record<string, unknown>) => answerOf(roastery(), 'show_chart', args);
  const sql = (text: string) => roastery().data.rows(text);
  let charts = 0;
  const save = async (query: Record<string, unknown>, look: Record<string, unknown>) => {
    charts += 1;
    const made = await answerOf(roastery(), 'create_chart', {
      ...{ name: `Picture ${charts}`, space: 'Sales', query },
      ...look,
    });
    return { made, chartUuid: /saved\/([0-9a-f-]{36})/.exec(made)?.[1] ?? '' };
  };
  const ofSql = async (text: string, args: Record<string, unknown>) => {
    await answerOf(roastery(), 'run_sql_query', { sql: text });
    return show({ resultId: 'last', ...args });
  };

  test('of months that SQL writes as text runs in time, whatever the order of the rows', async () => {
    const byMonth = `select strftime(ordered_at, '%Y-%m') as month, count(*) as n from orders where year(ordered_at) = 2024 and month(ordered_at) <> 6 group by 1`;
    const drawn = await ofSql(`${byMonth.replace('orders', 'roastery.orders')} order by n`, { as: 'line' });
    const rows = await sql(`${byMonth} order by 1`);
    expectLine(drawn, 'Line chart', '12 periods', 'Jan 2024 to Dec 2024');
    expectLine(drawn, `First Jan 2024 ${rows[0]?.[1]}`, `last Dec 2024 ${rows.at(-1)?.[1]}`);
  });

  test('of codes of four digits does not take them for years', async () => {
    const drawn = await ofSql(`select * from (values ('1001', 3), ('2002', 5), ('9003', 4)) t(code, n)`, {});
    expectLine(drawn, 'Bar chart', '3 categories');
    expect(drawn).toContain('Highest 2002 5; lowest 1001 3.');
  });

  test('of counts of SQL is a pie on request, whose note says that nothing says if they add up', async () => {
    const gifts = 'select is_gift, count(*) as n from orders group by 1 order by 1';
    const drawn = await ofSql(gifts.replace('orders', 'roastery.orders'), { as: 'pie' });
    const [no, yes] = (await sql(gifts)).map(([, count]) => Number(count));
    const share = (count = 0) =>
      `${count.toLocaleString('en')} (${((count / ((no ?? 0) + (yes ?? 0))) * 100).toFixed(1)}%)`;
    expectLine(drawn, `false ${share(no)}`, `true ${share(yes)}`);
    expectLine(drawn, 'Note:', 'n: drawn as parts of a whole');
    expect(drawn).not.toContain('Total');
  });

  test('names in its title and its notes what it draws, and what it does not', async () => {
    const drawn = await ofSql('select 12 as first, -7 as second', { as: 'number' });
    expectLine(drawn, 'Number "first"');
    expectLine(drawn, 'Note:', 'second not drawn');
    const three = ['order_items_total_revenue', 'orders_delivery_rate', 'orders_order_count'];
    const query = { exploreId: 'orders', dimensions: ['orders_ordered_at_quarter'], metrics: three };
    const lines = await show({ query });
    expect(lines).toContain('"Revenue, Delivery rate by Ordered quarter"');
    expectLine(lines, 'Note:', 'Order count not drawn');
  });

  test('of averages that are added up says that the sums mean nothing, as does the answer that saves it', async () => {
    const query = { ...rating, dimensions: ['customers_country', 'orders_channel'] };
    const pie = await save(query, { show: 'pie', x: 'customers_country' });
    expectLine(pie.made, 'Note:', 'orders_average_rating does not add up');
    const ratings =
      'select country, channel, avg(rating) as average from orders join customers using (customer_id) group by 1, 2';
    const [top] = await sql(`select country, sum(average) from (${ratings}) group by 1 order by 2 desc limit 1`);
    const drawn = await show({ chartUuid: pie.chartUuid });
    expectLine(drawn, `${top?.[0]} ${Number(top?.[1]).toFixed(2)}`);
    expectLine(drawn, 'Note:', 'Average rating does not add up');
    const byQuarter = { ...rating, dimensions: ['orders_ordered_at_quarter', 'orders_channel'] };
    const stack = await save(byQuarter, { show: 'stacked_bar' });
    expectLine(stack.made, 'Note:', 'does not add up');
    expectLine(await show({ chartUuid: stack.chartUuid }), 'Note:', 'does not add up');
    const side = await save(byQuarter, { show: 'bar' });
    expect(side.made + (await show({ chartUuid: side.chartUuid }))).not.toContain('add up');
  });

  test('of rows that SQL names by a number has every row, wherever the number stands', async () => {
    const byHour = 'select count(*) as n, extract(hour from ordered_at)::int as h from orders group by 2 order by 2';
    const hours = (await sql(byHour)).map(([n, h]) => [Number(n), Number(h)] as const);
    const highest = hours.toSorted(([left], [right]) => right - left)[0];
    for (const args of [{}, { y: ['n'], as: 'line' }]) {
      const drawn = await ofSql(byHour.replace('orders', 'roastery.orders'), args);
      expectLine(drawn, '"n by h"', '24 categories');
      expectLine(drawn, `Highest ${highest?.[1]} ${highest?.[0]};`);
      expectLine(drawn, `First 0 ${hours[0]?.[0]}`, `last 23 ${hours.at(-1)?.[0]}`);
    }
    const nameless = await ofSql('select shipping_fee from roastery.orders where order_id < 5', {});
    expectLine(nameless, 'Not drawn', 'no column names the rows');
  });

  test('that is split by its only dimension has it along x', async () => {
    const query = { exploreId: 'orders', dimensions: ['orders_ordered_at_month'], metrics: ['orders_order_count'] };
    expectLine(await show({ query, split_by: 'orders_ordered_at_month' }), 'Line chart', '24 periods');
  });

  test('of a pie with x adds up what is in no slice, if it can be added up', async () => {
    const query = { exploreId: 'orders', dimensions: ['customers_is_wholesale', 'orders_channel'] };
    const drawn = await show({
      query: { ...query, metrics: ['orders_total_shipping'] },
      as: 'pie',
      x: 'orders_channel',
    });
    const [top] = await sql('select channel, sum(shipping_fee) from orders group by 1 order by 2 desc limit 1');
    expectLine(drawn, `${top?.[0]} ${Number(top?.[1]).toLocaleString('en', { style: 'currency', currency: 'USD' })}`);
    expectLine(drawn, 'Note:', 'added up over Is wholesale');
  });

  test('calls nothing the lowest of all if it draws a part', async () => {
    const names = { exploreId: 'orders', dimensions: ['customers_full_name'], metrics: ['order_items_total_revenue'] };
    const drawn = await show({ query: names });
    expectLine(drawn, 'Highest drawn', 'lowest drawn');
    expect(drawn).not.toContain('last Other');
    const byMonth = {
      exploreId: 'orders',
      dimensions: ['orders_shipped_at_month'],
      metrics: ['orders_total_shipping'],
    };
    const [shipped] = await sql('select sum(shipping_fee) from orders where shipped_at is not null');
    const months = await show({ query: byMonth });
    expectLine(months, `total $${Number(shipped?.[0]).toLocaleString('en', { minimumFractionDigits: 2 })}`);
    expectLine(months, 'Note:', 'rows without Shipped month not drawn, nor in the total');
  });

  test('of a pie has shares of all slices, the small ones together', async () => {
    const query = { exploreId: 'orders', dimensions: ['products_product_name'], metrics: ['orders_order_count'] };
    const drawn = await show({ query, as: 'pie' });
    const counts = await sql(
      'select product_name, count(distinct order_id) from order_items join products using (product_id) group by 1 order by 2 desc, 1',
    );
    const total = counts.reduce((sum, [, count]) => sum + Number(count), 0);
    const rest = counts.slice(7).reduce((sum, [, count]) => sum + Number(count), 0);
    const share = (count: number) => `${count.toLocaleString('en')} (${((count / total) * 100).toFixed(1)}%)`;
    expectLine(drawn, `${counts[0]?.[0]} ${share(Number(counts[0]?.[1]))}`, `Other (17) ${share(rest)}`);
    expectLine(drawn, 'Note:', 'parts may overlap', 'together as Other');
    expect(drawn).not.toContain('Total');
  });

  test('of an SQL chart gives no total of what nothing says to add up', async () => {
    const look = { show: 'pie', x: 'channel', y: ['average'] };
    if (release === '0.1366') return;
    const ratings = 'select channel, avg(rating) as average from roastery.orders group by 1';
    await answerOf(roastery(), 'create_sql_chart', { name: 'Ratings', space: 'Sales', sql: ratings, ...look });
    const drawn = await show({ chartUuid: 'Ratings' });
    expectLine(drawn, 'Pie chart', 'Ratings');
    expectLine(drawn, 'Note:', 'average: drawn as parts of a whole');
    expect(drawn).not.toContain('Total');
  });

  test('of an SQL chart puts the rows of a name together as it is saved, and says so', async () => {
    if (release === '0.1366') return;
    const parts = 'select channel, status, count(*) as n from orders group by 1, 2';
    const look = { show: 'bar', x: 'channel', y: ['n'], split_by: [] };
    const text = parts.replace('orders', 'roastery.orders');
    await answerOf(roastery(), 'create_sql_chart', { name: 'Parts', space: 'Sales', sql: text, ...look });
    const [top, ...others] = await sql(`select channel, sum(n) from (${parts}) group by 1 order by 2 desc`);
    const written = (row: readonly unknown[] = []) => `${row[0]} ${Number(row[1]).toLocaleString('en')}`;
    const drawn = await show({ chartUuid: 'Parts' });
    expectLine(drawn, `Highest ${written(top)}; lowest ${written(others.at(-1))}.`);
    expect(drawn).toContain('4 categories.');
    expectLine(drawn, 'Note:', 'n: sum of the rows of the same names');
  });

  test('of an SQL chart whose column is gone is of the columns that there are', async () => {
    if (release === '0.1366') return;
    const gone = 'select channel, count(*) as n from roastery.orders group by 1';
    const look = { show: 'bar', x: 'channel', y: ['n'] };
    const saved = await answerOf(roastery(), 'create_sql_chart', { name: 'Gone', space: 'Sales', sql: gone, ...look });
    const { sandbox } = roastery();
    const uuid = /savedSqlUuid ([0-9a-f-]{36})/.exec(saved)?.[1];
    const config = {
      ...{ type: 'vertical_bar', metadata: { version: 1 }, display: {} },
      fieldConfig: {
        x: { reference: 'channel', type: 'category' },
        y: [{ reference: 'n', aggregation: 'sum' }],
        groupBy: [],
      },
    };
    const edited = { sql: gone.replace(' n ', ' m '), limit: 500, config };
    const { status } = await fetch(`${sandbox.url}/api/v1/projects/${ids.project}/sqlRunner/saved/${uuid}`, {
      method: 'PATCH',
      headers: { authorization: `ApiKey ${sandbox.tokens.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify({ versionedData: edited }),
    });
    expect(status).toBe(200);
    const [top] = await sql('select channel, count(*) from orders group by 1 order by 2 desc limit 1');
    expectLine(await show({ chartUuid: 'Gone' }), `Highest ${top?.[0]} ${Number(top?.[1]).toLocaleString('en')}`);
  });

  test('of a big number over several rows says which row it is', async () => {
    const query = {
      ...{ exploreId: 'orders', dimensions: ['orders_ordered_at_month'], metrics: ['orders_order_count'] },
      sorts: ['-orders_ordered_at_month'],
    };
    const { made, chartUuid } = await save(query, { show: 'big_number' });
    expectLine(made, 'Note:', 'first row alone');
    const [last] = await sql(`select count(*) from orders where strftime(ordered_at, '%Y-%m') = '2024-12'`);
    const drawn = await show({ chartUuid });
    expect(drawn).toContain(`Order count: ${last?.[0]}.`);
    expectLine(drawn, 'Note:', 'the first of 24 rows', 'Dec 2024');
    expect(await show({ chartUuid: ids.charts.totalRevenue })).not.toContain('first of');
  });

  test('of a cut result says that its figures are of the rows that came', async () => {
    const query = {
      ...{ exploreId: 'orders', dimensions: ['customers_country'], limit: 3 },
      metrics: ['order_items_total_revenue'],
    };
    const drawn = await show({ query, as: 'pie' });
    expectLine(drawn, 'Note:', '3 rows, the limit', 'the figures are of these');
  });

  test('of three units saves each where it can be seen, and compares no highest with another unit', async () => {
    const query = {
      ...{ exploreId: 'orders', dimensions: ['orders_ordered_at_quarter'] },
      metrics: ['order_items_total_revenue', 'orders_delivery_rate', 'orders_average_rating'],
    };
    const { chartUuid } = await save(query, { show: 'mixed' });
    const drawn = await show({ chartUuid });
    expect(drawn).not.toContain('Highest');
    const [total] = await sql('select sum(quantity * unit_price) from order_items');
    expectLine(
      drawn,
      `Revenue total $${Number(total?.[0]).toLocaleString('en')}`,
      'Delivery rate from',
      'Average rating from',
    );
    const stacked = await save(query, { show: 'stacked_bar' });
    expectLine(stacked.made, 'Note:', 'different units are stacked');
  });

  test('of a funnel is saved without a false note about its steps', async () => {
    const query = { exploreId: 'orders', dimensions: ['orders_status'], metrics: ['orders_order_count'] };
    expect((await save(query, { show: 'funnel' })).made).not.toContain('not shown');
  });

  test('of more points than it takes does not blame a sum', async () => {
    const query = {
      ...{ exploreId: 'orders', dimensions: ['orders_order_id'], limit: 5000 },
      metrics: ['orders_total_shipping'],
    };
    const { text, isError } = await callTool(roastery().connection.client, 'show_chart', { query });
    expect(isError).toBe(true);
    expectLine(text, '3,000 points', '2,000', 'bins', 'filter');
    expect(text).not.toContain('add up');
  });

  test('keeps the order that the query sorts its categories in, before and after it is saved', async () => {
    const byName = {
      exploreId: 'orders',
      dimensions: ['products_product_name'],
      metrics: ['order_items_total_revenue'],
    };
    const [first] = await sql('select product_name from products order by 1');
    const [last] = await sql('select product_name from products order by 1 desc');
    const ends = [`First ${first?.[0]} `, `last ${last?.[0]} `];
    const query = { ...byName, sorts: ['products_product_name'] };
    expectLine(await show({ query }), ...ends);
    expectLine(await show({ chartUuid: (await save(query, {})).chartUuid }), ...ends);
    expect(await show({ query: byName })).toContain('Highest Glass Dipper');
    const weekday = 'orders_ordered_at_day_of_week_name';
    const { chartUuid } = await save(
      { exploreId: 'orders', dimensions: [weekday], metrics: ['orders_order_count'] },
      {},
    );
    const rows = await answerOf(roastery(), 'run_saved_chart', { chartUuid });
    expect(rows).toMatch(/Sunday,\d+\nMonday,\d+\nTuesday,/);
    expectLine(await show({ chartUuid }), 'First Sunday', 'last Saturday');
  });

  test('is saved with a note on the months that its window cuts, as is a change of it', async () => {
    const window = { field: 'orders_ordered_at', operator: 'inThePast', value: 2, unit: 'months' };
    const query = {
      ...{ exploreId: 'orders', dimensions: ['orders_ordered_at_month'], metrics: ['orders_order_count'] },
      filters: [window],
    };
    const { made, chartUuid } = await save(query, {});
    expectLine(made, 'Note:', 'Cut by the filter: 2024-11 begins at 2024-11-15', 'completed months');
    const by = (dimensions: string[]) =>
      answerOf(roastery(), 'update_chart', { chartUuid, query: { dimensions, sorts: [] } });
    expect(await by(['orders_channel'])).not.toContain('Cut by');
    expectLine(await by(['orders_ordered_at_month']), 'Note:', 'Cut by the filter: 2024-11');
    const sheet = await answerOf(roastery(), 'upload_google_sheet', query);
    expectLine(sheet, 'Note:', 'Cut by the filter: 2024-11');
  });

  test('of numbered things that is saved under a limit has the largest of them, not the first numbers', async () => {
    const [dimensions, metrics] = [['customers_customer_id'], ['order_items_total_revenue']];
    const query = { exploreId: 'orders', dimensions, metrics, limit: 5 };
    const top = await sql(
      'select customer_id, sum(quantity * unit_price) from order_items join orders using (order_id) group by 1 order by 2 desc limit 5',
    );
    const { chartUuid } = await save(query, { show: 'bar' });
    const rows = await answerOf(roastery(), 'run_saved_chart', { chartUuid });
    expect([...rows.matchAll(/^(\d+),[\d.]+$/gm)].map(([, id]) => Number(id))).toEqual(top.map(([id]) => Number(id)));
  });

  test('of a tile links to its dashboard, whose filters it is under', async () => {
    const drawn = await show({ dashboardUuid: ids.dashboards.sales, tileUuid: 'Monthly revenue' });
    expect(drawn).toMatch(new RegExp(`^In Lightdash: .*/dashboards/${ids.dashboards.sales}/view$`, 'm'));
  });
});
