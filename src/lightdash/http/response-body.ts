import { TooLargeError } from '../errors.ts';
import { RowCompressor } from '../rows/row-compressor.ts';
import type { CompressedRows } from '../rows/rows.ts';
import type { BodyReader } from './response-handler.ts';

/** A response above this size is aborted while it streams. */
const MAX_RESPONSE_BYTES = 50 * 1024 * 1024;
/** The rows of a response above this size are compressed while it arrives. */
const LARGE_RESPONSE_BYTES = 256 * 1024;

/** The parts of an operation that reading its response depends on. */
interface RequestInfo {
  /** False if it changes something: that is done even if the response was not read. */
  readonly readOnly: boolean;
  /** Size above which the response is not read to its end. */
  readonly maxResponseBytes?: number;
}

/** A body read to its end. */
interface Body {
  readonly text: string;
  readonly bytes: number;
  /** Rows of a large response; in `text` they are an empty list. */
  readonly rows: CompressedRows | undefined;
}

/** A response read to its end, with the headers that matter. */
export interface Received extends Body {
  readonly status: number;
  readonly date: string | undefined;
  readonly contentType: string | undefined;
  readonly retryAfter: string | undefined;
  readonly location: string | undefined;
}

/** Reads the body of a response of Lightdash. */
export class ResponseBody implements BodyReader<Body> {
  readonly #status: number;
  readonly #request: RequestInfo;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #compressor: RowCompressor | undefined;

  constructor(status: number, request: RequestInfo) {
    this.#status = status;
    this.#request = request;
  }

  /** @throws {TooLargeError} */
  write(chunk: Buffer): void {
    const { maxResponseBytes: maxBytes = MAX_RESPONSE_BYTES, readOnly } = this.#request;
    const status = this.#status;
    this.#bytes += chunk.length;
    if (this.#bytes > maxBytes) {
      throw new TooLargeError(
        `Lightdash's response is over ${maxBytes / 1024 / 1024} MB and was not read to its end.`,
        {
          status,
          outcomeUnknown: !readOnly,
          advice: 'Request less: a limit, narrower filters, fewer columns, or a page at a time.',
        },
      );
    }
    if (this.#compressor === undefined && this.#bytes > LARGE_RESPONSE_BYTES && status === 200) {
      this.#compressor = new RowCompressor();
      for (const earlier of this.#chunks.splice(0)) this.#compressor.write(earlier);
    }
    if (this.#compressor) this.#compressor.write(chunk);
    else this.#chunks.push(chunk);
  }

  end(): Body {
    if (this.#compressor === undefined) {
      return { text: textOf(this.#chunks), bytes: this.#bytes, rows: undefined };
    }
    const { text, rows } = this.#compressor.end();
    return { text, bytes: this.#bytes, rows };
  }
}

/** Most bodies come in one piece. */
const textOf = ([first, ...rest]: readonly Buffer[]): string =>
  first === undefined ? '' : (rest.length === 0 ? first : Buffer.concat([first, ...rest])).toString('utf8');

/** Reads a body that says nothing of use to its end. */
export const ignoredBody: BodyReader<undefined> = { write: () => undefined, end: () => undefined };
