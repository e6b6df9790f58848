import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Column } from '../../src/query/execution/result-table.ts';
import { PLAIN_NUMBER } from '../../src/query/fields/field.ts';
import { type RowsOptions, renderRows } from '../../src/render/rows.ts';
import { expectLine, tableOf } from '../helpers/answers.ts';

const column = (id: string, kind: Column['kind'], unit?: string): Column => ({
  ...{ id, kind, label: id, type: undefined, interval: undefined, only: [] },
  valueType: kind === 'dimension' ? 'string' : 'number',
  format: { ...PLAIN_NUMBER, ...(unit !== undefined && { style: 'currency', unit }) },
});
const columns = [column('month', 'dimension'), column('channel', 'dimension'), column('revenue', 'metric', 'USD')];
const row = (month: string, channel: string | null, revenue: number | null) => ({ month, channel, revenue });
const pivot = ['channel'];
const render = (rows: readonly ReturnType<typeof row>[], options: Partial<RowsOptions> = {}) =>
  renderRows({ columns, rows }, { title: 'Sales', limit: 500, pivot, ...options });

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'];
const sales = months.flatMap((month, at) => ['shop', 'web'].map((channel) => row(month, channel, at)));

test('a column for each value of the pivot dimension, with the unit of the cells', () => {
  const { text, facts } = render(sales);
  expect(text.split('\n')[0]).toMatch(/^20 rows of Sales.*500 not reached/);
  expect(text).toContain('cells revenue [USD].');
  expect(text).toContain('\nmonth,shop,web\nJanuary,0.00,0.00\nFebruary,1.00,1.00\n');
  expect(facts).toMatchObject({ rowCount: 20, pivot, rows: sales.map((sale) => ({ ...sale })) });
});

test('a missing row, a row without a value and a zero differ', () => {
  const some = [row('January', 'shop', 0), row('January', 'web', null)];
  const { text } = render([...some, row('February', 'shop', 2), row('March', 'web', 3), ...sales.slice(6)]);
  expect(expectLine(text, '- is no row')).not.toContain('limit');
  expect(text).toContain('\nmonth,shop,web\nJanuary,0.00,\nFebruary,2.00,-\nMarch,-,3.00\n');
});

test('at a reached limit a missing row may have been cut', () => {
  expectLine(render(sales.slice(0, 19), { limit: 19 }).text, '- is no row', 'limit');
});

test('columns keep the order of the rows, also if the first line lacks some', () => {
  const rows = [
    ...['a', 'c'].map((channel) => row('January', channel, 1)),
    ...['a', 'b', 'c', 'd'].map((channel) => row('February', channel, 1)),
    ...[null, 'a'].map((channel) => row('March', channel, 1)),
    ...months.slice(3).flatMap((month) => ['a', 'b', 'd'].map((channel) => row(month, channel, 1))),
  ];
  expect(render(rows).text).toContain('\nmonth,(empty),a,b,c,d\n');
});

test('headings contain several values and several pivot dimensions', () => {
  const wide = [...columns, column('count', 'metric'), column('country', 'dimension')];
  const rows = months.flatMap((month) =>
    ['shop', 'web'].flatMap((channel) =>
      ['Portugal', 'Spain'].map((country) => ({ ...row(month, channel, 1), country, count: 7 })),
    ),
  );
  const { text } = renderRows({ columns: wide, rows }, { title: 'Sales', pivot: ['channel', 'country'] });
  expect(text).toContain('month,shop / Portugal revenue [USD],shop / Portugal count,shop / Spain revenue [USD]');
  expect(text).toContain('\nJanuary,1.00,7,1.00,7,1.00,7,1.00,7\n');
});

test('the layout stays long if that is shorter, if rows share a cell, or if no dimension is left', () => {
  const sparse = Array.from({ length: 20 }, (_, at) => row(`m${at}`, `channel ${at}`, 1));
  expect(render(sparse).text).not.toContain('Pivoted');
  expect(render([...sales, row('January', 'web', 5)]).text).not.toContain('Pivoted');
  expect(render(sales, { pivot: ['month', 'channel'] }).text).not.toContain('Pivoted');
  expect(render(sales, { pivot: ['gone'] }).text).not.toContain('Pivoted');
});

test('pages of whole lines contain every row once, with its cells', () => {
  const cells = months.flatMap((month) => ['web', 'shop', 'phone', null].map((channel) => ({ month, channel })));
  const values = fc.array(fc.option(fc.integer({ min: -99, max: 99 })), { minLength: 40, maxLength: 40 });
  const rowsOf = fc
    .tuple(fc.shuffledSubarray(cells, { minLength: 2 }), values)
    .map(([some, revenues]) => some.map(({ month, channel }, at) => row(month, channel, revenues[at] ?? null)));
  fc.assert(
    fc.property(rowsOf, fc.integer({ min: 1, max: 5 }), (rows, maxRows) => {
      const seen: unknown[] = [];
      const shownCells: string[] = [];
      for (let offset: number | undefined = 0; offset !== undefined; ) {
        const { text, facts, shown } = render(rows, { offset, maxRows, resultId: 'r' });
        expect(facts.rows).toHaveLength(shown);
        seen.push(...facts.rows);
        const { ids, rows: lines } = tableOf(text.replaceAll('(empty)', 'empty'));
        if (text.includes('Pivoted'))
          for (const [month, ...values] of lines)
            for (const [at, value] of values.entries())
              if (value !== '-') shownCells.push(`${month} ${ids[at + 1]} ${value}`);
        offset = facts.next?.offset;
      }
      const key = (value: unknown) => JSON.stringify(value);
      expect(seen.map(key).sort()).toEqual(rows.map(key).sort());
      const expected = rows.map(
        ({ month, channel, revenue }) => `${month} ${channel ?? 'empty'} ${revenue === null ? '' : `${revenue}.00`}`,
      );
      if (shownCells.length > 0) expect(shownCells.sort()).toEqual(expected.sort());
    }),
  );
});
