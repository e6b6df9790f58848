import { describe, expect, test } from 'vitest';
import { buildMetricQuery } from '../../src/query/builder/metric-query.ts';
import { readExplore } from '../../src/query/fields/explore.ts';
import { isObject, objects } from '../../src/text/json.ts';
import { expectLine } from '../helpers/answers.ts';
import { fixture, roastery } from './roastery.ts';

/** Every RunMetricQuery exchange recorded on a real Lightdash: the body sent, and what came of it. */
const exchanges = objects(fixture('queries/run-metric-query')).map((exchange, position) => ({
  position,
  name: `${position} ${exchange.note}`,
  explore: String(exchange.explore),
  body: isObject(exchange.body) ? exchange.body : {},
  status: Number(exchange.status),
}));

const indexOf = (name: string) => Object.entries(roastery).find(([explore]) => explore === name)?.[1];

/** Successes that are sent otherwise, on purpose. */
const SENT_OTHERWISE: Readonly<Record<number, Readonly<Record<string, unknown>>>> = {
  12: {
    filters: {
      dimensions: {
        id: 'group1',
        or: [
          {
            ...{ id: 'rule1', target: { fieldId: 'orders_ordered_at' }, operator: 'inTheCurrent', values: [1] },
            settings: { unitOfTime: 'years', completed: false },
          },
          {
            ...{ id: 'rule2', target: { fieldId: 'orders_ordered_at' }, operator: 'lessThan' },
            values: ['2023-02-01T00:00:00Z'],
          },
        ],
      },
    },
  },
  51: {
    filters: {
      dimensions: {
        id: 'group1',
        and: [{ id: 'rule1', target: { fieldId: 'orders_is_gift' }, operator: 'equals', values: [true] }],
      },
    },
  },
  64: { dimensions: ['orders_status'] },
  66: { limit: 3 },
  81: { limit: 5 },
};
const REFUSED_SUCCESSES = new Set([5]);
const WITH_A_REQUIRED_FILTER = new Set([28]);

/** Failures that only the server can know of: permissions, identities, warehouses, operators of another release, and arguments outside a metric query. */
const PASSED_ON = new Set([16, 27, 78, 89, 92, 93, 94, 95, 96, 98]);
const REFUSED_FAILURES = new Set([19, 35, 38, 49, 55, 61, 69, 70, 71, 72, 73, 75, 80, 87]);
const PUT_RIGHT = new Set([9, 18, 23, 59, 63, 74, 76, 86]);
const NO_EXPLORE = new Set([85, 97]);

describe('the 99 recorded queries', () => {
  test('are complete', () => {
    expect(exchanges).toHaveLength(99);
  });

  test.each(exchanges.filter(({ status, position }) => status === 200 && !REFUSED_SUCCESSES.has(position)))(
    'success $name is built as it was sent',
    ({ position, explore, body }) => {
      const index = indexOf(explore);
      if (!index) throw new Error(explore);
      const built = buildMetricQuery(index, body);
      if (!built.ok) throw new Error(built.problems.join(' '));
      const { csvLimit: _, granularity: __, colour: ___, ...parts } = body;
      // Periods come in their order unless the query sorts.
      const [time] = built.query.dimensions.filter((id) => /_(at|on)(_|$)/.test(id) && id.length > 0);
      const isSorted = !Array.isArray(body.sorts) || body.sorts.length > 0;
      const expected = {
        additionalMetrics: built.query.additionalMetrics,
        ...parts,
        exploreName: explore,
        ...(!isSorted && time && { sorts: [{ fieldId: time, descending: false }] }),
        ...SENT_OTHERWISE[position],
      };
      if (WITH_A_REQUIRED_FILTER.has(position)) {
        expect({ ...built.query, filters: {} }).toEqual(expected);
        expectLine(built.notes.join('\n'), 'filter', 'model', 'requires', 'subscriptions_started_on');
        return;
      }
      expect(built.query).toEqual(expected);
      if (SENT_OTHERWISE[position] === undefined)
        expect(JSON.stringify(built.query.filters)).toBe(JSON.stringify(body.filters));
    },
  );

  test.each(exchanges.filter(({ position }) => REFUSED_SUCCESSES.has(position) || REFUSED_FAILURES.has(position)))(
    '$name is refused before it is sent',
    ({ explore, body }) => {
      const index = indexOf(explore);
      if (!index) throw new Error(explore);
      const built = buildMetricQuery(index, body);
      expect(built.ok).toBe(false);
      if (!built.ok) for (const problem of built.problems) expect(problem).toMatch(/^.{20,}[.?]$/s);
    },
  );

  test.each(exchanges.filter(({ position }) => PUT_RIGHT.has(position)))(
    'failure $name is put right',
    ({ explore, body }) => {
      const index = indexOf(explore);
      if (!index) throw new Error(explore);
      const built = buildMetricQuery(index, body);
      if (!built.ok) throw new Error(built.problems.join(' '));
      expect(built.query).not.toEqual(body);
      expect(buildMetricQuery(index, { ...built.query })).toMatchObject({ ok: true, query: built.query });
    },
  );

  test.each(exchanges.filter(({ position }) => PASSED_ON.has(position)))(
    'failure $name is left to the server',
    ({ explore, body }) => {
      const index = indexOf(explore);
      if (!index) throw new Error(explore);
      expect(buildMetricQuery(index, body).ok).toBe(true);
    },
  );

  test('failures are all accounted for', () => {
    const classified = new Set([...PASSED_ON, ...REFUSED_FAILURES, ...PUT_RIGHT, ...NO_EXPLORE]);
    expect(exchanges.filter(({ status, position }) => status !== 200 && !classified.has(position))).toEqual([]);
  });

  test('a field withheld from a viewer is refused, because their explore lacks it', () => {
    const asViewer = readExplore(fixture('explores/customers-as-viewer'));
    const built = buildMetricQuery(asViewer, {
      dimensions: ['customers_email'],
      metrics: ['customers_customer_count'],
    });
    expect(built).toMatchObject({ ok: false });
  });

  test('exact arguments are sent unchanged', () => {
    const args = {
      dimensions: ['orders_status'],
      metrics: ['orders_order_count'],
      filters: {
        dimensions: {
          id: 'root',
          and: [{ id: 'f1', target: { fieldId: 'orders_status' }, operator: 'equals', values: ['completed'] }],
        },
      },
      sorts: [{ fieldId: 'orders_order_count', descending: true }],
      limit: 50,
      tableCalculations: [{ name: 'share', displayName: 'Share', sql: `\${orders.order_count} * 1.0` }],
      additionalMetrics: [{ name: 'max_amount', table: 'orders', type: 'max', sql: `\${TABLE}.amount` }],
      customDimensions: [
        {
          id: 'amount_band',
          name: 'Amount band',
          table: 'orders',
          type: 'sql',
          sql: `floor(\${TABLE}.amount / 10)`,
          dimensionType: 'number',
        },
      ],
      timezone: 'UTC',
    };
    const built = buildMetricQuery(roastery.orders, args);
    expect(JSON.stringify(built.ok && built.query)).toBe(JSON.stringify({ exploreName: 'orders', ...args }));
  });
});
