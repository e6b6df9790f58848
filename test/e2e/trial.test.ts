import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { type AnalystQuestion, questions } from './questions/questions.ts';
import { answerOf, expectRows, RELEASES, type Roastery, useRoastery } from './setup.ts';

/** Questions of a person who has only the server's texts, and the arguments in which they would write them. */
const sentences: readonly string[] = [
  'How did revenue develop month by month in 2024?',
  'What were our five best sellers by revenue in the last quarter of 2024, and how many bags was that?',
  'Which share of orders gets delivered, by sales channel?',
  'How do customers in Germany and Portugal rate their delivered orders, by loyalty tier?',
  'How many orders came without a coupon in each quarter of 2023?',
  'How many orders did we ship in the last three full months, by month?',
  'What does an order bring in, by country?',
  'How long do parcels take to leave: median and 90th percentile for July to December 2024?',
  'How many orders were gifts or used WELCOME10, by status?',
  'What is our monthly recurring revenue by plan?',
  'Where do we lose subscribers? Churn by country, leaving out the Office plan.',
];

/** Calls tools as a reader of answers does: whatever field it names it must have read before. */
class Reader {
  calls = 0;
  tokens = 0;
  readonly #seenIds = new Set<string>();
  readonly #roastery: Roastery;

  constructor(roastery: Roastery) {
    this.#roastery = roastery;
  }

  async call(tool: string, args: Record<string, unknown>): Promise<string> {
    const written = JSON.stringify(args);
    const [, table, name] = /"table":"(\w+)","name":"(\w+)"/.exec(written) ?? [];
    const ids = written.match(/\b(orders|order_items|products|customers|subscriptions)_[a-z0-9_]+/g) ?? [];
    // The writer of a query has its own metrics.
    for (const id of ids.filter((id) => id !== `${table}_${name}`))
      expect(this.#seenIds, `${id} was in no answer`).toContain(id);
    const text = await answerOf(this.#roastery, tool, args);
    this.calls += 1;
    this.tokens += encode(JSON.stringify(args)).length + encode(text).length;
    for (const [, id = '', grains = ''] of text.matchAll(/([a-z]+_[a-z0-9_]+)(?:\{([a-z0-9_,]*)\})?/g)) {
      for (const grain of ['', ...grains.split(',')]) this.#seenIds.add(id + grain);
    }
    return text;
  }
}

describe.each(RELEASES)('On %s', (release) => {
  const roastery = useRoastery({}, release);

  test('Fourteen questions are answered from the texts of the server alone, in 20 calls and 6,000 tokens', async () => {
    const reader = new Reader(roastery());
    const right: string[] = [];
    const { data } = roastery();

    const projects = await reader.call('list_organization_projects', {});
    const projectUuid = /^(Roastery)\|/m.exec(projects)?.[1];
    const explores = await reader.call('get_explores', { projectUuid });
    const exploreFor = async (subject: RegExp) => {
      const exploreId = subject.exec(explores)?.[1];
      return reader.call('get_explore', { projectUuid, exploreId });
    };

    let read = '';
    for (const sentence of sentences) {
      const question = questions.find((question): question is AnalystQuestion => question.text === sentence);
      if (question === undefined) throw new Error(`no question: ${sentence}`);
      const subject = question.args.exploreId === 'orders' ? /^(orders)\|.*Every order/m : /^(\w+)\|.*Recurring/m;
      if (read !== question.args.exploreId) await exploreFor(subject);
      read = String(question.args.exploreId);
      const text = await reader.call('run_metric_query', { projectUuid, ...question.args });
      expectRows(text, await data.rows(question.sql), question.within);
      right.push(sentence);
    }

    const distinct = await reader.call('calculate_query_totals', {
      projectUuid,
      exploreId: 'orders',
      metrics: ['orders_ordering_customers'],
      filters: [{ field: 'orders_ordered_at', operator: 'equals', values: ['2024'] }],
    });
    const [[customers] = []] = await data.rows(
      'select count(distinct customer_id) from orders where year(ordered_at) = 2024',
    );
    expect(distinct).toMatch(new RegExp(`^orders_ordering_customers.*: ${customers}$`, 'm'));
    right.push('How many different customers ordered in 2024?');

    const coupons = await reader.call('search_field_values', {
      projectUuid,
      exploreId: 'orders',
      field: 'orders_coupon_code',
    });
    const [[codes] = []] = await data.rows(
      `select string_agg(coupon_code, ',' order by coupon_code) from (select distinct coupon_code from orders where coupon_code is not null)`,
    );
    expect(
      coupons
        .split('\n')
        .slice(1)
        .filter((line) => line !== '(null)')
        .toSorted()
        .join(),
    ).toBe(codes);
    right.push('Which coupons do we have?');

    const charts = await reader.call('list_chart_summaries_in_project', { projectUuid, search: 'coffees' });
    const chartUuid = /\|([0-9a-f-]{36})\|/.exec(charts)?.[1];
    expectRows(
      await reader.call('run_saved_chart', { chartUuid }),
      await data.rows(`select p.product_name, sum(i.quantity * i.unit_price), sum(i.quantity)
      from order_items i join products p using (product_id)
      where p.category in ('Filter', 'Espresso') group by 1 order by 2 desc limit 10`),
    );
    right.push('What does our chart of the top coffees show?');

    report(right.length, reader);
    expect(right).toHaveLength(14);
    expect(reader.calls).toBeLessThanOrEqual(20);
    expect(reader.tokens).toBeLessThanOrEqual(6_000);

    for (const question of questions.filter(({ text: sentence }) => !sentences.includes(sentence))) {
      if (question.args.exploreId === 'customers') await exploreFor(/^(customers)\|/m);
      const text = await reader.call(question.tool ?? 'run_metric_query', { projectUuid, ...question.args });
      expectRows(text, await data.rows(question.sql), question.within);
      right.push(question.text);
    }
    report(right.length, reader);
  });
});

function report(right: number, { calls, tokens }: Reader): void {
  process.stdout.write(`trial: ${right} questions right, ${calls} calls, ${tokens} tokens (o200k)\n`);
}
