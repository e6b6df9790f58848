import { describe, expect, test } from 'vitest';
import { expectLine, tableOf } from '../../helpers/answers.ts';
import { expectNoNote, expectNote } from '../../helpers/notes.ts';
import { answerOf, expectRows, RELEASES, useRoastery } from '../setup.ts';

describe.each(RELEASES)('On %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);

  const call = (tool: string, args: Record<string, unknown>) => answerOf(roastery(), tool, args);
  const sql = (text: string) => roastery().data.rows(text);

  /** The number on the line of a field in an answer of totals. */
  const totalOf = (text: string, id: string) => Number(new RegExp(`^${id}.*: (\\S+)$`, 'm').exec(text)?.[1]);

  describe('A total', () => {
    test('of distinct customers by month is not the sum of the months', async () => {
      const args = {
        exploreId: 'orders',
        dimensions: ['orders_ordered_at_month'],
        metrics: ['orders_ordering_customers', 'orders_average_rating'],
        filters: [{ field: 'orders_ordered_at', operator: 'equals', values: ['2024'] }],
      };
      const [[customers, rating] = []] = await sql(
        'select count(distinct customer_id), avg(rating) from orders where year(ordered_at) = 2024',
      );
      const text = await call('calculate_query_totals', args);
      expect(totalOf(text, 'orders_ordering_customers')).toBe(customers);
      expect(totalOf(text, 'orders_average_rating')).toBeCloseTo(Number(rating), 2);
      const months = tableOf(await call('run_metric_query', args)).rows;
      expect(months.reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThan(Number(customers));
    });
  });

  describe('A saved chart', () => {
    const topCoffees = async () => {
      const list = await call('list_chart_summaries_in_project', { search: 'top coffees' });
      return /Top coffees\|([0-9a-f-]{36})/.exec(list)?.[1];
    };

    test('is found by its name and shown with its description, filters and rows', async () => {
      const text = await call('run_saved_chart', { chartUuid: await topCoffees() });
      expectNote(text, 'limit reached', /^10 rows/, 'Top coffees', 'orders', 'limit 10');
      expect(text.split('\n')[1]).toMatch(/^Ten best/);
      expectLine(text, 'Filters', 'products_category = Filter or Espresso');
      expectRows(
        text,
        await sql(`select p.product_name, sum(i.quantity * i.unit_price), sum(i.quantity)
        from order_items i join products p using (product_id)
        where p.category in ('Filter', 'Espresso') group by 1 order by 2 desc limit 10`),
      );
    });

    test('is run under the filters of a dashboard, and filters that do not fit it are named', async () => {
      const dashboards = await call('list_dashboards', {});
      const dashboardUuid = /Sales overview\|([0-9a-f-]{36})/.exec(dashboards)?.[1];
      const rule = (id: string, tableName: string, fieldId: string, values: string[]) => ({
        id,
        target: { tableName, fieldId },
        operator: 'equals',
        values,
      });
      const text = await call('run_dashboard_chart', {
        chartUuid: await topCoffees(),
        dashboardUuid,
        dashboardFilters: {
          dimensions: [
            rule('a', 'customers', 'customers_country', ['Portugal']),
            rule('b', 'subscriptions', 'subscriptions_plan', ['Taster']),
          ],
          metrics: [],
          tableCalculations: [],
        },
      });
      expect(text).toContain('customers_country = Portugal');
      expectNote(text, 'not applied', 'subscriptions_plan = Taster');
      expectRows(
        text,
        await sql(`select p.product_name, sum(i.quantity * i.unit_price), sum(i.quantity)
        from order_items i join products p using (product_id) join orders o using (order_id)
          join customers c using (customer_id)
        where p.category in ('Filter', 'Espresso') and c.country = 'Portugal' group by 1 order by 2 desc limit 10`),
      );
    });

    test('is totalled with the labels and units of its metrics', async () => {
      const list = await call('list_chart_summaries_in_project', { search: 'country and status' });
      const chartUuid = /\|([0-9a-f-]{36})/.exec(list)?.[1];
      const text = await call('calculate_chart_totals', { chartUuid });
      // Its revenue joins the lines of orders, under which a rating counts once a line: so does Lightdash.
      const [[orders, revenue, rating] = []] = await sql(`
      with lines as (
        select o.order_id, o.rating, i.quantity * i.unit_price as price, c.country, o.status
        from orders o join customers c using (customer_id) left join order_items i on i.order_id = o.order_id
        where year(o.ordered_at) = 2024 and (not c.is_wholesale or o.is_gift)),
      passing as (select country, status from lines group by 1, 2 having count(distinct order_id) > 2)
      select count(distinct order_id), sum(price), avg(rating) from lines join passing using (country, status)`);
      expectLine(text, /^Totals/, 'all rows', 'Orders by country and status', 'filters');
      expect(totalOf(text, 'orders_order_count')).toBe(orders);
      expect(totalOf(text, 'orders_average_rating')).toBeCloseTo(Number(rating), 2);
      expect(text).toContain(`order_items_total_revenue [USD] (Revenue): ${revenue}`);
    });

    test('in an earlier version returns the rows of that version', async () => {
      const list = await call('list_chart_summaries_in_project', { search: 'Revenue by month' });
      const chartUuid = /\|([0-9a-f-]{36})/.exec(list)?.[1];
      const history = await call('get_chart_history', { chartUuid });
      const versions = history.match(/[0-9a-f-]{36}/g) ?? [];
      const texts = await Promise.all(
        [...new Set(versions)]
          .filter((uuid) => uuid !== chartUuid)
          .slice(0, 3)
          .map((versionUuid) => tellVersion(String(chartUuid), versionUuid)),
      );
      expect(texts.some((text) => text.includes('limit 24 reached'))).toBe(true);
    });

    const tellVersion = async (chartUuid: string, versionUuid: string) => {
      const { content } = await roastery().connection.client.callTool({
        name: 'run_chart_version',
        arguments: { chartUuid, versionUuid },
      });
      return JSON.stringify(content);
    };
  });

  describe('A dashboard', () => {
    const uuidOf = async (name: string) => {
      const list = await call('list_dashboards', { search: name });
      return new RegExp(`${name}\\|([0-9a-f-]{36})`).exec(list)?.[1];
    };
    /** The part of an answer under a tile's title. */
    const tile = (text: string, title: string) => (text.split(`## ${title}`)[1] ?? '').split('\n## ')[0] ?? '';

    test('is run as a whole, under its own filters', async () => {
      const text = await call('run_dashboard', { dashboardUuid: await uuidOf('Sales overview') });
      expect(text.split('\n').slice(0, 2)).toEqual(['# Sales overview', 'How the shop is doing']);
      expectLine(text, 'Filters', 'orders_channel ≠ phone');
      expect(text).toContain('**Revenue**');
      const lines = 'order_items i join orders o using (order_id)';
      expectRows(
        tile(text, 'Total revenue'),
        await sql(`select sum(i.quantity * i.unit_price) from ${lines} where o.channel <> 'phone'`),
      );
      expectRows(
        tile(text, 'Ratings by status'),
        await sql(`select status, avg(rating), 100.0 * count(*) filter (status = 'delivered') / count(*)
        from orders where channel <> 'phone' group by 1 order by 1`),
        undefined,
        'any',
      );
      const monthly = await sql(`select strftime(o.ordered_at, '%Y-%m'), sum(i.quantity * i.unit_price)
      from ${lines} where o.channel <> 'phone' group by 1 order by 1`);
      const months = tile(text, 'Monthly revenue (chart Revenue by month)');
      expectRows(months, monthly.slice(0, 10));
      expectLine(months, 'Rows 1-10 of 24', 'Revenue by month');
      const next = /get_query_result (\{.*\})/.exec(months)?.[1] ?? '{}';
      expectRows(await call('get_query_result', JSON.parse(next)), monthly.slice(10));
    });

    test('with tabs is shown tab by tab, or one tab of it', async () => {
      const dashboardUuid = await uuidOf('Subscriptions');
      const whole = await call('run_dashboard', { dashboardUuid });
      expect(whole.match(/^# Tab .*/gm)).toEqual(['# Tab Plans', '# Tab Churn']);
      expect(whole).toContain('Video: https://www.loom.com/share/roastery');
      const tab = await call('run_dashboard', { dashboardUuid, tab: 'churn', rows: 2 });
      expectLine(tab, 'Rows 1-2 of 9', 'Churn by start quarter');
      expect(tab).not.toContain('MRR by plan');
    });

    test('with a failing chart returns the others', async () => {
      const { sandbox } = roastery();
      const dashboardUuid = await uuidOf('Sales overview');
      const dashboard = sandbox.store.dashboards.get(String(dashboardUuid));
      const broken = [...sandbox.store.charts.values()].find(({ name }) => name.startsWith('Old chart'));
      if (dashboard === undefined || broken === undefined) throw new Error('the seed has changed');
      const properties = { savedChartUuid: broken.uuid, belongsToDashboard: false };
      const failing = { uuid: 'f0000000-0000-4000-8000-000000000001', type: 'saved_chart', tabUuid: null };
      sandbox.store.dashboards.set(dashboard.uuid, {
        ...dashboard,
        tiles: [{ ...failing, type: 'saved_chart', x: 0, y: 1, w: 9, h: 6, properties }, ...dashboard.tiles],
      });
      try {
        const text = await call('run_dashboard', { dashboardUuid });
        expect(tile(text, 'Old chart (broken)')).toMatch(/^\nFAILED: .*orders_store_region/);
        expect(tile(text, 'Total revenue')).toContain('order_items_total_revenue [USD]');
      } finally {
        sandbox.reset();
      }
    });
  });

  describe('The values of a field', () => {
    test('are found by a part of their text', async () => {
      const text = await call('search_field_values', {
        exploreId: 'orders',
        field: 'orders_coupon_code',
        search: 'e',
      });
      const expected = await sql(
        `select distinct coupon_code from orders where coupon_code ilike '%e%' order by coupon_code`,
      );
      expect(text.split('\n').slice(1).toSorted()).toEqual(expected.map(([value]) => value));
    });

    test('nearest to a missing one are listed with zero rows, and answer the question', async () => {
      const ordersIn = (value: string) => ({
        exploreId: 'orders',
        dimensions: ['customers_city'],
        metrics: ['orders_order_count'],
        filters: [{ field: 'customers_city', operator: 'equals', values: [value] }],
      });
      const none = await call('run_metric_query', ordersIn('porto '));
      expect(none).toMatch(/^0 rows of orders\./);
      expect(none).toContain('Filters: customers_city = porto ');
      const nearest = /customers_city has no value "porto "; nearest: ([^,.]+)/.exec(none)?.[1] ?? '';
      expectRows(
        await call('run_metric_query', ordersIn(nearest)),
        await sql(
          `select city, count(*) from orders join customers using (customer_id) where city = 'Porto' group by 1`,
        ),
      );
    });

    test('that are missing are listed too if a total is zero, or a row is missing among others', async () => {
      const countOf = (values: string[], dimensions: string[], limit = 500) =>
        call('run_metric_query', {
          exploreId: 'orders',
          dimensions,
          limit,
          metrics: ['orders_order_count'],
          filters: [{ field: 'orders_status', operator: 'equals', values }],
        });
      const none = await countOf(['Shipped'], []);
      expectNote(none, 'no such value', 'orders_status', '"Shipped"', 'nearest', 'shipped');
      expectRows(none, [[0]]);
      for (const text of [
        await countOf(['Shipped'], [], 1),
        await countOf(['Shipped', 'delivered'], ['orders_status'], 1),
        await countOf(['Shipped', 'delivered'], ['orders_status']),
      ])
        expectNote(text, 'no such value', 'orders_status', '"Shipped"');
      expectNoNote(await countOf(['shipped', 'delivered'], ['orders_status']), 'no such value');
      expectNoNote(await countOf(['shipped'], []), 'no such value');
    });

    test('after the first hundred are not reported as missing', async () => {
      const names = await sql(`select distinct first_name || ' ' || last_name as name from customers order by name`);
      const last = String(names.at(-1)?.[0]);
      expect(names.length).toBeGreaterThan(100);
      const in2031 = (name: string) =>
        call('run_metric_query', {
          exploreId: 'orders',
          metrics: ['orders_order_count'],
          filters: [
            { field: 'customers_full_name', operator: 'equals', values: [name] },
            { field: 'orders_ordered_at', operator: 'equals', values: ['2031'] },
          ],
        });
      expectNoNote(await in2031(last), 'no such value');
      expectNote(await in2031(`${last} the Second`), 'no such value', 'customers_full_name', `"${last} the Second"`);
    });
  });

  describe('A result too big for one answer', () => {
    test('is shown in part, and its pages together are complete', async () => {
      const first = await call('run_metric_query', {
        exploreId: 'orders',
        dimensions: ['orders_order_id', 'orders_status', 'orders_channel', 'orders_ordered_at_day'],
        metrics: ['orders_total_shipping'],
        sorts: ['orders_order_id'],
        limit: 5000,
      });
      expect(first).toMatch(/^Rows 1-\d+ of 3,000 of orders, limit 5,000 not reached\./);
      const rows = [...tableOf(first).rows];
      const requests = roastery().sandbox.requests.length;
      for (let text = first; ; ) {
        const next = /get_query_result (\{.*\})/.exec(text)?.[1];
        if (next === undefined) break;
        text = await call('get_query_result', JSON.parse(next));
        rows.push(...tableOf(text).rows);
      }
      expect(roastery().sandbox.requests.length).toBe(requests);
      const expected = await sql(
        `select order_id, status, channel, strftime(ordered_at, '%Y-%m-%d'), shipping_fee from orders order by 1`,
      );
      expect(rows.map((row) => [Number(row[0]), row[1], row[2], row[3], Number(row[4])])).toEqual(expected);
    });
  });

  describe('Formatted values', () => {
    test('are those that Lightdash shows', async () => {
      const text = await call('run_metric_query', {
        exploreId: 'orders',
        dimensions: ['orders_ordered_at_year'],
        metrics: ['order_items_total_revenue', 'orders_delivery_rate'],
        sorts: ['orders_ordered_at_year'],
        formatted: true,
      });
      const expected = await sql(`
      select strftime(o.ordered_at, '%Y'), sum(i.quantity * i.unit_price),
        100.0 * count(distinct o.order_id) filter (o.status = 'delivered') / count(distinct o.order_id)
      from orders o left join order_items i using (order_id) group by 1 order by 1`);
      const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
      expect(tableOf(text).rows).toEqual(
        expected.map(([year, revenue, rate]) => [
          String(year),
          dollars.format(Number(revenue)),
          `${Number(rate).toFixed(1)}%`,
        ]),
      );
    });
  });
});
