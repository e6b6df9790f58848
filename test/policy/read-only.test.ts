import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertReadOnly } from '../../src/policy/read-only.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { tools } from '../../src/tools/index.ts';
import { type Connection, connectInMemory, tell } from '../helpers/client.ts';
import { exampleArguments } from '../helpers/recorded-arguments.ts';

let sandbox: Sandbox;
let reader: Connection;
let compact: Connection;
const connect = (more: Record<string, string>) =>
  connectInMemory({
    LIGHTDASH_URL: sandbox.url,
    LIGHTDASH_API_KEY: sandbox.tokens.admin,
    LIGHTDASH_EMAIL: sandbox.administrator.email,
    LIGHTDASH_PASSWORD: sandbox.administrator.password,
    LIGHTDASH_READ_ONLY: 'true',
    ...more,
  });
beforeAll(async () => {
  sandbox = await startSandbox();
  reader = await connect({});
  compact = await connect({ LIGHTDASH_TOOLSETS: 'compact' });
});
afterAll(async () => {
  await Promise.all([reader, compact].map((each) => each.close()));
  await sandbox.close();
});

const writing = tools.filter((tool) => !tool.readOnly);
const examples = exampleArguments();

test('no tool that writes is listed, and none is called, directly or behind the compact surface', async () => {
  const { tools: listed } = await reader.client.listTools();
  expect(listed.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
  expect(writing.length).toBeGreaterThan(70);
  const before = sandbox.requests.length;
  for (const { name } of writing) {
    const args = examples.get(name) ?? {};
    await expect(tell(reader.client, name, args), name).rejects.toThrow('switched off by the settings');
    for (const way of ['run_read_operation', 'run_write_operation']) {
      const refused = await tell(compact.client, way, { operation: name, arguments: args });
      expect({ way, ...refused }).toMatchObject({ isError: true, text: expect.stringMatching(/no operation/) });
    }
  }
  expect(sandbox.requests.length).toBe(before);
});

test('the call itself refuses a tool that writes, should a list ever let it through', () => {
  for (const tool of writing) expect(() => assertReadOnly(tool, {}), tool.name).toThrow(/would change something/);
  for (const tool of tools.filter((each) => each.readOnly)) expect(() => assertReadOnly(tool, {})).not.toThrow();
});

test('a read that writes with one of its arguments is refused with it', async () => {
  expect(await tell(reader.client, 'get_email_verification_status')).toMatchObject({ isError: false });
  const before = sandbox.requests.length;
  const told = await tell(reader.client, 'get_email_verification_status', { passcode: '123456' });
  expect(told).toMatchObject({ isError: true, text: expect.stringMatching(/nothing was sent.*with passcode/) });
  expect(sandbox.requests.length).toBe(before);
});

test('wins over a list of tools that names a writing one', async () => {
  const both = await connect({ LIGHTDASH_TOOLS: 'delete_space,run_sql_query,get_project' });
  const { tools: listed } = await both.client.listTools();
  expect(listed.map(({ name }) => name)).toEqual(['get_project']);
  await both.close();
});

describe('SQL of a query’s own', () => {
  const orders = { projectUuid: 'Roastery', exploreId: 'orders', dimensions: ['orders_status'] };
  const withCalculation = (sql: unknown) => ({
    ...orders,
    metrics: ['orders_order_count'],
    tableCalculations: [{ name: 'x', displayName: 'X', sql }],
  });
  const isRefused = async (args: Record<string, unknown>, tool = 'run_metric_query') => {
    const before = sandbox.requests.length;
    const told = await tell(reader.client, tool, args);
    expect({ args, ...told }).toMatchObject({ isError: true, text: expect.stringMatching(/nothing was sent:/) });
    expect(sandbox.requests.length).toBe(before);
  };

  test.each([
    `\${orders.order_count} * 2`,
    `case when \${orders.status} = 'delivered; -- really' then 1 else 0 end`,
    `sum(\${orders.order_count}) over (order by \${orders.status} rows between 1 preceding and current row)`,
    `coalesce(\${orders.status}, 'it''s (')`,
  ])('that is an expression over fields runs: %s', async (sql) => {
    expect(await tell(reader.client, 'run_metric_query', withCalculation(sql))).toMatchObject({ isError: false });
  });

  test.each([
    '(select max(email) from roastery.customers)',
    '(table pg_shadow)',
    '1) from roastery.customers; drop table roastery.customers; --',
    '1 /* hidden */',
    '1 -- rest',
    '1; delete from x',
    '1) over (',
    '(1',
    "'open",
    "'a\\' or 1 = (select 1) --'",
    '$$text$$',
    `\${'} + (select 1) + \${'}`,
    '1 union all values (1)',
    'SELECT 1',
  ])('that could be more is refused: %s', async (sql) => {
    await isRefused(withCalculation(sql));
    await isRefused(withCalculation(sql), 'compile_query');
  });

  test('is looked for in custom metrics, dimensions, their names, and in JSON written as text', async () => {
    const subquery = '(select 1)';
    const metric = { table: 'orders', name: 'm', type: 'sum', sql: subquery };
    await isRefused({ ...orders, additionalMetrics: [metric], metrics: ['orders_m'] });
    await isRefused({ ...orders, additionalMetrics: JSON.stringify([metric]), metrics: ['orders_m'] });
    await isRefused({ ...orders, additionalMetrics: [JSON.stringify(metric)], metrics: ['orders_m'] });
    await isRefused({ ...orders, additionalMetrics: [{ ...metric, sql: '1', name: 'm" from x --' }] });
    const dimension = { id: 'd', name: 'd', table: 'orders', type: 'sql', dimensionType: 'string', sql: subquery };
    await isRefused({ ...orders, customDimensions: [dimension] });
    await isRefused(
      { ...orders, customDimensions: [{ ...dimension, sql: '1', id: 'd"' }] },
      'run_underlying_data_query',
    );
    await isRefused(withCalculation({ deep: 1 }));
  });

  test('never gets through with anything but an expression, however it is put together', () => {
    const tool = tools.find(({ name }) => name === 'run_metric_query');
    if (!tool) throw new Error('no run_metric_query');
    const piece = fc.constantFrom("'", '"', '`', '\\', '${', '}', '(', ')', ' ', 'a', '1', '+', '$', "''", '.');
    const sql = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(sql, sql, (before, after) => {
        const attack = `${before} ; drop table x ${after}`;
        let refused = false;
        try {
          assertReadOnly(tool, { tableCalculations: [{ name: 'x', sql: attack }] });
        } catch {
          refused = true;
        }
        // Only a text or a name in quotes may hold it.
        expect(refused || insideQuotes(attack, attack.indexOf(';')), attack).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is the person’s affair where the server may write', async () => {
    const writer = await connect({ LIGHTDASH_READ_ONLY: 'false' });
    const told = await tell(writer.client, 'run_metric_query', withCalculation('(select 1)'));
    expect(told).toMatchObject({ isError: false });
    await writer.close();
  });
});

/** Whether a place is inside of quotes, read the way that standard SQL does. */
function insideQuotes(sql: string, place: number): boolean {
  let open = '';
  for (const character of sql.slice(0, place)) {
    if (open !== '') open = character === open ? '' : open;
    else if (`'"\``.includes(character)) open = character;
  }
  return open !== '';
}
