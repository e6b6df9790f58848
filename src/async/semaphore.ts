import { untilAborted } from './abort.ts';

/** Limits concurrency; callers wait in the order of arrival. */
export class Semaphore {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(permits: number) {
    this.#free = permits;
  }

  /**
   * Waits for a permit.
   *
   * @returns releases the permit; idempotent.
   * @throws the signal's reason as soon as it aborts, and leaves the queue.
   */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      let grant = () => {};
      const granted = new Promise<void>((resolve) => {
        grant = resolve;
      });
      this.#waiting.add(grant);
      try {
        await untilAborted(granted, signal);
      } catch (error) {
        // Granted and aborted at the same time: the permit goes to the next caller.
        if (!this.#waiting.delete(grant)) this.#release();
        throw error;
      }
    }
    let isReleased = false;
    return () => {
      if (!isReleased) this.#release();
      isReleased = true;
    };
  }

  /** Passes a released permit to the first caller in the queue. */
  #release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
