import fc from 'fast-check';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { type ResultTable, readResultTable } from '../../src/query/execution/result-table.ts';
import { describeFilters } from '../../src/query/filters/describe-filters.ts';
import { renderRows } from '../../src/render/rows.ts';
import { csvCell } from '../../src/render/rows-cells.ts';
import { isObject } from '../../src/text/json.ts';
import { plainText } from '../../src/text/plain-text.ts';
import { expectNoNote, expectNote } from '../helpers/notes.ts';
import { fixture, roastery } from '../query/roastery.ts';

const recorded = fixture('queries/results');
const result = (name: string): unknown => (isObject(recorded) ? recorded[name] : undefined);
const table = (name: string): ResultTable => readResultTable(result(name), undefined, roastery.orders.fields);
const monthByChannel = readResultTable(fixture('queries/month-by-channel'));

/** A result of one column, of the values given. */
const column = (values: readonly unknown[], field: object = {}): ResultTable =>
  readResultTable({
    fields: { x: { fieldType: 'metric', name: 'x', label: 'X', table: 't', type: 'number', ...field } },
    rows: values.map((raw) => ({ x: { value: { raw, formatted: String(raw) } } })),
  });
const cells = (values: readonly unknown[], field?: object): string[] =>
  renderRows(column(values, field), { title: 't' }).text.split('\n').slice(2);

describe('a result', () => {
  test('is shown by its size, its limit, and CSV under field ids with units', () => {
    expect(renderRows(table('joined'), { title: 'orders', limit: 10, sorted: true }).text).toMatchInlineSnapshot(`
      "6 rows of orders, limit 10 not reached.
      customers_country,order_items_total_revenue [USD],orders_delivery_rate [%],orders_average_rating,orders_p90_hours_to_ship,orders_median_hours_to_ship,orders_latest_order
      United States,145664.92,85.6465005931,3.80730478589,88,50,2024-12-31T12:54:01Z
      United Kingdom,107961.66,84.8484848485,3.90710382514,87,45,2024-12-31T03:23:00Z
      Portugal,95303.31,82.9749103943,3.77800407332,87,54,2024-12-31T21:14:38Z
      Germany,94582.44,83.6852207293666,3.81306715064,85,50,2024-12-31T18:20:40Z
      Canada,63471.06,84.1040462428,3.88141025641,84.8,50,2024-12-31T12:43:12Z
      Australia,34524.18,85.9649122807,3.80748663102,84,51,2024-12-30T09:40:47Z"
    `);
  });

  test('has dates cut to their grain', () => {
    expect(renderRows(table('grains'), { title: 'orders' }).text).toContain(
      '2023-01-01T22:19:17Z,2023-01-01,2022-12-26,2023-01,2023-Q1,2023,Sunday,2023-01-10,1',
    );
  });

  test('follows the server if a granularity was requested for another grain', () => {
    expect(renderRows(table('granularity'), { title: 'orders' }).text.split('\n').slice(-2)).toEqual([
      '2023,1275',
      '2024,1725',
    ]);
  });

  test('has empty cells for nulls', () => {
    expect(renderRows(table('timestamps'), { title: 'orders' }).text).toContain('16,false,,,2,3.5');
  });

  test('has a column that a metric filter added', () => {
    expect(renderRows(table('unselectedMetric'), { title: 'orders' }).text).toContain(
      'orders_status,orders_order_count,order_items_total_revenue [USD]',
    );
  });

  test('shows the filters of a metric', () => {
    const fields = roastery.subscriptions.fields;
    const text = renderRows(readResultTable(result('subscriptions'), undefined, fields), {
      title: 'subscriptions',
    }).text;
    expect(text).toContain('subscriptions_mrr: only status = active');
    expect(text).toContain('Regular,2093.50,28.3333333333,2024-12-01\n');
  });

  test('of calculations, bins and min or max is read too', () => {
    expect(renderRows(table('calculations'), { title: 'orders' }).text).toContain('per_order [USD],share [%]');
    expect(renderRows(table('bins'), { title: 'orders' }).text).toContain('0 - 1,50');
    expect(renderRows(table('minMax'), { title: 'customers' }).text).toContain(
      'Portugal,2022-10-06T23:51:03Z,1977.52631579',
    );
  });

  test('of SQL has bare values', () => {
    expect(renderRows(table('sql'), { title: 'SQL' }).text).toMatchInlineSnapshot(`
      "3 rows of SQL.
      status,n,first,fees,gift,nothing,last
      delivered,2535,2023-01-01T22:19:17Z,11553.8,true,,2024-12-28
      shipped,170,2023-01-09T03:53:58Z,809.2,true,,
      returned,122,2023-01-04T05:25:31Z,535.7,true,,2024-12-24"
    `);
  });

  test('of the asynchronous API reads the same, counts as text included', () => {
    const v2 = result('v2');
    const read = isObject(v2) ? readResultTable(v2.page, v2.started) : undefined;
    expect(read && renderRows(read, { title: 'orders', limit: 10 }).text).toMatchInlineSnapshot(`
      "5 rows of orders, limit 10 not reached.
      orders_status,orders_order_count,order_items_total_revenue [USD]
      delivered,2535,459242.45
      shipped,170,27789.99
      returned,122,24175.27
      cancelled,112,18401.86
      processing,61,11898.00"
    `);
  });

  test('is formatted on request, units in the cells', () => {
    const text = renderRows(table('calculations'), { title: 'orders', format: 'formatted' }).text;
    expect(text).toContain('per_order,share\nwholesale_portal,434,"$201,413.16",$464.1,14.5%');
  });

  test('begins with its heading, its filters and its notes', () => {
    const filters = describeFilters({
      dimensions: {
        id: 'a',
        and: [{ id: 'b', target: { fieldId: 'orders_status' }, operator: 'equals', values: ['shipped'] }],
      },
    });
    const { text } = renderRows(table('calculations'), {
      title: 'orders',
      heading: ['Orders by channel', 'What we sell'],
      filters,
      notes: ['Read "Revenue" as x.'],
    });
    expect(text.split('\n').slice(0, 5)).toEqual([
      '4 rows of orders.',
      'Orders by channel',
      'What we sell',
      'Filters: orders_status = shipped.',
      'Note: Read "Revenue" as x.',
    ]);
  });

  test('without rows lists the applied filters', () => {
    expect(renderRows(table('none'), { title: 'orders', limit: 5, filters: ['orders_status = x'] }).text).toMatch(
      /^0 rows of orders\. .*filters.*\nFilters: orders_status = x\.$/,
    );
    expect(renderRows(table('sqlNothing'), { title: 'SQL' })).toMatchObject({
      text: expect.stringMatching(/^0 rows of SQL\. .*no data.*may see/),
      shown: 0,
      more: false,
    });
  });

  test('that reached its limit unsorted says that its rows are arbitrary', () => {
    const atLimit = (sorted: boolean) => renderRows(table('grains'), { title: 'orders', limit: 3, sorted }).text;
    expectNote(atLimit(false), 'limit reached', 'limit 3', 'not sorted');
    expectNote(atLimit(true), 'limit reached', 'limit 3');
    expect(atLimit(true)).not.toContain('sorted');
  });

  test('of 96 rows and 4 columns costs at most 1,450 tokens', () => {
    const { text } = renderRows(monthByChannel, { title: 'orders', limit: 500, sorted: true });
    expect(encode(text).length).toBeLessThanOrEqual(1450);
  });
});

describe('a long result', () => {
  const few = [...monthByChannel.rows];
  const rows = Array.from({ length: 5000 }, (_, position) => few[position % 96] ?? {});
  const long = { ...monthByChannel, rows };

  test('is read in pages that lose nothing', () => {
    const all: string[] = [];
    let offset = 0;
    for (let page = 0; page < 100 && offset < rows.length; page += 1) {
      const rendered = renderRows(long, { title: 'orders', limit: 5000, offset, resultId: 'k3', sorted: true });
      expect(rendered.text).toContain(`Rows ${offset + 1}-`.replace(/\B(?=(\d{3})+-)/g, ','));
      expect(encode(rendered.text).length).toBeLessThan(8000);
      expect(rendered.text.length).toBeLessThanOrEqual(40_000);
      const lines = rendered.text.split('\n').filter((line) => line.startsWith('20'));
      expect(lines).toHaveLength(rendered.shown);
      all.push(...lines);
      offset += rendered.shown;
      expect(rendered.more).toBe(offset < rows.length);
      if (rendered.more) expect(rendered.text).toContain(`get_query_result {"resultId":"k3","offset":${offset}}`);
    }
    expect(all).toHaveLength(5000);
    const whole = renderRows(long, { title: 'orders', budget: { tokens: 1e9, characters: 1e9 } });
    expect(whole.text.split('\n').slice(-5000)).toEqual(all);
  });

  test('always says that it was cut', () => {
    const { text, more } = renderRows(long, { title: 'orders' });
    expect(more).toBe(true);
    expect(text).toMatch(/^Rows 1-\d+ of 5,000 of orders\./);
    expectNote(text, 'rest not shown', /[\d,]+ more rows/);
  });

  test('read past its end says so', () => {
    expect(renderRows(long, { title: 'orders', offset: 9000 })).toMatchObject({ shown: 0, more: false });
  });

  test('with cells of thousands of characters says that they were cut', () => {
    const { text } = renderRows(readResultTable({ rows: [{ a: 'x'.repeat(50_000), b: 'y' }] }), { title: 'SQL' });
    expect(text.length).toBeLessThan(5000);
    expectNote(text, 'long cells', '2,000');
    expect(text).toContain('… (+48000 characters),y');
  });

  test('does not say so if a whole cell contains such words', () => {
    const cell = `${'x'.repeat(1_500)} (see 12 characters)`;
    const { text } = renderRows(
      readResultTable({
        rows: [
          { a: cell, b: cell },
          { a: cell, b: cell },
        ],
      }),
      { title: 'SQL' },
    );
    expectNoNote(text, 'long cells');
  });
});

describe('numbers', () => {
  test('lose floating-point noise, and nothing else', () => {
    const noisy = [145664.92000000001, 0.30000000000000004, 541507.570000001, 1 / 3, -0.0000001];
    expect(cells(noisy)).toEqual(['145664.92', '0.3', '541507.57', '0.333333333333', '-0.0000001']);
    const exact = [0.00123456, 12345678.9, 38.7222524, 1234567890123.45, 2093.5];
    expect(cells(exact)).toEqual(exact.map(String));
  });

  test('have all their decimals, money at least those of its currency', () => {
    expect(cells([1.005, 2.5, 3], { round: 1 })).toEqual(['1.005', '2.5', '3']);
    expect(cells([1234.567, 10, 0.5], { format: 'gbp' })).toEqual(['1234.567', '10.00', '0.50']);
    expect(cells([1234.5, 10], { format: 'jpy' })).toEqual(['1234.5', '10']);
    expect(cells([10], { format: 'kwd' })).toEqual(['10.000']);
    expect(cells([0.856], { format: 'percent', round: 0 })).toEqual(['85.6']);
    expect(cells([0.07], { format: 'percent' })).toEqual(['7']);
    expect(cells([2093.5], { format: '$#,##0' })).toEqual(['2093.50']);
    expect(cells([98765.4321], { compact: 'thousands', round: 1 })).toEqual(['98765.4321']);
  });

  test.each([
    ['[$€]#,##0.00', 'EUR', ['1234.50', '10.00']],
    ['[$£-809]#,##0', 'GBP', ['1234.50', '10.00']],
    ['[$CHF] #,##0.00', 'CHF', ['1234.50', '10.00']],
    ['#,##0.0" kg"', 'kg', ['1234.5', '10']],
    ['0.00 "km/h"', 'km/h', ['1234.5', '10']],
    ['brl', 'BRL', ['1234.50', '10.00']],
    ['0.0%', '%', ['123450', '1000']],
  ])('formatted as %s have the unit %s and their exact value', (format, unit, texts) => {
    expect(renderRows(column([1], { format }), { title: 't' }).text).toContain(`x [${unit}]`);
    expect(cells([1234.5, 10], { format })).toEqual(texts);
  });

  test('sent as text keep every digit', () => {
    expect(cells(['9007199254740993', '2535', '1.50'])).toEqual(['9007199254740993', '2535', '1.5']);
  });
});

/** Reads one line of CSV as RFC 4180 has it; undefined for an empty cell, to tell it from an empty text. */
function parseLine(line: string): (string | undefined)[] {
  const cells: (string | undefined)[] = [];
  for (let rest = `${line},`; rest !== ''; ) {
    const match = /^"((?:[^"]|"")*)",|^([^,]*),/.exec(rest);
    if (!match) throw new Error(rest);
    cells.push(match[1] === undefined ? match[2] || undefined : match[1].replaceAll('""', '"'));
    rest = rest.slice(match[0].length);
  }
  return cells;
}

describe('a CSV cell', () => {
  test('of any text is read back as its plain text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('', ',', '"', ' a', 'a "b", c', null)),
          { minLength: 1 },
        ),
        (values) => {
          const names = values.map((_, position) => `c${position}`);
          const row = Object.fromEntries(names.map((name, position) => [name, values[position]]));
          const line = renderRows(
            readResultTable({
              fields: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
              rows: [row],
            }),
            { title: 'SQL', budget: { tokens: 1e9, characters: 1e9 } },
          )
            .text.split('\n')
            .at(-1);
          expect(parseLine(line ?? '')).toEqual(values.map((value) => (value === null ? undefined : plainText(value))));
        },
      ),
    );
  });

  test('distinguishes an empty text from null', () => {
    expect(csvCell('')).toBe('""');
    expect(cells(['', null, 'a'], { type: 'string' })).toEqual(['""', '', 'a']);
  });

  test('contains no line break and no invisible character', () => {
    expect(csvCell('a\r\nb\u202ec\u200bd')).toBe('a bcd');
  });
});
