import type { Dispatcher } from 'undici';
import type { Phase } from './failure.ts';

/** Headers of a response, their names in lower case. */
type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Reads a body while it arrives. */
export interface BodyReader<Body> {
  /** Takes the next bytes. An error that it throws ends the request. */
  write(chunk: Buffer): void;
  /** Returns the body once all of it is there. */
  end(): Body;
}

/** A response that has been read to its end. */
export interface HttpResponse<Body> {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: Body;
}

/** Receives the outcome of a request. */
interface Outcome<Body> {
  resolve(response: HttpResponse<Body>): void;
  reject(error: unknown): void;
  /** Frees the slot of the request at once, before any code that waits for the response runs. */
  release(): void;
}

/** Takes the events of one request from undici. Once its signal aborts it is over, whatever undici still reports. */
export class ResponseHandler<Body> implements Dispatcher.DispatchHandler {
  readonly #readerOf: (status: number) => BodyReader<Body>;
  readonly #progress: { phase: Phase };
  readonly #signal: AbortSignal;
  readonly #outcome: Outcome<Body>;
  #controller: Dispatcher.DispatchController | undefined;
  #response:
    | { readonly status: number; readonly headers: ResponseHeaders; readonly reader: BodyReader<Body> }
    | undefined;
  #isOver = false;

  constructor(
    readerOf: (status: number) => BodyReader<Body>,
    progress: { phase: Phase },
    signal: AbortSignal,
    outcome: Outcome<Body>,
  ) {
    this.#readerOf = readerOf;
    this.#progress = progress;
    this.#signal = signal;
    this.#outcome = outcome;
    signal.addEventListener('abort', this.#onAbort);
  }

  /** The request is about to be written to a connection: before that, nothing of it can have arrived. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // undici knows nothing of a request that is taken back before it has a connection.
    if (this.#isOver) controller.abort(errorOf(this.#signal.reason));
    else this.#progress.phase = 'sending';
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    // An interim response, such as 103, comes before the real one.
    if (status < 200 || this.#isOver) return;
    this.#progress.phase = 'reading';
    this.#response = { status, headers, reader: this.#readerOf(status) };
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    try {
      this.#response?.reader.write(chunk);
    } catch (error) {
      this.#fail(error);
    }
  }

  onResponseEnd(): void {
    const { status = 0, headers = {}, reader } = this.#response ?? {};
    if (this.#isOver || reader === undefined) return;
    this.#end();
    try {
      this.#outcome.resolve({ status, headers, body: reader.end() });
    } catch (error) {
      this.#outcome.reject(error);
    }
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return;
    this.#end();
    this.#outcome.reject(error);
  }

  readonly #onAbort = (): void => this.#fail(this.#signal.reason);

  #fail(error: unknown): void {
    this.#end();
    this.#outcome.reject(error);
    this.#controller?.abort(errorOf(error));
  }

  #end(): void {
    this.#isOver = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#outcome.release();
  }
}

const errorOf = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('aborted', { cause: reason });
