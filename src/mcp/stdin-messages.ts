import { Readable } from 'node:stream';
import { ErrorCode, JSONRPCMessageSchema, type RequestId, RequestIdSchema } from '@modelcontextprotocol/sdk/types.js';

/** The SDK gives up the session at 10 MiB without a line break. */
export const MAX_LINE_BYTES = 10 * 1024 * 1024;
/** So much of the beginning and of the end of a line that is too long is kept to find its id in. */
const KEPT_BYTES = 1024;

/** What is wrong with a request, in terms of JSON-RPC. */
export interface Refusal {
  readonly code: ErrorCode.InvalidRequest;
  readonly message: string;
}

/** What becomes of messages that the SDK would drop without a word. */
export interface ErrorSink {
  /** Answers a request that cannot be taken. */
  refuse(id: RequestId, refusal: Refusal): void;
  /** Takes note of a line that cannot be answered: nobody knows which request it is. */
  note(reason: string): void;
}

/**
 * The messages among what a host sends, one a line, as the SDK reads them. A request that is none, or too long, is
 * answered instead of being dropped, so that no host waits for it; the messages of a batch, which hosts of 2025-03-26
 * may send, come one by one.
 */
export function readMessages(input: Readable, refusing: ErrorSink): Readable {
  const messages = new Readable({ read: () => undefined });
  const line = new Line();

  const take = (message: unknown) => {
    if (JSONRPCMessageSchema.safeParse(message).success) return void messages.push(`${JSON.stringify(message)}\n`);
    const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined;
    const known = RequestIdSchema.safeParse(id);
    if (known.success) refusing.refuse(known.data, refusal('This is not a JSON-RPC 2.0 message.'));
    else refusing.note('a message that is not JSON-RPC');
  };
  const end = () => {
    const { bytes, start, rest, isTooLong } = line.end();
    if (isTooLong) {
      const id = idIn(start, rest);
      const reason = `The message is ${bytes} bytes long; this server takes ${MAX_LINE_BYTES}.`;
      if (id === undefined) refusing.note(reason);
      else refusing.refuse(id, refusal(reason));
      return;
    }
    if (rest.trim() === '') return;
    let message: unknown;
    try {
      message = JSON.parse(rest);
    } catch {
      return refusing.note('a line that is not JSON');
    }
    for (const each of Array.isArray(message) ? message : [message]) take(each);
  };

  input.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      line.add(chunk.subarray(from, at));
      end();
      from = at + 1;
    }
    line.add(chunk.subarray(from));
  });
  let isOver = false;
  const finish = () => {
    if (!isOver) messages.push(null);
    isOver = true;
  };
  input.on('end', finish);
  // Without an end where the pipe broke.
  input.on('close', finish);
  input.on('error', (error) => refusing.note(error.message));
  return messages;
}

/** A line as it arrives; of one that is too long only the ends are kept. */
class Line {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #start = '';

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes < MAX_LINE_BYTES) return;
    const kept = Buffer.concat(this.#chunks);
    this.#start ||= kept.toString('utf8', 0, KEPT_BYTES);
    this.#chunks = [Buffer.from(kept.subarray(-KEPT_BYTES))];
  }

  /** What the line was, and begins the next one. `rest` is all of it, or its end where it is too long. */
  end(): { bytes: number; start: string; rest: string; isTooLong: boolean } {
    const isTooLong = this.#bytes >= MAX_LINE_BYTES;
    const ended = { bytes: this.#bytes, start: this.#start, rest: Buffer.concat(this.#chunks).toString('utf8') };
    this.#chunks = [];
    this.#bytes = 0;
    this.#start = '';
    return { ...ended, isTooLong };
  }
}

/** Hosts write the id first or last: the members before it are short, or there are none behind it. */
function idIn(start: string, end: string): RequestId | undefined {
  const value = '("(?:[^"\\\\]|\\\\.)*"|-?\\d+)';
  const short = '(?:"(?:jsonrpc|method)"\\s*:\\s*"[^"]*"\\s*,\\s*)*';
  const found =
    new RegExp(`^\\s*\\{\\s*${short}"id"\\s*:\\s*${value}\\s*[,}]`).exec(start) ??
    new RegExp(`"id"\\s*:\\s*${value}\\s*\\}\\s*$`).exec(end);
  return found?.[1] === undefined ? undefined : RequestIdSchema.safeParse(JSON.parse(found[1])).data;
}

const refusal = (message: string): Refusal => ({ code: ErrorCode.InvalidRequest, message });
