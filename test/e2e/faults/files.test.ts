import { describe, expect, test } from 'vitest';
import { expectLine } from '../../helpers/answers.ts';
import { expectNote } from '../../helpers/notes.ts';
import { answerOf, RELEASES, useRoastery } from '../setup.ts';

// Rows that go to a file, a sheet or a picture have the facts of rows that are read.
describe.each(RELEASES)('files and pictures of a query, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const counts = { exploreId: 'orders', dimensions: ['orders_status'], metrics: ['orders_order_count'] };
  const without = (value: string) => ({
    and: [{ field: 'orders_status', operator: 'notEquals', values: [value] }],
  });

  test('a sheet names its filters, its limit and a value that is none', async () => {
    const text = await answerOf(roastery(), 'upload_google_sheet', { ...counts, filters: without('Delivered') });
    expectLine(text, 'Filters: orders_status ≠ Delivered');
    expectLine(text, '500 rows', 'limit');
    expectNote(text, 'no such value', 'Delivered', 'delivered');
  });

  test('a file names a value that is none', async () => {
    const text = await answerOf(roastery(), 'download_query_csv', { ...counts, filters: without('Shipped') });
    expectNote(text, 'no such value', 'Shipped', 'shipped');
  });

  test('a chart without rows says why', async () => {
    const query = { ...counts, filters: { and: [{ field: 'orders_status', operator: 'equals', values: ['nope'] }] } };
    const text = await answerOf(roastery(), 'show_chart', { projectUuid: 'Roastery', query });
    expectLine(text, 'Not drawn', 'no rows');
    expectLine(text, 'Filters: orders_status = nope');
    expectNote(text, 'no such value', 'nope', 'delivered');
  });

  // The job of 0.1366 returns no rows.
  test.runIf(release === '1.219')('a file has the notes of its rows', async () => {
    const delivered = 'orders_delivered_order_count';
    const quotient = { name: 'r', displayName: 'r', sql: `\${orders.delivered_order_count} / \${orders.order_count}` };
    const divided = {
      ...counts,
      dimensions: ['orders_channel'],
      metrics: [...counts.metrics, delivered],
      tableCalculations: [quotient],
    };
    expectNote(await answerOf(roastery(), 'download_query_csv', divided), 'whole quotient', 'r');
    const later = { and: [{ field: 'orders_ordered_at', operator: 'greaterThan', values: ['2031-01-01'] }] };
    const empty = await answerOf(roastery(), 'download_query_csv', { ...counts, filters: later });
    const [[first, last] = []] = await roastery().data.rows(
      "select strftime(min(ordered_at), '%Y-%m-%d'), strftime(max(ordered_at), '%Y-%m-%d') from orders",
    );
    expectNote(empty, 'dates there are', 'orders_ordered_at', String(first), String(last));
    const named = { ...counts, dimensions: ['customers_full_name'], csvLimit: 5 };
    expectNote(await answerOf(roastery(), 'download_query_csv', named), 'shared name');
    expect(await answerOf(roastery(), 'download_query_csv', counts)).not.toContain('Note:');
  });
});
