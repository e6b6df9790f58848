import { inflateRawSync } from 'node:zlib';
import { isObject } from '../../text/json.ts';

/** A row of a result as Lightdash sent it: by column, a bare value or `{value: {raw, formatted}}`. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * The rows of a result: a plain list, or {@link CompressedRows}, which decompresses while it is iterated. Iterate, do not copy.
 */
export interface Rows extends Iterable<Row> {
  readonly length: number;
  slice(start?: number, end?: number): Rows;
  map(change: (row: Row) => Row): Rows;
}

/** Consecutive rows. */
export interface Block {
  readonly length: number;
  /** Memory it takes. */
  readonly bytes: number;
  open(): readonly Row[];
}

/** A JSON list of rows, compressed. */
export function compressBlock(compressed: Buffer, length: number): Block {
  return {
    length,
    bytes: compressed.length,
    open: () => onlyRows(JSON.parse(inflateRawSync(compressed).toString('utf8'))),
  };
}

/** The objects in a list: nothing else is a row. */
const onlyRows = (list: readonly unknown[]): readonly Row[] => list.filter(isObject);

/**
 * The rows of a large response, decompressed one block at a time. As objects they would take about three times the memory
 * of their JSON, compressed about an eighth, and an answer shows only the first few hundred.
 */
export class CompressedRows implements Rows {
  readonly length: number;
  readonly #blocks: readonly Block[];
  readonly #start: number;
  readonly #change: ((row: Row) => Row) | undefined;

  constructor(blocks: readonly Block[], start = 0, end = Number.POSITIVE_INFINITY, change?: (row: Row) => Row) {
    this.#blocks = blocks;
    this.#start = start;
    this.length = Math.max(0, Math.min(end, sum(blocks, 'length')) - start);
    this.#change = change;
  }

  /** Memory that the rows take, in bytes. */
  get bytes(): number {
    return sum(this.#blocks, 'bytes');
  }

  /** Blocks that hold these rows and no others, as they are now. */
  get blocks(): readonly Block[] {
    const isWhole = this.#change === undefined && this.length === sum(this.#blocks, 'length');
    return isWhole ? this.#blocks : [{ length: this.length, bytes: this.bytes, open: () => [...this] }];
  }

  slice(start = 0, end = this.length): CompressedRows {
    const first = this.#start + Math.min(start, this.length);
    return new CompressedRows(this.#blocks, first, this.#start + Math.min(end, this.length), this.#change);
  }

  map(change: (row: Row) => Row): CompressedRows {
    const earlier = this.#change;
    const changeBoth = earlier ? (row: Row) => change(earlier(row)) : change;
    return new CompressedRows(this.#blocks, this.#start, this.#start + this.length, changeBoth);
  }

  *[Symbol.iterator](): Iterator<Row> {
    const change = this.#change;
    const end = this.#start + this.length;
    let before = 0;
    for (const block of this.#blocks) {
      const [from, to] = [Math.max(this.#start - before, 0), Math.min(end - before, block.length)];
      if (from < to) for (const row of block.open().slice(from, to)) yield change ? change(row) : row;
      before += block.length;
    }
  }

  /** Serialises like a plain list. */
  toJSON(): Row[] {
    return [...this];
  }
}

/** True for rows in either form, also for none: a response without them says nothing of how many there are. */
export const hasRows = (value: unknown): boolean => value instanceof CompressedRows || Array.isArray(value);

/** The rows of a response in either form; empty if it has none. */
export function rowsOf(value: unknown): Rows {
  if (value instanceof CompressedRows) return value;
  return Array.isArray(value) ? onlyRows(value) : [];
}

/** Concatenates rows, such as the pages of a result. */
export function joinRows(parts: readonly Rows[]): Rows {
  if (!parts.some((part) => part instanceof CompressedRows)) return parts.flatMap((part) => [...part]);
  return new CompressedRows(parts.flatMap((part) => (part instanceof CompressedRows ? part.blocks : [blockOf(part)])));
}

const blockOf = (rows: Rows): Block => ({ length: rows.length, bytes: estimateBytes(rows), open: () => [...rows] });

/** Memory of a cell as an object (`{value: {raw, formatted}}`): measured on Node 20, over texts and numbers. */
const BYTES_PER_CELL = 135;

/** Approximate memory of rows, in bytes. */
export function estimateBytes(rows: Rows): number {
  if (rows instanceof CompressedRows) return rows.bytes;
  const [first = {}] = rows.slice(0, 1);
  return rows.length * Object.keys(first).length * BYTES_PER_CELL;
}

const sum = (blocks: readonly Block[], key: 'length' | 'bytes') =>
  blocks.reduce((total, block) => total + block[key], 0);
