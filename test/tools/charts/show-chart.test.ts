import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { RELEASES, type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { decode } from '../../charts/drawing/pictures.ts';
import { type Connection, connectInMemory, type InMemoryOptions } from '../../helpers/client.ts';
import { openRoastery, type RoasterySql } from '../../helpers/roastery-sql.ts';

const apps = { extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } } };
const chartMeta = z.object({ 'lightdash/chart': z.looseObject({ kind: z.string() }) });
const cartesian = z.looseObject({
  x: z.looseObject({ values: z.array(z.unknown()) }),
  series: z.array(z.looseObject({ name: z.string(), type: z.string(), values: z.array(z.number().nullable()) })),
});
const byMonth = {
  exploreId: 'orders',
  dimensions: ['orders_ordered_at_month'],
  metrics: ['order_items_total_revenue'],
};

let sql: RoasterySql;
beforeAll(async () => {
  sql = await openRoastery();
});
afterAll(() => sql.close());

describe.each(RELEASES)('show_chart on %s', (version) => {
  const folder = mkdtempSync(join(tmpdir(), 'lightdash-mcp-charts-'));
  let sandbox: Sandbox;
  let connection: Connection;

  const connect = (env: Record<string, string> = {}, options: InMemoryOptions = {}) =>
    connectInMemory(
      { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin, LIGHTDASH_CHART_FOLDER: folder, ...env },
      options,
    );
  const show = async (args: Record<string, unknown>, { client } = connection) => {
    const result = CallToolResultSchema.parse(await client.callTool({ name: 'show_chart', arguments: args }));
    const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
    const [image] = result.content.flatMap((part) => (part.type === 'image' ? [part] : []));
    return { ...result, text, image, pixels: image && decode(Buffer.from(image.data, 'base64')) };
  };

  beforeAll(async () => {
    sandbox = await startSandbox({ version });
    connection = await connect();
  });
  afterAll(async () => {
    await connection.close();
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  it('draws a query, with the figures of the data in the text', async () => {
    const { text, image, pixels, _meta } = await show({ projectUuid: 'Roastery', query: byMonth, as: 'bar' });
    expect(image?.mimeType).toBe('image/png');
    expect(pixels?.at(2, 2)).toBe('#ffffff');
    const months = await sql.rows(
      `select strftime(date_trunc('month', ordered_at), '%b %Y'), round(sum(quantity * unit_price), 2) as revenue
       from order_items join orders using (order_id) group by 1, date_trunc('month', ordered_at) order by revenue desc`,
    );
    expect(pixels?.spansOf('#5470c6').length).toBeGreaterThan(5);
    const money = (value: unknown) => Number(value).toLocaleString('en', { maximumFractionDigits: 2 });
    expect(text).toContain(`Highest ${months[0]?.[0]} `);
    expect(text).toContain(money(months[0]?.[1]));
    expect(text).toContain(`lowest ${months.at(-1)?.[0]} `);
    expect(text).toContain(`${months.length} periods`);
    expect(_meta).toBeUndefined();
  });

  it('draws the rows of the latest answer without another query', async () => {
    await connection.client.callTool({ name: 'run_metric_query', arguments: { projectUuid: 'Roastery', ...byMonth } });
    const before = sandbox.requests.length;
    const { image, text } = await show({ resultId: 'last', as: 'line', title: 'My months', theme: 'dark' });
    expect(sandbox.requests.length).toBe(before);
    expect(text).toContain('Line chart "My months"');
    expect(image && decode(Buffer.from(image.data, 'base64')).at(2, 2)).toBe('#1f1f23');
    const [, resultId] = /"resultId":"([^"]+)"/.exec(text) ?? [];
    expect((await show({ resultId, as: 'area' })).text).toContain('Area chart');
  });

  it('draws a saved chart as it is saved, by uuid or name, with its link', async () => {
    const named = await show({ chartUuid: 'Orders by channel', projectUuid: 'Roastery' });
    expect(named.text).toMatch(/Line chart "Orders by channel": \d+ periods/);
    const [, uuid] = /saved\/([0-9a-f-]{36})/.exec(named.text) ?? [];
    const again = await show({ chartUuid: uuid });
    expect(again.text.replace(/Rows:.*/, '')).toBe(named.text.replace(/Rows:.*/, ''));
    expect((await show({ chartUuid: uuid, as: 'stacked_bar' })).text).toContain('Stacked bar chart');
  });

  it('draws a tile under the filters of its dashboard', async () => {
    const dashboard = { dashboardUuid: 'Sales overview', projectUuid: 'Roastery' };
    const { text, isError } = await show({ ...dashboard, tileUuid: 'nothing' });
    expect(isError).toBe(true);
    const [, title = ''] = /uuid or title: ([^,\n]+)/.exec(text) ?? [];
    const tile = await show({ ...dashboard, tileUuid: title });
    expect(tile.text).toContain(`"${title}"`);
    expect(tile.image).toBeDefined();
  });

  it('finds a tile by its own title or the name of its chart, and names the filters of the dashboard', async () => {
    const dashboard = { dashboardUuid: 'Sales overview', projectUuid: 'Roastery' };
    const [total] = await sql.rows(
      `select round(sum(quantity * unit_price), 2) from order_items join orders using (order_id) where channel <> 'phone'`,
    );
    for (const tileUuid of ['Monthly revenue', 'Revenue by month', 'monthly revenue (chart Revenue by month)']) {
      const { text } = await show({ ...dashboard, tileUuid });
      expect(text).toContain('"Monthly revenue"');
      expect(text).toMatch(/orders_channel ≠ phone/);
      expect(text).toContain(`total $${Number(total?.[0]).toLocaleString('en')}`);
    }
  });

  it('writes files into the folder of the settings only', async () => {
    const { text } = await show({ projectUuid: 'Roastery', query: byMonth, save: true });
    const [, png = '', svg = ''] = /Saved: (\S+\.png) and (\S+\.svg)/.exec(text) ?? [];
    expect(decode(readFileSync(png)).width).toBe(1600);
    expect(readFileSync(svg, 'utf8')).toContain('<svg');
    const { LIGHTDASH_CHART_FOLDER: _, ...env } = { LIGHTDASH_CHART_FOLDER: '' };
    const bare = await connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin, ...env });
    const refused = await show({ projectUuid: 'Roastery', query: byMonth, save: true }, bare);
    expect(refused.text).toContain('LIGHTDASH_CHART_FOLDER');
    await bare.close();
  });

  it('draws no secret', async () => {
    const title = `Revenue ${sandbox.tokens.admin}`;
    const { text } = await show({ projectUuid: 'Roastery', query: byMonth, title, save: true });
    const [, svg = ''] = /and (\S+\.svg)/.exec(text) ?? [];
    expect(readFileSync(svg, 'utf8')).toContain('Revenue ');
    expect(text + readFileSync(svg, 'utf8')).not.toContain(sandbox.tokens.admin);
  });

  it('refuses a kind that does not fit and names others, and refuses more than one source', async () => {
    const { exploreId: explore, ...fields } = byMonth;
    const pie = await show({ projectUuid: 'Roastery', query: { explore, ...fields }, show: 'pie' });
    expect(pie.isError).toBe(true);
    expect(pie.text).toMatch(/pie needs .* fits/);
    const [, kept] = /resultId "([^"]+)"/.exec(pie.text) ?? [];
    expect((await show({ resultId: kept, as: 'bar' })).text).toContain('Bar chart');
    expect((await show({ resultId: 'last', query: byMonth, projectUuid: 'Roastery' })).text).toContain('one of');
    expect((await show({ projectUuid: 'Roastery', query: { ...byMonth, colour: 'red' } })).text).toContain('colour');
    expect((await show({ resultId: 'gone' })).text).toContain('not kept');
  });

  it('reads allowed projects only', async () => {
    const limited = await connect({ LIGHTDASH_ALLOWED_PROJECTS: 'Lab' }).catch(() => undefined);
    if (!limited) throw new Error('no connection');
    expect((await show({ projectUuid: 'Roastery', query: byMonth }, limited)).isError).toBe(true);
    const inside = { projectUuid: 'Roastery', ...byMonth };
    expect((await show({ query: inside }, limited)).isError).toBe(true);
    expect((await show({ projectUuid: 'Roastery', chartUuid: 'Revenue by month' }, limited)).isError).toBe(true);
    await limited.close();
  });

  it('finds a chart by its name in an allowed project', async () => {
    const limited = await connect({ LIGHTDASH_ALLOWED_PROJECTS: 'Roastery' });
    const named = await show({ projectUuid: 'Roastery', chartUuid: 'Orders by channel' }, limited);
    expect(named.isError, named.text).toBeFalsy();
    expect(named.text).toContain('Orders by channel');
    await limited.close();
  });

  describe('for a host that shows Apps', () => {
    let host: Connection;
    beforeAll(async () => {
      host = await connect({}, { capabilities: apps });
    });
    afterAll(() => host.close());

    it('lists the App with show_chart, and chart_data for the App only', async () => {
      const { tools } = await host.client.listTools();
      expect(tools.find(({ name }) => name === 'show_chart')?._meta).toMatchObject({
        ui: { resourceUri: 'ui://lightdash-mcp/chart.html' },
      });
      expect(tools.find(({ name }) => name === 'chart_data')?._meta).toMatchObject({ ui: { visibility: ['app'] } });
      const { tools: others } = await connection.client.listTools();
      expect(others.find(({ name }) => name === 'show_chart')?._meta).not.toHaveProperty('ui');
      expect(others.map(({ name }) => name)).not.toContain('chart_data');
      await expect(connection.client.callTool({ name: 'chart_data', arguments: {} })).rejects.toThrow();
    });

    it('sends a picture if it is called through another tool, which has no App', async () => {
      const call = { operation: 'show_chart', arguments: { projectUuid: 'Roastery', query: byMonth } };
      const answer = await host.client.callTool({ name: 'run_read_operation', arguments: call });
      const { content, _meta } = CallToolResultSchema.parse(answer);
      expect(content.map(({ type }) => type)).toContain('image');
      expect(_meta).toBeUndefined();
    });

    it('sends the rows in _meta, not to the model, and no picture', async () => {
      const { content, _meta, structuredContent, text, image } = await show(
        { projectUuid: 'Roastery', query: byMonth },
        host,
      );
      expect(structuredContent).toBeUndefined();
      expect(image).toBeUndefined();
      expect(content).toHaveLength(1);
      expect(text).toMatch(/^Shown .*chart/);
      const { 'lightdash/chart': spec } = chartMeta.parse(_meta);
      const { x, series } = cartesian.parse(spec);
      expect(series[0]?.values).toHaveLength(x.values.length);
      expect(JSON.stringify(spec).length).toBeLessThan(128 * 1024);
    });

    it('returns the same chart to the App by chart_data', async () => {
      const args = { projectUuid: 'Roastery', query: byMonth };
      const { _meta } = await show(args, host);
      const result = CallToolResultSchema.parse(await host.client.callTool({ name: 'chart_data', arguments: args }));
      const [part] = result.content;
      const chart = _meta ?? {};
      expect(part?.type === 'text' && JSON.parse(part.text)).toEqual(chart);
    });

    it('reads the page of the App, whole and without requests', async () => {
      const { contents } = await host.client.readResource({ uri: 'ui://lightdash-mcp/chart.html' });
      const [page] = contents;
      const html = page && 'text' in page ? page.text : '';
      expect(page?.mimeType).toBe('text/html;profile=mcp-app');
      expect(html.length).toBeLessThan(760_000);
      expect(html).not.toMatch(/(src|href)="?https?:/);
      expect(html).not.toMatch(/\bimport\(/);
      expect(host.client.getServerCapabilities()).toMatchObject(apps);
    });
  });
});
