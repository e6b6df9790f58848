import { LRUCache } from 'lru-cache';
import { abortCause, untilAborted } from '../async/abort.ts';
import type { ApiResponse, LightdashClient } from './client.ts';
import { CancelledError, TimedOutError, UnknownRouteError } from './errors.ts';
import type { Endpoint } from './route.ts';

/** How long an answer may be shown again without asking. */
const CACHE_TTL_MS = 60_000;
const MAX_ANSWERS = 500;
/** Of JSON, in all. Explores are the largest answers (14 KB to 200 KB); a project has tens of them. */
const MAX_BYTES = 32 * 1024 * 1024;

type Values = Readonly<Record<string, unknown>>;

/**
 * Carries out operations, and keeps what look-ups answered for a short time: the one place that decides how fresh is
 * fresh. A write by this server empties it, because what it shows (a list, a count, who has access) is anywhere.
 */
export class CachedClient {
  readonly #lightdash: Pick<LightdashClient, 'call'>;
  /** Answers, and those still on their way: calls that come together are asked once. */
  readonly #answers = new LRUCache<string, Promise<unknown>>({
    max: MAX_ANSWERS,
    maxSize: MAX_BYTES,
    ttl: CACHE_TTL_MS,
  });
  /** Writes that have ended; what was asked before one and answered behind it is not remembered. */
  #writes = 0;

  constructor(lightdash: Pick<LightdashClient, 'call'>) {
    this.#lightdash = lightdash;
  }

  /** Carries out an operation now. After a write, whatever came of it, nothing remembered is trusted any more. */
  async execute(operation: Endpoint, args: Values, signal?: AbortSignal): Promise<ApiResponse> {
    const writesBefore = this.#writes;
    try {
      const reply = await this.#call(operation, args, signal);
      if (operation.method === 'GET' && operation.readOnly && !operation.neverCached && this.#writes === writesBefore) {
        this.#answers.set(keyOf(operation, args), Promise.resolve(reply.results), { size: sizeOf(reply) });
      }
      return reply;
    } finally {
      if (!operation.readOnly) {
        this.#writes += 1;
        this.#answers.clear();
      }
    }
  }

  /**
   * What a reading operation answers, at most a minute old. Calls that come together are asked once; one that is
   * cancelled leaves the others their answer.
   */
  async executeCached(operation: Endpoint, args: Values, signal?: AbortSignal): Promise<unknown> {
    const key = keyOf(operation, args);
    const asking = this.#answers.get(key) ?? this.#ask(key, operation, args);
    return signal ? untilAborted(asking, signal, () => stopped(signal)) : asking;
  }

  /** A route that a newer Lightdash has no more says what became of it. */
  async #call(operation: Endpoint, args: Values, signal?: AbortSignal): Promise<ApiResponse> {
    try {
      return await this.#lightdash.call(operation, { ...args }, signal);
    } catch (error) {
      if (!(error instanceof UnknownRouteError) || operation.newer?.verdict !== 'gone') throw error;
      throw new UnknownRouteError('This Lightdash does not have that operation any more.', {
        ...(error.status !== undefined && { status: error.status }),
        advice: operation.newer.how,
      });
    }
  }

  /** Asks for everyone who may be waiting: no caller's signal ends it. A failure is not remembered. */
  #ask(key: string, operation: Endpoint, args: Values): Promise<unknown> {
    const reply = this.#call(operation, args);
    const asking = reply.then(({ results }) => results);
    this.#answers.set(key, asking, { size: 1 });
    const isCurrent = () => this.#answers.peek(key) === asking;
    reply.then(
      (answered) => {
        // Its size is known only now; it is as old as it was. The same value would keep the size it was set with.
        const answer = Promise.resolve(answered.results);
        if (isCurrent()) this.#answers.set(key, answer, { size: sizeOf(answered), noUpdateTTL: true });
      },
      () => {
        if (isCurrent()) this.#answers.delete(key);
      },
    );
    return asking;
  }
}

const sizeOf = ({ bytes }: ApiResponse) => Math.max(1, bytes);

const keyOf = (operation: Endpoint, args: Values) => `${operation.id} ${JSON.stringify(args)}`;

/** What is told of a look-up that a call has no more time for; what was asked goes on for other callers. */
const stopped = (signal: AbortSignal) =>
  abortCause(signal) === 'deadline'
    ? new TimedOutError('The look-ups of this call took too long.', {
        advice: 'Lightdash may be busy or restarting; try again later, or raise LIGHTDASH_TIMEOUT.',
      })
    : new CancelledError('The call was cancelled.');
