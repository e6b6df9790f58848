import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { callTool } from '../../helpers/client.ts';
import { expectCells, expectRowsOfSql, isRefused } from '../../helpers/random/compare.ts';
import {
  filteredBy,
  type RandomQuery,
  randomQueries,
  recordsOf,
  rulesFor,
  unfiltered,
} from '../../helpers/random/queries.ts';
import { RELEASES, TODAY, useRoastery } from '../setup.ts';

// The random queries of run_metric_query by the other tools that take or keep one.
const numRuns = Number(process.env.RANDOM_QUERIES ?? 5);
const seed = process.env.PROPERTY_SEED === undefined ? {} : { seed: Number(process.env.PROPERTY_SEED) };
const timeout = 30_000 + numRuns * 3_000;

const folder = mkdtempSync(join(tmpdir(), 'lightdash-mcp-random-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The cells of a CSV file as an answer writes them: files have first days of periods, and ratios for percents. */
function cellsOfFile(csv: string, { ids, dimensions, parts }: RandomQuery): string[][] {
  const percents = new Set(parts.metrics.filter(({ isPercent }) => isPercent).map(({ id }) => id));
  // The line of a single empty cell is empty; the last one ends the file.
  const rows = csv.split('\n').slice(1, -1);
  return rows.map((line) =>
    [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, bare], at) => {
      const cell = quoted?.replaceAll('""', '"') ?? bare ?? '';
      const id = ids[at] ?? '';
      if (cell === '' || !dimensions.includes(id))
        return percents.has(id) && cell !== '' ? String(Number(cell) * 100) : cell;
      if (/_year$/.test(id)) return cell.slice(0, 4);
      if (/_quarter$/.test(id)) return `${cell.slice(0, 4)}-Q${Math.ceil(Number(cell.slice(5, 7)) / 3)}`;
      if (/_month$/.test(id)) return cell.slice(0, 7);
      if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/.test(cell)) return `${cell.slice(0, 19).replace(' ', 'T')}Z`;
      return cell;
    }),
  );
}

/** Booleans are written as 1 and nothing in a file of raw values: `false` cannot be distinguished from an empty cell. */
const hasBooleans = ({ parts }: RandomQuery): boolean => JSON.stringify(parts.dimensions).includes('is_');

describe.each(RELEASES)('A random query, on %s', (release) => {
  const roastery = useRoastery(
    {
      ...{ LIGHTDASH_PROJECT: 'Roastery', LIGHTDASH_CHECK_VALUES: 'doubtful' },
      ...{ LIGHTDASH_MAX_RESULT_TOKENS: '100000', LIGHTDASH_CHART_FOLDER: folder },
    },
    release,
  );
  const queries = randomQueries(release, TODAY.slice(0, 10));
  const call = (tool: string, args: object) => callTool(roastery().connection.client, tool, { ...args });
  const rows = ({ sql }: RandomQuery) => roastery().data.rows(sql);
  const done = async (tool: string, args: object) => {
    const { text, isError } = await call(tool, args);
    expect(isError, `${JSON.stringify(args)}\n${text}`).toBe(false);
    return text;
  };

  /** Runs a property over random queries. */
  const holds = (property: (query: RandomQuery) => Promise<void>) =>
    fc.assert(fc.asyncProperty(queries, property), { numRuns, ...seed });

  test(
    'has the underlying records of SQL',
    () =>
      holds(async (query) => {
        const records = recordsOf(query, release);
        // The line of a single empty cell is empty.
        fc.pre(records.dimensions.length > 1);
        expectCells(await done('run_underlying_data_query', records.args), records, await rows(records));
      }),
    timeout,
  );

  test(
    'is a file with the rows of SQL',
    () =>
      holds(async (query) => {
        fc.pre(!hasBooleans(query));
        const expected = await rows(query);
        // Of more rows than the limit without an order, any may come.
        fc.pre(query.isOrdered || expected.length < Number(query.args.limit));
        const answer = await call('download_query_csv', { ...query.args, onlyRaw: true, save: true });
        fc.pre(!isRefused(answer, query));
        const shown = `${JSON.stringify(query.args)}\n${query.sql}\n${answer.text}`;
        expect(answer.isError, shown).toBe(false);
        const path = /^CSV file of [\d,]+ rows? saved \([\d,]+ bytes\): (.+)$/m.exec(answer.text)?.[1] ?? '';
        const cells = cellsOfFile(readFileSync(path, 'utf8'), query);
        expectRowsOfSql(cells, query, expected, `${shown}\n${readFileSync(path, 'utf8').slice(0, 500)}`);
        rmSync(path);
      }),
    timeout,
  );

  test(
    'is saved as a chart with the same rows',
    () =>
      holds(async (query) => {
        const { timezone: _zone, ...args } = query.args;
        fc.pre(query.args.timezone === undefined);
        const made = await call('create_chart', { name: 'Random', space: 'Sales', show: 'table', query: args });
        fc.pre(!isRefused(made, query));
        expect(made.isError, `${JSON.stringify(args)}\n${made.text}`).toBe(false);
        const chartUuid = /saved\/([0-9a-f-]{36})/.exec(made.text)?.[1];
        expectCells(await done('run_saved_chart', { chartUuid }), query, await rows(query));
      }),
    timeout,
  );

  test(
    'applies the filters of a dashboard',
    () =>
      fc.assert(
        fc.asyncProperty(
          queries.chain((query) => rulesFor(query, release).map((filter) => ({ query, filter }))),
          async ({ query, filter }) => {
            fc.pre(query.args.timezone === undefined);
            const newChart = { name: 'Random', show: 'table', query: unfiltered(query, release).args };
            const made = await call('create_dashboard', { name: 'Random', space: 'Sales', tiles: [{ newChart }] });
            fc.pre(!isRefused(made, query));
            expect(made.isError, `${JSON.stringify(newChart)}\n${made.text}`).toBe(false);
            const dashboardUuid = /dashboards\/([0-9a-f-]{36})/.exec(made.text)?.[1];
            const shown = await done('get_dashboard', { dashboardUuid });
            const chartUuid = /^Random\b.*?\|([0-9a-f-]{36})/m.exec(shown)?.[1];
            const answer = await call('run_dashboard_chart', {
              ...{ dashboardUuid, chartUuid, dashboardFilters: filter.written },
            });
            fc.pre(!(answer.isError && /"or" is not possible there/.test(answer.text)));
            expect(answer.isError, `${JSON.stringify(filter)}\n${answer.text}`).toBe(false);
            const filtered = filteredBy(query, filter, release);
            expectCells(answer.text, filtered, await rows(filtered));
          },
        ),
        { numRuns, ...seed },
      ),
    timeout,
  );
});
