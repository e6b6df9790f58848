import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { readExplore } from '../../../src/query/fields/explore.ts';
import { FieldFinder, fieldsOfExplores } from '../../../src/query/fields/find-fields.ts';
import { resolveField } from '../../../src/query/fields/resolve.ts';
import { isObject } from '../../../src/text/json.ts';
import { renderCatalog, renderMetricsCatalog } from '../../../src/tools/catalog/render-catalog.ts';
import { renderExplore } from '../../../src/tools/catalog/render-explore.ts';
import { renderExplores, renderFoundFields } from '../../../src/tools/catalog/render-explores.ts';
import { expectLine } from '../../helpers/answers.ts';
import { expectNote } from '../../helpers/notes.ts';
import { explores, fixture, roastery } from '../../query/roastery.ts';

/** The ids in a rendered explore, its braces spelled out. */
function idsIn(text: string): string[] {
  const id = String.raw`\w+(?:\{[^}]*\})?(?: \([^)]*\))?`;
  const ofIds = new RegExp(`^${id}(?:, ${id})*$`);
  const heads = text
    .split('\n')
    .flatMap((line) =>
      ofIds.test(line)
        ? [...line.matchAll(/(?:^|, )(\w+(?:\{[^}]*\})?)/g)].map(([, one = '']) => one)
        : (/^(\w+(?:\{[^}]*\})?)\|/.exec(line)?.[1] ?? []),
    );
  return heads.flatMap((head) => {
    const [stem = '', suffixes] = head.split('{');
    return suffixes === undefined
      ? [stem]
      : suffixes
          .slice(0, -1)
          .split(',')
          .map((suffix) => stem + suffix);
  });
}

describe('an explore', () => {
  test.each(explores.map((index) => [index.name, index] as const))(
    '%s names every visible field by its id, and no other',
    async (_, index) => {
      const listed = idsIn(await renderExplore(index)).filter((id) => id !== 'id');
      const visible = [...index.fields.values()].filter((field) => !field.hidden && field.interval !== 'RAW');
      expect(listed.toSorted()).toEqual(visible.map((field) => field.id).toSorted());
    },
  );

  test('named orders costs at most 900 tokens', async () => {
    expect(encode(await renderExplore(roastery.orders)).length).toBeLessThanOrEqual(900);
  });

  test('shows filters of metrics, joins and required filters, and no SQL', async () => {
    const orders = await renderExplore(roastery.orders);
    expect(orders).toContain('orders_delivered_order_count|Delivered orders|count_distinct|only status = delivered');
    expect(orders).toContain('joins customers, order_items, products');
    expectLine(orders, 'order_items', 'repeat rows');
    expect(orders).not.toMatch(/SELECT|\$\{|DATE_TRUNC/);
    expectLine(await renderExplore(roastery.subscriptions), 'Required filters', 'subscriptions_started_on', '10 years');
  });

  test('is narrowed by words, with typing errors and plurals', async () => {
    expect(idsIn(await renderExplore(roastery.orders, { search: 'revenues by contry' }))).toContain(
      'customers_country',
    );
    expect(idsIn(await renderExplore(roastery.orders, { search: 'revenues by contry' }))).toContain(
      'order_items_total_revenue',
    );
    expectLine(await renderExplore(roastery.orders, { search: 'xyzzy' }), 'No field', '"xyzzy"');
  });

  test('shows ids only for dimensions of joined tables, unless the tables are named', async () => {
    const whole = await renderExplore(roastery.orders);
    expect(whole).not.toContain('Home country');
    expect(whole).toContain('tables ["customers","order_items","products"]');
    expect(whole).toContain('order_items_total_revenue|Revenue|sum USD|Quantity times unit price');
    expect(await renderExplore(roastery.orders, { tables: ['customers'] })).toContain(
      'customers_country||string|Home country',
    );
  });

  test('names the joins that repeat no rows', async () => {
    expectLine(await renderExplore(roastery.orders), 'customers', 'repeats no rows');
    expectLine(await renderExplore(roastery.subscriptions), 'joins', 'no rows', 'subscriptions');
  });

  test('is narrowed by tables', async () => {
    const ids = idsIn(await renderExplore(roastery.orders, { tables: ['Order items', 'products'] }));
    expect(ids.filter((id) => id !== 'id').every((id) => /^(order_items|products)_/.test(id))).toBe(true);
    const plans = await renderExplore(roastery.orders, { tables: ['plans'] });
    expectLine(plans, 'orders', 'plans', 'orders', 'customers', 'order_items', 'products');
  });

  test('over the budget says how much is omitted and how to narrow it', async () => {
    const text = await renderExplore(roastery.orders, { budget: { tokens: 300, characters: 10_000 } });
    expectNote(text, 'rest not shown', /\d+ of \d+ fields/, 'search', 'orders, customers, order_items, products');
    expect(encode(text).length).toBeLessThan(400);
  });

  test('has sanitized texts', async () => {
    const source = fixture('explores/products');
    const spoofed = isObject(source)
      ? readExplore({ ...source, label: 'Pro\u202educts\n# Ignore', name: 'products' })
      : undefined;
    expect(spoofed && (await renderExplore(spoofed))).toContain('products (Products # Ignore)');
  });
});

describe('finding fields', async () => {
  const finder = await FieldFinder.of(fieldsOfExplores(explores));
  const find = (words: string) => finder.find(words).fields;
  const ids = (words: string) => find(words).map((match) => match.field.id);

  test.each([
    ['revenue', 'order_items_total_revenue'],
    ['revenues', 'order_items_total_revenue'],
    ['reveneu', 'order_items_total_revenue'],
    ['recurring revenue', 'subscriptions_mrr'],
    ['country of the customer', 'customers_country'],
    ['customer country', 'customers_country'],
    ['country customers', 'customers_country'],
    ['how many orders', 'orders_order_count'],
    ['churn', 'subscriptions_churn_rate'],
    ['order month', 'orders_ordered_at'],
    ['when was it shipped', 'orders_shipped_at'],
    ['units sold', 'order_items_total_quantity'],
    ['loyality tier', 'customers_loyalty_tier'],
    ['wholesale customers', 'customers_wholesale_customer_count'],
    ['median hours', 'orders_median_hours_to_ship'],
    ['cancelation reason', 'subscriptions_cancel_reason'],
  ])('"%s" finds %s first', (words, id) => {
    expect(ids(words)[0]).toBe(id);
  });

  test.each([
    ['total revenue channel month', ['order_items_total_revenue', 'orders_channel', 'orders_ordered_at']],
    ['weekday weekend', ['orders_ordered_at']],
    ['happy satisfaction', ['orders_average_rating', 'orders_rating']],
    ['best customers', ['customers_full_name', 'customers_customer_count']],
    ['returns', ['orders_status']],
    ['returned orders', ['orders_status', 'orders_order_count']],
    ['sales by month', ['order_items_total_revenue', 'orders_ordered_at']],
    [
      'monthly revenue by plan, only completed orders',
      ['order_items_total_revenue', 'orders_ordered_at', 'subscriptions_plan', 'orders_status'],
    ],
    [
      'which sales channel brings the most revenue in Germany by loyalty tier',
      ['orders_channel', 'order_items_total_revenue', 'customers_loyalty_tier'],
    ],
  ])('"%s" finds the fields that it means', (words, expected) => {
    expect(ids(words)).toEqual(expect.arrayContaining(expected));
    expect(ids(words).length).toBeLessThanOrEqual(14);
  });

  test('a field whose label is in a question is always among the hits', () => {
    const labelled = fieldsOfExplores(explores).filter(({ field }) => field.label.length > 3);
    for (const { field } of labelled) {
      const question = `For our board: what was the ${field.label} of wholesale customers in the last quarter, by month and country?`;
      expect(ids(question), question).toContain(field.id);
    }
  });

  test('finds metrics of joined tables, and metrics by their description', () => {
    expect(ids('revenue')).toEqual(['order_items_total_revenue', 'subscriptions_mrr']);
  });

  test('lists every explore with the field, its base explore first', () => {
    expect(find('customer country')[0]?.explores).toEqual(['customers', 'orders', 'subscriptions']);
  });

  test('returns no hidden field, and nothing for nonsense', () => {
    expect(ids('cost')).not.toContain('products_unit_cost');
    expect(ids('xyzzy')).toEqual([]);
    expectLine(renderFoundFields([], 'xyzzy'), 'No field', '"xyzzy"');
  });

  test('finds ids that queries take', () => {
    for (const { field, explores: names } of find('order customer price')) {
      const index = explores.find((fieldIndex) => fieldIndex.name === names[0]);
      expect(index && resolveField(index, field.id)).toMatchObject({ repaired: false });
    }
  });

  test('shows a field a line', () => {
    expect(renderFoundFields(find('churn'), 'churn').split('\n').at(-1)).toBe(
      'subscriptions: subscriptions_churn_rate||number percent',
    );
  });
});

describe('lists', () => {
  const recorded = fixture('queries/catalog');
  const part = (name: string): unknown => (isObject(recorded) ? recorded[name] : undefined);

  test('of explores mark those that cannot be queried', () => {
    expect(renderExplores(part('explores')).split('\n')).toHaveLength(5);
    expect(renderExplores(part('exploresWithErrors'))).toMatch(/^wrong\|\|\|.*Something is missing$/m);
    expect(renderExplores([])).toContain('no explores');
  });

  test('of the catalog have tables and fields by their ids', () => {
    expect(renderCatalog(part('tables'))).toContain(
      'orders||Every order placed, with its lines, products and customer.|customers, order_items, products|core, sales',
    );
    expect(renderCatalog(part('fields'))).toContain(
      'orders_channel|Sales channel|dimension string|Where the order was placed',
    );
    expect(renderCatalog([{ type: 'table', name: 'a', joinedTables: ['b'] }])).toContain('a|||b');
    expect(renderCatalog([])).toContain('find_fields');
  });

  test('of metrics shows its page, and uuids on request', () => {
    expect(renderMetricsCatalog(part('metrics'))).toMatch(/^3 of 29 metrics, page 1 of 10; page 2 has more/);
    expect(renderMetricsCatalog(part('metrics'))).not.toContain('01f360f2');
    expect(renderMetricsCatalog(part('metrics'), { uuids: true })).toContain(
      'orders_order_count||metric number|Distinct orders|3||01f360f2-4dba-4575-a874-4a4f3c272a34',
    );
  });

  test('that do not fit say what is omitted', () => {
    const cut = renderCatalog(part('fields'), { budget: { tokens: 100, characters: 400 } });
    expectNote(cut, 'rest not shown', /\d+ of 31 lines/, 'search', 'type', 'filter');
  });
});
