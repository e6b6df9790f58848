import { describe, expect, test } from 'vitest';
import { buildMetricQuery, type MetricQueryArguments } from '../../../src/query/builder/metric-query.ts';
import { readExplore } from '../../../src/query/fields/explore.ts';
import { isObject } from '../../../src/text/json.ts';
import { expectLine } from '../../helpers/answers.ts';
import { fixture, roastery } from '../roastery.ts';

const { orders, subscriptions } = roastery;

const build = (filters: MetricQueryArguments['filters']) =>
  buildMetricQuery(orders, { metrics: ['orders_order_count'], filters });
const built = (filters: MetricQueryArguments['filters']) => {
  const result = build(filters);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result;
};
const problemOf = (filters: MetricQueryArguments['filters']) => {
  const result = build(filters);
  return result.ok ? '' : result.problems.join('\n');
};
const rule = (field: string, operator: string, ...values: unknown[]) => ({ field, operator, values });

describe('a number', () => {
  test('of more than 15 digits is sent with all of them if it is written as text', () => {
    const digits = '12345678901234567890';
    const { query } = built([rule('orders_order_id', 'equals', digits)]);
    expect(query.filters.dimensions).toMatchObject({ and: [{ operator: 'equals', values: [digits] }] });
  });

  test('that JSON rounded is refused, and the largest exact one is not', () => {
    expectLine(problemOf([rule('orders_order_id', 'equals', 2 ** 53)]), 'orders_order_id', '15 digits', 'text');
    const { query } = built([rule('orders_order_id', 'equals', Number.MAX_SAFE_INTEGER)]);
    expect(query.filters.dimensions).toMatchObject({ and: [{ values: [Number.MAX_SAFE_INTEGER] }] });
  });

  test('over 1.5 on a ratio is doubted', () => {
    const notes = (value: number) => built([rule('orders_delivery_rate', 'greaterThan', value)]).notes;
    expect(notes(1.5)).toEqual([]);
    expectLine(notes(85).join('\n'), 'orders_delivery_rate', 'ratio', '0.85');
  });

  test('is single for a bound, and two in order for a range', () => {
    expectLine(problemOf([rule('orders_order_id', 'greaterThan', 1, 2)]), 'orders_order_id', 'one value', 'not 2');
    expectLine(problemOf([rule('orders_order_id', 'inBetween', 2, 1)]), 'orders_order_id', '[1, 2]');
    expectLine(problemOf([rule('orders_order_id', 'inBetween', 1, 2, 3)]), 'orders_order_id', 'two values');
  });
});

test('a part of a text is compared case-insensitively by both operators', () => {
  for (const operator of ['include', 'doesNotInclude'])
    expect(built([rule('orders_status', operator, 'deliver')]).query.filters.dimensions).toMatchObject({
      and: [{ operator, caseSensitive: false }],
    });
  const { query } = built([rule('orders_status', 'equals', 'delivered')]);
  expect(JSON.stringify(query.filters)).not.toContain('caseSensitive');
});

test('an empty part of a text is refused: every text has it', () => {
  for (const operator of ['include', 'doesNotInclude', 'startsWith', 'endsWith'])
    expectLine(problemOf([rule('orders_status', operator, 'deliver', '')]), 'orders_status', operator, 'notNull');
  expect(problemOf([rule('orders_status', 'equals', '')])).toBe('');
});

test('null among the values is an alternative of equals, and excluded by notEquals', () => {
  const operators = (operator: string) =>
    JSON.stringify(built([rule('orders_status', operator, 'x', null)]).query.filters);
  expect(operators('equals')).toMatch(/"or":\[.*"equals".*"isNull"/);
  expect(operators('notEquals')).toMatch(/"and":\[.*"notEquals".*"notNull"/);
});

test('isNull with a false is refused with its opposite', () => {
  expectLine(problemOf([rule('orders_status', 'isNull', false)]), 'orders_status', 'isNull', 'notNull');
  expectLine(problemOf([rule('orders_status', 'notNull', 'false')]), 'orders_status', 'notNull', 'isNull');
});

describe('a filter that the model requires', () => {
  const source = fixture('explores/subscriptions');
  const withRule = (change: Record<string, unknown>) => {
    if (!isObject(source) || !isObject(source.tables) || !isObject(source.tables.subscriptions)) throw new Error('no');
    const table = source.tables.subscriptions;
    const [required] = Array.isArray(table.requiredFilters) ? table.requiredFilters : [];
    const requiredFilters = [{ ...required, ...change }];
    return readExplore({ ...source, tables: { ...source.tables, subscriptions: { ...table, requiredFilters } } });
  };
  const added = (index: typeof subscriptions, filters?: unknown) => {
    const result = buildMetricQuery(index, { metrics: ['subscriptions_mrr'], filters });
    if (!result.ok) throw new Error(result.problems.join());
    return result.query.filters.dimensions;
  };

  test('is not added if it is disabled in the model', () => {
    expect(added(withRule({}))).toMatchObject({ and: [{ target: { fieldId: 'subscriptions_started_on' } }] });
    expect(added(withRule({ disabled: true }))).toBeUndefined();
  });

  test('applies to all alternatives of the query', () => {
    const either = { or: [rule('subscriptions_plan', 'equals', 'Office'), rule('subscriptions_plan', 'isNull')] };
    expect(added(subscriptions, either)).toMatchObject({
      and: [{ or: [{}, {}] }, { target: { fieldId: 'subscriptions_started_on' } }],
    });
  });

  test('is added if the rule of the query on its field is switched off', () => {
    const off = {
      id: 'g',
      and: [
        {
          id: 'r',
          target: { fieldId: 'subscriptions_started_on' },
          operator: 'notNull',
          values: [],
          disabled: true,
        },
      ],
    };
    expect(JSON.stringify(added(subscriptions, { dimensions: off }))).toContain('inThePast');
  });
});
