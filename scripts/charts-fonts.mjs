// Turns the fonts of @fontsource/roboto into bare TrueType files: outlines, widths, names, nothing else.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';
import subsetFont from 'subset-font';

const require = createRequire(import.meta.url);

/** Without hinting (fpgm, prep, cvt, gasp) and without kerning and ligatures (GPOS, GSUB): widths add up glyph by glyph. */
const TABLES = new Set(['OS/2', 'cmap', 'glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp', 'name', 'post']);

const REGULAR = ['latin', 'latin-ext', 'greek', 'cyrillic', 'vietnamese'];
const SEMI_BOLD = ['latin'];
/** Signs that stand in filters and labels. */
const SIGNS = '≈≠≤≥∞';

/** Files by name, regular first. Later ones are for characters that the earlier ones lack. */
export async function chartFonts() {
  const names = [...REGULAR.map((subset) => `${subset}-400`), ...SEMI_BOLD.map((subset) => `${subset}-600`)];
  const fonts = await Promise.all(names.map(async (name) => [`roboto-${name}.ttf`, await trueTypeOf(name)]));
  return [...fonts, ['roboto-signs-400.ttf', await trueTypeOf('math-400', SIGNS)]];
}

/** A subset and weight of Roboto, such as `latin-400`; of `characters` alone if they are listed. */
export async function trueTypeOf(name, characters) {
  const woff = await readFile(require.resolve(`@fontsource/roboto/files/roboto-${name}-normal.woff`));
  return bareTrueType(characters === undefined ? woff : await subsetFont(woff, characters, { targetFormat: 'woff' }));
}

/** Unpacks a WOFF 1 file (https://www.w3.org/TR/WOFF/) and leaves out what is not in TABLES. */
function bareTrueType(woff) {
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, index) => {
    const entry = 44 + index * 20;
    const tag = woff.toString('latin1', entry, entry + 4);
    const offset = woff.readUInt32BE(entry + 4);
    const packed = woff.subarray(offset, offset + woff.readUInt32BE(entry + 8));
    const length = woff.readUInt32BE(entry + 12);
    return {
      tag,
      checksum: woff.readUInt32BE(entry + 16),
      data: packed.length < length ? inflateSync(packed) : packed,
    };
  }).filter(({ tag }) => TABLES.has(tag));
  const power = 2 ** Math.floor(Math.log2(tables.length));
  const header = Buffer.alloc(12 + tables.length * 16);
  header.writeUInt32BE(0x00010000, 0);
  header.writeUInt16BE(tables.length, 4);
  header.writeUInt16BE(power * 16, 6);
  header.writeUInt16BE(Math.log2(power), 8);
  header.writeUInt16BE((tables.length - power) * 16, 10);
  let offset = header.length;
  const bodies = tables.map(({ tag, checksum, data }, index) => {
    const entry = 12 + index * 16;
    header.write(tag, entry, 'latin1');
    header.writeUInt32BE(checksum, entry + 4);
    header.writeUInt32BE(offset, entry + 8);
    header.writeUInt32BE(data.length, entry + 12);
    const body = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
    offset += body.length;
    return body;
  });
  return Buffer.concat([header, ...bodies]);
}
