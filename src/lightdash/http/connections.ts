import type { buildConnector, Dispatcher, Pool as UndiciPool } from 'undici';
import { untilAborted } from '../../async/abort.ts';
import { Semaphore } from '../../async/semaphore.ts';
import type { Phase } from './failure.ts';
import { isLoopback, type ProxySettings, withScheme } from './network.ts';

/** At most so many requests to one server at a time; the rest wait in order. */
const MAX_CONNECTIONS = 8;

/** How long to wait in each phase of a request, in milliseconds; the deadline of the call limits all of them together. */
export interface Limits {
  readonly connect: number;
  /** The longest silence in the middle of an answer. */
  readonly idleBody: number;
}
const defaultLimits: Limits = { connect: 10_000, idleBody: 30_000 };

/** A request as undici takes it, but for the limits, which are the same for all. */
export type HttpRequestOptions = Pick<Dispatcher.RequestOptions, 'path' | 'method' | 'headers' | 'body'> & {
  readonly origin: string;
  readonly signal: AbortSignal;
};

/** The connections to a server, kept alive, and the proxies on the way to it. */
export class Connections {
  readonly #proxy: ProxySettings;
  readonly #limits: Limits;
  /** undici has a queue too, but a request that waits in it cannot be taken back. */
  readonly #turns = new Semaphore(MAX_CONNECTIONS);
  #opening: ReturnType<typeof openDispatcher> | undefined;

  /** @param limits are others where a test cannot wait. */
  constructor(proxy: ProxySettings = {}, limits = defaultLimits) {
    this.#proxy = proxy;
    this.#limits = limits;
  }

  /**
   * Sends a request once its turn has come; the turn ends with the answer's body, which has to be read or destroyed.
   * undici sends it once at most: it neither repeats requests nor pipelines them unless told to.
   *
   * @param progress is kept up to date with how far the request has come.
   * @throws what undici throws, or the signal's reason as soon as it aborts, in whatever phase.
   */
  async request(
    { signal, ...sending }: HttpRequestOptions,
    progress: { phase: Phase },
  ): Promise<Dispatcher.ResponseData> {
    progress.phase = 'waiting';
    const endTurn = await this.#turns.acquire(signal);
    try {
      this.#opening ??= openDispatcher(new URL(sending.origin), this.#proxy, this.#limits);
      const { dispatcher, onRequestSent } = await this.#opening;
      progress.phase = 'connecting';
      const onSending = () => {
        progress.phase = 'sending';
      };
      const asking = dispatcher.compose(onRequestSent(onSending)).request({
        ...sending,
        signal,
        // A slow warehouse is silent until its query is done: only the deadline of the whole call limits that wait.
        headersTimeout: 0,
        bodyTimeout: this.#limits.idleBody,
      });
      // A request that is not on a connection yet takes no notice of its signal.
      const answer = await untilAborted(asking, signal);
      progress.phase = 'reading';
      answer.body.once('close', endTurn);
      return answer;
    } catch (error) {
      endTurn();
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
  // What stays on this machine goes through no proxy: it may be plain http.
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

  /** Tells when a request is put on a connection: before that, nothing of it can have arrived. */
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
 * A way to connect through a proxy that fails when the proxy hangs up. undici takes a closed socket for one of a request that
 * was answered, and connects again at once, thousands of times a second, for as long as the request waits.
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
