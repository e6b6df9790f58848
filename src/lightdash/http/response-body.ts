import { TooLargeError } from '../errors.ts';
import type { CompressedRows } from '../rows/rows.ts';

/** An answer above this many bytes is cut off while it streams. */
const MAX_ANSWER_BYTES = 50 * 1024 * 1024;
/** An answer above this many bytes has its rows packed while it arrives. */
const LARGE_ANSWER_BYTES = 256 * 1024;

/** The body of an HTTP answer as it streams. */
interface Stream extends AsyncIterable<Buffer> {
  destroy(): void;
}

/** What the answer is to. */
interface ResponseInfo {
  readonly status: number;
  /** A request that changes something: it is done although its answer was not read. */
  readonly toWrite: boolean;
}

/** A body read to its end. */
export interface Body {
  readonly text: string;
  readonly bytes: number;
  /** The rows of a large answer; in its text they are an empty list. */
  readonly rows?: CompressedRows;
}

/**
 * Reads the body of an answer.
 *
 * @throws {TooLargeError}
 */
export async function readBody(body: Stream, { status, toWrite }: ResponseInfo): Promise<Body> {
  const chunks: Buffer[] = [];
  let packer: InstanceType<Awaited<ReturnType<typeof loadPacker>>> | undefined;
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) {
      body.destroy();
      throw new TooLargeError(
        `Lightdash's answer is over ${MAX_ANSWER_BYTES / 1024 / 1024} MB and was not read to its end.`,
        {
          status,
          outcomeUnknown: toWrite,
          advice: 'Ask for less: a limit, narrower filters, fewer columns, or a page at a time.',
        },
      );
    }
    if (packer === undefined && bytes > LARGE_ANSWER_BYTES && status === 200) {
      packer = new (await loadPacker())();
      for (const earlier of chunks.splice(0)) packer.write(earlier);
    }
    if (packer) packer.write(chunk);
    else chunks.push(chunk);
  }
  if (packer === undefined) return { text: Buffer.concat(chunks).toString('utf8'), bytes };
  const { text, rows } = packer.end();
  return { text, bytes, ...(rows && { rows }) };
}

const loadPacker = async () => (await import('../rows/row-compressor.ts')).RowCompressor;
