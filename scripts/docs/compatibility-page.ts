import type { ReleaseNote } from '../../src/lightdash/route.ts';
import { operationsByToolset } from '../../src/operations/index.ts';
import type { Operation } from '../../src/operations/operation.ts';

const verdicts: Readonly<Record<ReleaseNote['verdict'] | 'same', string>> = {
  same: 'works as on 0.1366',
  changed: 'works; the shape of request or answer is another, and both are read',
  deprecated: 'works; Lightdash has marked the route to be removed',
  replaced: 'the route is gone or means something else; the tool gets the same in another way',
  gone: 'the route is gone and nothing replaces it; the tool says so and what to do instead',
};

const verdictOf = ({ newer }: Operation) => newer?.verdict ?? 'same';

/** docs/compatibility.md: each operation on the releases that were measured. */
export function compatibilityPage(): string {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const all = Object.entries(operationsByToolset).flatMap(([toolset, list]) =>
    list.map((operation) => ({ toolset, operation })),
  );
  const counts = Object.entries(verdicts).map(([verdict, means]) => {
    const count = all.filter(({ operation }) => verdictOf(operation) === verdict).length;
    return `- *${verdict}* (${count}): ${means}`;
  });
  const head = ['tool', 'operation', 'toolset', '0.1366', '0.2904', 'what is other on 0.2904'];
  return [
    '# Releases of Lightdash',
    '',
    'Generated from the operations by `npm run docs`; a test fails when it is stale.',
    '',
    'Two releases were measured: 0.1366.1, whose API this server describes, and 0.2904.5, as people run it today. What lies between them works by the same rules, untested.',
    '',
    '## How a release is told',
    '',
    'At the first call that depends on it, `GET /api/v1/health` is asked once. Where it tells `query.maxPageSize`, the server runs queries by v2. Where it cannot be asked, v1 is assumed, and the next call asks again.',
    '',
    '| | v1 (0.1366) | v2 (0.2904) |',
    '| --- | --- | --- |',
    '| a query | one request, answered when the rows are there | started, asked for at growing intervals, read in pages |',
    '| a long query | keeps its call open, with progress, up to `LIGHTDASH_TIMEOUT` | after 45 s a `queryUuid`, for `get_query_result` or `cancel_query` |',
    '| a call that the host takes back | the request is dropped | the query is cancelled in the warehouse too |',
    '| the most rows | `query.maxLimit` of the server | the same, sent with each query: v2 has no ceiling of its own |',
    '| counts and sums of whole numbers | numbers | text; numbers again here, unless too big for one |',
    '| no object storage | | 501: this server goes on by v1; CSV files cannot be written |',
    '| rows that no sort was asked for | in any order | by the date, latest first, or the first metric, greatest first |',
    '| a CSV file | a job with a link | a link at once, good for as long as it says (3 days where measured) |',
    '',
    'Values that are new to this server (kinds of charts, tiles, warehouses, filter operators, formats) are shown as Lightdash names them. A grain of dates or a filter operator that a newer release may know is passed on, with a note in the answer; what looks like a typing error is refused.',
    '',
    '## Each operation',
    '',
    ...counts,
    '',
    row(head),
    row(head.map(() => '---')),
    ...all.map(({ toolset, operation }) =>
      row([`\`${operation.tool}\``, operation.id, toolset, 'works', verdictOf(operation), operation.newer?.how ?? '']),
    ),
    '',
  ].join('\n');
}
