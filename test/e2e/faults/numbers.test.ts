import { describe, expect, test } from 'vitest';
import { tableOf } from '../../helpers/answers.ts';
import { callTool } from '../../helpers/client.ts';
import { expectNote, hasNote } from '../../helpers/notes.ts';
import { answerOf, expectRows, RELEASES, useRoastery } from '../setup.ts';

describe.each(RELEASES)('A number that an answer shows, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const metrics = ['order_items_total_revenue', 'orders_average_rating', 'order_items_total_quantity'];
  const query = (args: Record<string, unknown>) =>
    answerOf(roastery(), 'run_metric_query', { exploreId: 'orders', dimensions: ['products_category'], ...args });

  test.each(metrics)('can be filtered by: %s', async (metric) => {
    const shown = tableOf(await query({ metrics: [metric] })).rows;
    expect(shown.length).toBeGreaterThan(2);
    for (const [category, number] of shown) {
      const text = await query({
        metrics: [metric],
        filters: [{ field: metric, operator: 'equals', values: [Number(number)] }],
      });
      expect(tableOf(text).rows).toContainEqual([category, number]);
      expect(text).toContain(`${metric} = ${Number(number)}`);
    }
  });
});

describe.each(RELEASES)('A number as charts show it, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const query = (metric: string, operator: string, value: string) =>
    answerOf(roastery(), 'run_metric_query', {
      exploreId: 'orders',
      dimensions: ['customers_country'],
      metrics: [metric],
      filters: [{ field: metric, operator, values: [value] }],
      sorts: ['customers_country'],
    });
  const rates = `select country, avg((status = 'delivered')::int) as rate
    from orders join customers using (customer_id) group by 1`;

  test('filters every value that is shown so, and its negation all others', async () => {
    const shown = `round(rate * 100, 1) = 85.6`;
    expectRows(
      await query('orders_delivery_rate', 'equals', '85.6 %'),
      await roastery().data.rows(`select country, rate * 100 from (${rates}) where ${shown} order by 1`),
    );
    expectRows(
      await query('orders_delivery_rate', 'notEquals', '85.6%'),
      await roastery().data.rows(`select country, rate * 100 from (${rates}) where not (${shown}) order by 1`),
    );
    expect(await query('order_items_total_revenue', 'equals', '$34,524.18')).toContain('Australia,34524.18');
  });

  test('with fewer digits than the field shows is exact, with a note', async () => {
    const text = await query('orders_delivery_rate', 'equals', '86%');
    expectNote(text, 'exact number', '0.86', '0.855');
    expect(tableOf(text).rows).toEqual([]);
    const fee = await query('orders_cheapest_shipping', 'equals', '$0');
    expectNote(fee, 'exact number', '0');
  });
});

describe.each(RELEASES)('A number, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const exactly = 1e-9;

  test('is not rounded to the decimals of its format', async () => {
    const args = { exploreId: 'subscriptions', metrics: ['subscriptions_mrr'] };
    const mrr = "sum(monthly_price) from subscriptions where status = 'active'";
    const text = await answerOf(roastery(), 'run_metric_query', {
      ...args,
      dimensions: ['subscriptions_plan'],
      sorts: ['subscriptions_plan'],
    });
    expectRows(text, await roastery().data.rows(`select plan, ${mrr} group by 1 order by 1`), exactly);
    const [[total] = []] = await roastery().data.rows(`select ${mrr}`);
    expect(await answerOf(roastery(), 'calculate_query_totals', args)).toContain(`: ${Number(total).toFixed(2)}`);
  });

  test('of money has the same decimals throughout its column', async () => {
    const text = await answerOf(roastery(), 'run_metric_query', {
      exploreId: 'orders',
      dimensions: ['orders_ordered_at_month'],
      metrics: ['order_items_total_revenue'],
    });
    for (const [, money] of tableOf(text).rows) expect(money).toMatch(/^\d+\.\d\d$/);
  });

  test('of SQL is sent on to its last digit', async () => {
    const text = await answerOf(roastery(), 'run_sql_query', { sql: 'select 38.7222524 a, 1.23456789 b' });
    expect(tableOf(text).rows).toEqual([['38.7222524', '1.23456789']]);
  });

  test('that an answer shortened can be filtered by', async () => {
    const run = (filters: unknown[]) =>
      answerOf(roastery(), 'run_metric_query', {
        exploreId: 'orders',
        dimensions: ['products_product_name'],
        metrics: ['orders_average_rating'],
        filters,
        sorts: ['products_product_name'],
      });
    const [[name = '', rating = ''] = []] = tableOf(await run([])).rows.filter(
      ([, average = '']) => average.length > 12,
    );
    const rows = await run([{ field: 'orders_average_rating', operator: 'equals', values: [Number(rating)] }]);
    expect(tableOf(rows).rows).toEqual([[name, rating]]);
    const others = await run([{ field: 'orders_average_rating', operator: 'notEquals', values: [rating] }]);
    expect(tableOf(others).rows.map(([product]) => product)).not.toContain(name);
    const bounded = async (operator: string, ...values: number[]) =>
      tableOf(await run([{ field: 'orders_average_rating', operator, values }])).rows.map(([product]) => product);
    const shown = Number(rating);
    for (const held of ['greaterThanOrEqual', 'lessThanOrEqual']) expect(await bounded(held, shown)).toContain(name);
    for (const left of ['greaterThan', 'lessThan']) expect(await bounded(left, shown)).not.toContain(name);
    expect(await bounded('inBetween', shown, shown)).toEqual([name]);
    expect(await bounded('notInBetween', shown, shown)).not.toContain(name);
  });

  test('that is written as charts show it is a bound for every value that is shown so', async () => {
    const run = (operator: string, ...values: string[]) =>
      callTool(roastery().connection.client, 'run_metric_query', {
        exploreId: 'orders',
        dimensions: ['customers_country'],
        metrics: ['orders_delivery_rate'],
        filters: [{ field: 'orders_delivery_rate', operator, values }],
      });
    const countries = async (operator: string, ...values: string[]) =>
      tableOf((await run(operator, ...values)).text)
        .rows.map(([country]) => country)
        .sort();
    const rate = "count(*) filter (where o.status = 'delivered') / count(*)::double";
    const expected = async (condition: string) => {
      const rows = await roastery().data.rows(
        `select country from (select c.country, round(100 * ${rate}, 1) as shown from orders o
         join customers c using (customer_id) group by 1) where ${condition} order by 1`,
      );
      return rows.map(([country]) => country);
    };
    expect(await countries('greaterThanOrEqual', '86.0%')).toEqual(await expected('shown >= 86.0'));
    expect(await countries('lessThanOrEqual', '84.8 %')).toEqual(await expected('shown <= 84.8'));
    expect(await countries('greaterThan', '84.8%')).toEqual(await expected('shown > 84.8'));
    expect(await countries('inBetween', '83.7 %', '85.6 %')).toEqual(await expected('shown between 83.7 and 85.6'));
  });

  test.each(['€100', '£4.80'])('of another currency is refused: %s', async (value) => {
    const answer = await callTool(roastery().connection.client, 'run_metric_query', {
      exploreId: 'orders',
      metrics: ['order_items_total_revenue'],
      filters: [{ field: 'order_items_total_revenue', operator: 'greaterThan', values: [value] }],
    });
    expect(answer).toMatchObject({ isError: true, text: expect.stringContaining('USD') });
  });

  test('with a long exact value, or with an exponent, is a bound as it is written', async () => {
    const filtersOf = async (field: string, value: unknown) => {
      const query = { exploreId: 'orders', metrics: ['orders_order_count'] };
      const filters = [{ field, operator: 'greaterThanOrEqual', values: [value] }];
      return answerOf(roastery(), 'run_metric_query', { ...query, filters });
    };
    expect(await filtersOf('orders_discount_amount', 12345678.25)).toContain('≥ 12345678.25');
    expect(await filtersOf('order_items_total_revenue', '$1.5e3')).toContain('≥ 1500');
  });

  test('of half a cent is not rounded, and formatted as Lightdash rounds it', async () => {
    const query = (formatted: boolean) =>
      answerOf(roastery(), 'run_metric_query', {
        exploreId: 'orders',
        metrics: ['orders_half'],
        additionalMetrics: [
          {
            ...{ table: 'orders', name: 'half', type: 'max', sql: '8689.335' },
            formatOptions: { type: 'currency', currency: 'USD' },
          },
        ],
        formatted,
      });
    expect(tableOf(await query(false)).rows).toEqual([['8689.335']]);
    expect(await query(true)).toContain('8,689.34');
  });

  test('that JSON cannot hold is refused in a filter, and taken as text', async () => {
    const equals = (value: unknown) =>
      callTool(roastery().connection.client, 'run_metric_query', {
        exploreId: 'orders',
        metrics: ['orders_order_count'],
        filters: [{ field: 'orders_discount_amount', operator: 'lessThan', values: [value] }],
      });
    expect(await equals(2 ** 53)).toMatchObject({ isError: true });
    expect((await equals('9007199254740993')).text).toContain('9007199254740993');
  });
});

describe.each(RELEASES)('A custom metric that aggregates a quotient, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);

  test.each([
    ['${TABLE}.rating / 2', true],
    ['${TABLE}.rating / 2.0', false],
    ['${TABLE}.shipping_fee / 2', false],
  ])('%s gets a note if the quotient may be cut: %s', async (sql, isCut) => {
    const half = { table: 'orders', name: 'half', type: 'average', sql };
    const args = { exploreId: 'orders', metrics: ['orders_half'], additionalMetrics: [half] };
    const text = await answerOf(roastery(), 'run_metric_query', args);
    expect(hasNote(text, 'quotient inside')).toBe(isCut);
  });
});
