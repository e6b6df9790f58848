import type * as ChartKit from '../kit/kit.ts';
import type { DrawnSpec } from '../kit/option.ts';
import type { Theme, ThemeName } from '../kit/theme.ts';
import type { ChartSpec } from '../spec/spec.ts';
import { Host, isObject, type Params } from './host.ts';
import { element, textElement, variableColor } from './page.ts';
import { imageIn, parseObject, specIn, textOf } from './tool-result.ts';
import { tooltipOf } from './tooltip.ts';

declare const chartKit: { readonly exports: typeof ChartKit };

const kit = chartKit.exports;
const PROTOCOL_VERSION = '2026-01-26';
const MAX_TABLE_ROWS = 1_000;

/** Everything that the page shows comes from here. */
const state: {
  host: Params;
  context: Params;
  toolArguments: Params;
  spec: ChartSpec | undefined;
  text: string;
  showsTable: boolean;
} = { host: {}, context: {}, toolArguments: {}, spec: undefined, text: '', showsTable: false };

let chart: ReturnType<typeof kit.init> | undefined;

const host = new Host((method, params) => {
  switch (method) {
    case 'ui/notifications/tool-input':
      state.toolArguments = isObject(params.arguments) ? params.arguments : {};
      break;
    case 'ui/notifications/tool-result':
      void showResult(params);
      break;
    case 'ui/notifications/tool-cancelled':
      showMessage('Cancelled.');
      break;
    case 'ui/notifications/host-context-changed':
      state.context = { ...state.context, ...params };
      applyContext();
      render();
      break;
  }
});

async function start(): Promise<void> {
  const answer = await host.request('ui/initialize', {
    protocolVersion: PROTOCOL_VERSION,
    appInfo: { name: 'lightdash-mcp-chart', version: '1' },
    appCapabilities: { availableDisplayModes: ['inline', 'fullscreen'] },
  });
  const { hostCapabilities, hostContext } = isObject(answer) ? answer : {};
  state.host = isObject(hostCapabilities) ? hostCapabilities : {};
  state.context = isObject(hostContext) ? hostContext : {};
  applyContext();
  host.notify('ui/notifications/initialized', {});
  new ResizeObserver(() => render()).observe(element('stage'));
  new ResizeObserver(() => {
    // The body's box; scrollHeight would never shrink.
    const { width, height } = document.body.getBoundingClientRect();
    host.notify('ui/notifications/size-changed', { width: Math.ceil(width), height: Math.ceil(height) });
  }).observe(document.body);
}

/** Some hosts drop `_meta`: then the app's own tool is called with the same arguments, else the picture is shown. */
async function showResult(result: Params): Promise<void> {
  state.text = textOf(result);
  if (result.isError === true) return showMessage(state.text);
  const spec = specIn(result) ?? (await readSpec());
  if (spec) {
    state.spec = spec;
    return render();
  }
  const picture = imageIn(result);
  if (picture) element('stage').replaceChildren(picture);
  else showMessage(state.text);
}

async function readSpec(): Promise<ChartSpec | undefined> {
  if (!isObject(state.host.serverTools)) return undefined;
  try {
    const result = await host.request('tools/call', { name: 'chart_data', arguments: state.toolArguments });
    return isObject(result) ? (specIn(result) ?? specIn({ _meta: parseObject(textOf(result)) })) : undefined;
  } catch {
    return undefined;
  }
}

function showMessage(text: string): void {
  chart?.dispose();
  chart = undefined;
  element('stage').replaceChildren(textElement('p', text, 'message'));
}

function themeName(): ThemeName {
  const { theme } = state.context;
  if (theme === 'dark' || theme === 'light') return theme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function applyContext(): void {
  const root = document.documentElement;
  root.dataset.theme = themeName();
  root.style.colorScheme = themeName();
  const { styles } = state.context;
  const variables = isObject(styles) && isObject(styles.variables) ? styles.variables : {};
  for (const [name, value] of Object.entries(variables)) {
    if (name.startsWith('--') && typeof value === 'string') root.style.setProperty(name, value);
  }
  const modes = state.context.availableDisplayModes;
  element('fullscreen').hidden = !Array.isArray(modes) || !modes.includes('fullscreen');
}

function currentTheme(): Theme {
  const base = kit.THEMES[themeName()];
  const fontFamily = getComputedStyle(document.body).fontFamily;
  return {
    background: variableColor('--color-background-primary') ?? base.background,
    text: variableColor('--color-text-primary') ?? base.text,
    muted: variableColor('--color-text-secondary') ?? base.muted,
    grid: variableColor('--color-border-secondary') ?? base.grid,
    axis: base.axis,
    fontFamily,
    titleFamily: fontFamily,
    titleWeight: 600,
  };
}

function measurer(fontFamily: string) {
  const context = document.createElement('canvas').getContext('2d');
  return (text: string, size: number): number => {
    if (!context) return text.length * size * 0.6;
    context.font = `${size}px ${fontFamily}`;
    return context.measureText(text).width;
  };
}

function render(): void {
  const { spec } = state;
  if (!spec) return;
  const isTable = state.showsTable || !kit.isDrawn(spec);
  element('tools').hidden = false;
  element('png').hidden = isTable;
  element('table').hidden = !kit.isDrawn(spec);
  element('table').textContent = state.showsTable ? 'Chart' : 'Table';
  element('open').hidden = spec.url === undefined;
  try {
    if (isTable || !kit.isDrawn(spec)) renderTable(spec);
    else renderChart(spec);
  } catch {
    showMessage(state.text);
  }
}

function renderChart(spec: DrawnSpec): void {
  const stage = element('stage');
  const theme = currentTheme();
  document.body.style.background = theme.background;
  const width = Math.max(280, stage.clientWidth);
  const isFull = state.context.displayMode === 'fullscreen';
  const height = isFull ? Math.max(kit.heightFor(spec), window.innerHeight - 70) : kit.heightFor(spec);
  if (!chart) {
    stage.replaceChildren();
    chart = kit.init(stage, null, { renderer: 'svg', width, height });
  } else if (chart.getWidth() !== width || chart.getHeight() !== height) {
    chart.resize({ width, height });
  }
  const locale = typeof state.context.locale === 'string' ? { locale: state.context.locale } : {};
  const option = kit.echartsOption(spec, { width, height, theme, measure: measurer(theme.fontFamily), ...locale });
  chart.setOption({ ...option, tooltip: tooltipOf(kit, spec, theme, locale.locale) }, { notMerge: true });
  stage.style.height = `${height}px`;
  stage.setAttribute('role', 'img');
  stage.setAttribute('aria-label', state.text || spec.title);
}

function renderTable(spec: ChartSpec): void {
  chart?.dispose();
  chart = undefined;
  const stage = element('stage');
  stage.style.height = 'auto';
  stage.removeAttribute('role');
  document.body.style.background = currentTheme().background;
  const { columns, rows } = kit.tableOf(spec);
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  for (const { label, format } of columns) head.append(textElement('th', label, format ? 'number' : ''));
  const body = table.createTBody();
  for (const row of rows.slice(0, MAX_TABLE_ROWS)) {
    const line = body.insertRow();
    row.forEach((cell, index) => {
      const format = columns[index]?.format;
      const text =
        cell === null ? '' : typeof cell === 'number' && format ? kit.formatValue(cell, format) : String(cell);
      line.append(textElement('td', text, format ? 'number' : ''));
    });
  }
  const hidden = rows.length - MAX_TABLE_ROWS;
  const note = hidden > 0 ? [textElement('p', `${hidden} more rows are in the CSV.`, 'message')] : [];
  stage.replaceChildren(
    textElement('h1', spec.title),
    ...spec.notes.map((text) => textElement('p', text, 'note')),
    table,
    ...note,
  );
}

function fileName(extension: string): string {
  const name = (state.spec?.title ?? 'chart').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
  return `${name.slice(0, 60) || 'chart'}.${extension}`;
}

async function download(
  extension: string,
  mimeType: string,
  content: { text: string } | { blob: string },
): Promise<void> {
  const name = fileName(extension);
  if (isObject(state.host.downloadFile)) {
    const resource = { uri: `file:///${encodeURIComponent(name)}`, mimeType, ...content };
    await host.request('ui/download-file', { contents: [{ type: 'resource', resource }] });
    return;
  }
  const link = document.createElement('a');
  link.download = name;
  link.href =
    'text' in content
      ? `data:${mimeType},${encodeURIComponent(content.text)}`
      : `data:${mimeType};base64,${content.blob}`;
  link.click();
}

/** The drawing at twice its size, by way of an image of its SVG. */
async function downloadPng(): Promise<void> {
  const drawing = element('stage').querySelector('svg');
  if (!chart || !drawing) return;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = chart.getWidth() * 2;
  canvas.height = chart.getHeight() * 2;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.fillStyle = currentTheme().background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const [, blob = ''] = canvas.toDataURL('image/png').split(',');
  await download('png', 'image/png', { blob });
}

const actions: Readonly<Record<string, () => unknown>> = {
  table: () => {
    state.showsTable = !state.showsTable;
    render();
  },
  csv: () => state.spec && download('csv', 'text/csv', { text: kit.csvOf(kit.tableOf(state.spec)) }),
  png: downloadPng,
  open: () => state.spec?.url && host.request('ui/open-link', { url: state.spec.url }),
  fullscreen: () =>
    host.request('ui/request-display-mode', {
      mode: state.context.displayMode === 'fullscreen' ? 'inline' : 'fullscreen',
    }),
};

for (const [id, action] of Object.entries(actions)) {
  element(id).addEventListener('click', () => {
    // A host may refuse a request; the chart stays as it is.
    Promise.resolve(action()).catch(() => undefined);
  });
}

void start();
