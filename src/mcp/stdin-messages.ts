import type { Readable } from 'node:stream';
import {
  ErrorCode,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  type RequestId,
  RequestIdSchema,
} from '@modelcontextprotocol/sdk/types.js';

/** The SDK gives up the session at 10 MiB without a line break. */
export const MAX_LINE_BYTES = 10 * 1024 * 1024;
/** Deeper messages are refused: arguments of tools nest fewer than 20 levels, and recursive code would overflow. */
const MAX_DEPTH = 64;
/** Arrays and objects in one message, and values in all of them; some code takes longer with each. */
const MAX_CONTAINERS = 200_000;
const MAX_VALUES = 500_000;
/** Messages in one batch. */
const MAX_BATCH = 1_000;
/** So much of the beginning and of the end of a line that is too long is kept to find its id in. */
const KEPT_BYTES = 1024;

/** A JSON-RPC error. */
interface Refusal {
  readonly code: ErrorCode.InvalidRequest;
  readonly message: string;
}

/** Receives what a host sends. */
interface MessageReceiver {
  receive(message: JSONRPCMessage): void;
  /** Answers a request that cannot be taken. */
  refuse(id: RequestId, refusal: Refusal): void;
  /** Logs a line that cannot be answered because its id is unknown. */
  note(reason: string): void;
  /** Called once, when the input has ended or broken. */
  end(): void;
}

/**
 * Reads the messages of a host, one a line; those of a batch (2025-03-26) come one by one. One that is not a request, or is
 * too long, is answered rather than dropped, so that no host waits for it.
 */
export function readMessages(input: Readable, receiver: MessageReceiver): void {
  const line = new Line();

  /** Returns false if the message has no id to answer by. */
  const refuseById = (message: unknown, reason: string): boolean => {
    const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined;
    const parsedId = RequestIdSchema.safeParse(id);
    if (parsedId.success) receiver.refuse(parsedId.data, refusal(reason));
    return parsedId.success;
  };
  const take = (message: unknown) => {
    const excess = excessOf(message);
    const parsed = excess === undefined ? JSONRPCMessageSchema.safeParse(message) : undefined;
    if (parsed?.success) {
      receiver.receive(parsed.data);
    } else if (!refuseById(message, excess ? `The message ${excess}.` : 'This is not a JSON-RPC 2.0 message.')) {
      receiver.note(`a message that ${excess ?? 'is not JSON-RPC'}`);
    }
  };
  const end = () => {
    const { bytes, start, rest, isTooLong } = line.end();
    if (isTooLong) {
      const id = idIn(start, rest);
      const reason = `The message is ${bytes} bytes long; this server takes ${MAX_LINE_BYTES}.`;
      if (id === undefined) receiver.note(reason);
      else receiver.refuse(id, refusal(reason));
      return;
    }
    if (rest.trim() === '') return;
    let message: unknown;
    try {
      message = JSON.parse(rest);
    } catch {
      return receiver.note('a line that is not JSON');
    }
    if (!Array.isArray(message)) return take(message);
    for (const item of message.slice(0, MAX_BATCH)) take(item);
    const excess = `a batch of more than ${MAX_BATCH} messages`;
    for (const item of message.slice(MAX_BATCH)) refuseById(item, `This is part of ${excess}.`);
    if (message.length > MAX_BATCH) receiver.note(excess);
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
    if (!isOver) receiver.end();
    isOver = true;
  };
  input.on('end', finish);
  // A broken pipe has no end.
  input.on('close', finish);
  input.on('error', (error) => receiver.note(error.message));
}

/** Returns how a message exceeds the limits of its shape; undefined if it does not. Not recursive: it must not overflow. */
function excessOf(message: unknown): string | undefined {
  let level = [message];
  let containers = 0;
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep`;
    const next: unknown[] = [];
    for (const container of level) {
      if (typeof container !== 'object' || container === null) continue;
      const held: unknown[] = Object.values(container);
      values += held.length;
      if (values > MAX_VALUES) return `holds more than ${MAX_VALUES} values`;
      for (const inner of held) {
        if (typeof inner === 'object' && inner !== null) next.push(inner);
      }
      containers += 1;
      if (containers + next.length > MAX_CONTAINERS) return `holds more than ${MAX_CONTAINERS} arrays and objects`;
    }
    level = next;
  }
  return undefined;
}

/** A line as it arrives; of one that is too long only the ends are kept. */
class Line {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #start = '';

  add(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes < MAX_LINE_BYTES) return;
    const kept = Buffer.concat(this.#chunks);
    this.#start ||= kept.toString('utf8', 0, KEPT_BYTES);
    this.#chunks = [Buffer.from(kept.subarray(-KEPT_BYTES))];
  }

  /** Returns the finished line and starts the next. `rest` is the whole line, or its end if it is too long. */
  end(): { bytes: number; start: string; rest: string; isTooLong: boolean } {
    const isTooLong = this.#bytes >= MAX_LINE_BYTES;
    // Most lines come in one piece.
    const [whole] = this.#chunks;
    const rest = whole && this.#chunks.length === 1 ? whole : Buffer.concat(this.#chunks);
    const ended = { bytes: this.#bytes, start: this.#start, rest: rest.toString('utf8') };
    this.#chunks = [];
    this.#bytes = 0;
    this.#start = '';
    return { ...ended, isTooLong };
  }
}

/** Hosts write the id first or last: the members before it are short, or there are none after it. */
function idIn(start: string, end: string): RequestId | undefined {
  const value = '("(?:[^"\\\\]|\\\\.)*"|-?\\d+)';
  const short = '(?:"(?:jsonrpc|method)"\\s*:\\s*"[^"]*"\\s*,\\s*)*';
  const match =
    new RegExp(`^\\s*\\{\\s*${short}"id"\\s*:\\s*${value}\\s*[,}]`).exec(start) ??
    new RegExp(`"id"\\s*:\\s*${value}\\s*\\}\\s*$`).exec(end);
  return match?.[1] === undefined ? undefined : RequestIdSchema.safeParse(JSON.parse(match[1])).data;
}

const refusal = (message: string): Refusal => ({ code: ErrorCode.InvalidRequest, message });
