import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tableOf } from '../../helpers/answers.ts';
import { callTool } from '../../helpers/client.ts';
import { expectNote } from '../../helpers/notes.ts';
import { type RandomQuery, randomQueries, totalsSql } from '../../helpers/random/queries.ts';
import type { SqlValue } from '../../helpers/roastery-sql.ts';
import { RELEASES, TODAY, useRoastery } from '../setup.ts';

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

/** Numbers as they are compared: money keeps its decimals. */
const plain = (cell: unknown): string => {
  const text = cell === null ? '' : String(cell);
  return /^-?\d+(\.\d+)?$/.test(text) ? String(Number(text)) : text;
};
const key = (row: readonly unknown[]) => row.map(plain).join('|');
const inOneOrder = <Row extends readonly unknown[]>(rows: readonly Row[], dimensions: number): Row[] =>
  rows.toSorted((left, right) => (key(left.slice(0, dimensions)) < key(right.slice(0, dimensions)) ? -1 : 1));

/** The cells of an answer against those of SQL, as far as they are shown. */
function expectCells(
  text: string,
  { sql, ids, dimensions, isOrdered, args }: RandomQuery,
  expected: SqlValue[][],
): void {
  const shown = `${JSON.stringify(args)}\n${sql}\n${text.slice(0, 3_000)}`;
  if (expected.length === 0) {
    expect(text, shown).toMatch(/^0 rows/);
    return;
  }
  const table = tableOf(text);
  expect(table.ids.toSorted(), shown).toEqual(ids.toSorted());
  const at = ids.map((id) => table.ids.indexOf(id));
  const sent = table.rows.map((row) => at.map((column) => row[column] ?? ''));
  const rows = isOrdered ? sent : inOneOrder(sent, dimensions.length);
  const wanted = isOrdered ? expected : inOneOrder(expected, dimensions.length);
  // The line of a single cell without a value is empty.
  if (wanted.length === 1 && wanted[0]?.length === 1 && wanted[0][0] === null) {
    expect(text, shown).toMatch(/^1 row .*\n$/s);
    return;
  }
  // A result longer than an answer is compared as far as it is shown.
  if (rows.length === 0 || !/more rows?: get_query_result/.test(text)) expect(rows.length, shown).toBe(wanted.length);
  else if (!isOrdered) return;
  for (const [position, row] of rows.entries()) {
    const differs = row.findIndex((cell, column) => !isSame(cell, wanted[position]?.[column] ?? null));
    expect(differs, `row ${position}: ${row.join()} for ${wanted[position]?.join()}\n${shown}`).toBe(-1);
  }
}

/** True for a query that is refused for what Lightdash cannot do in the filters of a custom metric, with the reason. */
const isRefused = ({ isError, text }: { isError: boolean; text: string }, { args }: RandomQuery): boolean =>
  isError &&
  JSON.stringify(args.additionalMetrics ?? []).includes('"filters"') &&
  /needs an "or", which is not possible there|reads as another condition/.test(text);

/** On the same rows as SQL, what Lightdash does in its own way is said. */
function expectNotes(text: string, { args }: RandomQuery, release: string): void {
  const written = JSON.stringify([args.filters ?? [], args.additionalMetrics ?? []]);
  if (/"(value|values)":\[?[^\]}]*"[%_]"/.test(written)) expectNote(text, 'wildcard', '_');
  const readsMoments = /(ordered|shipped|created)_at/.test(JSON.stringify([args.dimensions, args.filters]));
  if (args.timezone !== undefined && args.timezone !== 'UTC' && release === '0.1366' && readsMoments)
    expectNote(text, 'zone without effect');
}

describe.each(RELEASES)('Whatever is written, on %s', (release) => {
  const roastery = useRoastery(
    { LIGHTDASH_PROJECT: 'Roastery', LIGHTDASH_CHECK_VALUES: 'doubtful', LIGHTDASH_MAX_RESULT_TOKENS: '100000' },
    release,
  );
  const queries = randomQueries(release, TODAY.slice(0, 10));

  test(
    'the cells of a query are those of SQL',
    async () => {
      await fc.assert(
        fc.asyncProperty(queries, async (query) => {
          const answer = await callTool(roastery().connection.client, 'run_metric_query', query.args);
          fc.pre(!isRefused(answer, query));
          const { text, isError } = answer;
          expect(isError, `${JSON.stringify(query.args)}\n${text}`).toBe(false);
          expectNotes(text, query, release);
          expectCells(text, query, await roastery().data.rows(query.sql));
        }),
        { numRuns, ...seed },
      );
    },
    timeout,
  );

  test(
    'the totals of a query are those of SQL over the groups that pass its filters',
    async () => {
      await fc.assert(
        fc.asyncProperty(queries, async (query) => {
          const { limit: _limit, sorts: _sorts, ...args } = query.args;
          const answer = await callTool(roastery().connection.client, 'calculate_query_totals', args);
          fc.pre(!isRefused(answer, query));
          const shown = `${JSON.stringify(args)}\n${totalsSql(query)}\n${answer.text}`;
          expect(answer.isError, shown).toBe(false);
          if (answer.text.includes('No group passes')) {
            expect(await roastery().data.rows(query.sql), shown).toEqual([]);
            return;
          }
          const metrics = Array.isArray(args.metrics) ? args.metrics.map(String) : [];
          const [expected = []] = await roastery().data.rows(totalsSql(query));
          for (const [at, id] of metrics.entries()) {
            const total = new RegExp(`^${id}\\b.*: (-?[\\d.]*)$`, 'm').exec(answer.text)?.[1];
            if (total === undefined) expect(answer.text, shown).toMatch(new RegExp(`No total of .*${id}`));
            else expect(isSame(total, expected[at] ?? null), `${id}\n${shown}`).toBe(true);
          }
        }),
        { numRuns: Math.ceil(numRuns / 2), ...seed },
      );
    },
    timeout,
  );
});
