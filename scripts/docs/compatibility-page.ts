import { noteSince, type ReleaseNote } from '../../src/lightdash/endpoint.ts';
import { operationsByToolset } from '../../src/operations/index.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { tools } from '../../src/tools/index.ts';

const meanings: Readonly<Record<ReleaseNote['status'] | 'same', string>> = {
  same: 'works as on 0.1366',
  changed: 'works; the shape of request or answer is another, and both are read',
  deprecated: 'works; Lightdash has marked the route to be removed, and 1.219 is sent its successor where there is one',
  replaced: 'the route is gone or means something else; the tool gets the same in another way',
  gone: 'the route is gone and nothing replaces it; the tool says so and what to do instead',
};

/** Measured releases after 0.1366.1, in their order. */
const releases = ['0.2904', '1.219'] as const;

type MeasuredRelease = (typeof releases)[number];

/** Position of a release among the measured ones; -1 for another. */
const indexOfRelease = (release: string): number => releases.map(String).indexOf(release);

function statusOf({ releaseNote }: Operation, release: MeasuredRelease): keyof typeof meanings {
  return releaseNote === undefined || indexOfRelease(release) < indexOfRelease(noteSince(releaseNote))
    ? 'same'
    : releaseNote.status;
}

/** True if the route was not measured on a release, and 0.1366 lacks it. */
const isUntested = ({ since }: Operation, release: MeasuredRelease): boolean =>
  since !== undefined && indexOfRelease(release) < indexOfRelease(since);

const sunsetOf = ({ releaseNote }: Operation) =>
  releaseNote?.sunset === undefined ? undefined : `Announced to go after ${releaseNote.sunset}.`;

/** docs/compatibility.md: each operation on the releases that were measured. */
export function compatibilityPage(): string {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const all = Object.entries(operationsByToolset).flatMap(([toolset, list]) =>
    list.map((operation) => ({ toolset, operation })),
  );
  const counts = Object.entries(meanings).map(([status, means]) => {
    const [older, today] = releases.map(
      (release) => all.filter(({ operation }) => statusOf(operation, release) === status).length,
    );
    return `- *${status}* (${older} on 0.2904, ${today} on 1.219): ${means}`;
  });
  const later = tools
    .filter(({ since, operation }) => since !== undefined && operation === undefined)
    .map(({ name }) => name);
  const head = ['tool', 'operation', 'toolset', '0.1366', '0.2904', '1.219', 'what is other'];
  return [
    '# Releases of Lightdash',
    '',
    'Generated from the operations by `npm run docs`; a test fails when it is stale.',
    '',
    'Three releases were measured: 0.1366.1, whose operations the tools are, 0.2904.5, and 1.219.0 of August 2026, as people run it today. Tests hold 0.1366 and 1.219, the latter also without the routes that it marks deprecated. What lies between works by the same rules, untested.',
    '',
    '## How the release is found',
    '',
    'The first call that depends on it sends `GET /api/v1/health` once. Its version decides what the server has; from 0.2904 on, or if the response has `query.maxPageSize`, queries go by v2. If it cannot be read, the version that every other response carries since 0.2904 (`Lightdash-Version`) decides; if a proxy removes that header too, the keys of `GET /api/v1/user` decide: 1.219 and 0.2904 each added one. Without any of these the older route is sent first. A refused health is requested again after a minute. A route that answers 404 is left for its successor, and a missing successor for the older route; both are remembered. A release after 1.219 is treated as 1.219, by the same rules for routes that it has dropped.',
    '',
    '| | v1 (0.1366) | v2 (0.2904, 1.219) |',
    '| --- | --- | --- |',
    '| a query | one request, answered when the rows are there | started, polled at growing intervals, read in pages |',
    '| a long query | after 45 s a handle: this process waits on for its rows, up to ten minutes | after 45 s a `queryUuid`, for `get_query_result` or `cancel_query`; SQL that has none yet (it runs once with LIMIT 1 first) gets a handle as on v1 |',
    '| a call that the host takes back | the request is dropped | the query is given up; the warehouse may finish it |',
    '| the most rows | `query.maxLimit` of the server | the same, sent with each query: v2 has no ceiling of its own |',
    '| counts and sums of whole numbers | numbers | text; numbers again here, unless too big for one |',
    '| no object storage | | 501: this server goes on by v1; CSV files cannot be written |',
    '| rows without a sort | in any order | by the date, latest first, or the first metric, greatest first |',
    '| a CSV file | a job with a link | 0.2904: a link for anyone, for 3 days; 1.219: a job, and a link for its maker alone |',
    '| parameters | none | `parameters` of the tools that query; the values used are in the answer |',
    '| days of dates in filters | UTC | on 1.219 those of the zone of the query or project, by which it groups |',
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
      row([
        `\`${operation.tool}\``,
        operation.id,
        toolset,
        operation.since === undefined ? 'works' : 'not there',
        ...releases.map((release) => (isUntested(operation, release) ? 'untested' : statusOf(operation, release))),
        [operation.releaseNote?.note, sunsetOf(operation)].filter(Boolean).join(' '),
      ]),
    ),
    '',
    '## Other tools',
    '',
    `The tools without an operation of 0.1366 work on all releases, but for those whose routes came later. Measured on 1.219 alone, missing on 0.1366, untested on 0.2904: ${later.map((name) => `\`${name}\``).join(', ')}.`,
    '',
  ].join('\n');
}
