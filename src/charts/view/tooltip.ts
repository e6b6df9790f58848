import type * as ChartKit from '../kit/kit.ts';
import type { DrawnSpec } from '../kit/option.ts';
import type { Theme } from '../kit/theme.ts';
import type { CartesianSpec, ValueFormat } from '../spec/spec.ts';
import { isObject } from './host.ts';
import { textElement } from './page.ts';

/** ECharts' tooltip with exact values. It is built of elements: names must not become HTML. */
export function tooltipOf(kit: typeof ChartKit, spec: DrawnSpec, theme: Theme, locale: string | undefined): object {
  const write = (value: number, format: ValueFormat) =>
    kit.formatValue(value, format, locale === undefined ? {} : { locale });
  const content = (params: unknown): HTMLElement => {
    const items = (Array.isArray(params) ? params : [params]).filter(isObject);
    const box = document.createElement('div');
    box.append(
      ...linesOf(kit, spec, items, write).map(({ text, isTitle }) =>
        textElement('div', text, isTitle ? 'tip-title' : 'tip-line'),
      ),
    );
    return box;
  };
  const isAxis = spec.kind === 'cartesian' && spec.x.type !== 'number';
  return {
    trigger: isAxis ? 'axis' : 'item',
    axisPointer: { type: isAxis && spec.series.some(({ type }) => type === 'bar') ? 'shadow' : 'line' },
    confine: true,
    formatter: content,
    backgroundColor: theme.background,
    borderColor: theme.grid,
    textStyle: { color: theme.text, fontFamily: theme.fontFamily, fontSize: 12 },
  };
}

interface Line {
  readonly text: string;
  readonly isTitle?: boolean;
}

function linesOf(
  kit: typeof ChartKit,
  spec: DrawnSpec,
  items: readonly Readonly<Record<string, unknown>>[],
  write: (value: number, format: ValueFormat) => string,
): readonly Line[] {
  const [first] = items;
  const index = Number(first?.dataIndex);
  if (!first || !Number.isInteger(index)) return [];
  switch (spec.kind) {
    case 'cartesian':
      return cartesianLines(
        kit,
        spec,
        items.map(({ seriesIndex }) => Number(seriesIndex)),
        index,
        write,
      );
    case 'pie':
    case 'funnel':
    case 'treemap': {
      const slice = spec.slices.find(({ name }) => name === first.name);
      return slice ? [{ text: slice.name, isTitle: true }, { text: write(slice.value, spec.format) }] : [];
    }
    case 'heatmap': {
      const [x = 0, y = 0, value = 0] = Array.isArray(first.value) ? first.value.map(Number) : [];
      return [
        { text: `${spec.y.values[y] ?? ''}, ${spec.x.values[x] ?? ''}`, isTitle: true },
        { text: write(value, spec.format) },
      ];
    }
    default:
      return [];
  }
}

function cartesianLines(
  kit: typeof ChartKit,
  spec: CartesianSpec,
  series: readonly number[],
  index: number,
  write: (value: number, format: ValueFormat) => string,
): readonly Line[] {
  const lines = series.flatMap((item) => {
    const drawn = spec.series[item];
    const value = drawn?.values[index];
    if (!drawn || typeof value !== 'number') return [];
    const share = spec.percentStack ? kit.shares(spec, drawn)[index] : undefined;
    const percent = typeof share === 'number' ? ` (${(share * 100).toFixed(1)}%)` : '';
    return [{ text: `${drawn.name}: ${write(value, drawn.format)}${percent}` }];
  });
  const { x } = spec;
  const along = x.type === 'number' ? [{ text: `${x.label}: ${write(x.values[index] ?? 0, x.format)}` }] : [];
  return [{ text: kit.xNames(spec)[index] ?? '', isTitle: true }, ...along, ...lines];
}
