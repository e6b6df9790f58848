import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operationsByToolset } from '../../src/operations/index.ts';
import { RELEASES, type Release, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { expectLine } from '../helpers/answers.ts';
import { type Connection, callToolConfirmed, connectInMemory } from '../helpers/client.ts';

// The operations whose request or answer has another shape on newer releases, each called on both: the answer has to
// be the same. The sandbox's answers in the newer shapes are held against the API document of 0.2904 by newer-document.test.ts.

interface World {
  readonly sandbox: Sandbox;
  /** Copies of the dashboard and chart below in a preview project, for promoting. */
  readonly preview: { readonly dashboardUuid: string; readonly chartUuid: string };
}

interface Call {
  readonly tool: string;
  readonly args: (world: World) => Record<string, unknown>;
  /** Facts that the answer has on either release. */
  readonly says: readonly (string | RegExp)[];
  /** Texts that it must not have: internals of one of the shapes. */
  readonly not?: RegExp;
  readonly isError?: true;
}

const projectUuid = ids.project;
const query = { projectUuid, exploreId: 'orders', dimensions: ['orders_status'], metrics: ['orders_order_count'] };
const [chartUuid, dashboardUuid] = [ids.charts.revenueByMonth, ids.dashboards.sales];
const metric = 'orders_discount_amount_sum';

const calls: Readonly<Record<string, Call>> = {
  getCatalog: {
    tool: 'get_catalog',
    args: () => ({ projectUuid, search: 'orders' }),
    says: [
      'orders||Every order placed, with its lines, products and customer.|customers, order_items, products|core, sales',
    ],
  },
  getMetricsCatalog: {
    tool: 'get_metrics_catalog',
    args: () => ({ projectUuid, page: 2, pageSize: 10 }),
    says: [/^10 of (29 metrics, page 2 of 3|36 metrics, page 2 of 4); page 3 has more/m],
  },
  getTags: { tool: 'get_tags', args: () => ({ projectUuid }), says: ['3 tags', 'marketing', '#e67700', 'Ada'] },
  GetExplore: {
    tool: 'get_explore',
    args: () => ({ projectUuid, exploreId: 'subscriptions' }),
    says: [
      'joins customers',
      'Required filters, added unless you filter the field: subscriptions_started_on in the past 10 years.',
      'subscriptions_plan||string|Taster, Regular, Enthusiast or Office',
    ],
  },
  CompileQuery: {
    tool: 'compile_query',
    args: () => query,
    says: [/^SELECT\n {2}"orders"\.status AS "orders_status",/],
    not: /parameterReferences/,
  },
  SetExplores: {
    tool: 'set_explores',
    args: () => ({ projectUuid, explores: JSON.parse(readFileSync('src/sandbox/roastery/explores.json', 'utf8')) }),
    says: [/^Done: .*all [45] explores .*by \d/],
  },
  CalculateTotalFromQuery: {
    tool: 'calculate_query_totals',
    args: () => query,
    says: ['orders_order_count (Order count): 3000'],
  },
  CalculateTotalFromSavedChart: {
    tool: 'calculate_chart_totals',
    args: () => ({ chartUuid: ids.charts.countryTable }),
    says: ['orders_order_count (Order count): 1489', 'order_items_total_revenue [USD] (Revenue): 270380.62'],
  },
  GetChartHistory: {
    tool: 'get_chart_history',
    args: () => ({ chartUuid }),
    says: [
      '3 versions',
      '7ddc66b4-04c0-44de-be5a-ef193ee5bea7|2026-11-23 19:53 by Ada Abara|current',
      'limit 24 -> 36',
    ],
  },
  GetChartVersion: {
    tool: 'get_chart_version',
    args: () => ({ chartUuid, versionUuid: '7ddc66b4-04c0-44de-be5a-ef193ee5bea7' }),
    says: [/^Version 7ddc66b4-\S+, saved .* by Ada Abara\./, '# Revenue by month', 'metric order_items_total_revenue'],
  },
  promoteChartDiff: {
    tool: 'promote_chart_diff',
    args: ({ preview }) => ({ chartUuid: preview.chartUuid }),
    says: [/change nothing/, '2 items'],
  },
  promoteChart: {
    tool: 'promote_chart',
    args: ({ preview }) => ({ chartUuid: preview.chartUuid }),
    says: [/^.*"Total revenue"/, `/projects/${projectUuid}/saved/`],
  },
  promoteDashboardDiff: {
    tool: 'promote_dashboard_diff',
    args: ({ preview }) => ({ dashboardUuid: preview.dashboardUuid }),
    says: ['dashboard "Sales overview" is overwritten'],
  },
  promoteDashboard: {
    tool: 'promote_dashboard',
    args: ({ preview }) => ({ dashboardUuid: preview.dashboardUuid }),
    says: [/^.*"Sales overview"/, `/projects/${projectUuid}/dashboards/`],
  },
  createDashboard: {
    tool: 'create_dashboard',
    args: () => ({
      projectUuid,
      name: 'Tabbed',
      spaceUuid: ids.spaces.sales,
      tabs: [{ uuid: '00000000-0000-4000-8000-0000000000a1', name: 'First tab', order: 0 }],
    }),
    says: ['"Tabbed" in space Sales', '/dashboards/'],
  },
  updateDashboards: {
    tool: 'update_dashboards',
    args: () => ({
      projectUuid,
      dashboards: [{ uuid: dashboardUuid, name: 'Sales view', spaceUuid: ids.spaces.sales }],
    }),
    says: ['"Sales view" in space Sales', dashboardUuid],
  },
  ListSpacesInProject: {
    tool: 'list_spaces_in_project',
    args: () => ({ projectUuid }),
    says: [
      /^Finance \(private\)\|[0-9a-f-]{36}\|private\|2\|1\|admin\|2$/m,
      /^Customer team\|[0-9a-f-]{36}\|project\|1\|0\|admin\|[12]$/m,
    ],
  },
  GetSpace: {
    tool: 'get_space',
    args: () => ({ projectUuid, spaceUuid: ids.spaces.finance }),
    says: [
      /^Space "Finance \(private\)" \(spaceUuid [0-9a-f-]{36}\), private, 2 charts, 1 dashboard$/m,
      /^2 charts: /m,
      'Subscriptions',
    ],
  },
  CreateSpaceInProject: {
    tool: 'create_space_in_project',
    args: () => ({ projectUuid, name: 'For everyone', isPrivate: false }),
    says: [/^Space "For everyone", open/m],
  },
  UpdateSpace: {
    tool: 'update_space',
    args: () => ({ projectUuid, spaceUuid: ids.spaces.sales, name: 'Sales', isPrivate: true }),
    says: ['Space "Sales", private.'],
  },
  ListOrganizationProjects: {
    tool: 'list_organization_projects',
    args: () => ({}),
    says: [`Roastery|${projectUuid}||postgres`, /^Try\|[0-9a-f-]{36}\|preview\|postgres\|upstream Roastery$/m],
  },
  GetProject: {
    tool: 'get_project',
    args: () => ({ projectUuid }),
    says: ['Project "Roastery"', 'Warehouse: postgres', `pinnedListUuid ${ids.pinnedList}`],
  },
  createPreview: {
    tool: 'create_preview_project',
    args: () => ({ projectUuid, name: 'Another', copyContent: false }),
    says: [/[0-9a-f]{8}-[0-9a-f-]{27}/],
  },
  ValidateProject: {
    tool: 'validate_project',
    args: () => ({ projectUuid }),
    says: [
      /^Validated\. /,
      "the field 'orders_store_region' no longer exists",
      'Old chart (broken)',
      /\[validationId (\d+|[0-9a-f-]{36})\]/,
    ],
  },
  getPinnedItems: {
    tool: 'get_pinned_items',
    args: () => ({ projectUuid, pinnedListUuid: ids.pinnedList }),
    says: ['3 items', 'Customer team', 'Revenue by month', 'dashboard'],
  },
  updatePinnedItemsOrder: {
    tool: 'update_pinned_items_order',
    args: () => ({
      projectUuid,
      pinnedListUuid: ids.pinnedList,
      items: [{ type: 'chart', data: { uuid: chartUuid, pinnedListOrder: 1 } }],
    }),
    says: ['3 items', 'Revenue by month'],
  },
  sendScheduler: {
    tool: 'send_scheduler',
    args: () => ({
      scheduler: {
        name: 'Now',
        cron: '0 8 * * 1',
        format: 'csv',
        options: { formatted: true, limit: 'table' },
        targets: [{ recipient: 'ada@roastery.example' }],
        savedChartUuid: ids.charts.countryTable,
        dashboardUuid: null,
      },
    }),
    says: [/\d+/],
  },
  getScheduledJobs: {
    tool: 'get_scheduled_jobs',
    args: ({ sandbox }) => ({ schedulerUuid: [...sandbox.store.schedulers.keys()][0] }),
    says: [/\bempty\b/],
  },
  getSchedulerLogs: {
    tool: 'get_scheduler_logs',
    args: () => ({ projectUuid }),
    says: [
      /^[26] deliveries: /m,
      /^Weekly country table\|.*\|chart Orders by country and status \(.*\|ada@roastery\.example\|[\d: -]+ by Ada Abara$/m,
    ],
    not: /"data":|"pagination"/,
  },
  CreatePullRequestForCustomMetrics: {
    tool: 'create_pull_request_for_custom_metrics',
    args: () => ({ projectUuid, customMetrics: [metric], quoteChar: '"' }),
    // A server without GitHub fails; one that did not get the shape that it takes would refuse with 422.
    isError: true,
    says: ['Something went wrong', '(500)'],
  },
  ListMyAvailableOrganizations: {
    tool: 'list_my_available_organizations',
    args: () => ({}),
    says: [/\bempty\b/],
  },
};

/** A sandbox with a preview to promote from. */
async function startWorld(version: Release): Promise<{ world: World; connection: Connection }> {
  const sandbox = await startSandbox({ version });
  const connection = await connectInMemory({
    LIGHTDASH_URL: sandbox.url,
    LIGHTDASH_API_KEY: sandbox.tokens.admin,
    LIGHTDASH_EMAIL: sandbox.administrator.email,
    LIGHTDASH_PASSWORD: sandbox.administrator.password,
  });
  await callToolConfirmed(connection.client, 'create_preview_project', { projectUuid, name: 'Try', copyContent: true });
  const { store } = sandbox;
  const preview = [...store.projects.keys()].at(-1);
  await callToolConfirmed(connection.client, 'update_project_metadata', {
    projectUuid: preview,
    upstreamProjectUuid: projectUuid,
  });
  const copyOf = (things: Iterable<{ readonly uuid: string; readonly name: string }>, name: string) =>
    [...things].findLast((thing) => thing.name === name)?.uuid ?? '';
  const copies = {
    dashboardUuid: copyOf(store.dashboards.values(), 'Sales overview'),
    chartUuid: copyOf(store.charts.values(), 'Total revenue'),
  };
  return { world: { sandbox, preview: copies }, connection };
}

/** Deprecated on 1.219, and of another shape than on 0.1366. */
const deprecated = ['CalculateTotalFromQuery', 'CalculateTotalFromSavedChart', 'getScheduledJobs', 'getSchedulerLogs'];

const changed = Object.values(operationsByToolset)
  .flat()
  .filter(({ id, releaseNote }) => releaseNote?.status === 'changed' || deprecated.includes(id))
  // The shapes of its findings are tried with the validation tools.
  .filter(({ id }) => id !== 'GetLatestValidationResults');

test('each operation with a changed shape is tried', () => {
  expect(Object.keys(calls).sort()).toEqual(changed.map(({ id }) => id).sort());
});

describe.each(RELEASES)('On %s', (version) => {
  let world: World;
  let connection: Connection;
  beforeAll(async () => {
    ({ world, connection } = await startWorld(version));
  });
  afterAll(async () => {
    await connection.close();
    await world.sandbox.close();
  });

  test.each(Object.keys(calls))('%s has the same answer on both', async (id) => {
    const { tool, args, says, not, isError = false } = calls[id] ?? { tool: '', args: () => ({}), says: [] };
    const answer = await callToolConfirmed(connection.client, tool, args(world));
    expect(answer.isError, answer.text).toBe(isError);
    for (const words of says)
      expect(answer.text).toEqual(
        typeof words === 'string' ? expect.stringContaining(words) : expect.stringMatching(words),
      );
    if (not) expect(answer.text).not.toMatch(not);
    expect(world.sandbox.faults).toEqual([]);
  });
});

test('custom metrics are sent to newer servers as their charts define them', async () => {
  const { world, connection } = await startWorld('1.219');
  const { client, close } = connection;
  const listed = await callToolConfirmed(client, 'get_custom_metrics', { projectUuid });
  const named = /\(id ([0-9a-f-]{36}),/.exec(listed.text)?.[1];
  for (const id of [named, metric]) {
    const { text } = await callToolConfirmed(client, 'create_pull_request_for_custom_metrics', {
      projectUuid,
      customMetrics: [id],
      quoteChar: "'",
    });
    expect(text).toContain('Something went wrong');
  }
  const sent = world.sandbox.requests.filter(({ path }) => path.endsWith('/pull-requests/custom-metrics'));
  expect(sent.map(({ status }) => status)).toEqual([500, 500]);
  const unknown = await callToolConfirmed(client, 'create_pull_request_for_custom_metrics', {
    projectUuid,
    customMetrics: ['orders_nope'],
    quoteChar: "'",
  });
  expectLine(unknown.text, 'customMetrics', 'orders_nope', 'get_custom_metrics');
  await close();
  await world.sandbox.close();
});
