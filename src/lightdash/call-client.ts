import type { CachedClient } from './cached-client.ts';
import type { ApiResponse } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { LightdashError } from './errors.ts';

type Values = Readonly<Record<string, unknown>>;

/** Options of one request of a call. */
export interface ExecuteOptions {
  /** Goes on if the call ends meanwhile: its answer names what there is to undo, or is fetched by a later call. */
  readonly detached?: boolean;
  /** Ends this request. */
  readonly signal?: AbortSignal;
}

/** Sends requests to Lightdash on behalf of one call. */
export interface RequestSender {
  /** Sends a request now. @throws {LightdashError} */
  readonly execute: (endpoint: Endpoint, args: Values, options?: ExecuteOptions) => Promise<ApiResponse>;
  /** Response of a reading endpoint, up to 60 s old. @throws {LightdashError} */
  readonly read: (endpoint: Endpoint, args: Values) => Promise<unknown>;
}

interface CallClientOptions {
  /** Ends every request of the call: its deadline, or the host's cancellation. */
  readonly signal: AbortSignal;
  /** Reads may be up to 60 s old. */
  readonly useCache: boolean;
  /** Receives requests that go on after the call. */
  readonly onDetached: (request: Promise<unknown>) => void;
}

/** Client of one call: its requests end with the call and are counted for the audit. */
export class CallClient implements RequestSender {
  readonly #shared: CachedClient;
  readonly #options: CallClientOptions;
  /** HTTP status of the last response; bytes received; maximum attempts of one request. */
  readonly statistics: { status?: number; failedStatus?: number; bytes: number; attempts: number } = {
    bytes: 0,
    attempts: 1,
  };
  /** A request that changes something was answered with success. */
  hasWritten = false;
  /** A change failed after another one was made: the call is done in part. */
  hasWrittenInPart = false;
  /** SQL of the caller was run. */
  hasRunSql = false;
  /** The call sent a request, or read a cached response: an answer or an error may hold text of Lightdash. */
  hasRequested = false;

  constructor(shared: CachedClient, options: CallClientOptions) {
    this.#shared = shared;
    this.#options = options;
  }

  readonly execute = async (endpoint: Endpoint, args: Values, options?: ExecuteOptions): Promise<ApiResponse> => {
    const { useCache } = this.#options;
    const { statistics } = this;
    this.hasRequested = true;
    try {
      if (useCache && endpoint.readOnly && !endpoint.neverCached) {
        return { results: await this.read(endpoint, args), status: 200, attempts: 0, bytes: 0 };
      }
      const response = await this.#send(endpoint, args, options);
      statistics.status = response.status;
      statistics.bytes += response.bytes;
      statistics.attempts = Math.max(statistics.attempts, response.attempts);
      if (endpoint.rawSql === 'runs') this.hasRunSql = true;
      else if (!endpoint.readOnly) this.hasWritten = true;
      return response;
    } catch (error) {
      if (error instanceof LightdashError) {
        if (error.status !== undefined) statistics.failedStatus = error.status;
        statistics.attempts = Math.max(statistics.attempts, error.attempts);
        if (!endpoint.readOnly && this.hasWritten) this.hasWrittenInPart = true;
      }
      throw error;
    }
  };

  readonly read = (endpoint: Endpoint, args: Values): Promise<unknown> => {
    this.hasRequested = true;
    return this.#shared.executeCached(endpoint, args, this.#options.signal);
  };

  #send(endpoint: Endpoint, args: Values, { detached, signal }: ExecuteOptions = {}): Promise<ApiResponse> {
    const call = this.#options.signal;
    if (!detached) return this.#shared.execute(endpoint, args, signal ? AbortSignal.any([call, signal]) : call);
    const request = this.#shared.execute(endpoint, args, signal);
    this.#options.onDetached(request);
    return request;
  }
}
