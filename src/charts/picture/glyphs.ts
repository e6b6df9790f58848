/** Characters that a TrueType or OpenType font has, and their widths. */
export interface Glyphs {
  /** Width in ems; undefined if the font lacks the character. */
  widthOf(codePoint: number): number | undefined;
}

/**
 * Reads the tables cmap (formats 4 and 12), hhea, hmtx and head of a font file; of a collection (.ttc), its first font.
 *
 * @throws RangeError if the file is not a font, or cut off.
 * @see https://learn.microsoft.com/typography/opentype/spec/otff
 */
export function readGlyphs(file: Uint8Array): Glyphs {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tables = tablesOf(view);
  const table = (tag: string): number => {
    const offset = tables.get(tag);
    if (offset === undefined) throw new RangeError(`the font has no table ${tag}`);
    return offset;
  };
  const unitsPerEm = view.getUint16(table('head') + 18);
  const metrics = view.getUint16(table('hhea') + 34);
  const widths = table('hmtx');
  const glyphOf = glyphLookup(view, table('cmap'));
  return {
    widthOf(codePoint) {
      const glyph = glyphOf(codePoint);
      if (glyph === 0) return undefined;
      return view.getUint16(widths + 4 * Math.min(glyph, metrics - 1)) / unitsPerEm;
    },
  };
}

function tablesOf(view: DataView): ReadonlyMap<string, number> {
  const TTC = 0x74746366;
  const start = view.getUint32(0) === TTC ? view.getUint32(12) : 0;
  const count = view.getUint16(start + 4);
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const entry = start + 12 + index * 16;
      const tag = String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(entry + byte)));
      return [tag, view.getUint32(entry + 8)];
    }),
  );
}

/** Glyph of a code point, 0 if there is none, by the best Unicode subtable. */
function glyphLookup(view: DataView, cmap: number): (codePoint: number) => number {
  const subtables = Array.from({ length: view.getUint16(cmap + 2) }, (_, index) => {
    const offset = cmap + view.getUint32(cmap + 8 + index * 8);
    return { offset, format: view.getUint16(offset), platform: view.getUint16(cmap + 4 + index * 8) };
  }).filter(({ platform }) => platform === 0 || platform === 3);
  const wide = subtables.find(({ format }) => format === 12);
  if (wide) return (codePoint) => glyphByGroups(view, wide.offset, codePoint);
  const narrow = subtables.find(({ format }) => format === 4);
  if (!narrow) throw new RangeError('the font has no Unicode character map');
  return (codePoint) => glyphBySegments(view, narrow.offset, codePoint);
}

/** Format 12: sorted groups of start, end, first glyph. */
function glyphByGroups(view: DataView, table: number, codePoint: number): number {
  const at = (index: number) => table + 16 + index * 12;
  const index = firstAtLeast(view.getUint32(table + 12), (item) => view.getUint32(at(item) + 4), codePoint);
  if (index === undefined || view.getUint32(at(index)) > codePoint) return 0;
  return view.getUint32(at(index) + 8) + codePoint - view.getUint32(at(index));
}

/** Format 4: sorted segments of 16 bits, in four parallel arrays. */
function glyphBySegments(view: DataView, table: number, codePoint: number): number {
  if (codePoint > 0xffff) return 0;
  const size = view.getUint16(table + 6);
  const ends = table + 14;
  const index = firstAtLeast(size / 2, (item) => view.getUint16(ends + item * 2), codePoint);
  if (index === undefined) return 0;
  const starts = ends + size + 2;
  const start = view.getUint16(starts + index * 2);
  if (start > codePoint) return 0;
  const delta = view.getUint16(starts + size + index * 2);
  const rangeAt = starts + 2 * size + index * 2;
  const range = view.getUint16(rangeAt);
  if (range === 0) return (codePoint + delta) & 0xffff;
  const glyph = view.getUint16(rangeAt + range + 2 * (codePoint - start));
  return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
}

/** Index of the first of ascending values that is at least `wanted`. */
function firstAtLeast(count: number, valueAt: (index: number) => number, wanted: number): number | undefined {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low < count ? low : undefined;
}
