import type { Readable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { withReadableError } from './protocol-errors.ts';
import { readMessages } from './stdin-messages.ts';

/** Writes a line of the protocol; calls back when it is written, or cannot be. */
export type WriteLine = (line: string, written?: () => void) => unknown;

/**
 * The connection to a host over stdin and stdout. The SDK's own reads each message from a second stream and checks it a
 * second time, and drops one that it cannot read.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #input: Readable;
  readonly #write: WriteLine;
  readonly #onEnd: () => void;

  /** @param onEnd called when the host has closed its end. */
  constructor(input: Readable, write: WriteLine, onEnd: () => void) {
    this.#input = input;
    this.#write = write;
    this.#onEnd = onEnd;
  }

  async start(): Promise<void> {
    readMessages(this.#input, {
      receive: (message) => this.#receive(message),
      refuse: (id, error) => void this.#write(lineOf({ jsonrpc: '2.0', id, error })),
      note: (reason) => this.onerror?.(new Error(reason)),
      end: this.#onEnd,
    });
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve) => void this.#write(lineOf(withReadableError(message)), () => resolve()));
  }

  async close(): Promise<void> {
    this.#input.pause();
    this.onclose?.();
  }

  #receive(message: JSONRPCMessage): void {
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

const lineOf = (message: object): string => `${JSON.stringify(message)}\n`;
