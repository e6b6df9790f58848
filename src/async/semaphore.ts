/** Limits concurrency; callers wait in the order of arrival. */
export class Semaphore {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(permits: number) {
    this.#free = permits;
  }

  /** True if callers wait for a permit. */
  get hasWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * Waits for a permit.
   *
   * @returns releases the permit; idempotent.
   * @throws the signal's reason as soon as it aborts, and leaves the queue.
   */
  acquire(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (this.#free > 0) {
        this.#free -= 1;
        resolve(this.#permit());
        return;
      }
      const grant = () => {
        signal.removeEventListener('abort', leave);
        resolve(this.#permit());
      };
      const leave = () => {
        this.#waiting.delete(grant);
        reject(signal.reason);
      };
      this.#waiting.add(grant);
      signal.addEventListener('abort', leave);
    });
  }

  #permit(): () => void {
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
