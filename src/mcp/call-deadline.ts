import { timeoutReason } from '../async/abort.ts';

/** The time that all the requests of a call have together; while a person thinks it stands still. */
export class CallDeadline {
  readonly #ending = new AbortController();
  readonly #milliseconds: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.#begin();
  }

  /** Aborts, as a timeout does, when the time is over. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Waits for something that is not to count; the time begins anew behind it. */
  async pauseFor<Value>(wait: () => Promise<Value>): Promise<Value> {
    this.end();
    try {
      return await wait();
    } finally {
      this.#begin();
    }
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #begin(): void {
    this.#timer = setTimeout(() => this.#ending.abort(timeoutReason()), this.#milliseconds);
  }
}
