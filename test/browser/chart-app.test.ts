import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChartSpec } from '../../src/charts/spec/spec.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { decode, specOf } from '../charts/drawing/pictures.ts';
import { category, data, margin, month, months, names, revenue, wave } from '../charts/drawing/samples.ts';
import { connectInMemory } from '../helpers/client.ts';
import { type Browsing, openBrowser } from './chromium.ts';

const BLUE = '#5470c6';
const url = 'https://bi.example/projects/1/saved/2';
const trend: ChartSpec = {
  ...specOf(
    data(
      [month, revenue],
      months(12).map((at, index) => [at, 1e6 * (1 + wave(index))]),
    ),
  ),
  url,
};
const resultOf = (spec: ChartSpec) => ({
  content: [{ type: 'text' as const, text: 'Bar chart "Revenue"' }],
  _meta: { 'lightdash/chart': spec },
});

/** The answer of chart_data. */
const asJson = (spec: ChartSpec) => ({
  content: [{ type: 'text' as const, text: JSON.stringify({ 'lightdash/chart': spec }) }],
});

let browsing: Browsing;
beforeAll(async () => {
  browsing = await openBrowser();
});
afterAll(() => browsing.close());

interface Shown {
  readonly page: Page;
  readonly frame: Frame;
  readonly errors: string[];
  readonly requests: string[];
  pixels(): Promise<ReturnType<typeof decode>>;
  messages(): Promise<{ method: string; params: unknown }[]>;
}

async function show(
  spec: ChartSpec,
  options: { context?: object; meta?: boolean; chartData?: boolean; image?: string } = {},
): Promise<Shown> {
  const { page, errors, requests } = await browsing.open();
  const { context = { theme: 'light' }, meta = true, chartData = false, image } = options;
  const whole = resultOf(spec);
  const content = image
    ? [{ type: 'image' as const, mimeType: 'image/png', data: image }, ...whole.content]
    : whole.content;
  await page.evaluate(
    ([result, given, answer]) =>
      window.testHost.show({
        result,
        toolArguments: { chart: 'revenue' },
        context: given,
        ...(answer && { chartData: answer }),
      }),
    [meta ? { ...whole, content } : { content }, context, chartData ? asJson(spec) : undefined] as const,
  );
  const frame = page.frames()[1];
  if (!frame) throw new Error('no frame');
  if (!image) await frame.waitForSelector('#stage svg, #stage table, #stage .message:not(:text("Loading"))');
  return {
    page,
    frame,
    errors,
    requests,
    pixels: async () => decode(await page.locator('iframe').screenshot()),
    messages: () => page.evaluate(() => window.testHost.requests),
  };
}

describe('the chart App in Chromium', () => {
  test.each([
    ['light', '#ffffff'],
    ['dark', '#1f1f23'],
  ])('draws in the %s theme of its host, without errors or requests', async (theme, background) => {
    const { pixels, errors, requests } = await show(trend, { context: { theme } });
    const shown = await pixels();
    expect(shown.at(3, 3)).toBe(background);
    expect(shown.spansOf(BLUE)).toHaveLength(12);
    expect(errors).toEqual([]);
    expect(requests).toEqual([]);
  });

  test('takes the colours of its host, and follows a change of theme', async () => {
    const variables = { '--color-background-primary': 'light-dark(#fffaf0, #101820)' };
    const { page, frame, pixels } = await show(trend, { context: { theme: 'light', styles: { variables } } });
    expect((await pixels()).at(3, 3)).toBe('#fffaf0');
    await page.evaluate(() => window.testHost.change({ theme: 'dark' }));
    await frame.waitForSelector(':root[data-theme="dark"]');
    expect((await pixels()).at(3, 3)).toBe('#101820');
  });

  test('requests the height that it needs', async () => {
    const { page, messages } = await show(trend);
    await page.waitForFunction(() => window.testHost.requests.some(({ method }) => method === 'size'));
    const sizes = (await messages()).filter(({ method }) => method === 'size');
    expect(sizes.at(-1)?.params).toMatchObject({ height: expect.any(Number) });
  });

  test('keeps the names of points inside', async () => {
    const rows = names(30).map((name, index) => [name, 1000 * wave(index), wave(index * 3)] as const);
    const { frame } = await show(specOf(data([category('p'), revenue, margin], rows), { as: 'scatter' }));
    const rights = await frame.$$eval('#stage svg text', (texts) =>
      texts.map((text) => text.getBoundingClientRect().right),
    );
    expect(rights.length).toBeGreaterThan(20);
    expect(Math.max(...rights)).toBeLessThan(await frame.evaluate(() => window.innerWidth));
  });

  test('shows exact values under the pointer, as text', async () => {
    const hostile = '<img src=x onerror=alert(1)></script>{a|b}';
    const spec = specOf(
      data(
        [category('p'), revenue],
        [
          [hostile, 1234.5],
          ['B', 2],
        ],
      ),
    );
    const { page, frame, errors } = await show(spec);
    await page.locator('iframe').hover({ position: { x: 500, y: 110 } });
    const tip = frame.locator('.tip-title');
    await tip.waitFor();
    expect(await tip.textContent()).toBe(hostile);
    expect(await frame.locator('.tip-line').textContent()).toContain('$1,234.50');
    expect(await frame.locator('img').count()).toBe(0);
    await frame.click('#table');
    expect(await frame.locator('td').first().textContent()).toBe(hostile);
    expect(errors).toEqual([]);
  });

  test('offers table, CSV, PNG, link and full screen', async () => {
    const context = { theme: 'light', availableDisplayModes: ['inline', 'fullscreen'] };
    const { frame, page, messages } = await show(trend, { context });
    for (const button of ['#csv', '#png', '#open', '#fullscreen']) await frame.click(button);
    await page.waitForFunction(() => window.testHost.requests.filter(({ method }) => method !== 'size').length >= 4);
    const requests = (await messages()).filter(({ method }) => method !== 'size');
    const json = requests.map((request) => JSON.stringify(request));
    expect(json.find((text) => text.includes('text/csv'))).toContain('Order month,Revenue\\r\\nJan 2025,');
    const png = /"blob":"([^"]+)"/.exec(json.find((text) => text.includes('image/png')) ?? '')?.[1] ?? '';
    const { width, spansOf } = decode(Buffer.from(png, 'base64'));
    expect(width).toBeGreaterThan(1400);
    expect(spansOf(BLUE)).toHaveLength(12);
    expect(json.join()).toContain(url);
    expect(requests.find(({ method }) => method === 'display-mode')?.params).toEqual({ mode: 'fullscreen' });
    await frame.click('#table');
    expect(await frame.locator('tbody tr').count()).toBe(12);
    await frame.click('#table');
    await frame.waitForSelector('#stage svg');
  });

  test.each([
    [
      'heatmap',
      specOf(
        data(
          [category('p'), category('q'), margin],
          names(5).flatMap((p, y) => names(5, 'Q').map((q, x) => [p, q, wave(x * y)] as const)),
        ),
        { as: 'heatmap' },
      ),
    ],
    [
      'pie',
      specOf(
        data(
          [category('p'), revenue],
          names(5).map((name, index) => [name, index + 1]),
        ),
        { as: 'pie' },
      ),
    ],
    ['number', specOf(data([revenue], [[12]]))],
  ])('draws a %s', async (_, spec) => {
    const { frame, errors } = await show(spec);
    expect(await frame.locator('#stage svg').count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test('reads the rows by its own tool if the host drops _meta', async () => {
    const { frame, messages, pixels } = await show(trend, { meta: false, chartData: true });
    // The text stands there until the rows are.
    await frame.waitForSelector('#stage svg');
    expect((await messages()).filter(({ method }) => method === 'call-tool').map(({ params }) => params)).toEqual([
      { name: 'chart_data', arguments: { chart: 'revenue' } },
    ]);
    expect((await pixels()).spansOf(BLUE)).toHaveLength(12);
  });

  test('shows the picture, or the text, if there is nothing else', async () => {
    const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
    const { frame } = await show(trend, { meta: false, image: picture });
    await frame.waitForSelector('#stage img');
    const { frame: bare } = await show(trend, { meta: false });
    expect(await bare.locator('#stage').textContent()).toContain('Bar chart');
  });

  test('draws what show_chart of a real server sends', async () => {
    const sandbox = await startSandbox();
    const env = { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin };
    const extensions = { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } };
    const { client, close } = await connectInMemory(env, { capabilities: { extensions } });
    const args = { chartUuid: 'Revenue by month', projectUuid: 'Roastery' };
    const result = CallToolResultSchema.parse(await client.callTool({ name: 'show_chart', arguments: args }));
    await close();
    await sandbox.close();
    const { page, errors, requests } = await browsing.open();
    await page.evaluate(
      (sent) => window.testHost.show({ result: sent, toolArguments: {}, context: { theme: 'light' } }),
      result,
    );
    await page.frames()[1]?.waitForSelector('#stage svg');
    expect(decode(await page.locator('iframe').screenshot()).spansOf(BLUE).length).toBeGreaterThan(5);
    expect([...errors, ...requests]).toEqual([]);
  });

  test("answers the host's teardown request", async () => {
    const { page } = await show(trend);
    expect(await page.evaluate(() => window.testHost.teardown())).toEqual({});
  });
});
