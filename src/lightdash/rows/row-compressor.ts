import { deflateRawSync } from 'node:zlib';
import { isObject } from '../../text/json.ts';
import { type Block, CompressedRows, compressBlock } from './rows.ts';

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Rows are compressed in blocks of this size: a page of a result reads one or two of them. */
const BLOCK_BYTES = 64 * 1024;
/** Fast and good enough: rows repeat themselves. */
const LEVEL = 1;
/** Whitespace of JSON. */
const BLANK = /^[ \t\r\n]*$/;
/** No relevant key is longer than `results`. */
const MAX_KEY_LENGTH = 8;

/**
 * Reads a response while it arrives and compresses `results.rows`, so that neither its text nor its rows are ever whole in
 * memory. Everything else is returned as text for the envelope reader; so is all of a response without such rows, or
 * whose rows are not JSON.
 */
export class RowCompressor {
  /** All bytes that are not rows, in order. */
  readonly #envelopeChunks: Buffer[] = [];
  readonly #blocks: Block[] = [];
  #state: 'before' | 'rows' | 'after' = 'before';
  /** The block being filled, a JSON list without its end: a copy, so that no chunk is kept alive for a part of it. */
  #block = Buffer.allocUnsafeSlow(2 * BLOCK_BYTES).fill('[', 0, 1);
  #length = 1;
  /** Offset of the last row of the block, and the number of rows before it. */
  #rowStart = 1;
  #rowCount = 0;
  /** State of the scan: depth (in `rows`: below the list), inside a string or not, and the last string and colon. */
  #depth = 0;
  #inText = false;
  #escaped = false;
  #text = '';
  #afterColon = false;
  #inResults = false;

  write(chunk: Buffer): void {
    let rest = chunk;
    if (this.#state === 'before') rest = this.#seek(rest);
    if (this.#state === 'rows') rest = this.#split(rest);
    if (rest.length > 0) this.#envelopeChunks.push(rest);
  }

  /** The response with an empty list instead of its rows, and the rows; undefined if there was no such list. */
  end(): { readonly text: string; readonly rows: CompressedRows | undefined } {
    // Incomplete response: the rest of the rows makes the text as unreadable as the whole is.
    if (this.#state === 'rows') this.#envelopeChunks.push(this.#block.subarray(1, this.#length));
    const rows = this.#state === 'after' ? new CompressedRows(this.#blocks) : undefined;
    return { text: Buffer.concat(this.#envelopeChunks).toString('utf8'), rows };
  }

  /** Skips to the start of the rows; returns the part of the chunk from there on. */
  #seek(chunk: Buffer): Buffer {
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#inText) {
        if (this.#isInString(byte) && this.#text.length < MAX_KEY_LENGTH) this.#text += String.fromCharCode(byte);
        continue;
      }
      switch (byte) {
        case QUOTE:
          this.#inText = true;
          this.#text = '';
          break;
        case COLON:
          this.#afterColon = true;
          continue;
        case OPEN_OBJECT:
          if (this.#depth === 1) this.#inResults = this.#afterColon && this.#text === 'results';
          this.#depth += 1;
          break;
        case OPEN_LIST:
          if (this.#depth === 2 && this.#inResults && this.#afterColon && this.#text === 'rows') {
            this.#envelopeChunks.push(chunk.subarray(0, at + 1));
            this.#state = 'rows';
            this.#depth = 0;
            return chunk.subarray(at + 1);
          }
          this.#depth += 1;
          break;
        case CLOSE_OBJECT:
        case CLOSE_LIST:
          this.#depth -= 1;
          if (this.#depth === 1) this.#inResults = false;
          break;
        case COMMA:
          break;
        default:
          continue;
      }
      this.#afterColon = false;
    }
    return chunk;
  }

  /** True if a byte belongs to the current string. */
  #isInString(byte: number): boolean {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inText = false;
    return this.#inText;
  }

  /** Collects rows and compresses them in blocks; returns the part of the chunk after the last row. */
  #split(chunk: Buffer): Buffer {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#inText) {
        this.#isInString(byte);
      } else if (byte === QUOTE) {
        this.#inText = true;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        this.#depth += 1;
      } else if ((byte === COMMA || byte === CLOSE_LIST) && this.#depth === 0) {
        const last = byte === CLOSE_LIST;
        this.#append(chunk.subarray(start, at));
        if (!this.#endRow({ last }) || last) {
          this.#state = 'after';
          return chunk.subarray(at);
        }
        start = at + 1;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        this.#depth -= 1;
      }
    }
    this.#append(chunk.subarray(start));
    return chunk.subarray(chunk.length);
  }

  #append(part: Buffer): void {
    const needed = this.#length + part.length + 1;
    if (needed > this.#block.length) {
      const larger = Buffer.allocUnsafeSlow(2 * needed);
      this.#block.copy(larger, 0, 0, this.#length);
      this.#block = larger;
    }
    part.copy(this.#block, this.#length);
    this.#length += part.length;
  }

  /**
   * Ends a row, and its block with the last row or once it is full. Each row is parsed by itself, only to see that it is
   * JSON: the objects of a whole block would make V8 double its young generation for good (17 MB on Node 20).
   *
   * @returns false if it is not JSON; then it goes back to the envelope, whose reader will refuse it.
   */
  #endRow({ last }: { readonly last: boolean }): boolean {
    const text = this.#block.toString('utf8', this.#rowStart, this.#length);
    const isFirst = this.#rowStart === 1 && this.#blocks.length === 0;
    if (last && isFirst && BLANK.test(text)) return true;
    const row = parseRow(text);
    if (row === undefined) {
      this.#envelopeChunks.push(Buffer.from(`,${this.#block.toString('utf8', 1, this.#length)}`));
      return false;
    }
    if (isObject(row)) this.#rowCount += 1;
    if (last || this.#length >= BLOCK_BYTES) this.#compress();
    else this.#length += this.#block.write(',', this.#length);
    this.#rowStart = this.#length;
    return true;
  }

  #compress(): void {
    this.#block.write(']', this.#length);
    this.#blocks.push(compressBlock(compressed(this.#block.subarray(0, this.#length + 1)), this.#rowCount));
    this.#length = 1;
    this.#rowCount = 0;
  }
}

/** Copied, because zlib returns a slice of a larger buffer, which would be kept alive. */
const compressed = (json: Buffer): Buffer => Buffer.from(deflateRawSync(json, { level: LEVEL }));

function parseRow(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
