import { expect, test } from 'vitest';
import { estimateTokens, standardBudget } from '../../../src/text/token-budget.ts';
import { renderChart } from '../../../src/tools/content/render-chart.ts';
import {
  chartsMatching,
  renderCharts,
  renderDashboards,
  renderProjects,
  renderSpaces,
} from '../../../src/tools/content/render-content-lists.ts';
import { renderDashboard } from '../../../src/tools/content/render-dashboard.ts';

const pageUrl = (path: string) => `https://lightdash.example${path}`;
const budget = standardBudget;

test('a chart with few properties is rendered without the others', () => {
  expect(renderChart({}, { pageUrl })).toContain('# Unnamed chart');
  expect(renderChart(null, { pageUrl, history: 'odd', exploreProblem: 'Explore "x" has an error.' })).toMatch(
    /fields .*by id: Explore "x" has an error/,
  );
});

test('custom fields, their filters and a long history are listed', () => {
  const text = renderChart(
    {
      name: 'N',
      tableName: 'orders',
      metricQuery: {
        dimensions: ['fee_bins', 'word'],
        metrics: ['orders_gifts'],
        additionalMetrics: [
          {
            table: 'orders',
            name: 'gifts',
            label: 'Gifts',
            type: 'count',
            sql: 'x'.repeat(1_000),
            filters: [{ target: { fieldRef: 'orders.is_gift' }, operator: 'equals', values: [true] }],
          },
        ],
        customDimensions: [
          { id: 'fee_bins', name: 'Fee', type: 'bin', dimensionId: 'orders_fee', binType: 'fixed_width', binWidth: 5 },
          { id: 'word', name: 'Word', type: 'sql', sql: 'left(x, 1)' },
        ],
        timezone: 'Europe/Lisbon',
        limit: 1,
      },
    },
    {
      pageUrl,
      history: { history: Array.from({ length: 8 }, (_, number) => ({ versionUuid: `v${number}`, createdBy: null })) },
    },
  );
  expect(text).toContain('custom dimension fee_bins|Fee|bins of orders_fee (fixed width 5)');
  expect(text).toContain('custom dimension word|Word|left(x, 1)');
  expect(text).toContain('custom metric orders_gifts|Gifts|count of xxx');
  expect(text).toContain('… (+600 characters)|only orders.is_gift = true');
  expect(text).toContain('v0; v1; v2; v3; v4 and 3 older (get_chart_history).');
  expect(text).toMatch(/Not sorted, .*1 row, .*Europe\/Lisbon/);
});

test('a dashboard of a newer release: headings, SQL charts, deleted charts, hidden tabs, filters off on some tiles', () => {
  const tile = (uuid: string, type: string, y: number, properties: object, tabUuid: string | null = null) => ({
    uuid,
    type,
    x: 0,
    y,
    tabUuid,
    properties,
  });
  const text = renderDashboard(
    {
      uuid: 'd',
      projectUuid: 'p',
      name: 'D',
      spaceName: 'S',
      spaceUuid: 's',
      tabs: [
        { uuid: 't2', name: 'Second', order: 1, hidden: true },
        { uuid: 't1', name: 'First', order: 0 },
      ],
      tiles: [
        tile('c', 'saved_chart', 9, { savedChartUuid: null, chartName: 'Gone' }, 't1'),
        tile('b', 'sql_chart', 1, { savedSqlUuid: 'q', chartName: 'By SQL', title: 'Shown so' }, 't1'),
        tile('a', 'heading', 0, { text: 'A heading' }, 't2'),
        tile('e', 'markdown', 0, { title: '', content: `line\n# not a heading|${'z'.repeat(900)}` }),
        tile('f', 'hologram', 5, {}, 'unknown tab'),
      ],
      filters: {
        dimensions: [
          {
            target: { fieldId: 'o_status' },
            operator: 'equals',
            values: ['a'],
            tileTargets: { b: false, c: { fieldId: 'x' } },
            required: true,
          },
          { target: { fieldId: 'o_day' }, operator: 'equals', values: [] },
        ],
      },
    },
    pageUrl,
  );
  expect(text.split('\n')).toEqual([
    '# D',
    'Dashboard in space S (s).',
    'Open: https://lightdash.example/projects/p/dashboards/d/view',
    expect.stringMatching(/^Filters.* o_status = a \(.*required\) \(not on Shown so .*By SQL/),
    expect.stringMatching(/^Viewers .*o_day/),
    '5 tiles: title|kind|chartUuid|tileUuid',
    expect.stringMatching(/^\|text: line # not a heading\|z+… \(\+\d+ characters\)\|\|e$/),
    '|hologram||f',
    '## Tab First',
    'Shown so (chart By SQL)|SQL chart|q|b',
    expect.stringMatching(/^Gone\|.*deleted\|\|c$/),
    '## Tab Second (hidden)',
    'A heading|heading||a',
  ]);
});

test('spaces of an old and of a newer release show their access', () => {
  const spaces = [
    {
      uuid: '1',
      name: 'Old open',
      isPrivate: false,
      chartCount: 2,
      dashboardCount: 0,
      access: ['x'],
      userAccess: { role: 'viewer' },
    },
    { uuid: '2', name: 'Old private', isPrivate: true, access: [] },
    {
      uuid: '3',
      name: 'New open',
      inheritParentPermissions: true,
      parentSpaceUuid: null,
      chartCount: '7',
      dashboardCount: '4',
      access: [],
    },
    { uuid: '4', name: 'New private', inheritParentPermissions: false, access: [] },
    { uuid: '5', name: 'Nested', inheritParentPermissions: true, parentSpaceUuid: '3', access: [] },
  ];
  expect(renderSpaces(spaces, [], budget).split('\n').slice(1)).toEqual([
    expect.stringMatching(/^Nested\|5\|.*parent\|\|\|\|0\|inside New open$/),
    'New open|3|project|7|4||0',
    'New private|4|private||||0',
    'Old open|1|project|2|0|viewer|1',
    'Old private|2|private||||0',
  ]);
});

const many = Array.from({ length: 700 }, (_, number) => ({
  uuid: `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`,
  name: `Chart ${String(number).padStart(3, '0')}`,
  chartKind: 'line',
  spaceName: number % 2 === 0 ? 'Even' : 'Odd',
  spaceUuid: 's',
  description: number === 5 ? 'Café receipts' : null,
}));

test('a list longer than an answer names its next offset, and no item is lost between pages', () => {
  const seen: string[] = [];
  let pages = 0;
  for (let offset: number | undefined = 0; offset !== undefined; pages += 1) {
    const text = renderCharts(many, { offset, budget });
    expect(estimateTokens(text)).toBeLessThanOrEqual(budget.tokens);
    expect(text.split('\n')[0]).toMatch(/^700 charts, [\d,]+-[\d,]+ of them: /);
    seen.push(...(text.match(/^Chart \d{3}/gm) ?? []));
    const next = /offset (\d+)\.$/.exec(text)?.[1];
    offset = next === undefined ? undefined : Number(next);
  }
  expect(pages).toBeGreaterThan(2);
  expect(seen).toHaveLength(700);
  expect(new Set(seen).size).toBe(700);
  expect(renderCharts(many, { offset: 700, budget })).toMatch(/700 charts.*offset of 700/);
});

test('a search finds words in any order, whatever their case and accents', () => {
  expect(chartsMatching(many, 'RECEIPTS cafe').matching.map(({ name }) => name)).toEqual(['Chart 005']);
  expect(chartsMatching(many, 'receipt-cafés').matching).toHaveLength(1);
  const profit = ['P&L 2024', 'Plans and rentals', 'Europe'].map((name) => ({ name }));
  const namesOf = (search: string) => chartsMatching(profit, search).matching.map(({ name }) => name);
  expect(namesOf('p&l')).toEqual(['P&L 2024']);
  expect(namesOf('ops')).toEqual([]);
  expect(namesOf('and & rental')).toEqual(['Plans and rentals']);
  const misspelt = chartsMatching(many, 'reciepts');
  expect(misspelt.matching).toEqual([]);
  expect(misspelt.notes.join()).toMatch(/"reciept".*"receipt"/);
  expect(renderCharts([], { search: 'nothing', budget })).toBe('No chart matching "nothing".');
  expect(renderCharts([], { budget })).toMatch(/^No charts\b.*may see/);
});

test('a broken dashboard and a preview project are marked as such', () => {
  const dashboards = [
    {
      uuid: 'd',
      name: 'D',
      spaceUuid: 's',
      views: 3,
      updatedAt: '2026-11-23T19:53:11.077Z',
      validationErrors: [{}, {}],
    },
  ];
  expect(renderDashboards(dashboards, [{ uuid: 's', name: 'Space' }], { budget })).toMatch(
    /^D\|d\|Space\|3\|2026-11-23 19:53\|\|broken: 2 validation errors$/m,
  );
  expect(renderDashboards(dashboards, undefined, { budget })).toMatch(/^D\|d\|s\|/m);
  const projects = [
    { projectUuid: 'p', name: 'Live', type: 'DEFAULT', warehouseType: 'postgres' },
    { projectUuid: 'q', name: 'Try', type: 'PREVIEW', warehouseType: 'postgres', upstreamProjectUuid: 'p' },
  ];
  expect(renderProjects(projects, budget)).toBe(
    '2 projects: name|projectUuid|preview|warehouse\nLive|p||postgres\nTry|q|preview|postgres|upstream Live',
  );
});
