import { LRUCache } from 'lru-cache';
import { abortCause, untilAborted } from '../async/abort.ts';
import { elapsedClock } from '../async/elapsed-clock.ts';
import type { ApiResponse, LightdashClient } from './client.ts';
import { type Endpoint, noteSince, type Release, type ReleaseNote, type Successor } from './endpoint.ts';
import {
  CancelledError,
  ignoreApiError,
  LightdashError,
  TimedOutError,
  UnknownRouteError,
  UnreachableError,
} from './errors.ts';
import { health, isSince, releaseOfUser, signedInUser, versionOf } from './server-release.ts';

/** Age up to which a cached response is used. */
const CACHE_TTL_MS = 60_000;
const MAX_RESPONSES = 500;
/** Of JSON, in all. Explores are the largest responses (14 KB to 200 KB); a project has tens of them. */
const MAX_BYTES = 32 * 1024 * 1024;

type Values = Readonly<Record<string, unknown>>;
type Sender = Pick<LightdashClient, 'call'> & Partial<Pick<LightdashClient, 'serverVersion'>>;

/**
 * Executes operations and caches responses of reads for a short time. A write by this server empties the cache, because
 * its effects (a list, a count, an access rule) can be in any response.
 */
export class CachedClient {
  readonly #lightdash: Sender;
  /** Responses, also those in flight: concurrent reads share one request. */
  readonly #responses: LRUCache<string, SharedResponse>;
  /** Number of finished writes; a response that was requested before a write and arrived after it is not cached. */
  #writes = 0;
  /** Version of the server, once it is known. */
  #version: string | undefined;
  /** The last refusal of health, and when it came: a server without it pays for the attempt once a minute. */
  #healthRefused: { readonly error: LightdashError; readonly at: number; readonly release?: string } | undefined;
  readonly #now: () => number;
  /** Ids of operations whose own route the server does not have. */
  readonly #routesGone = new Set<string>();
  /** Ids of operations whose successor the server does not have, whatever its version says. */
  readonly #successorsMissing = new Set<string>();

  /** @param now milliseconds, for the age of responses. */
  constructor(lightdash: Sender, now = elapsedClock()) {
    this.#lightdash = lightdash;
    this.#now = now;
    // An age counts from the request, and no use renews it.
    this.#responses = new LRUCache({
      max: MAX_RESPONSES,
      maxSize: MAX_BYTES,
      ttl: CACHE_TTL_MS,
      ttlResolution: 0,
      perf: { now },
    });
  }

  /** Number of finished writes. */
  get writes(): number {
    return this.#writes;
  }

  /** Executes an operation now. A write empties the cache, even if it failed. */
  async execute(operation: Endpoint, args: Values, signal?: AbortSignal): Promise<ApiResponse> {
    const writesBefore = this.#writes;
    try {
      const response = await this.#call(operation, args, signal);
      if (operation.method === 'GET' && operation.readOnly && !operation.neverCached && this.#writes === writesBefore) {
        this.#responses.set(keyOf(operation, args), settled(response.results), { size: sizeOf(response) });
      }
      return response;
    } finally {
      if (!operation.readOnly) {
        this.#writes += 1;
        this.#responses.clear();
      }
    }
  }

  /**
   * Response of a reading operation, at most a minute old. Concurrent reads share one request; cancelling one of them
   * does not end it.
   */
  async executeCached(operation: Endpoint, args: Values, signal?: AbortSignal): Promise<unknown> {
    if (signal?.aborted) throw abortedError(signal);
    const key = keyOf(operation, args);
    const shared = this.#responses.get(key) ?? this.#request(key, operation, args);
    shared.waiting += 1;
    if (signal === undefined) return shared.results;
    return untilAborted(shared.results, signal, () => {
      shared.waiting -= 1;
      if (shared.waiting === 0) shared.cancel();
      return abortedError(signal);
    });
  }

  /** Sends the newer requests of an operation if the server has them, else its own, and learns from unknown routes. */
  async #call(operation: Endpoint, args: Values, signal?: AbortSignal): Promise<ApiResponse> {
    const { id, successor } = operation;
    if (id === health.id) return this.#sendHealth(operation, args, signal);
    if (successor === undefined) return this.#send(operation, args, signal);
    if (this.#routesGone.has(id)) return this.#sendSuccessor(successor, args, signal);
    if (!this.#successorsMissing.has(id) && (await this.#hasRelease(successor.since, signal))) {
      try {
        return await this.#sendSuccessor(successor, args, signal);
      } catch (error) {
        if (!(error instanceof UnknownRouteError)) throw error;
        this.#successorsMissing.add(id);
      }
    }
    try {
      return await this.#send(operation, args, signal);
    } catch (error) {
      if (!(error instanceof UnknownRouteError) || this.#successorsMissing.has(id)) throw error;
      const response = await this.#sendSuccessor(successor, args, signal);
      this.#routesGone.add(id);
      return response;
    }
  }

  /** Sends the operation's own request. */
  async #send(operation: Endpoint, args: Values, signal?: AbortSignal): Promise<ApiResponse> {
    try {
      return await this.#lightdash.call(operation, { ...args }, signal);
    } catch (error) {
      const reason = operation.releaseNote && reasonGone(operation.releaseNote);
      if (!(error instanceof UnknownRouteError) || operation.releaseNote === undefined || reason === undefined)
        throw error;
      throw new UnknownRouteError(`This Lightdash does not have that operation any more: ${reason}.`, {
        ...(error.status !== undefined && { status: error.status }),
        advice: operation.releaseNote.note,
      });
    }
  }

  /** Health; if the server does not give it, the version that its other responses carry, or that their keys show. */
  async #sendHealth(operation: Endpoint, args: Values, signal?: AbortSignal): Promise<ApiResponse> {
    const refused = this.#healthRefused;
    if (refused && this.#now() - refused.at < CACHE_TTL_MS) return this.#versionAsHealth(refused);
    try {
      return await this.#send(operation, args, signal);
    } catch (error) {
      if (!(error instanceof LightdashError) || signal?.aborted) throw error;
      if (error instanceof UnreachableError || error instanceof TimedOutError) throw error;
      const user =
        this.#lightdash.serverVersion === undefined
          ? await this.#send(signedInUser, {}, signal).catch(ignoreApiError)
          : undefined;
      const release = releaseOfUser(user?.results);
      const refusal = { error, at: this.#now(), ...(release !== undefined && { release }) };
      if (!signal?.aborted) this.#healthRefused = refusal;
      return this.#versionAsHealth(refusal);
    }
  }

  /** The version that responses carried or showed, in the shape of health. @throws the refusal of health if none did. */
  #versionAsHealth({ error, release }: { readonly error: LightdashError; readonly release?: string }): ApiResponse {
    const version = this.#lightdash.serverVersion ?? release;
    if (version === undefined) throw error;
    return { results: { version }, status: error.status ?? 200, attempts: error.attempts, bytes: 0 };
  }

  async #sendSuccessor({ run }: Successor, args: Values, signal?: AbortSignal): Promise<ApiResponse> {
    const total = { status: 200, attempts: 1, bytes: 0 };
    const results = await run(args, async (endpoint, values) => {
      const response = await this.#send(endpoint, values, signal);
      total.status = response.status;
      total.attempts = Math.max(total.attempts, response.attempts);
      total.bytes += response.bytes;
      return response.results;
    });
    return { ...total, results };
  }

  /** False if the version cannot be read: then the older route is tried first. */
  async #hasRelease(release: Release, signal?: AbortSignal): Promise<boolean> {
    if (this.#version === undefined) {
      try {
        this.#version = versionOf(await this.executeCached(health, {}, signal));
      } catch (error) {
        if (!(error instanceof LightdashError) || signal?.aborted) throw error;
      }
    }
    return this.#version !== undefined && isSince(this.#version, release);
  }

  /** Sends a request that several callers may wait for; the last one to leave cancels it. A failure is not kept. */
  #request(key: string, operation: Endpoint, args: Values): SharedResponse {
    const cancelling = new AbortController();
    const response = this.#call(operation, args, cancelling.signal);
    const isCurrent = () => this.#responses.peek(key) === shared;
    const forget = () => {
      if (isCurrent()) this.#responses.delete(key);
    };
    const shared: SharedResponse = {
      results: response.then(({ results }) => results),
      waiting: 0,
      cancel() {
        forget();
        cancelling.abort();
      },
    };
    this.#responses.set(key, shared, { size: 1 });
    response.then((received) => {
      // Its size is known only now, and its age stays: the same value would keep the size it was set with.
      const kept = settled(received.results);
      if (isCurrent()) this.#responses.set(key, kept, { size: sizeOf(received), noUpdateTTL: true });
    }, forget);
    return shared;
  }
}

/** Since when a route is gone, as far as it is measured or announced; undefined for a route that stays. */
function reasonGone(note: ReleaseNote): string | undefined {
  if (note.status === 'gone') return `it was in 0.1366, and was gone in ${noteSince(note)}`;
  return note.sunset === undefined ? undefined : `${noteSince(note)} announced its removal after ${note.sunset}`;
}

/** A response, or a request under way, with the number of calls that wait for it. */
interface SharedResponse {
  readonly results: Promise<unknown>;
  waiting: number;
  /** Ends the request; without effect if it is answered. */
  cancel(): void;
}

const settled = (results: unknown): SharedResponse => ({
  results: Promise.resolve(results),
  waiting: 0,
  cancel: () => undefined,
});

const sizeOf = ({ bytes }: ApiResponse) => Math.max(1, bytes);

const keyOf = (operation: Endpoint, args: Values) => `${operation.id} ${JSON.stringify(args)}`;

/** The error of a look-up that its call cannot wait for any longer; other calls may still wait for it. */
const abortedError = (signal: AbortSignal) =>
  abortCause(signal) === 'deadline'
    ? new TimedOutError('The lookups of this call took too long.', {
        advice: 'Lightdash may be busy or restarting; try again later, or raise LIGHTDASH_TIMEOUT.',
      })
    : new CancelledError('The call was cancelled.');
