import { beforeAll, describe, expect, it } from 'vitest';
import type { FilterRule, MetricQuery, Warehouse } from '../../../src/sandbox/warehouse/index.ts';
import { getExplore, openTestWarehouse } from './open-test-warehouse.ts';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openTestWarehouse();
});

function query(parts: Partial<MetricQuery>): MetricQuery {
  return {
    exploreName: 'orders',
    dimensions: [],
    metrics: [],
    filters: {},
    sorts: [],
    limit: 500,
    tableCalculations: [],
    ...parts,
  };
}

async function countOrders(...rules: Omit<FilterRule, 'id'>[]): Promise<unknown> {
  const filters = { dimensions: { and: rules } };
  const { rows } = await warehouse.runMetricQuery(
    getExplore('orders'),
    query({ metrics: ['orders_order_count'], filters }),
  );
  return rows[0]?.orders_order_count?.value.raw;
}

async function runOrders(parts: Partial<MetricQuery>) {
  const { rows } = await warehouse.runMetricQuery(getExplore('orders'), query(parts));
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([id, cell]) => [id, cell.value.raw])));
}

describe('filters', () => {
  const status = { fieldId: 'orders_status' };
  const ordered = { fieldId: 'orders_ordered_at' };

  it('keep nulls in notEquals and complement equals', async () => {
    const coupon = { fieldId: 'orders_coupon_code' };
    const equal = await countOrders({ target: coupon, operator: 'equals', values: ['SPRING'] });
    const unequal = await countOrders({ target: coupon, operator: 'notEquals', values: ['SPRING'] });
    expect(Number(equal) + Number(unequal)).toBe(3000);
  });

  it('begin the current day in the time zone of the query', () => {
    const rule = { target: ordered, operator: 'inTheCurrent', values: [1], settings: { unitOfTime: 'days' } };
    const parts = { metrics: ['orders_order_count'], filters: { dimensions: { and: [rule] } } };
    const compile = (timezone: string) =>
      warehouse.compileMetricQuery(getExplore('orders'), query({ ...parts, timezone }));
    expect(compile('UTC')).toContain("'2026-11-23 00:00:00'");
    expect(compile('America/New_York')).toContain("'2026-11-23 05:00:00'");
    expect(compile('Asia/Kolkata')).toContain("'2026-11-23 18:30:00'");
  });

  it('split all orders between inThePast and notInThePast', async () => {
    const rule = { target: ordered, values: [2], settings: { unitOfTime: 'years' } };
    const past = await countOrders({ ...rule, operator: 'inThePast' });
    const rest = await countOrders({ ...rule, operator: 'notInThePast' });
    expect(past).toBe(209);
    expect(Number(past) + Number(rest)).toBe(3000);
  });

  it('include the start of a range and the midnight of its end', async () => {
    const values = ['2024-11-06T17:34:48Z', '2024-11-06T17:34:48Z'];
    expect(await countOrders({ target: ordered, operator: 'inBetween', values })).toBe(1);
  });

  it('escape quotes', async () => {
    expect(await countOrders({ target: status, operator: 'equals', values: ["' OR 1=1 --"] })).toBe(0);
  });

  it('name the field and its type when the operator does not fit', async () => {
    await expect(countOrders({ target: ordered, operator: 'include', values: ['x'] })).rejects.toMatchObject({
      statusCode: 400,
      name: 'CompileError',
      message:
        'No function has been implemented to render SQL for the filter operator "include" on "orders_ordered_at" field of type "date"',
    });
  });
});

describe('bins', () => {
  const base = { id: 'bin', name: 'Bin', table: 'orders', dimensionId: 'orders_rating', type: 'bin' } as const;
  const sorted = {
    dimensions: ['bin'],
    metrics: ['orders_order_count'],
    sorts: [{ fieldId: 'bin', descending: false }],
  };

  it('of a number of ranges end at the largest value and sort by number', async () => {
    const rows = await runOrders({ ...sorted, customDimensions: [{ ...base, binType: 'fixed_number', binNumber: 2 }] });
    expect(rows.map((row) => [row.bin, row.bin_order])).toEqual([
      ['1 - 3', 0],
      ['3 - 5', 1],
      [null, 2],
    ]);
  });

  it('of ranges are open at both ends', async () => {
    const customRange = [{ to: 2 }, { from: 2, to: 4 }, { from: 4 }];
    const rows = await runOrders({ ...sorted, customDimensions: [{ ...base, binType: 'custom_range', customRange }] });
    expect(rows.map((row) => row.bin)).toEqual(['<2', '2-4', '≥4', null]);
  });
});

/** A reference as table calculations write it. */
const reference = (field: string) => `\${${field}}`;

describe('division', () => {
  const orders = reference('orders.order_count');
  const calculate = async (sql: string, metrics: string[]) => {
    const tableCalculations = [{ name: 'x', displayName: 'X', sql }];
    return (await runOrders({ metrics, tableCalculations }))[0]?.x;
  };

  it('truncates between integers, sums of integers too', async () => {
    expect(
      await calculate(`${reference('order_items.total_quantity')} / ${orders}`, [
        'order_items_total_quantity',
        'orders_order_count',
      ]),
    ).toBe(5);
  });

  it('keeps the fraction if one side is not an integer', async () => {
    const metrics = ['orders_order_count'];
    expect(await calculate(`${orders} / 7`, metrics)).toBe(428);
    expect(await calculate(`${orders}::numeric / 7`, metrics)).toBeCloseTo(428.571428, 5);
    expect(await calculate(`${orders} / SUM(${orders}) OVER () / 8`, metrics)).toBe(0.125);
  });
});

describe('raw SQL', () => {
  it('names columns without alias as Postgres does', async () => {
    const { rows } = await warehouse.runSql('select count(*), max(rating), 1 + 1 from roastery.orders');
    expect(rows).toEqual([{ count: 3000, max: 5, '?column?': 2 }]);
  });

  it('finds patterns within a text, and dates by a pattern', async () => {
    const { rows } = await warehouse.runSql(
      "select 'abc' ~ 'b' as a, 'abc' ~* 'B' as b, 'abc' !~ 'x' as c, to_date('03/2024', 'MM/YYYY') as d",
    );
    expect(rows).toEqual([{ a: true, b: true, c: true, d: '2024-03-01T00:00:00.000Z' }]);
  });

  it('writes intervals and arrays as the Postgres driver does', async () => {
    const { rows } = await warehouse.runSql(
      "select interval '1 day 2 hours' as i, array_agg(distinct rating order by rating) as r from roastery.orders where rating > 3",
    );
    expect(rows).toEqual([{ i: { days: 1, hours: 2 }, r: [4, 5] }]);
  });

  it.each([
    ['select nope from roastery.orders', 'column "nope" does not exist', 8],
    ['select o.nope from roastery.orders o', 'column o.nope does not exist', 8],
    ['select sum(status) from roastery.orders', 'function sum(text) does not exist', 8],
    ["select * from roastery.orders where ordered_at > 'bla'", 'invalid input syntax for type timestamp: "bla"', 50],
  ])('fails in the words of Postgres: %s', async (sql, message, charNumber) => {
    await expect(warehouse.runSql(sql)).rejects.toMatchObject({ message, data: { lineNumber: 1, charNumber } });
  });

  it('reads the tables by schema and by database and schema', async () => {
    for (const table of ['roastery.orders', '"roastery"."roastery"."orders"']) {
      expect((await warehouse.runSql(`select count(*) as n from ${table}`)).rows).toEqual([{ n: 3000 }]);
    }
  });

  it.each(['drop view roastery.orders', 'delete from roastery.orders', 'create table x (y int)'])(
    'refuses to change anything: %s',
    async (sql) => {
      await expect(warehouse.runSql(sql)).rejects.toMatchObject({ statusCode: 400, name: 'WarehouseQueryError' });
      expect((await warehouse.runSql('select count(*) as n from roastery.orders')).rows).toEqual([{ n: 3000 }]);
    },
  );

  it.each([
    "select * from read_csv('/etc/hostname')",
    "select * from '/etc/hostname'",
    "copy (select 1) to '/tmp/x.csv'",
    'set enable_external_access = true',
    "attach '/tmp/x.db' as x",
  ])('reaches no file: %s', async (sql) => {
    await expect(warehouse.runSql(sql)).rejects.toMatchObject({ statusCode: 400, name: 'WarehouseQueryError' });
  });
});

describe('a warehouse', () => {
  it('fails on an unknown time zone', async () => {
    const request = query({ metrics: ['orders_order_count'], timezone: 'Mars/Olympus' });
    await expect(warehouse.runMetricQuery(getExplore('orders'), request)).rejects.toMatchObject({ statusCode: 500 });
  });

  it('answers concurrent queries each with its own rows', async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const answers = await Promise.all(
      numbers.map((n) => warehouse.runSql(`select ${n} as n, count(*) as orders from roastery.orders`)),
    );
    expect(answers.map(({ rows }) => rows[0])).toEqual(numbers.map((n) => ({ n, orders: 3000 })));
  });

  it('orders unsorted rows by their dimensions, so that results are deterministic', async () => {
    const parts = { dimensions: ['customers_city'], metrics: ['order_items_total_revenue'], limit: 3 };
    expect((await runOrders(parts)).map((row) => row.customers_city)).toEqual(['Austin', 'Berlin', 'Bristol']);
  });

  it('sorts the names of days in the order of the week', async () => {
    const fieldId = 'orders_ordered_at_day_of_week_name';
    const rows = await runOrders({ dimensions: [fieldId], sorts: [{ fieldId, descending: false }] });
    expect(rows.map((row) => row[fieldId])).toEqual([
      ...['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
    ]);
  });
});
