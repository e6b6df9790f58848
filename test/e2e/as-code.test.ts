import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { expectLine } from '../helpers/answers.ts';
import { callTool, callToolConfirmed, connectInMemory } from '../helpers/client.ts';
import { answerOf, useRoastery } from './setup.ts';

const projectUuid = ids.project;

describe('content as code', () => {
  const roastery = useRoastery({}, '1.219');
  const read = async (...items: readonly string[]) => {
    const text = await answerOf(roastery(), 'get_content_as_code', { projectUuid, items });
    return text.split('\n---\n').slice(1);
  };
  const item = async (name: string): Promise<Record<string, unknown>> => parse((await read(name))[0] ?? '');
  const apply = (code: unknown, confirmed = true) =>
    (confirmed ? callToolConfirmed : callTool)(roastery().connection.client, 'apply_content_as_code', {
      projectUuid,
      code: typeof code === 'string' ? code : stringify(code),
    });
  const sandbox = () => roastery().sandbox;
  const chart = (slug: string) => {
    const created = [...sandbox().store.charts.values()].find((chart) => chart.slug === slug);
    if (!created) throw new Error(`no chart ${slug}`);
    return created;
  };
  const query = (slug: string) => chart(slug).versions.at(-1)?.metricQuery;

  test('unchanged content is not sent', async () => {
    const versions = chart('revenue-by-month').versions.length;
    const code = (await read('Revenue by month', 'sales-overview')).join('\n---\n');
    const { text, isError } = await apply(code);
    expect(isError, text).toBe(false);
    expect(text).toMatch(/^Nothing differs/);
    expect(chart('revenue-by-month').versions.length).toBe(versions);
  });

  test('a changed query is shown as a diff first, then saved, and read back', async () => {
    const code = await item('Revenue by month');
    const before = query('revenue-by-month');
    const changed = { ...code, metricQuery: { ...(code.metricQuery as object), limit: 7 } };
    const preview = await apply(changed, false);
    expect(preview.text).toMatch(new RegExp(`-  limit: ${before?.limit}\\n\\+  limit: 7`));
    expect(preview.text).toContain('confirmation: ');
    expect(query('revenue-by-month')).toEqual(before);
    const { text } = await apply(changed);
    expectLine(text, /^Updated/, 'chart', '"Revenue by month"');
    expectLine(text, 'as the code');
    expect(text).toContain(`/saved/${chart('revenue-by-month').uuid}`);
    expect(query('revenue-by-month')).toMatchObject({ ...before, limit: 7 });
  });

  test('a change that was made in Lightdash meanwhile is reported before it is reverted', async () => {
    const code = await item('Orders by channel');
    await answerOf(roastery(), 'update_chart', { chartUuid: chart('orders-by-channel').uuid, query: { limit: 3 } });
    const version = chart('orders-by-channel').versions.at(-1);
    if (version) version.createdAt = '2030-01-01T00:00:00.000Z';
    const { text } = await apply({ ...code, description: 'Changed' }, false);
    expectLine(text, 'takes', 'change', 'back');
    expect(text).toContain('-  limit: 3');
  });

  test('a chart and its dashboard are created together, and deleted by the calls that the answer names', async () => {
    const code = await item('Revenue by month');
    const slug = 'revenue-by-code';
    const tile = { x: 0, y: 0, w: 18, h: 9, type: 'saved_chart', properties: { title: 'Revenue', chartSlug: slug } };
    const documents = [
      { name: 'By code', slug: 'by-code', spaceSlug: 'sales', tiles: [tile] },
      { ...code, name: 'Revenue by code', slug },
    ];
    const { text, isError } = await apply(documents.map((document) => stringify(document)).join('---\n'));
    expect(isError, text).toBe(false);
    const dashboard = [...sandbox().store.dashboards.values()].find((dashboard) => dashboard.slug === 'by-code');
    expect(dashboard?.tiles[0]?.properties.savedChartUuid).toBe(chart(slug).uuid);
    for (const [, tool = '', args = ''] of text.matchAll(/(delete_\w+) (\{.*\})/g))
      await callToolConfirmed(roastery().connection.client, tool, JSON.parse(args));
    expect([...sandbox().store.charts.values()].some((chart) => chart.slug === slug)).toBe(false);
    expect([...sandbox().store.dashboards.values()].some((dashboard) => dashboard.slug === 'by-code')).toBe(false);
  });

  test.each<[string, (code: Record<string, unknown>) => unknown, RegExp]>([
    ['a space', (code) => ({ ...code, spaceSlug: 'salse' }), /space salse.*\bsales\b/],
    ['a key', (code) => ({ ...code, metricquery: {} }), /metricquery .*metricQuery/],
    ['a dashboard', (code) => ({ ...code, dashboardSlug: 'nope' }), /dashboard nope/],
    ['a part that is needed', ({ tableName: _, ...code }) => code, /tableName is missing/],
    ['YAML', () => 'name: [', /code: /],
    ['a mark', (code) => ({ ...code, verified: true }), /verify_content/],
    [
      'a chart of a tile',
      () => ({
        name: 'D',
        slug: 'd',
        spaceSlug: 'sales',
        tiles: [{ x: 0, y: 0, w: 9, h: 9, type: 'saved_chart', properties: { chartSlug: 'revenue-by-moth' } }],
      }),
      /revenue-by-moth\b.*revenue-by-month\b/,
    ],
  ])('an invalid %s is refused before anything is sent', async (_, change, reason) => {
    const before = chart('top-coffees').versions.length;
    const { text, isError } = await apply(change(await item('Top coffees')));
    expect(isError, text).toBe(true);
    expect(text).toMatch(reason);
    expect(chart('top-coffees').versions.length).toBe(before);
  });

  test('a field that the explore lacks is named before the chart is saved', async () => {
    const code = await item('Top coffees');
    const metricQuery = { ...(code.metricQuery as object), metrics: ['orders_nope'] };
    const { text } = await apply({ ...code, metricQuery }, false);
    expectLine(text, 'Not in', 'orders_nope');
  });

  test('another space is a move: the preview and the answer name who sees it no more, and the way back', async () => {
    const code = await item('Top coffees');
    const { text: preview } = await apply({ ...code, spaceSlug: 'finance-private' }, false);
    expectLine(preview, 'sales', 'finance-private', 'No longer seen by 3 people', 'Dev Eloper');
    const { text } = await apply({ ...code, spaceSlug: 'finance-private' });
    expectLine(text, 'No longer seen by 3 people', 'Dev Eloper');
    expect(chart('top-coffees').spaceUuid).toBe(ids.spaces.finance);
    const [, back = '{}'] = /update_chart (\{.*\})/.exec(text) ?? [];
    const { text: done } = await callToolConfirmed(roastery().connection.client, 'update_chart', JSON.parse(back));
    expectLine(done, 'Now also seen by 3 people');
    expect(chart('top-coffees').spaceUuid).toBe(ids.spaces.sales);
  });

  test('values of filters that no row has are named before a chart or dashboard is saved', async () => {
    const code = await item('Orders by channel');
    const rule = { id: 'r', target: { fieldId: 'orders_status' }, operator: 'equals', values: ['Delivered'] };
    const metricQuery = { ...(code.metricQuery as object), filters: { dimensions: { id: 'g', and: [rule] } } };
    expectLine(
      (await apply({ ...code, metricQuery }, false)).text,
      'orders_status',
      'no value "Delivered"',
      'delivered',
    );
    const dashboard = await item('sales-overview');
    const target = { fieldId: 'orders_status', tableName: 'orders' };
    const filters = { dimensions: [{ ...rule, target }], metrics: [], tableCalculations: [] };
    const { text } = await apply({ ...dashboard, filters });
    expectLine(text, 'orders_status', 'no value "Delivered"', 'delivered');
  });

  test('SQL in the code counts as SQL by the model', async () => {
    const { url, tokens } = sandbox();
    const env = { LIGHTDASH_URL: url, LIGHTDASH_API_KEY: tokens.admin, LIGHTDASH_SQL: 'off' };
    const server = await connectInMemory(env);
    const code = await item('Top coffees');
    const tableCalculations = [{ name: 'x', displayName: 'x', sql: 'pg_sleep(9)' }];
    const changed = { ...code, metricQuery: { ...(code.metricQuery as object), tableCalculations } };
    const { text, isError } = await callTool(server.client, 'apply_content_as_code', {
      projectUuid,
      code: stringify(changed),
    });
    await server.close();
    expect(isError, text).toBe(true);
    expect(text).toContain('LIGHTDASH_SQL');
  });
});

describe('content as code on 0.1366', () => {
  const roastery = useRoastery({}, '0.1366');
  test.each(['get_content_as_code', 'apply_content_as_code'])('%s says that the release lacks it', async (tool) => {
    const code = 'name: A\nslug: a\nspaceSlug: sales\ntiles: []\n';
    const args = tool.startsWith('get') ? { items: ['Revenue by month'] } : { code };
    const { text, isError } = await callTool(roastery().connection.client, tool, { projectUuid, ...args });
    expect(isError).toBe(true);
    expectLine(text, tool);
    expectLine(text, 'no content as code');
  });
});
