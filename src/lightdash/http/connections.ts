import type { buildConnector, Dispatcher, Pool as UndiciPool } from 'undici';
import { untilAborted } from '../../async/abort.ts';
import { Semaphore } from '../../async/semaphore.ts';
import type { Phase } from './failure.ts';
import { isLoopback, type ProxySettings, withScheme } from './network.ts';

/** Concurrent requests to one server; more wait in order. */
const MAX_CONNECTIONS = 8;

/** Timeouts of phases of a request, in milliseconds; the deadline of the call limits their sum. */
export interface Limits {
  readonly connect: number;
  /** Maximum silence in the middle of a response. */
  readonly idleBody: number;
}
const defaultLimits: Limits = { connect: 10_000, idleBody: 30_000 };

/** A request for undici, without the timeouts, which are the same for all. */
export type HttpRequestOptions = Pick<Dispatcher.RequestOptions, 'path' | 'method' | 'headers' | 'body'> & {
  readonly origin: string;
  readonly signal: AbortSignal;
};

/** The connections to a server, kept alive, and the proxies on the way to it. */
export class Connections {
  readonly #proxy: ProxySettings;
  readonly #limits: Limits;
  /** undici has a queue too, but a request in it cannot be cancelled. */
  readonly #semaphore = new Semaphore(MAX_CONNECTIONS);
  #opening: ReturnType<typeof openDispatcher> | undefined;

  /** @param limits shorter in tests. */
  constructor(proxy: ProxySettings = {}, limits = defaultLimits) {
    this.#proxy = proxy;
    this.#limits = limits;
  }

  /**
   * Sends a request once there is a free slot; the slot is released with the response body, which must be read or destroyed.
   * undici sends it at most once: it neither repeats nor pipelines requests by default.
   *
   * @param progress receives the phase of the request.
   * @throws what undici throws, or the signal's reason as soon as it aborts, in whatever phase.
   */
  async request(
    { signal, ...options }: HttpRequestOptions,
    progress: { phase: Phase },
  ): Promise<Dispatcher.ResponseData> {
    progress.phase = 'waiting';
    const release = await this.#semaphore.acquire(signal);
    try {
      this.#opening ??= openDispatcher(new URL(options.origin), this.#proxy, this.#limits);
      const { dispatcher, onRequestSent } = await this.#opening;
      progress.phase = 'connecting';
      const onSending = () => {
        progress.phase = 'sending';
      };
      const response = dispatcher.compose(onRequestSent(onSending)).request({
        ...options,
        signal,
        // A slow warehouse sends nothing until its query is done: only the deadline of the call limits that wait.
        headersTimeout: 0,
        bodyTimeout: this.#limits.idleBody,
      });
      // undici ignores the signal of a request that has no connection yet.
      const received = await untilAborted(response, signal);
      progress.phase = 'reading';
      received.body.once('close', release);
      return received;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Closes every connection at once. */
  async close(): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined);
    await opened?.dispatcher.destroy();
  }
}

/** undici takes 80 ms to load: it is loaded with the first request, not at start. */
async function openDispatcher({ hostname }: URL, proxy: ProxySettings, limits: Limits) {
  const { EnvHttpProxyAgent, DecoratorHandler, Pool } = (await import('undici')).default;
  // Loopback requests bypass proxies: they may be plain http.
  const { httpProxy, httpsProxy, noProxy = '' } = isLoopback(hostname) ? {} : proxy;
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: withScheme(httpProxy),
    httpsProxy: withScheme(httpsProxy),
    noProxy,
    connections: MAX_CONNECTIONS,
    connect: { timeout: limits.connect },
    factory: (origin, options: UndiciPool.Options) =>
      new Pool(origin, {
        ...options,
        ...(typeof options.connect === 'function' && { connect: failOnProxyHangup(options.connect) }),
      }),
  });

  /** Reports when a request is written to a connection: before that, nothing of it can have arrived. */
  const onRequestSent =
    (onSending: () => void): Dispatcher.DispatcherComposeInterceptor =>
    (dispatch) =>
    (options, handler) => {
      const decorated: Dispatcher.DispatchHandler = new DecoratorHandler(handler);
      const start = decorated.onRequestStart?.bind(decorated);
      decorated.onRequestStart = (controller, context) => {
        start?.(controller, context);
        if (!controller.aborted) onSending();
      };
      return dispatch(options, decorated);
    };
  return { dispatcher, onRequestSent };
}

/**
 * A connector that fails when the proxy closes the connection. undici would take the closed socket for one of a finished
 * request and reconnect at once, thousands of times a second, for as long as the request waits.
 */
function failOnProxyHangup(connect: buildConnector.connector): buildConnector.connector {
  return (options, done) =>
    connect(options, (...[error, socket]: buildConnector.CallbackArgs) => {
      if (error === null) done(null, socket);
      else
        done(
          isClosedSocket(error)
            ? Object.assign(new Error(error.message, { cause: error }), { code: 'ECONNRESET' })
            : error,
          null,
        );
    });
}

const isClosedSocket = (error: Error) => 'code' in error && error.code === 'UND_ERR_SOCKET';
