import type { ChartSpec } from '../spec/spec.ts';
import type { Theme } from './theme.ts';

/** Width of a text in pixels at a font size. */
export type Measure = (text: string, size: number) => number;

/** Everything that a drawing depends on, but its data. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  readonly measure: Measure;
  readonly locale?: string;
}

/** Width of a picture in pixels at scale 1. */
export const PICTURE_WIDTH = 800;
/** Space around a picture in pixels. */
export const MARGIN = 16;
/** Size of labels in pixels. */
export const TEXT_SIZE = 12;
const TITLE_SIZE = 16;
const BASE_HEIGHT = 450;
const ROW_HEIGHT = 22;
const LINE_HEIGHT = 18;
const MAX_NOTE_LINES = 3;

/** Height for a width of 800: lying bars and heatmaps grow with their rows. */
export function heightFor(spec: ChartSpec): number {
  if (spec.kind === 'number') return 220;
  if (spec.kind === 'heatmap') return Math.max(300, 150 + ROW_HEIGHT * spec.y.values.length);
  if (spec.kind !== 'cartesian' || !spec.horizontal) return BASE_HEIGHT;
  const stacks = new Set(spec.series.map(({ stack, name }) => stack ?? name)).size;
  const bars = spec.x.values.length * (stacks > 1 ? Math.max(1, stacks * 0.6) : 1);
  return Math.round(Math.min(1500, Math.max(300, 110 + ROW_HEIGHT * bars)));
}

/** Cuts a text to a width, with an ellipsis. */
export function truncate(text: string, width: number, size: number, measure: Measure): string {
  if (measure(text, size) <= width) return text;
  const characters = [...text];
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(`${characters.slice(0, middle).join('')}…`, size) <= width) low = middle;
    else high = middle - 1;
  }
  return `${characters.slice(0, low).join('').trimEnd()}…`;
}

/** Breaks a text at spaces into lines of a width. */
function wrap(text: string, width: number, size: number, measure: Measure): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const joined = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && measure(joined, size) <= width) lines[lines.length - 1] = joined;
    else lines.push(truncate(word, width, size, measure));
  }
  return lines;
}

interface Header {
  /** ECharts titles: the title and, below, the notes. */
  readonly title: object;
  /** Pixels that it takes. */
  readonly height: number;
}

/** Title and notes as ECharts elements, with the height that they take. */
export function headerOf({ title, notes }: Pick<ChartSpec, 'title' | 'notes'>, canvas: Canvas): Header {
  const { theme, measure } = canvas;
  const width = canvas.width - 2 * MARGIN;
  // Semi-bold is about 5 % wider than the regular that is measured.
  const text = truncate(title, width / 1.06, TITLE_SIZE, measure);
  const lines = notes.length === 0 ? [] : wrap(notes.join(' · '), width, TEXT_SIZE, measure);
  const shown =
    lines.length <= MAX_NOTE_LINES
      ? lines
      : [
          ...lines.slice(0, MAX_NOTE_LINES - 1),
          truncate(lines.slice(MAX_NOTE_LINES - 1).join(' '), width, TEXT_SIZE, measure),
        ];
  return {
    title: {
      text,
      subtext: shown.join('\n'),
      left: MARGIN - 5,
      top: 8,
      itemGap: 5,
      textStyle: {
        fontSize: TITLE_SIZE,
        lineHeight: 20,
        fontFamily: theme.titleFamily,
        fontWeight: theme.titleWeight,
        color: theme.text,
      },
      subtextStyle: { fontSize: TEXT_SIZE, lineHeight: LINE_HEIGHT, fontFamily: theme.fontFamily, color: theme.muted },
    },
    height: 42 + shown.length * LINE_HEIGHT,
  };
}

const SYMBOL = 14;
const ITEM_GAP = 14;
const MAX_LEGEND_NAME = 180;

interface Legend {
  readonly option: object;
  readonly height: number;
}

/** Legend of a row or more below the header; its height is measured, because ECharts places the plot without it. */
export function legendOf(names: readonly string[], top: number, canvas: Canvas): Legend | undefined {
  if (names.length < 2) return undefined;
  const { theme, measure } = canvas;
  const width = canvas.width - 2 * MARGIN;
  const shown = new Map(names.map((name) => [name, truncate(name, MAX_LEGEND_NAME, TEXT_SIZE, measure)]));
  let rows = 1;
  let used = 0;
  for (const name of names) {
    const item = SYMBOL + 5 + measure(shown.get(name) ?? name, TEXT_SIZE);
    if (used > 0 && used + item > width) {
      rows += 1;
      used = 0;
    }
    used += item + ITEM_GAP;
  }
  return {
    option: {
      type: 'plain',
      left: MARGIN - 5,
      top: top - 4,
      width,
      orient: 'horizontal',
      itemWidth: SYMBOL,
      itemHeight: 8,
      itemGap: ITEM_GAP,
      icon: 'roundRect',
      data: [...names],
      formatter: (name: string) => shown.get(name) ?? name,
      textStyle: { fontSize: TEXT_SIZE, fontFamily: theme.fontFamily, color: theme.muted, lineHeight: 16 },
    },
    height: rows * 26 + 2,
  };
}
