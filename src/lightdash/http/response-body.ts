import { TooLargeError } from '../errors.ts';
import type { CompressedRows } from '../rows/rows.ts';

/** A response above this size is aborted while it streams. */
const MAX_RESPONSE_BYTES = 50 * 1024 * 1024;
/** The rows of a response above this size are compressed while it arrives. */
const LARGE_RESPONSE_BYTES = 256 * 1024;

/** Body of an HTTP response as it streams. */
interface Stream extends AsyncIterable<Buffer> {
  destroy(): void;
}

/** Context of the response. */
interface ResponseInfo {
  readonly status: number;
  /** The request changes something: it is done even if its response was not read. */
  readonly toWrite: boolean;
  /** Size above which it is not read to its end. */
  readonly maxBytes?: number;
}

/** A body read to its end. */
export interface Body {
  readonly text: string;
  readonly bytes: number;
  /** Rows of a large response; in `text` they are an empty list. */
  readonly rows?: CompressedRows;
}

/**
 * Reads the body of a response.
 *
 * @throws {TooLargeError}
 */
export async function readBody(
  body: Stream,
  { status, toWrite, maxBytes = MAX_RESPONSE_BYTES }: ResponseInfo,
): Promise<Body> {
  const chunks: Buffer[] = [];
  let compressor: InstanceType<Awaited<ReturnType<typeof loadCompressor>>> | undefined;
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      body.destroy();
      throw new TooLargeError(
        `Lightdash's response is over ${maxBytes / 1024 / 1024} MB and was not read to its end.`,
        {
          status,
          outcomeUnknown: toWrite,
          advice: 'Request less: a limit, narrower filters, fewer columns, or a page at a time.',
        },
      );
    }
    if (compressor === undefined && bytes > LARGE_RESPONSE_BYTES && status === 200) {
      compressor = new (await loadCompressor())();
      for (const earlier of chunks.splice(0)) compressor.write(earlier);
    }
    if (compressor) compressor.write(chunk);
    else chunks.push(chunk);
  }
  if (compressor === undefined) return { text: Buffer.concat(chunks).toString('utf8'), bytes };
  const { text, rows } = compressor.end();
  return { text, bytes, ...(rows && { rows }) };
}

const loadCompressor = async () => (await import('../rows/row-compressor.ts')).RowCompressor;
