import { inflateRawSync } from 'node:zlib';

/** A row of a result as Lightdash sent it: by column, a bare value or `{value: {raw, formatted}}`. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * The rows of a result. A plain list is one; {@link CompressedRows} is one that opens its rows while they are looked at: go
 * over them, do not copy them.
 */
export interface Rows extends Iterable<Row> {
  readonly length: number;
  slice(start?: number, end?: number): Rows;
  map(change: (row: Row) => Row): Rows;
}

/** Some rows side by side. */
export interface Block {
  readonly length: number;
  /** Memory that it takes. */
  readonly bytes: number;
  open(): readonly Row[];
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON list of rows, compressed. */
export function compressBlock(packed: Buffer, length: number): Block {
  return {
    length,
    bytes: packed.length,
    open: () => onlyRows(JSON.parse(inflateRawSync(packed).toString('utf8'))),
  };
}

/** The objects among the elements of a list: nothing else is a row. */
export const onlyRows = (list: readonly unknown[]): readonly Row[] => list.filter(isRow);

/**
 * The rows of a large answer, a block of them open at a time. As objects they would take about three times the memory
 * of their JSON, and an answer shows the first few hundred; packed they take about an eighth of it.
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
    const both = earlier ? (row: Row) => change(earlier(row)) : change;
    return new CompressedRows(this.#blocks, this.#start, this.#start + this.length, both);
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

  /** As JSON they are a list like any other. */
  toJSON(): Row[] {
    return [...this];
  }
}

/** The rows of an answer, whichever form they came in; none where it has none. */
export function rowsOf(value: unknown): Rows {
  if (value instanceof CompressedRows) return value;
  return Array.isArray(value) ? onlyRows(value) : [];
}

/** Rows after rows, such as the pages of a result. */
export function joinRows(parts: readonly Rows[]): Rows {
  if (!parts.some((part) => part instanceof CompressedRows)) return parts.flatMap((part) => [...part]);
  return new CompressedRows(parts.flatMap((part) => (part instanceof CompressedRows ? part.blocks : [blockOf(part)])));
}

const blockOf = (rows: Rows): Block => ({ length: rows.length, bytes: estimateBytes(rows), open: () => [...rows] });

/** Bytes that a cell takes as an object (`{value: {raw, formatted}}`): measured on Node 20, over texts and numbers. */
const BYTES_OF_A_CELL = 135;

/** About how much memory rows take, in bytes. */
export function estimateBytes(rows: Rows): number {
  if (rows instanceof CompressedRows) return rows.bytes;
  const [first = {}] = rows.slice(0, 1);
  return rows.length * Object.keys(first).length * BYTES_OF_A_CELL;
}

const sum = (blocks: readonly Block[], what: 'length' | 'bytes') =>
  blocks.reduce((total, block) => total + block[what], 0);
