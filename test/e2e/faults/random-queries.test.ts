import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callTool } from '../../helpers/client.ts';
import { expectNote } from '../../helpers/notes.ts';
import { expectCells, isRefused, isSame } from '../../helpers/random/compare.ts';
import { type RandomQuery, randomQueries, totalsSql } from '../../helpers/random/queries.ts';
import { RELEASES, TODAY, useRoastery } from '../setup.ts';

// `npm run test:chaos` runs many more, and PROPERTY_SEED plays a run again.
const numRuns = Number(process.env.RANDOM_QUERIES ?? 25);
const seed = process.env.PROPERTY_SEED === undefined ? {} : { seed: Number(process.env.PROPERTY_SEED) };
const timeout = 30_000 + numRuns * 2_000;

/** On the same rows as SQL, what Lightdash does in its own way is said. */
function expectNotes(text: string, { args }: RandomQuery, release: string): void {
  const written = JSON.stringify([args.filters ?? [], args.additionalMetrics ?? []]);
  if (/"(value|values)":\[?[^\]}]*"[%_]"/.test(written)) expectNote(text, 'wildcard', '_');
  const readsMoments = /(ordered|shipped|created)_at/.test(JSON.stringify([args.dimensions, args.filters]));
  if (args.timezone !== undefined && args.timezone !== 'UTC' && release === '0.1366' && readsMoments)
    expectNote(text, 'zone without effect');
}

describe.each(RELEASES)('Random arguments, on %s', (release) => {
  const roastery = useRoastery(
    { LIGHTDASH_PROJECT: 'Roastery', LIGHTDASH_CHECK_VALUES: 'doubtful', LIGHTDASH_MAX_RESULT_TOKENS: '100000' },
    release,
  );
  const queries = randomQueries(release, TODAY.slice(0, 10));

  test(
    'the cells of a query equal those of SQL',
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
    'the totals of a query equal those of SQL over the groups that pass its filters',
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
