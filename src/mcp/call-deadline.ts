import { setMaxListeners } from 'node:events';
import { abortWith, timeoutReason } from '../async/abort.ts';

/** The time that all the requests of a call have together; while a person thinks it stands still. */
export class CallDeadline {
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  #timer: NodeJS.Timeout | undefined;

  readonly #unlink: () => void;

  /** @param parent aborts the call as well. */
  constructor(milliseconds: number, parent: AbortSignal) {
    this.#milliseconds = milliseconds;
    // Each request of the call listens; Node warns of more than ten.
    setMaxListeners(0, this.signal);
    this.#unlink = abortWith(this.#controller, parent);
    this.#startTimer();
  }

  /** Aborts when the time is over, as a timeout does, or with the parent. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Pauses the deadline while `wait` runs, then restarts it. */
  async pauseFor<Value>(wait: () => Promise<Value>): Promise<Value> {
    clearTimeout(this.#timer);
    try {
      return await wait();
    } finally {
      this.#startTimer();
    }
  }

  /** Ends what the call started and nothing waits for any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
    this.#unlink();
  }

  #startTimer(): void {
    this.#timer = setTimeout(() => this.#controller.abort(timeoutReason()), this.#milliseconds);
  }
}
