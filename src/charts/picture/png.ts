import { crc32, deflateSync } from 'node:zlib';
import type { Raster } from './rasterise.ts';

const MAX_COLORS = 256;
/** Squared distance in RGB up to which two colours look the same: shades of an edge, mostly. */
const MAX_UNSEEN_DISTANCE = 100;
/** Of a dense line, 9 takes 30 times as long for a twentieth fewer bytes. */
const DEFLATE_LEVEL = 6;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Writes opaque RGBA pixels as an indexed PNG with at most 256 colours: charts have few colours and some edges in
 * between, and a third of the bytes matters to hosts that take base64 for text.
 */
export function encodePng({ pixels, width, height }: Raster): Buffer {
  const source = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const { palette, indexOf } = reduceColors(colorFrequency(source, width * height));
  const rows = indexRows(source, width, height, indexOf);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a pixel, indexed.
  header[8] = 8;
  header[9] = 3;
  const colors = Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 0xff, color & 0xff]));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colors),
    chunk('IDAT', deflateSync(rows, { level: DEFLATE_LEVEL })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The colours of a picture, and the position of each in the palette. */
interface Colors {
  readonly palette: readonly number[];
  readonly indexOf: ReadonlyMap<number, number>;
}

/** The most frequent colours (of equally frequent ones the lower first) that differ visibly; each other is its nearest. */
function reduceColors(frequency: ReadonlyMap<number, number>): Colors {
  const palette: number[] = [];
  const indexOf = new Map<number, number>();
  for (const [color] of [...frequency].toSorted((left, right) => right[1] - left[1] || left[0] - right[0])) {
    const { index, distance } = nearest(palette, color);
    const isNew = distance > MAX_UNSEEN_DISTANCE && palette.length < MAX_COLORS;
    indexOf.set(color, isNew ? palette.push(color) - 1 : index);
  }
  return { palette, indexOf };
}

/** Number of pixels of each colour. */
function colorFrequency(source: DataView, count: number): ReadonlyMap<number, number> {
  const frequency = new Map<number, number>();
  let start = 0;
  for (let index = 1; index <= count; index += 1) {
    const color = source.getUint32(start * 4) >>> 8;
    // A run at a time: neighbours are mostly equal.
    if (index < count && source.getUint32(index * 4) >>> 8 === color) continue;
    frequency.set(color, (frequency.get(color) ?? 0) + index - start);
    start = index;
  }
  return frequency;
}

/** Positions in the palette, each row after the number of its filter: none. */
function indexRows(source: DataView, width: number, height: number, indexOf: Colors['indexOf']): Buffer {
  const rows = Buffer.alloc((width + 1) * height);
  let last = -1;
  let index = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const color = source.getUint32((y * width + x) * 4) >>> 8;
      if (color !== last) {
        index = indexOf.get(color) ?? 0;
        last = color;
      }
      rows[y * (width + 1) + 1 + x] = index;
    }
  }
  return rows;
}

function nearest(palette: readonly number[], color: number): { index: number; distance: number } {
  let index = 0;
  let distance = Number.POSITIVE_INFINITY;
  palette.forEach((candidate, position) => {
    const red = (candidate >> 16) - (color >> 16);
    const green = ((candidate >> 8) & 0xff) - ((color >> 8) & 0xff);
    const blue = (candidate & 0xff) - (color & 0xff);
    const squared = red * red + green * green + blue * blue;
    if (squared < distance) {
      distance = squared;
      index = position;
    }
  });
  return { index, distance };
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
