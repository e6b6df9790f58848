import type { ChartSpec } from '../spec/spec.ts';
import { isObject, type Params } from './host.ts';

/** chart_data sends the chart as JSON: text is what no host drops. */
export function parseObject(text: string): unknown {
  return JSON.parse(text);
}

/** The chart that `show_chart` or `chart_data` sent. */
export function specIn({ _meta, structuredContent }: Params): ChartSpec | undefined {
  for (const holder of [_meta, structuredContent]) {
    const spec = isObject(holder) ? holder['lightdash/chart'] : undefined;
    if (isSpec(spec)) return spec;
  }
  return undefined;
}

/** Written by our own server of the same build; a page kept in a host's cache may meet a newer one. */
const isSpec = (value: unknown): value is ChartSpec =>
  isObject(value) && typeof value.kind === 'string' && typeof value.title === 'string' && Array.isArray(value.notes);

const itemsOf = ({ content }: Params): readonly Params[] => (Array.isArray(content) ? content.filter(isObject) : []);

/** The texts of a tool's result. */
export const textOf = (result: Params): string =>
  itemsOf(result)
    .flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : []))
    .join('\n');

/** The picture that stands in for a chart, with the answer's text as its description. */
export function imageIn(result: Params): HTMLImageElement | undefined {
  const item = itemsOf(result).find(({ type, data }) => type === 'image' && typeof data === 'string');
  if (!item) return undefined;
  const image = document.createElement('img');
  image.src = `data:image/png;base64,${String(item.data)}`;
  image.alt = textOf(result);
  return image;
}
