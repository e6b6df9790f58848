import { readFile } from 'node:fs/promises';
import { readAsset } from '../assets.ts';
import type { ChartSpec } from '../spec/spec.ts';
import { type Glyphs, readGlyphs } from './glyphs.ts';

/** Regular subsets of Roboto in the order in which they are looked through, and semi-bold for titles. */
const FILES = [
  'roboto-latin-400.ttf',
  'roboto-latin-ext-400.ttf',
  'roboto-greek-400.ttf',
  'roboto-cyrillic-400.ttf',
  'roboto-vietnamese-400.ttf',
  'roboto-math-400.ttf',
  'roboto-latin-600.ttf',
];

/** Width of a character that no font has, in ems: such text is mostly Chinese, Japanese, Korean or emoji. */
const MISSING_WIDTH = 1;

/** Joiners and variation selectors have no glyph and need none. */
const INVISIBLE = /[\u200b-\u200f\u2060]|[\ufe00-\ufe0f]/gu;

export interface Fonts {
  readonly files: readonly Uint8Array[];
  measure(text: string, size: number): number;
  /** Characters of a text that no font has, each once. */
  missing(text: string): ReadonlySet<string>;
}

/** Loads the package's fonts, and `extra` if it is given: a font file of the system for further scripts. */
export async function loadFonts(extra?: string): Promise<Fonts> {
  const own = await Promise.all(FILES.map((name) => readAsset(`fonts/${name}`)));
  const files = extra === undefined ? own : [...own, await readFile(extra)];
  const glyphs = files.map(readGlyphs);
  const widths = new Map<number, number | undefined>();
  const widthOf = (codePoint: number): number | undefined => {
    if (widths.has(codePoint)) return widths.get(codePoint);
    const width = firstWidth(glyphs, codePoint);
    widths.set(codePoint, width);
    return width;
  };
  return {
    files,
    measure: (text, size) =>
      size * [...text].reduce((sum, character) => sum + (widthOf(character.codePointAt(0) ?? 0) ?? MISSING_WIDTH), 0),
    missing: (text) =>
      new Set(
        [...text].filter((character) => !/\s/.test(character) && widthOf(character.codePointAt(0) ?? 0) === undefined),
      ),
  };
}

function firstWidth(fonts: readonly Glyphs[], codePoint: number): number | undefined {
  for (const font of fonts) {
    const width = font.widthOf(codePoint);
    if (width !== undefined) return width;
  }
  return undefined;
}

/** Prepares the names of a spec for the picture's font, and counts those with characters that it lacks. */
export function fitToFonts<Spec extends ChartSpec>(spec: Spec, fonts: Fonts): { spec: Spec; missing: number } {
  let missing = 0;
  const fitted = mapStrings(spec, (text) => {
    const visible = text.replace(INVISIBLE, '');
    if (fonts.missing(visible).size > 0) missing += 1;
    return visible;
  });
  return { spec: fitted, missing };
}

/** The same value with every string in it replaced. */
export function mapStrings<Value>(value: Value, change: (text: string) => string): Value;
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}
