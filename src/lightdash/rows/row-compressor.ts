import { deflateRawSync } from 'node:zlib';
import { type Block, CompressedRows, compressBlock, onlyRows } from './rows.ts';

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** So many bytes of rows are packed together: a page of an answer opens one or two of them. */
const BLOCK_BYTES = 64 * 1024;
/** Fast and good enough: rows repeat themselves. */
const LEVEL = 1;
/** No key that matters is longer than `results`. */
const LONGEST_KEY = 8;

/**
 * Reads an answer of Lightdash while it arrives, and packs what is in `results.rows`: neither its text nor its rows are
 * ever whole in memory. Everything beside the rows is handed back as text, for the reader of envelopes to judge; so is
 * all of an answer that has no such rows, or whose rows are not JSON.
 */
export class RowCompressor {
  /** What is not rows, in order. */
  readonly #envelopeChunks: Buffer[] = [];
  readonly #blocks: Block[] = [];
  #state: 'before' | 'rows' | 'after' = 'before';
  /** The block that is being gathered, a JSON list that is not closed yet: copied, so that no chunk lives on for a part of it. */
  #block = Buffer.allocUnsafeSlow(2 * BLOCK_BYTES).fill('[', 0, 1);
  #gathered = 1;
  /** Where the scan is: how deep (in `rows`: below the list), whether in a text, and the last text and colon it met. */
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

  /** The answer without its rows (an empty list in their place), and the rows; undefined where there was no such list. */
  end(): { readonly text: string; readonly rows: CompressedRows | undefined } {
    // Cut off in the middle of the rows: what is left of them makes the text as unreadable as the whole is.
    if (this.#state === 'rows') this.#envelopeChunks.push(this.#block.subarray(1, this.#gathered));
    const rows = this.#state === 'after' ? new CompressedRows(this.#blocks) : undefined;
    return { text: Buffer.concat(this.#envelopeChunks).toString('utf8'), rows };
  }

  /** Passes over what comes before the rows; answers what of the chunk belongs to them. */
  #seek(chunk: Buffer): Buffer {
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#inText) {
        if (this.#passText(byte) && this.#text.length < LONGEST_KEY) this.#text += String.fromCharCode(byte);
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

  /** Whether a byte belongs to the text that the scan is in. */
  #passText(byte: number): boolean {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inText = false;
    return this.#inText;
  }

  /** Gathers rows and packs them by blocks; answers what of the chunk comes after the last of them. */
  #split(chunk: Buffer): Buffer {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#inText) {
        this.#passText(byte);
      } else if (byte === QUOTE) {
        this.#inText = true;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        this.#depth += 1;
      } else if (byte === CLOSE_LIST && this.#depth === 0) {
        this.#gather(chunk.subarray(start, at));
        this.#pack({ last: true });
        this.#state = 'after';
        return chunk.subarray(at);
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        this.#depth -= 1;
      } else if (byte === COMMA && this.#depth === 0 && this.#gathered + at - start >= BLOCK_BYTES) {
        this.#gather(chunk.subarray(start, at));
        if (!this.#pack({ last: false })) {
          this.#state = 'after';
          return chunk.subarray(at);
        }
        start = at + 1;
      }
    }
    this.#gather(chunk.subarray(start));
    return chunk.subarray(chunk.length);
  }

  #gather(part: Buffer): void {
    const needed = this.#gathered + part.length + 1;
    if (needed > this.#block.length) {
      const larger = Buffer.allocUnsafeSlow(2 * needed);
      this.#block.copy(larger, 0, 0, this.#gathered);
      this.#block = larger;
    }
    part.copy(this.#block, this.#gathered);
    this.#gathered += part.length;
  }

  /** Packs what is gathered. What is no JSON goes back to where it came from, where it will be found to be none. */
  #pack({ last }: { readonly last: boolean }): boolean {
    this.#block.write(']', this.#gathered);
    const json = this.#block.subarray(0, this.#gathered + 1);
    const list = parsedList(json);
    if (list === undefined) {
      this.#envelopeChunks.push(Buffer.from(this.#block.subarray(1, this.#gathered)));
      return false;
    }
    this.#gathered = 1;
    if (list.length > 0) {
      this.#blocks.push(compressBlock(packed(json), onlyRows(list).length));
      return true;
    }
    // Nothing at all is a result without rows; nothing beside a comma is no JSON, and the comma says so.
    const isEmpty = last && this.#blocks.length === 0;
    if (!isEmpty) this.#envelopeChunks.push(Buffer.from(','));
    return isEmpty;
  }
}

/** Compressed, in memory of its own: zlib answers with a piece of a larger buffer, which would be kept whole. */
const packed = (json: Buffer): Buffer => Buffer.from(deflateRawSync(json, { level: LEVEL }));

function parsedList(json: Buffer): readonly unknown[] | undefined {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    return undefined;
  }
}
