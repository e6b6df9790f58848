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
  'roboto-signs-400.ttf',
  'roboto-latin-600.ttf',
];

/** Width of a character that no font has, in ems: such text is mostly Chinese, Japanese, Korean or emoji. */
const MISSING_WIDTH = 1;

/** Joiners and variation selectors have no glyph and need none. */
const INVISIBLE = /[\u200b-\u200f\u2060]|[\ufe00-\ufe0f]/gu;

/** Fonts of a picture; sizes and widths are in pixels. */
export interface Fonts {
  readonly files: readonly Uint8Array[];
  measure(text: string, size: number): number;
  /** Characters of a text that no font has, each once. */
  missing(text: string): ReadonlySet<string>;
}

/** Loads the package's fonts. */
export async function loadFonts(): Promise<Fonts> {
  return fontsOf(await Promise.all(FILES.map((name) => readAsset(`fonts/${name}`))));
}

/** The fonts of some files; a character is of the first that has it. */
export function fontsOf(files: readonly Uint8Array[]): Fonts {
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

/** Characters in the names of a spec that no font has, each once, and the number of names that hold any. */
export function missingIn(spec: ChartSpec, fonts: Fonts): { characters: ReadonlySet<string>; names: number } {
  const characters = new Set<string>();
  let names = 0;
  mapStrings(spec, (text) => {
    const missing = fonts.missing(text);
    if (missing.size > 0) names += 1;
    for (const character of missing) characters.add(character);
    return text;
  });
  return { characters, names };
}

/** The spec without characters that have no glyph and need none. */
export const withoutInvisible = <Spec extends ChartSpec>(spec: Spec): Spec =>
  mapStrings(spec, (text) => text.replace(INVISIBLE, ''));

/** The same value with every string in it replaced. */
export function mapStrings<Value>(value: Value, change: (text: string) => string): Value;
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}
