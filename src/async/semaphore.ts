import { untilAborted } from './abort.ts';

/** Lets only so many at a time go on; the others wait in the order in which they came. */
export class Semaphore {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(atATime: number) {
    this.#free = atATime;
  }

  /**
   * Waits for a turn.
   *
   * @returns what ends the turn; more than once does no harm.
   * @throws the signal's reason as soon as it aborts; the place in the queue is given up then.
   */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      let place = () => {};
      const called = new Promise<void>((resolve) => {
        place = resolve;
      });
      this.#waiting.add(place);
      try {
        await untilAborted(called, signal);
      } catch (error) {
        // Called and taken back at the same time: the turn goes on to the next.
        if (!this.#waiting.delete(place)) this.#pass();
        throw error;
      }
    }
    let isOver = false;
    return () => {
      if (!isOver) this.#pass();
      isOver = true;
    };
  }

  /** Hands a turn that has ended to whoever waits longest. */
  #pass(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
