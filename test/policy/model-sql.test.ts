import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertSqlAllowed } from '../../src/policy/model-sql.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { tools } from '../../src/tools/index.ts';
import { numbersFrom } from '../chaos/seeded.ts';
import pieces from '../fixtures/sql-expressions.json' with { type: 'json' };
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { snippet } from '../query/sql/snippets.ts';

let sandbox: Sandbox;
/** Servers by what their settings leave of SQL. */
let off: Connection;
let expressions: Connection;
let withoutRawSql: Connection;
let all: Connection;
const connect = (more: Record<string, string>) =>
  connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin, ...more });
beforeAll(async () => {
  sandbox = await startSandbox();
  off = await connect({ LIGHTDASH_READ_ONLY: 'true' });
  expressions = await connect({ LIGHTDASH_READ_ONLY: 'true', LIGHTDASH_SQL: 'on' });
  withoutRawSql = await connect({ LIGHTDASH_EXCLUDE_TOOLS: 'run_sql_query' });
  all = await connect({});
});
afterAll(async () => {
  await Promise.all([off, expressions, withoutRawSql, all].map((connection) => connection.close()));
  await sandbox.close();
});

const orders = { projectUuid: ids.project, exploreId: 'orders', dimensions: ['orders_status'] };
const withCalculation = (sql: unknown) => ({
  ...orders,
  metrics: ['orders_order_count'],
  tableCalculations: [{ name: 'x', displayName: 'X', sql }],
});
const ratio = `\${orders.order_count} * 2`;

async function expectRefused(server: Connection, args: Record<string, unknown>, tool = 'run_metric_query') {
  const before = sandbox.requests.length;
  const answer = await callTool(server.client, tool, args);
  expect({ args, ...answer }).toMatchObject({ isError: true, text: expect.stringMatching(/nothing was sent:/) });
  expect(sandbox.requests.length).toBe(before);
}

describe('LIGHTDASH_SQL=off', () => {
  test('removes the tools for SQL, also if they are named, and read-only implies it', async () => {
    const names = async (server: Connection) => (await server.client.listTools()).tools.map(({ name }) => name);
    const named = await connect({
      LIGHTDASH_SQL: 'off',
      LIGHTDASH_TOOLS: 'run_sql_query,set_explores,create_sql_chart,get_project',
    });
    expect(await names(named)).toEqual(['get_project']);
    await named.close();
    const writer = await connect({ LIGHTDASH_SQL: 'off' });
    expect(await names(writer)).toEqual(
      (await names(all)).filter((name) => !/^(run_sql_query|set_explores|(create|update)_sql_chart)$/.test(name)),
    );
    await expect(callTool(writer.client, 'run_sql_query', { sql: 'select 1' })).rejects.toThrow('switched off');
    await expectRefused(writer, withCalculation(ratio));
    await writer.close();
    await expectRefused(off, withCalculation(ratio));
  });

  test('refuses SQL in calculations, custom metrics and dimensions, in every tool that takes them', async () => {
    const metric = { table: 'orders', name: 'm', type: 'sum', sql: `\${TABLE}.shipping_fee` };
    const dimension = { id: 'd', name: 'd', table: 'orders', type: 'sql', dimensionType: 'string', sql: "'x'" };
    for (const args of [
      withCalculation(ratio),
      { ...orders, additionalMetrics: [metric], metrics: ['orders_m'] },
      { ...orders, additionalMetrics: JSON.stringify([metric]), metrics: ['orders_m'] },
      { ...orders, additionalMetrics: [JSON.stringify(metric)], metrics: ['orders_m'] },
      { ...orders, customDimensions: [dimension] },
    ]) {
      for (const tool of ['run_metric_query', 'compile_query', 'download_query_csv', 'run_underlying_data_query']) {
        await expectRefused(off, args, tool);
      }
    }
  });

  test('allows fields, filters, bins, and metrics over a field', async () => {
    const metric = { table: 'orders', name: 'm', type: 'count_distinct', sql: `\${orders.status}` };
    const bins = {
      id: 'b',
      name: 'B',
      table: 'orders',
      type: 'bin',
      dimensionId: 'orders_shipping_fee',
      binType: 'fixed_width',
      binWidth: 5,
    };
    for (const args of [
      {
        ...orders,
        metrics: ['orders_order_count'],
        filters: [{ field: 'orders_status', operator: 'equals', values: ["O'Brien; --"] }],
      },
      { ...orders, additionalMetrics: [metric], metrics: ['orders_m'] },
      { ...orders, dimensions: ['b'], customDimensions: [bins], metrics: ['orders_order_count'] },
    ]) {
      expect(await callTool(off.client, 'run_metric_query', args)).toMatchObject({ isError: false });
    }
  });

  test('looks at every depth, under every name for SQL, and in JSON written as text', () => {
    const tool = tools.find(({ name }) => name === 'get_project');
    if (!tool) throw new Error('no get_project');
    for (const args of [
      { sql: 'select 1' },
      { body: { sql: 'select 1' } },
      { chart: { config: [{ customSql: 'select 1' }] } },
      { body: JSON.stringify({ metricQuery: { tableCalculations: [{ name: 'a', sql: '1' }] } }) },
      { metricQuery: { additionalMetrics: [{ name: 'm" from x', sql: `\${a.b}` }] } },
      { savedSql: 'select 1', sqlUuid: 'x' },
      { body: { enableSqlMode: true } },
      { deepResearchRawSqlEnabled: 'true' },
    ]) {
      expect(() => assertSqlAllowed(tool, args, 'none'), JSON.stringify(args)).toThrow(/SQL/);
      expect(() => assertSqlAllowed(tool, args, 'any')).not.toThrow();
    }
    expect(() =>
      assertSqlAllowed(tool, { savedSqlUuid: 'x', sqlLimit: 5, name: 'About SQL', enableSqlMode: false }, 'none'),
    ).not.toThrow();
  });
});

describe.each([
  ['a server that only reads, with LIGHTDASH_SQL=on', () => expressions],
  ['a server whose tools for raw SQL are left out', () => withoutRawSql],
])('%s', (_, server) => {
  test.each([
    ratio,
    `case when \${orders.status} = 'delivered' then 1 else 0 end`,
    `sum(\${orders.order_count}) over (order by \${orders.status} rows between 1 preceding and current row)`,
    `coalesce(\${orders.status}, '(')`,
  ])('runs an expression over fields: %s', async (sql) => {
    expect(await callTool(server().client, 'run_metric_query', withCalculation(sql))).toMatchObject({ isError: false });
  });

  test.each(pieces.refused.filter((sql) => sql !== ''))('refuses %j', async (sql) => {
    await expectRefused(server(), withCalculation(sql));
  });

  test('refuses SQL characters in the names of definitions', async () => {
    const metric = { table: 'orders', name: 'm" from x --', type: 'sum', sql: '1' };
    await expectRefused(server(), { ...orders, additionalMetrics: [metric], metrics: ['orders_m'] });
    const dimension = { id: 'd"', name: 'd', table: 'orders', type: 'sql', dimensionType: 'string', sql: '1' };
    await expectRefused(server(), { ...orders, customDimensions: [dimension] });
    await expectRefused(server(), { ...orders, additionalMetrics: [{ ...metric, name: `\${TABLE}` }] });
  });
});

test('a calculation written as a formula counts as SQL', async () => {
  const calculation = { name: 'a', displayName: 'A', formula: '(FROM secrets SELECT max(token))' };
  for (const server of [off, expressions, withoutRawSql]) {
    await expectRefused(server, { ...orders, metrics: ['orders_order_count'], tableCalculations: [calculation] });
  }
});

test('numbers and types of a definition, which are inserted unquoted, may contain no SQL', async () => {
  const attack = '1) from (select 1) as x(y';
  const metric = { table: 'orders', name: 'm', type: 'percentile', sql: `\${orders.status}` };
  const bins = {
    id: 'b',
    name: 'B',
    table: 'orders',
    type: 'bin',
    dimensionId: 'orders_shipping_fee',
    binType: 'fixed_width',
  };
  for (const server of [off, expressions]) {
    await expectRefused(server, {
      ...orders,
      additionalMetrics: [{ ...metric, percentile: attack }],
      metrics: ['orders_m'],
    });
    await expectRefused(server, { ...orders, dimensions: ['b'], customDimensions: [{ ...bins, binWidth: attack }] });
    await expectRefused(server, {
      ...orders,
      additionalMetrics: [{ ...metric, table: attack }],
      metrics: ['orders_m'],
    });
  }
});

test('no snippet that the grammar refuses reaches Lightdash', async () => {
  const random = numbersFrom(Number(process.env.PROPERTY_SEED ?? 8));
  const { expressionProblem } = await import('../../src/query/sql/expression.ts');
  for (let run = 0; run < 300; run += 1) {
    const sql = snippet(random);
    if (sql.trim() === '' || expressionProblem(sql) === undefined) continue;
    await expectRefused(expressions, withCalculation(sql));
  }
});

test('any SQL passes if raw SQL may run', async () => {
  expect(await callTool(all.client, 'run_metric_query', withCalculation('(select 1)'))).toMatchObject({
    isError: false,
  });
});
