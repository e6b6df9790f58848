import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { expectNoNote } from '../helpers/notes.ts';
import { exampleArguments } from '../helpers/recorded-arguments.ts';

/** Limits of design section 4. */
const MAX_RESULT = 40_000;
const MAX_ERROR = 2_000;

let sandbox: Sandbox;
let host: Connection;
beforeAll(async () => {
  sandbox = await startSandbox();
  host = await connectInMemory({
    LIGHTDASH_URL: sandbox.url,
    LIGHTDASH_API_KEY: sandbox.tokens.admin,
    LIGHTDASH_CONFIRM: 'off',
  });
});
afterAll(async () => {
  await host.close();
  await sandbox.close();
});

const orders = {
  projectUuid: ids.project,
  exploreId: 'orders',
  dimensions: ['orders_status'],
  metrics: ['orders_order_count'],
};
const long = 'total_revenue '.repeat(150_000);
const many = Array.from({ length: 2_000 }, (_, at) => `orders_revenu_${at}`);

/**
 * Calls a tool while another request is answered again and again in the same event loop, and returns how many were
 * answered meanwhile for each turn that the call took the loop for itself.
 */
async function callBesidePings(tool: string, args: Record<string, unknown>) {
  let isOver = false;
  let longest = 0;
  let last = performance.now();
  const watch = (async () => {
    while (!isOver) {
      await new Promise(setImmediate);
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
  })();
  const answer = await callTool(host.client, tool, args);
  isOver = true;
  await watch;
  return { ...answer, longest };
}

/** So many of them are less than 200 ms on an idle machine. */
const MAX_UNITS = 40;

/** Time of this machine for a fixed piece of work that takes a fast one about 5 ms: the measure of a hold. */
function unitOfWork(): number {
  const begun = performance.now();
  let sum = 0;
  for (let at = 0; at < 2_000_000; at += 1) sum += Math.sqrt(at) % 3;
  return sum > 0 ? performance.now() - begun : 0;
}

describe('an oversized query is refused briefly, without delaying others', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['a field name of 2 MB', 'run_metric_query', { ...orders, metrics: [long] }],
    [
      'a filter on a field name of 180 kB',
      'run_metric_query',
      { ...orders, filters: [{ field: long.slice(0, 180_000), operator: 'equals', values: ['x'] }] },
    ],
    ['a field name of 180 kB', 'run_metric_query', { ...orders, metrics: [long.slice(0, 180_000)] }],
    ['2,000 unknown fields', 'run_metric_query', { ...orders, metrics: many }],
    [
      '2,000 filters on unknown fields',
      'run_metric_query',
      { ...orders, filters: many.map((field) => ({ field, operator: 'equals', values: [1] })) },
    ],
    ['2,000 sorts by unknown fields', 'run_metric_query', { ...orders, sorts: many }],
    [
      '2,000 unknown references',
      'run_metric_query',
      {
        ...orders,
        tableCalculations: [{ name: 'a', displayName: 'A', sql: many.map((name) => `\${${name}}`).join('+') }],
      },
    ],
    [
      'a map of 2,000 filters',
      'run_metric_query',
      { ...orders, filters: Object.fromEntries(many.map((name) => [name, 'x'])) },
    ],
    [
      '2,000 unknown arguments',
      'run_metric_query',
      { ...orders, ...Object.fromEntries(many.map((name) => [name, 'x'])) },
    ],
    ['an explore of 180 kB', 'run_metric_query', { ...orders, exploreId: long.slice(0, 180_000) }],
  ])('%s', async (_, tool, args) => {
    const { isError, text, longest } = await callBesidePings(tool, args);
    expect(isError).toBe(true);
    expect(text.length).toBeLessThanOrEqual(MAX_ERROR);
    // They took 4 to 55 s.
    expect(longest / unitOfWork()).toBeLessThan(MAX_UNITS);
  });
});

describe('deeply nested JSON written as text is refused', () => {
  const [lists, groups] = [
    `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
    `${'{"and":['.repeat(5_000)}${']}'.repeat(5_000)}`,
  ];
  test.each(['filters', 'tableCalculations', 'sorts', 'dimensions', 'additionalMetrics'])('%s', async (argument) => {
    for (const nested of [lists, groups]) {
      const { text, isError } = await callTool(host.client, 'run_metric_query', { ...orders, [argument]: nested });
      expect(isError).toBe(true);
      expectNoNote(text, 'internal failure');
      expect(text.length).toBeLessThanOrEqual(MAX_ERROR);
    }
  });

  test('dashboardFilters', async () => {
    const args = { dashboardUuid: ids.dashboards.sales, tileUuid: 'x', dashboardFilters: groups };
    expectNoNote((await callTool(host.client, 'run_dashboard_chart', args)).text, 'internal failure');
  });
});

describe('an answer repeats only a part of long arguments', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['words', 'find_fields', { projectUuid: ids.project, words: long.slice(0, 190_000) }],
    ['a word that nothing has', 'find_fields', { projectUuid: ids.project, words: 'x'.repeat(190_000) }],
    [
      'a filter value',
      'run_metric_query',
      { ...orders, filters: [{ field: 'orders_status', operator: 'equals', values: ['x'.repeat(190_000)] }] },
    ],
    [
      '1,000 filter values',
      'run_metric_query',
      { ...orders, filters: [{ field: 'orders_status', operator: 'equals', values: many.slice(0, 1_000) }] },
    ],
    [
      '1,000 filters',
      'run_metric_query',
      {
        ...orders,
        filters: many
          .slice(0, 1_000)
          .map((value) => ({ field: 'orders_status', operator: 'notEquals', values: [value] })),
      },
    ],
    ['an operation', 'find_operation', { words: long.slice(0, 190_000) }],
    [
      'a secret',
      'github_oauth_callback',
      { code: long.slice(0, 190_000), state: 'x', installation_id: 'y', setup_action: 'z' },
    ],
    ['a search', 'list_chart_summaries_in_project', { projectUuid: ids.project, search: long.slice(0, 190_000) }],
  ])('%s', async (_, tool, args) => {
    const { text, longest } = await callBesidePings(tool, args);
    expect(text.length).toBeLessThan(6_000);
    expect(longest / unitOfWork()).toBeLessThan(MAX_UNITS);
  });

  test('in every text argument of every tool', async () => {
    const reader = await connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });
    onTestFinished(reader.close);
    const examples = exampleArguments();
    let tried = 0;
    for (const { name, inputSchema } of toolDefinitions) {
      for (const [argument, schema] of Object.entries(inputSchema.properties ?? {})) {
        if (!('type' in schema) || schema.type !== 'string' || 'enum' in schema) continue;
        const { text, isError } = await callTool(reader.client, name, {
          ...examples.get(name),
          [argument]: 'x'.repeat(100_000),
        });
        expect(text.length, `${name} ${argument}`).toBeLessThanOrEqual(isError ? MAX_ERROR : MAX_RESULT);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(150);
  });
});
