import { describe, expect, test } from 'vitest';
import { expectLine, type Facts, tableOf } from '../helpers/answers.ts';
import { callTool } from '../helpers/client.ts';
import { answerOf, expectRows, RELEASES, useRoastery } from './setup.ts';

type Arguments = Readonly<Record<string, unknown>>;

const count = { exploreId: 'orders', metrics: ['orders_order_count'] };
const where = (field: string, operator: string, values: unknown[]) => ({
  ...count,
  filters: [{ field, operator, values }],
});

interface Mistake {
  readonly what: string;
  readonly args: Arguments;
  /** The proposal of the refusal, as a reader takes it from its words. */
  readonly proposes: RegExp;
  /** The call with what was proposed in the place of the mistake. */
  readonly applied: (proposed: string) => Arguments;
  readonly tool?: string;
}

/** Mistakes that are refused before anything is run. */
const refused: readonly Mistake[] = [
  {
    what: 'a typing error in a metric',
    args: { exploreId: 'orders', metrics: ['orders_oder_count'] },
    proposes: /did you mean (\w+)/,
    applied: (id) => ({ exploreId: 'orders', metrics: [id] }),
  },
  {
    what: 'a metric of another table',
    args: { exploreId: 'orders', metrics: ['orders_total_revenue'] },
    proposes: /(order_items_\w+) \(Revenue/,
    applied: (id) => ({ exploreId: 'orders', metrics: [id] }),
  },
  {
    what: 'a dimension of another table',
    args: { ...count, dimensions: ['orders_country'] },
    proposes: /did you mean (\w+)/,
    applied: (id) => ({ ...count, dimensions: [id] }),
  },
  {
    what: 'a field of another explore',
    args: { exploreId: 'orders', metrics: ['subscriptions_mrr'] },
    proposes: /The explore (\w+) has it/,
    applied: (exploreId) => ({ exploreId, metrics: ['subscriptions_mrr'] }),
  },
  {
    what: 'an unknown explore',
    args: { ...count, exploreId: 'order' },
    proposes: /explores: (\w+)/,
    applied: (exploreId) => ({ ...count, exploreId }),
  },
  {
    what: 'an unknown project',
    args: { ...count, projectUuid: 'Roastry' },
    proposes: /the nearest is "(\w+)"/,
    applied: (projectUuid) => ({ ...count, projectUuid }),
  },
  {
    what: 'an unknown argument',
    args: { exploreId: 'orders', metric: ['orders_order_count'] },
    proposes: /did you mean (\w+)\?/,
    applied: (name) => ({ exploreId: 'orders', [name]: ['orders_order_count'] }),
  },
  {
    what: 'an unknown operator',
    args: where('orders_status', 'eqals', ['delivered']),
    proposes: /did you mean (\w+)\?/,
    applied: (operator) => where('orders_status', operator, ['delivered']),
  },
  {
    what: 'an operator that does not fit its type',
    args: where('orders_status', 'greaterThan', ['delivered']),
    proposes: /use (\w+),/,
    applied: (operator) => where('orders_status', operator, ['delivered']),
  },
  {
    what: 'a relative date on a metric that is a date',
    args: where('orders_latest_order', 'inThePast', [3]),
    proposes: /filter (\w+) \(/,
    applied: (field) => ({ ...count, filters: [{ field, operator: 'inThePast', values: [3], unit: 'months' }] }),
  },
  {
    what: 'a filter on an unknown field',
    args: where('orders_state', 'equals', ['delivered']),
    proposes: /did you mean (\w+)/,
    applied: (field) => where(field, 'equals', ['delivered']),
  },
  {
    what: 'a day for a field of months',
    args: where('orders_ordered_at_month', 'equals', ['2024-03-15']),
    proposes: /write (\S+),/,
    applied: (month) => where('orders_ordered_at_month', 'equals', [month]),
  },
  {
    what: 'a date in words',
    args: where('orders_ordered_at', 'equals', ['spring 2024']),
    proposes: /Write [\d-]+, ([\d-]+),/,
    applied: (month) => where('orders_ordered_at', 'equals', [month]),
  },
  {
    what: 'a reversed range',
    args: where('orders_rating', 'inBetween', [4, 2]),
    proposes: /write (\[2, 4\])/,
    applied: (range) => where('orders_rating', 'inBetween', JSON.parse(range)),
  },
  {
    what: 'a sort by a field that is not selected',
    args: { ...count, sorts: ['-orders_status'] },
    proposes: /or select (\w+) too/,
    applied: (id) => ({ ...count, dimensions: [id], sorts: [`-${id}`] }),
  },
  {
    what: 'a calculation over an unknown field',
    args: { ...count, tableCalculations: [{ name: 'half', displayName: 'Half', sql: `\${orders.oder_count} / 2` }] },
    proposes: /did you mean (\w+)/,
    applied: (id) => ({
      ...count,
      tableCalculations: [{ name: 'half', displayName: 'Half', sql: `\${${id.replace('_', '.')}} / 2` }],
    }),
  },
  {
    what: 'an unknown time zone',
    args: { ...count, timezone: 'Lisbon' },
    proposes: /such as (\S+) or/,
    applied: (timezone) => ({ ...count, timezone }),
  },
  {
    what: 'nothing selected',
    args: { exploreId: 'orders' },
    proposes: /at least one (metric)/,
    applied: () => count,
  },
  {
    what: 'a misspelt field to search values of',
    tool: 'search_field_values',
    args: { exploreId: 'orders', field: 'orders_statuss' },
    proposes: /did you mean (\w+)/,
    applied: (field) => ({ exploreId: 'orders', field }),
  },
  {
    what: 'a tab that the dashboard lacks',
    tool: 'run_dashboard',
    args: { dashboardUuid: '7f29fbb1-2d48-4b8f-9fed-294339adc098', tab: 'Plan overview' },
    proposes: /it has (\w+),/,
    applied: (tab) => ({ dashboardUuid: '7f29fbb1-2d48-4b8f-9fed-294339adc098', tab }),
  },
];

/** Mistakes that are corrected and reported; the answer is that of the intended query. */
const repaired: readonly { readonly what: string; readonly args: Arguments; readonly says: Facts }[] = [
  {
    what: 'a label for a metric',
    args: { exploreId: 'orders', metrics: ['order count'], dimensions: ['Sales channel'] },
    says: ['"Sales channel"', 'orders_channel', '"order count"', 'orders_order_count'],
  },
  {
    what: 'a metric among the dimensions',
    args: { exploreId: 'orders', dimensions: ['orders_channel', 'orders_order_count'] },
    says: ['orders_order_count', 'metric'],
  },
  {
    what: 'a limit beyond what the server allows',
    args: { ...count, dimensions: ['orders_channel'], limit: 100_000 },
    says: ['limit', 100_000, 5_000],
  },
];

describe.each(RELEASES)('On %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);

  describe('A mistake is refused before anything is run, with a proposal that works:', () => {
    test.each(refused)('$what', async ({ tool = 'run_metric_query', args, proposes, applied }) => {
      const { connection, sandbox } = roastery();
      const before = sandbox.requests.length;
      const { text, isError } = await callTool(connection.client, tool, { ...args });
      expect(isError, text).toBe(true);
      const sent = sandbox.requests
        .slice(before)
        .filter(({ path }) => /runQuery|chart-and-results|\/search|\/api\/v2\/.*\/query/.test(path));
      expect(sent).toEqual([]);
      const proposed = proposes.exec(text)?.[1];
      if (proposed === undefined) throw new Error(`no proposal in: ${text}`);
      const answer = await answerOf(roastery(), tool, { ...applied(proposed) });
      expect(answer).not.toMatch(/^0 rows/);
    });
  });

  describe('A mistake is corrected and reported:', () => {
    test.each(repaired)('$what', async ({ args, says }) => {
      const text = await answerOf(roastery(), 'run_metric_query', { ...args, sorts: ['orders_channel'] });
      expectLine(text, ...says);
      expect(tableOf(text).ids).toEqual(['orders_channel', 'orders_order_count']);
      expectRows(text, await roastery().data.rows('select channel, count(*) from orders group by 1 order by 1'));
    });
  });
});
