import { PNG } from 'pngjs';
import { isDrawn } from '../../../src/charts/kit/option.ts';
import { loadPainter, type Picture, type PictureOptions } from '../../../src/charts/picture/draw.ts';
import { type Fonts, loadFonts } from '../../../src/charts/picture/fonts.ts';
import { buildSpec } from '../../../src/charts/spec/build-spec.ts';
import { type ChartRequest, choosePlan } from '../../../src/charts/spec/choose.ts';
import type { ChartData } from '../../../src/charts/spec/data.ts';
import type { ChartSpec } from '../../../src/charts/spec/spec.ts';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `#rrggbb`. */
  at(x: number, y: number): string;
  count(color: string): number;
  /** Rows of a column of pixels that have a color. */
  rowsOf(x: number, color: string): number[];
  /** Spans of columns in which a color occurs anywhere. */
  spansOf(color: string): { from: number; to: number }[];
  /** Pixels that are neither white, grey nor black. */
  coloured(): number;
}

/** Decodes a PNG with a decoder that is not ours. */
export function decode(png: Buffer): Pixels {
  const { width, height, data } = PNG.sync.read(png);
  const valueAt = (x: number, y: number) => data.readUInt32BE((y * width + x) * 4) >>> 8;
  const numberOf = (color: string) => Number.parseInt(color.slice(1), 16);
  const rows = Array.from({ length: height }, (_, index) => index);
  const columns = Array.from({ length: width }, (_, index) => index);
  const rowsOf = (x: number, color: string) => {
    const wanted = numberOf(color);
    return rows.filter((y) => valueAt(x, y) === wanted);
  };
  return {
    width,
    height,
    at: (x, y) => `#${valueAt(x, y).toString(16).padStart(6, '0')}`,
    rowsOf,
    count: (color) => columns.reduce((sum, x) => sum + rowsOf(x, color).length, 0),
    coloured() {
      const isColoured = (value: number) => {
        const channels = [value >> 16, (value >> 8) & 255, value & 255];
        return Math.max(...channels) - Math.min(...channels) > 60;
      };
      return columns.reduce((sum, x) => sum + rows.filter((y) => isColoured(valueAt(x, y))).length, 0);
    },
    spansOf(color) {
      const wanted = numberOf(color);
      const spans: { from: number; to: number }[] = [];
      for (const x of columns) {
        if (!rows.some((y) => valueAt(x, y) === wanted)) continue;
        const last = spans.at(-1);
        if (last && last.to === x - 1) last.to = x;
        else spans.push({ from: x, to: x });
      }
      return spans;
    },
  };
}

export const specOf = (data: ChartData, request: ChartRequest = {}): ChartSpec =>
  buildSpec(data, choosePlan(data, request));

export async function drawSpec(spec: ChartSpec, options?: PictureOptions): Promise<Picture & { pixels: Pixels }> {
  if (!isDrawn(spec)) throw new Error(`a ${spec.kind} is not drawn`);
  const paint = await loadPainter();
  const picture = await paint(spec, options);
  return { ...picture, pixels: decode(picture.png) };
}

export const draw = (data: ChartData, request?: ChartRequest, options?: PictureOptions) =>
  drawSpec(specOf(data, request), options);

export interface Label {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly turned: boolean;
}

let fonts: Promise<Fonts> | undefined;

/** Boxes of the texts of a drawing, measured with the picture's font; turned ones are not boxes and have no extent. */
export async function labelsOf(svg: string): Promise<Label[]> {
  fonts ??= loadFonts();
  const { measure } = await fonts;
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = '', escaped = '']) => {
    const text = escaped.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];
    const size = Number(/font-size:([\d.]+)px/.exec(attributes)?.[1] ?? 12);
    const [, moved = '0 0'] = /translate\(([^)]*)\)/.exec(attributes) ?? [];
    const [dx = 0, dy = 0] = moved.split(/[ ,]/).map(Number);
    const x = dx + Number(attribute('x') ?? 0);
    const y = dy + Number(attribute('y') ?? 0);
    const width = measure(text, size);
    const anchor = attribute('text-anchor');
    const left = anchor === 'middle' ? x - width / 2 : anchor === 'end' ? x - width : x;
    return {
      text,
      left,
      right: left + width,
      // Capitals and descenders lie within 0.4 em of the middle.
      top: y - size * 0.4,
      bottom: y + size * 0.4,
      turned: /transform="matrix/.test(attributes),
    };
  });
}

/** Pairs of upright labels that cover each other. */
export function overlaps(labels: readonly Label[]): string[] {
  const upright = labels.filter(({ turned, text }) => !turned && text.trim() !== '');
  return upright.flatMap((label, index) =>
    upright
      .slice(index + 1)
      .filter(
        (other) =>
          label.left < other.right && other.left < label.right && label.top < other.bottom && other.top < label.bottom,
      )
      .map((other) => `${label.text} / ${other.text}`),
  );
}
