import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tableOf } from '../../helpers/answers.ts';
import { randomFilters } from '../../helpers/random-filters.ts';
import { randomQueries } from '../../helpers/random-queries.ts';
import type { SqlValue } from '../../helpers/roastery-sql.ts';
import { answerOf, RELEASES, useRoastery } from '../setup.ts';

// `npm run test:chaos` runs many more, and PROPERTY_SEED plays a run again.
const numRuns = Number(process.env.RANDOM_QUERIES ?? 40);
const seed = process.env.PROPERTY_SEED === undefined ? {} : { seed: Number(process.env.PROPERTY_SEED) };
const timeout = 30_000 + numRuns * 2_000;

/** A cell as the answer writes the value: 12 digits of a number are certain. */
function isSame(cell: string, value: SqlValue): boolean {
  if (value === null) return cell === '';
  if (typeof value !== 'number') return cell === String(value);
  const difference = Math.abs(Number(cell) - value);
  return cell !== '' && difference <= 1e-9 * Math.max(1, Math.abs(value));
}

const order = (row: readonly unknown[]) => row.map((cell) => (cell === null ? '' : String(cell))).join('|');
const inOneOrder = <Row extends readonly unknown[]>(rows: readonly Row[], dimensions: number): Row[] =>
  rows.toSorted((left, right) => (order(left.slice(0, dimensions)) < order(right.slice(0, dimensions)) ? -1 : 1));

describe.each(RELEASES)('Whatever is written, on %s', (release) => {
  const roastery = useRoastery(
    { LIGHTDASH_PROJECT: 'Roastery', LIGHTDASH_CHECK_VALUES: 'doubtful', LIGHTDASH_MAX_RESULT_TOKENS: '100000' },
    release,
  );

  test(
    'the number under a tree of filters is that of SQL',
    async () => {
      const setting = { orderedAt: 'o.ordered_at', keepsEmpty: release === '1.219' };
      await fc.assert(
        fc.asyncProperty(randomFilters(setting), async ({ written, sql }) => {
          const text = await answerOf(roastery(), 'run_metric_query', {
            exploreId: 'orders',
            metrics: ['orders_order_count'],
            filters: written,
          });
          const from = 'orders o left join customers c on c.customer_id = o.customer_id';
          const [[expected] = []] = await roastery().data.rows(
            `select count(distinct order_id) from ${from} where ${sql}`,
          );
          expect(tableOf(text).rows, `${sql}\n${text}`).toEqual([[String(expected)]]);
        }),
        { numRuns, ...seed },
      );
    },
    timeout,
  );

  test(
    'the cells of a query are those of SQL',
    async () => {
      await fc.assert(
        fc.asyncProperty(randomQueries(release === '0.1366' ? '0.1366' : '1.219'), async ({ args, sql, isOrdered }) => {
          const text = await answerOf(roastery(), 'run_metric_query', args);
          const expected = await roastery().data.rows(sql);
          const dimensions = Array.isArray(args.dimensions) ? args.dimensions.length : 0;
          const rows = isOrdered ? tableOf(text).rows : inOneOrder(tableOf(text).rows, dimensions);
          const wanted = isOrdered ? expected : inOneOrder(expected, dimensions);
          const shown = `${sql}\n${text.slice(0, 3_000)}`;
          // The line of a single cell without a value is empty.
          if (wanted.length === 1 && wanted[0]?.length === 1 && wanted[0][0] === null) {
            expect(text, shown).toMatch(/^1 row .*\n$/s);
            return;
          }
          // A result longer than an answer is compared as far as it is shown.
          if (rows.length === 0 || !/more rows?: get_query_result/.test(text))
            expect(rows.length, shown).toBe(wanted.length);
          else if (!isOrdered) return;
          for (const [at, row] of rows.entries()) {
            const differs = row.findIndex((cell, column) => !isSame(cell, wanted[at]?.[column] ?? null));
            expect(differs, `row ${at}: ${row.join()} for ${wanted[at]?.join()}\n${shown}`).toBe(-1);
          }
        }),
        { numRuns, ...seed },
      );
    },
    timeout,
  );
});
