import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { expectLine } from '../helpers/answers.ts';
import { callTool, connectInMemory } from '../helpers/client.ts';
import { RELEASES, useRoastery } from './setup.ts';

const folder = mkdtempSync(join(tmpdir(), 'lightdash-mcp-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});

const byStatus = {
  projectUuid: ids.project,
  exploreId: 'orders',
  dimensions: ['orders_status'],
  metrics: ['orders_order_count'],
  sorts: ['orders_status'],
};
const saved = /^CSV file of (\d+) rows saved \(([\d,]+) bytes\): (.+)$/m;

describe.each(RELEASES)('save on %s', (version) => {
  const roastery = useRoastery({ LIGHTDASH_CHART_FOLDER: folder }, version);
  const call = (tool: string, args: Record<string, unknown>) => callTool(roastery().connection.client, tool, args);

  test('writes the rows of a query, and reports path, row count and size', async () => {
    const { text, isError } = await call('download_query_csv', { ...byStatus, onlyRaw: true, save: true });
    expect(isError, text).toBe(false);
    const [, rows = '', bytes = '', path = ''] = saved.exec(text) ?? [];
    expect(dirname(path)).toBe(folder);
    expect(basename(path)).toMatch(/^orders-[0-9a-f]{8}\.csv$/);
    expect(statSync(path).size).toBe(Number(bytes.replaceAll(',', '')));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    const right = await roastery().data.rows('select status, count(*) from orders group by 1 order by 1');
    expect(lines.slice(1).map((line) => line.replaceAll('"', ''))).toEqual(right.map((row) => row.map(String).join()));
    expect(Number(rows)).toBe(right.length);
    expect(text).toMatch(/complete: limit 500 not reached/);
    expect(readdirSync(folder)).toEqual([basename(path)]);
  });

  test('names the file of a chart after the chart, never with a path', async () => {
    const { text } = await call('download_chart_csv', { chartUuid: ids.charts.revenueByMonth, save: true });
    expect(basename(saved.exec(text)?.[3] ?? '')).toMatch(/^revenue-by-month-[0-9a-f]{8}\.csv$/);
    const evil = { ...byStatus, chartName: '../../../etc/cron.d/evil.sh', save: true };
    const outside = await call('download_query_csv', evil);
    const path = saved.exec(outside.text)?.[3] ?? '';
    expect([dirname(path), basename(path)]).toEqual([
      folder,
      expect.stringMatching(/^etc-cron-d-evil-sh-[0-9a-f]{8}\.csv$/),
    ]);
  });

  test('reads a file only if requested, and sends nothing without a folder', async () => {
    await call('download_query_csv', byStatus);
    expect(readdirSync(folder)).toEqual([]);
    const { sandbox } = roastery();
    const bare = await connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });
    const before = sandbox.requests.length;
    const refused = await callTool(bare.client, 'download_query_csv', { ...byStatus, save: true });
    const starts = sandbox.requests.slice(before).filter(({ method }) => method === 'POST');
    await bare.close();
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('LIGHTDASH_CHART_FOLDER') });
    expect(starts).toEqual([]);
  });

  test('reports why it failed; the export and its link are still returned', async () => {
    const { sandbox } = roastery();
    const notAFolder = join(folder, 'file');
    writeFileSync(notAFolder, '');
    const other = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_CHART_FOLDER: join(notAFolder, 'below'),
    });
    const { text, isError } = await callTool(other.client, 'download_query_csv', { ...byStatus, save: true });
    await other.close();
    expect(isError).toBe(false);
    expectLine(text, 'NOT saved', /\(E[A-Z]+\)/);
    expectLine(text, 'link', /http/);
  });
});

describe.each(RELEASES)('on %s', (version) => {
  const roastery = useRoastery({}, version);

  test('the file of an SQL chart has its rows', async () => {
    if (version === '0.1366') return;
    const { sandbox } = roastery();
    const settings = { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin };
    const host = await connectInMemory({ ...settings, LIGHTDASH_CHART_FOLDER: folder, LIGHTDASH_PROJECT: 'Roastery' });
    const { text } = await callTool(host.client, 'download_chart_csv', { chartUuid: 'Raw orders by day', save: true });
    await host.close();
    const [, rows = '', , path = ''] = saved.exec(text) ?? [];
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(text).not.toContain('INCOMPLETE');
    expect([lines[0], lines.length - 1]).toEqual(['day,orders', Number(rows)]);
    const [[first] = []] = await roastery().data.rows(
      "select count(*) from orders where ordered_at < date '2023-01-02'",
    );
    expect(lines[1]).toMatch(new RegExp(`^2023-01-01.*,${first}$`));
  });

  test('an export that outlasts its call is saved when its file is fetched', async () => {
    const { sandbox } = roastery();
    let deadline = new AbortController();
    const slow = await connectInMemory(
      { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin, LIGHTDASH_CHART_FOLDER: folder },
      {
        polling: () => ({
          deadline: deadline.signal,
          sleep: async () => {
            if (isHeld) deadline.abort();
            await setImmediate();
          },
        }),
      },
    );
    let isHeld = true;
    // On 0.1366 the job of the export is awaited, on 1.219 its query.
    const held = version === '1.219' ? sandbox.queries.hold() : undefined;
    const { text } = await callTool(slow.client, 'download_query_csv', { ...byStatus, save: true });
    held?.release();
    isHeld = false;
    deadline = new AbortController();
    const args = JSON.parse(/get_csv_url (\{.*\})/.exec(text)?.[1] ?? '{}');
    const later = await callTool(slow.client, 'get_csv_url', args);
    await slow.close();
    expect(later.text).toMatch(saved);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});
