import { describe, expect, test } from 'vitest';
import { expectLine, tableOf } from '../../helpers/answers.ts';
import { expectNoNote, expectNote, hasNote } from '../../helpers/notes.ts';
import { answerOf, expectRows, RELEASES, useRoastery } from '../setup.ts';

describe.each(RELEASES)('Rows, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const sql = (text: string) => roastery().data.rows(text);
  const run = (args: Record<string, unknown>) =>
    answerOf(roastery(), 'run_metric_query', { exploreId: 'orders', ...args });
  const count = (field: string, operator: string, values: unknown[], more: object = {}) =>
    run({ metrics: ['orders_order_count'], filters: [{ field, operator, values, ...more }] });

  test('without the value come last in a descending sort, or first with a note', async () => {
    const text = await run({
      dimensions: ['customers_full_name'],
      metrics: ['orders_average_rating'],
      sorts: ['-orders_average_rating'],
      limit: 5,
    });
    const ratings = tableOf(text).rows.map(([, rating]) => rating);
    if (release === '1.219') expect(ratings).toEqual(['5', '5', '5', '5', '5']);
    else {
      expect(ratings).toEqual(['', '', '', '', '']);
      expectNote(text, 'empty values first', '5 rows', 'orders_average_rating');
    }
  });

  test('without the value follow nullsFirst, or a note says that it has no effect', async () => {
    const text = await run({
      dimensions: ['orders_status'],
      metrics: ['orders_average_rating'],
      sorts: [{ fieldId: 'orders_average_rating', descending: false, nullsFirst: true }],
    });
    const [[, first] = []] = tableOf(text).rows;
    if (release === '1.219') expect(first).toBe('');
    expect(hasNote(text, 'no effect')).toBe(release === '0.1366');
  });

  test('without a bin lie in none of its ranges or have no number, with a note', async () => {
    const bins = (customRange: object[]) =>
      run({
        dimensions: ['band'],
        metrics: ['orders_order_count'],
        customDimensions: [
          {
            ...{ id: 'band', name: 'Band', table: 'orders', type: 'bin', binType: 'custom_range', customRange },
            dimensionId: 'orders_rating',
          },
        ],
      });
    const text = await bins([
      { from: 1, to: 3 },
      { from: 3, to: 5 },
    ]);
    const [[outside] = []] = await sql('select count(*) from orders where rating is null or rating >= 5');
    const empty = tableOf(text).rows.filter(([band]) => band === '');
    expect(empty.reduce((sum, [, orders]) => sum + Number(orders), 0)).toBe(outside);
    expectNote(text, 'outside of ranges', 'band', 'orders_rating');
  });

  test('without a value are kept or left out by a negative filter, with a note', async () => {
    const not = await count('orders_coupon_code', 'notEquals', ['WELCOME10']);
    expect(not).toContain('(empty kept)');
    expectRows(not, await sql("select count(*) from orders where coupon_code is distinct from 'WELCOME10'"));
    const without = await count('orders_coupon_code', 'doesNotInclude', ['WELCOME']);
    const kept = release === '1.219' ? ' or coupon_code is null' : '';
    expect(without).toContain(kept ? '(empty kept)' : '(empty left out)');
    expectRows(without, await sql(`select count(*) from orders where coupon_code not like '%WELCOME%'${kept}`));
    const outside = await count('orders_rating', 'notInBetween', [1, 2]);
    expectLine(outside, 'Filters', 'orders_rating < 1', 'orders_rating > 2', '(empty left out)');
    expectRows(outside, await sql('select count(*) from orders where rating > 2'));
    const longAgo = await count('orders_shipped_at', 'notInThePast', [3], { unit: 'days' });
    expect(longAgo).toContain('(empty left out)');
    expectRows(longAgo, await sql("select count(*) from orders where shipped_at < '2025-01-12'"));
    expect(await count('orders_status', 'equals', ['delivered'])).not.toContain('empty');
  });

  test('without a value and the dates of a window stand with the filter of a custom metric, too', async () => {
    const metric = (name: string, filter: object) => ({
      ...{ table: 'orders', name, type: 'count_distinct', sql: '${TABLE}.order_id' },
      filters: [filter],
    });
    const text = await run({
      metrics: ['orders_other', 'orders_recent'],
      additionalMetrics: [
        metric('other', { field: 'orders_coupon_code', operator: 'doesNotInclude', values: ['WELCOME'] }),
        metric('recent', { field: 'orders_ordered_at', operator: 'inThePast', values: [1], unit: 'completed months' }),
      ],
    });
    const kept = release === '1.219' ? ' or coupon_code is null' : '';
    expectLine(text, 'orders_other:', kept ? '(empty kept)' : '(empty left out)');
    expectLine(text, 'orders_recent:', '(2024-12-01 to 2024-12-31)');
    const filter = `filter (where coupon_code not like '%WELCOME%'${kept}), count(*) filter (where ordered_at >= '2024-12-01')`;
    expectRows(text, await sql(`select count(*) ${filter} from orders`));
  });

  test('of a query without metrics are distinct', async () => {
    const text = await run({ dimensions: ['orders_status'] });
    expectLine(text, /^5/, 'distinct', 'orders');
    expect(tableOf(text).rows).toHaveLength(5);
  });

  test('shared by several things of the same name are named', async () => {
    const germans = { filters: [{ field: 'customers_country', operator: 'equals', values: ['Germany'] }] };
    const text = await run({
      ...germans,
      dimensions: ['customers_full_name'],
      metrics: ['order_items_total_revenue'],
      sorts: ['-order_items_total_revenue'],
      limit: 3,
    });
    const people = await sql(
      "select count(distinct customer_id) from customers join orders using (customer_id) where country = 'Germany' and first_name = 'Ada' and last_name = 'Lopez'",
    );
    expect(people).toEqual([[2]]);
    expectNote(text, 'shared name', 'customers_customer_id', '"Ada Lopez" (2)');
    const byId = await run({
      ...germans,
      dimensions: ['customers_full_name', 'customers_customer_id'],
      metrics: ['order_items_total_revenue'],
      limit: 3,
    });
    expectNoNote(byId, 'shared name');
    // An order has one customer.
    const byOrder = await run({
      dimensions: ['orders_order_id', 'customers_full_name'],
      metrics: ['orders_total_shipping'],
    });
    expectNoNote(byOrder, 'shared name');
    const products = await run({ dimensions: ['products_product_name'], metrics: ['order_items_total_revenue'] });
    expectNoNote(products, 'shared name');
  });

  test('if there are none, come with the dates of the filtered field', async () => {
    const text = await count('orders_ordered_at', 'equals', ['2031-05']);
    expectRows(text, [[0]]);
    const [[first, last] = []] = await sql(
      'select min(ordered_at)::date::text, max(ordered_at)::date::text from orders',
    );
    expectNote(text, 'dates there are', 'orders_ordered_at', String(first), String(last));
    const byMonth = await run({
      dimensions: ['orders_ordered_at_month'],
      metrics: ['orders_order_count'],
      filters: [{ field: 'orders_ordered_at_month', operator: 'equals', values: ['2031-05'] }],
    });
    expectNote(byMonth, 'dates there are', 'orders_ordered_at', String(first), String(last));
    expectNoNote(await count('orders_ordered_at', 'equals', ['2024-05']), 'dates there are');
  });

  test('that the limit cuts off between equals are reported', async () => {
    const counts = await sql('select count(*) from orders group by customer_id order by 1 desc');
    const tied = counts.findIndex(([count], at) => count === counts[at + 1]?.[0]) + 1;
    const top = (limit: number) =>
      run({
        dimensions: ['orders_customer_id'],
        metrics: ['orders_order_count'],
        sorts: ['-orders_order_count'],
        limit,
      });
    expect(tied).toBeGreaterThan(1);
    const text = await top(tied);
    expectNote(text, 'tie at the limit', 'orders_order_count');
    expect(tableOf(text).rows).toHaveLength(tied);
    expect(text).toContain(`limit ${tied} reached`);
    expectNoNote(await top(1), 'tie at the limit');
  });

  test('of an explore are found by its label', async () => {
    const text = await answerOf(roastery(), 'run_metric_query', {
      exploreId: 'Orders',
      metrics: ['orders_order_count'],
    });
    expectRows(text, [[3000]]);
  });
});

describe.each(RELEASES)('SQL and calculations, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const sql = (text: string) => roastery().data.rows(text);
  const run = (args: Record<string, unknown>) =>
    answerOf(roastery(), 'run_metric_query', { exploreId: 'orders', ...args });
  const ratio = (sql: string) =>
    answerOf(roastery(), 'run_metric_query', {
      exploreId: 'orders',
      metrics: ['orders_delivered_order_count', 'orders_order_count'],
      tableCalculations: [{ name: 'r', sql }],
    });
  const [delivered, all] = [`\${orders.delivered_order_count}`, `\${orders.order_count}`];

  test('two columns of the same name become one, with a note', async () => {
    const runSql = (sql: string) => answerOf(roastery(), 'run_sql_query', { sql });
    expectNote(await runSql('select 1 as a, 2 as a'), 'lost columns', '2 columns', 1);
    expectNoNote(await runSql('select 1 as a, 2 as b'), 'lost columns');
    expectNoNote(await runSql('select count(*), 7 as n from roastery.orders'), 'lost columns');
    const replaced = await runSql("select *, 'x' as status from roastery.orders limit 2");
    expectNote(replaced, 'replaced column', 'status');
    expectNoNote(await runSql("select *, 'x' as other from roastery.orders limit 2"), 'replaced column');
  });

  test('a truncated quotient of whole numbers has a note', async () => {
    expectNote(await ratio(`${delivered} / ${all}`), 'whole quotient', 'r');
    expectNote(await ratio(`100 * ${delivered} / ${all}`), 'whole quotient', 'r');
    const exact = await ratio(`100.0 * ${delivered} / ${all}`);
    expectNoNote(exact, 'whole quotient');
    expectRows(exact, [[2535, 3000, 84.5]]);
  });

  test('a truncated quotient of SQL has a note too, also of an inner query', async () => {
    const [[exact] = []] = await roastery().data.rows(
      'select count(*) * 1.0 / count(distinct order_id) from order_items',
    );
    const divided = 'count(*) / count(distinct order_id) as lines';
    for (const statement of [
      `select ${divided} from roastery.order_items`,
      `with counted as (select ${divided} from roastery.order_items) select lines from counted`,
    ]) {
      const text = await answerOf(roastery(), 'run_sql_query', { sql: statement });
      expectRows(text, [[Math.floor(Number(exact))]]);
      expectNote(text, 'whole quotient', 'lines');
    }
    const text = await answerOf(roastery(), 'run_sql_query', {
      sql: 'select 1.0 * count(*) / count(distinct order_id) as lines from roastery.order_items',
    });
    expectRows(text, [[Number(exact)]], 1e-6);
    expectNoNote(text, 'whole quotient');
  });

  test('rows that the LIMIT of SQL cuts off are said to be cut', async () => {
    const statement = 'select status, count(*) as n from roastery.orders group by 1 order by 2 desc';
    const expected = await sql(statement.replace('roastery.', ''));
    const cut = await answerOf(roastery(), 'run_sql_query', { sql: `${statement} limit 2 -- the top` });
    expectRows(cut, expected.slice(0, 2));
    expectNote(cut, 'limit reached', '2 rows', 'limit 2');
    const whole = await answerOf(roastery(), 'run_sql_query', { sql: `${statement} limit 20` });
    expectRows(whole, expected);
    expectNoNote(whole, 'limit reached');
  });

  test('a share next to a filter on a metric is one of the rows that pass it, with a note', async () => {
    const share = (filters: object[]) =>
      run({
        ...{ dimensions: ['orders_channel'], metrics: ['orders_order_count'], sorts: ['-orders_order_count'], filters },
        tableCalculations: [
          { name: 'share', sql: '1.0 * ${orders.order_count} / sum(${orders.order_count}) over ()', displayName: 'S' },
        ],
      });
    const channels = 'select channel, count(*) as n from orders group by 1';
    const shares = (where: string) =>
      sql(`select channel, n, n / sum(n) over () from (${channels}) where ${where} order by n desc`);
    const text = await share([{ field: 'orders_order_count', operator: 'greaterThan', values: [500] }]);
    expectRows(text, await shares('n > 500'), 1e-6);
    expectNote(text, 'filtered window', 'share');
    const ofAll = await share([{ field: 'orders_status', operator: 'notNull' }]);
    expectRows(ofAll, await shares('true'), 1e-6);
    expectNoNote(ofAll, 'filtered window');
  });

  test('a custom metric that is named like a label is found by a calculation', async () => {
    const gifts = {
      ...{ table: 'orders', name: 'gifts', type: 'count_distinct', sql: '${TABLE}.order_id' },
      filters: [{ field: 'orders_is_gift', operator: 'equals', values: [true] }],
    };
    const text = await run({
      ...{ metrics: ['orders_order_count', 'orders_gifts'], additionalMetrics: [gifts] },
      tableCalculations: [{ name: 'r', displayName: 'R', sql: '1.0 * ${orders.gifts} / ${orders.order_count}' }],
    });
    const counts = 'count(*), count(*) filter (is_gift), 1.0 * count(*) filter (is_gift) / count(*)';
    expectRows(text, await sql(`select ${counts} from orders`), 1e-6);
  });

  test('bins of a joined table are counted, whichever table the call names', async () => {
    const bins = { id: 'size', name: 'Size', type: 'bin', dimensionId: 'order_items_quantity', table: 'orders' };
    const text = await run({
      ...{ dimensions: ['size'], metrics: ['orders_order_count'], sorts: ['-orders_order_count'] },
      customDimensions: [{ ...bins, binType: 'fixed_width', binWidth: 5 }],
    });
    const expected = await sql(
      'select floor(quantity / 5)::int * 5 as low, count(distinct order_id) from order_items group by 1 order by 2 desc',
    );
    expectRows(
      text,
      expected.map(([low, orders]) => [`${low} - ${Number(low) + 4}`, orders ?? null]),
    );
  });

  test('numbers that the server rounded have a note', async () => {
    const decimal = '12345678901234567890.123456789::decimal(38,9)';
    expectNote(await answerOf(roastery(), 'run_sql_query', { sql: `select ${decimal} as a` }), 'rounded numbers', 'a');
    const text = await answerOf(roastery(), 'run_sql_query', { sql: `select (${decimal})::text as a` });
    expect(tableOf(text).rows).toEqual([['12345678901234567890.123456789']]);
  });

  test('an interval is written in words', async () => {
    const text = await answerOf(roastery(), 'run_sql_query', { sql: "select interval '84 days' as a" });
    expect(tableOf(text).rows).toEqual([['84 days']]);
  });

  test('an average of a difference is computed on the difference', async () => {
    const text = await answerOf(roastery(), 'run_metric_query', {
      exploreId: 'orders',
      metrics: ['orders_d'],
      additionalMetrics: [
        { table: 'orders', name: 'd', type: 'average', sql: `\${TABLE}.shipping_fee - \${TABLE}.discount_amount` },
      ],
    });
    expectRows(text, await roastery().data.rows('select avg(shipping_fee - discount_amount) from orders'), 1e-9);
  });
});
