import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { expressionProblem } from '../../../src/query/sql/expression.ts';
import { numbersFrom } from '../../chaos/seeded.ts';
import pieces from '../../fixtures/sql-expressions.json' with { type: 'json' };
import { snippet } from './snippets.ts';

const { people, refused } = pieces;

/** `npm run test:chaos` tries 50,000. */
const SNIPPETS = Number(process.env.SQL_SNIPPETS ?? 2_000);
const seed = Number(process.env.PROPERTY_SEED ?? 8);

const serialized = z.union([
  z.object({ error: z.literal(false), statements: z.array(z.object({ node: z.unknown() })) }),
  z.object({ error: z.literal(true), error_type: z.string() }),
]);

let instance: DuckDBInstance;
let parse: (sql: string) => Promise<{ text: string; tree: z.output<typeof serialized> }>;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  parse = async (sql) => {
    const result = await connection.runAndReadAll('select json_serialize_sql($1::varchar)', [sql]);
    const text = String(result.getRows()[0]?.[0]);
    return { text, tree: serialized.parse(JSON.parse(text)) };
  };
});
afterAll(() => instance.closeSync());

/** As Lightdash puts a calculation into its query: references become names, the rest stays. */
const inQuery = (sql: string) =>
  `select "a", ${sql.replace(/\$\{\s*TABLE\s*\}/gi, '"m"').replace(/\$\{([^}]*)\}/g, '"m_$1"')} as "n" from "m" where "b" = 1`;

/** For a loaded machine; on an idle one 50,000 take 35 s. */
const TIMEOUT_MS = Math.max(120_000, SNIPPETS * 20);

test('accepted text is one expression for a real parser, never a statement or a sub-query', {
  timeout: TIMEOUT_MS,
}, async () => {
  const random = numbersFrom(seed);
  const count = { passed: 0, parsed: 0, refusedSubqueries: 0 };
  for (let run = 0; run < SNIPPETS; run += 1) {
    const sql = snippet(random);
    const problem = expressionProblem(sql);
    const { text, tree } = await parse(inQuery(sql));
    if (problem !== undefined) {
      if (text.includes('"SUBQUERY"')) count.refusedSubqueries += 1;
      continue;
    }
    count.passed += 1;
    if (tree.error) {
      // Valid in other dialects, or simply wrong: the warehouse refuses it as well.
      expect(tree.error_type, sql).toBe('parser');
      continue;
    }
    count.parsed += 1;
    expect(
      tree.statements.map(({ node }) => node),
      sql,
    ).toMatchObject([
      {
        type: 'SELECT_NODE',
        select_list: [{ alias: '' }, { alias: 'n' }],
        from_table: { type: 'BASE_TABLE', table_name: 'm' },
        where_clause: { type: 'COMPARE_EQUAL' },
        modifiers: [],
      },
    ]);
    expect(text.match(/"(SELECT_NODE|SUBQUERY|SET_OPERATION_NODE|CTE_NODE)"/g), sql).toEqual(['"SELECT_NODE"']);
  }
  process.stdout.write(`SQL snippets: ${SNIPPETS}, ${JSON.stringify(count)}\n`);
  // The test means something only if much passes, and much is refused that a warehouse would run.
  expect(count.parsed).toBeGreaterThan(SNIPPETS / 10);
  expect(count.refusedSubqueries).toBeGreaterThan(SNIPPETS / 100);
});

test.each(people)('%s, as people write it, passes', (sql) => {
  expect(expressionProblem(sql)).toBeUndefined();
});

test.each(refused)('%j is refused', (sql) => {
  expect(expressionProblem(sql)).toEqual(expect.any(String));
});

test('length and depth are bounded', () => {
  const nested = (depth: number) => `${'('.repeat(depth)}1${')'.repeat(depth)}`;
  expect(expressionProblem(nested(30))).toBeUndefined();
  expect(expressionProblem(nested(3_000))).toContain('levels deep');
  expect(expressionProblem(`${'not '.repeat(2_000)}1`)).toContain('levels deep');
  expect(expressionProblem('1 + '.repeat(3_000))).toContain('longer than');
});

test('an error names the unexpected part, and is short', () => {
  expect(expressionProblem('1 + (FROM orders)')).toMatch(/"from".*\b6$/);
  expect(expressionProblem('pg_sleep(1)')).toMatch(/"pg_sleep".*function/);
  expect(expressionProblem('1 +')).toMatch(/\bend$/);
  expect(expressionProblem('x'.repeat(9_000))?.length).toBeLessThan(100);
});
