/** Work that has begun and not ended; waited for before the process ends. */
export class InFlight {
  readonly #work = new Set<Promise<unknown>>();

  /** Runs a piece of work and keeps it until it settles. */
  readonly track = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const running = work();
    this.#work.add(running);
    return running.finally(() => this.#work.delete(running));
  };

  /** Keeps a request that goes on after its call; its failure is ignored. */
  readonly keep = (request: Promise<unknown>): void => {
    const settling = request.catch(() => undefined).finally(() => this.#work.delete(settling));
    this.#work.add(settling);
  };

  /** Resolves when nothing is in flight and the answers are written. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#work);
    // Answers are written in the turn after their calls end.
    await new Promise(setImmediate);
  }
}
