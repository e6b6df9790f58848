import type { buildConnector, Dispatcher, Pool as UndiciPool } from 'undici';
import { Semaphore } from '../../async/semaphore.ts';
import type { Phase } from './failure.ts';
import { isLoopback, type ProxySettings, withScheme } from './network.ts';
import { type BodyReader, type HttpResponse, ResponseHandler } from './response-handler.ts';

/** Concurrent requests to one server; more wait in order. */
const MAX_CONNECTIONS = 8;

/** Timeouts of phases of a request, in milliseconds; the deadline of the call limits their sum. */
interface Limits {
  readonly connect: number;
  /** Maximum silence in the middle of a response. */
  readonly idleBody: number;
}
const defaultLimits: Limits = { connect: 10_000, idleBody: 30_000 };

/** A request for undici, without the timeouts, which are the same for all. */
type HttpRequestOptions = Pick<Dispatcher.RequestOptions, 'path' | 'method' | 'headers' | 'body'> & {
  readonly origin: string;
  readonly signal: AbortSignal;
};

/**
 * Waits until the requests that took over free connections are written, in the next turn of the loop: an answer is rendered
 * behind them, so that Lightdash works meanwhile.
 */
const afterNextSends = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

/** The connections to a server, kept alive, and the proxies on the way to it. */
export class Connections {
  readonly #proxy: ProxySettings;
  readonly #limits: Limits;
  /** undici has a queue too, but a request in it cannot be cancelled. */
  readonly #semaphore = new Semaphore(MAX_CONNECTIONS);
  #opening: Promise<Dispatcher> | undefined;
  #dispatcher: Dispatcher | undefined;

  /** @param limits shorter in tests. */
  constructor(proxy: ProxySettings = {}, limits = defaultLimits) {
    this.#proxy = proxy;
    this.#limits = limits;
  }

  /**
   * Sends a request, at most once, in a free slot, and reads its response to the end. Not by undici's `request()`: the
   * streams that it builds take as long as all the rest of a call.
   *
   * @param progress receives the phase of the request.
   * @param readerOf reads the body of a response with this status.
   * @throws what undici or the reader throws, or the signal's reason as soon as it aborts, in whatever phase.
   */
  async request<Body>(
    { signal, ...options }: HttpRequestOptions,
    progress: { phase: Phase },
    readerOf: (status: number) => BodyReader<Body>,
  ): Promise<HttpResponse<Body>> {
    progress.phase = 'waiting';
    const release = await this.#semaphore.acquire(signal);
    const slot = {
      isReused: false,
      // Read first: a released slot is taken over at once.
      release: () => {
        slot.isReused ||= this.#semaphore.hasWaiting;
        release();
      },
    };
    try {
      const dispatcher = this.#dispatcher ?? (await this.#open(options.origin));
      signal.throwIfAborted();
      progress.phase = 'connecting';
      const response = await new Promise<HttpResponse<Body>>((resolve, reject) => {
        const handler = new ResponseHandler(readerOf, progress, signal, { resolve, reject, release: slot.release });
        // A slow warehouse sends nothing until its query is done: only the deadline of the call limits that wait.
        dispatcher.dispatch({ ...options, headersTimeout: 0, bodyTimeout: this.#limits.idleBody }, handler);
      });
      if (slot.isReused) await afterNextSends();
      return response;
    } finally {
      release();
    }
  }

  async #open(origin: string): Promise<Dispatcher> {
    this.#opening ??= openDispatcher(new URL(origin), this.#proxy, this.#limits);
    this.#dispatcher = await this.#opening;
    return this.#dispatcher;
  }

  /** Closes every connection at once. */
  async close(): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined);
    await opened?.destroy();
  }
}

/**
 * undici's parser is WebAssembly, which V8 optimizes once it has run for so long: with its default of 1,800,000 that takes
 * 30 MB for a moment, in the middle of the first large answers, and makes no call or answer faster (measured on Node 20).
 */
const PARSER_TIERING_BUDGET = 2_000_000_000;

/** undici takes 80 ms to load: it is loaded with the first request, not at start. */
async function openDispatcher({ hostname }: URL, proxy: ProxySettings, limits: Limits): Promise<Dispatcher> {
  const [{ setFlagsFromString }, { default: undici }] = await Promise.all([import('node:v8'), import('undici')]);
  setFlagsFromString(`--wasm-tiering-budget=${PARSER_TIERING_BUDGET}`);
  const { Agent, EnvHttpProxyAgent, Pool } = undici;
  const options = { connections: MAX_CONNECTIONS, connect: { timeout: limits.connect } };
  const { httpProxy, httpsProxy, noProxy = '' } = proxy;
  // Loopback requests bypass proxies: they may be plain http.
  if (isLoopback(hostname) || (!httpProxy && !httpsProxy)) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy: withScheme(httpProxy),
    httpsProxy: withScheme(httpsProxy),
    noProxy,
    factory: (origin, poolOptions: UndiciPool.Options) =>
      new Pool(origin, {
        ...poolOptions,
        ...(typeof poolOptions.connect === 'function' && { connect: failOnProxyHangup(poolOptions.connect) }),
      }),
  });
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
