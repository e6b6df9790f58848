import { LightdashError, TooLargeError } from '../../lightdash/errors.ts';
import { FileWriter, fileStem } from '../files/saved-file.ts';
import type { SaveTarget, ToolContext } from '../tool.ts';

/** A file larger than this is not saved. */
const MAX_FILE_BYTES = 100 * 1024 * 1024;

/** A CSV file on this machine. */
export interface SavedCsv {
  readonly path: string;
  readonly bytes: number;
  /** Number of records without the header. */
  readonly rows: number;
}

/** Saves the CSV file of a link; the reason if it could not be: the link stays good. */
export async function saveCsv(
  link: string,
  { folder, title }: SaveTarget,
  { lightdash, signal, polling, redact }: Pick<ToolContext, 'lightdash' | 'signal' | 'polling' | 'redact'>,
): Promise<SavedCsv | { readonly failure: string }> {
  const stem = fileStem(redact(title), 'export');
  let reader: CsvReader | undefined;
  try {
    reader = new CsvReader(new FileWriter(folder, (hash) => `${stem}-${hash}.csv`));
    return await lightdash.readFile(link, reader, AbortSignal.any([signal, polling.deadline]));
  } catch (failure) {
    reader?.discard();
    const error = reader?.failure ?? failure;
    if (signal.aborted) throw error;
    if (error instanceof LightdashError) return { failure: error.message };
    if (error instanceof Error && 'code' in error) return { failure: `The folder cannot be written (${error.code}).` };
    throw error;
  }
}

/** Writes a CSV file while it arrives, and counts its records. */
class CsvReader {
  readonly #writer: FileWriter;
  readonly #counter = new RecordCounter();

  constructor(writer: FileWriter) {
    this.#writer = writer;
  }

  /** The error that ended the writing. */
  failure: unknown;

  write(chunk: Uint8Array): void {
    this.#counter.add(chunk);
    this.#attempt(() => this.#writer.write(chunk));
    if (this.#writer.bytes > MAX_FILE_BYTES)
      throw new TooLargeError(`The file is over ${MAX_FILE_BYTES / 1024 / 1024} MB.`);
  }

  end(): SavedCsv {
    const path = this.#attempt(() => this.#writer.end());
    return { path, bytes: this.#writer.bytes, rows: Math.max(0, this.#counter.records - 1) };
  }

  discard(): void {
    this.#writer.discard();
  }

  #attempt<Value>(work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

const [QUOTE, NEWLINE] = [0x22, 0x0a];

/** Counts the records of a CSV as it streams: a line break between quotes ends none. */
export class RecordCounter {
  #ended = 0;
  #isQuoted = false;
  #isInRecord = false;

  /** Records so far, one without a line break at its end included. */
  get records(): number {
    return this.#ended + (this.#isInRecord ? 1 : 0);
  }

  add(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (byte === QUOTE) this.#isQuoted = !this.#isQuoted;
      const isEnd = byte === NEWLINE && !this.#isQuoted;
      if (isEnd) this.#ended += 1;
      this.#isInRecord = !isEnd;
    }
  }
}
