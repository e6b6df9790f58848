import { setTimeout as delay } from 'node:timers/promises';
import { abortCause, abortWith, timeoutReason, untilAborted } from '../async/abort.ts';
import { secretParts } from '../secrets/secret-parts.ts';
import type { SecretString } from '../secrets/secret-string.ts';
import type { CallTemplate } from './endpoint.ts';
import { openEnvelope } from './envelope.ts';
import { LightdashError } from './errors.ts';
import { Connections } from './http/connections.ts';
import {
  type FailureContext,
  failureCode,
  type Phase,
  redirectError,
  transportFailure,
  wasSent,
} from './http/failure.ts';
import { type ProxySettings, proxyCredentials } from './http/network.ts';
import type { Received } from './http/response-body.ts';
import type { BodyReader } from './http/response-handler.ts';
import { calculateRetryDelay, MAX_ATTEMPTS, mayRepeatAfterFailure, mayRepeatAfterStatus } from './http/retry-policy.ts';
import { listKeyOf } from './list-responses.ts';
import { type BaseUrl, baseUrlOf, buildRequest, commonHeaders, jsonType, type WireRequest } from './request.ts';
import { releaseNumber } from './server-release.ts';
import { type Credentials, Session } from './session.ts';
import { header, sessionCookie } from './sign-in-response.ts';

/** Address of Lightdash, and credentials. */
export interface ConnectionTarget {
  /** Address of Lightdash: scheme, host, port and, behind some proxies, a path. */
  readonly url: URL;
  readonly credentials: Credentials;
}

/** The server, its credentials and the limits of each request. */
export interface ClientOptions extends ConnectionTarget {
  /** Starts Lightdash before the first request; the target it returns replaces this one. */
  readonly start?: () => Promise<ConnectionTarget>;
  /** Sent with every request, for an access proxy in front of Lightdash. */
  readonly headers?: Readonly<Record<string, SecretString>>;
  /** For one request, retries and waits included. */
  readonly timeoutMs: number;
  readonly userAgent: string;
  /** Proxies from the environment. */
  readonly proxy?: ProxySettings;
}

/** Response of the API. */
export interface ApiResponse {
  /** `results` of the envelope, with the rows of a large response compressed; undefined if it has none. */
  readonly results: unknown;
  readonly status: number;
  /** Number of times the request was sent. */
  readonly attempts: number;
  /** Size of the response. */
  readonly bytes: number;
  /** `Date` header. */
  readonly date?: string | undefined;
}

/** HTTP client of Lightdash; nothing else sends requests to it. */
export class LightdashClient {
  readonly #options: ClientOptions;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #connections: Connections;
  /** Loaded with the first request: it compresses. */
  #bodies: typeof import('./http/response-body.ts') | undefined;
  #baseUrl: BaseUrl;
  #session: Session;
  #serverVersion: string | undefined;
  #starting: Promise<void> | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#headers = commonHeaders(options);
    this.#connections = new Connections(options.proxy);
    this.#baseUrl = baseUrlOf(options.url);
    this.#session = this.#sessionWith(options.credentials);
  }

  /** Scheme, host and port that every request goes to. */
  get origin(): string {
    return this.#baseUrl.origin;
  }

  /** Address of a page of Lightdash's web app. */
  pageUrl(path: string): string {
    return `${this.origin}${this.#baseUrl.base}${path}`;
  }

  /** Version that the responses of the server carry, failures too: 0.2904 and later (measured); undefined before the first. */
  get serverVersion(): string | undefined {
    return this.#serverVersion;
  }

  /** Replaces the token: rotation invalidates the old one at once. */
  replaceApiKey(token: SecretString): void {
    this.#session.apiKey = token;
  }

  /** Every secret this client may send, for redacting what leaves the process. */
  get secrets(): SecretString[] {
    const { headers = {}, proxy = {} } = this.#options;
    return [
      ...this.#session.secrets,
      ...Object.values(headers).flatMap(secretParts),
      ...proxyCredentials(Object.values(proxy)),
    ];
  }

  /**
   * Executes an operation.
   *
   * @param signal ends the request: as timed out if its reason is a `TimeoutError`, else as cancelled.
   * @throws {LightdashError} for every failure; {@link UnsafePathError} for a path value that is not one segment.
   */
  async call(template: CallTemplate, args: Record<string, unknown>, signal?: AbortSignal): Promise<ApiResponse> {
    const request = buildRequest(template, args);
    await this.#start();
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(timeoutReason()), template.timeoutMs ?? this.#options.timeoutMs);
    const unlink = abortWith(controller, signal);
    try {
      return await this.#sendWithRetries(template, request, controller.signal, () => abortCause(controller.signal));
    } finally {
      clearTimeout(timer);
      unlink();
    }
  }

  /** Reads the file of a link that Lightdash returned. @throws {LightdashError} */
  async readFile<Body>(link: string, reader: BodyReader<Body>, signal: AbortSignal): Promise<Body> {
    const [{ readLinkedFile }] = await Promise.all([import('./file-link.ts'), this.#start()]);
    const headers = async () => ({ ...this.#headers, accept: '*/*', ...(await this.#session.header('token')) });
    return readLinkedFile(link, reader, { ...this.#baseUrl, headers, connections: this.#connections }, signal);
  }

  /** Starts Lightdash if that is configured, and takes over its address. */
  async #start(): Promise<void> {
    const { start } = this.#options;
    if (start === undefined) return;
    this.#starting ??= start().then(({ url, credentials }) => {
      this.#baseUrl = baseUrlOf(url);
      this.#session = this.#sessionWith(credentials);
    });
    await this.#starting;
  }

  #sessionWith(credentials: Credentials): Session {
    return new Session(credentials, (email, password) => this.#signIn(email, password));
  }

  /** Closes every connection at once. */
  async close(): Promise<void> {
    await this.#connections.close();
  }

  async #sendWithRetries(
    template: CallTemplate,
    request: WireRequest,
    signal: AbortSignal,
    stopped: () => FailureContext['stopped'],
  ): Promise<ApiResponse> {
    const { readOnly, auth } = template;
    const startedAt = performance.now();
    const endsAt = startedAt + (template.timeoutMs ?? this.#options.timeoutMs);
    let hasRenewedSession = false;
    for (let attempts = 1; ; attempts++) {
      const progress: { phase: Phase } = { phase: 'signing in' };
      try {
        const signingIn = this.#session.header(auth);
        const signIn = signingIn instanceof Promise ? await untilAborted(signingIn, signal) : signingIn;
        const received = await this.#send(template, request, signIn, signal, progress);
        if (attempts < MAX_ATTEMPTS && mayRepeatAfterStatus(readOnly, received.status)) {
          const wait = delayAfter(attempts, received.retryAfter);
          // Waiting past the deadline would turn the server's error into a timeout.
          if (performance.now() + wait < endsAt) {
            await delay(wait, undefined, { signal });
            continue;
          }
        }
        const cookie = signIn.cookie;
        if (received.status === 401 && cookie && !hasRenewedSession && this.#session.expire(cookie)) {
          // A session lasts a day; a 401 changed nothing, so signing in again is safe for writes too.
          hasRenewedSession = true;
          continue;
        }
        const { status, bytes, date } = received;
        return { results: this.#readResults(template, received), status, attempts, bytes, date };
      } catch (error) {
        if (error instanceof LightdashError) {
          error.attempts = attempts;
          throw error;
        }
        const code = failureCode(error);
        const wait = delayAfter(attempts);
        if (
          attempts < MAX_ATTEMPTS &&
          !signal.aborted &&
          mayRepeatAfterFailure(readOnly || !wasSent(progress.phase), code) &&
          performance.now() + wait < endsAt
        ) {
          await delay(wait, undefined, { signal }).catch(() => undefined);
          if (!signal.aborted) continue;
        }
        // Not a failure of the network: a fault in this program must not be reported as one.
        if (code === undefined && stopped() === undefined) throw error;
        const failure = transportFailure(error, {
          origin: this.origin,
          readOnly,
          phase: progress.phase,
          stopped: stopped(),
          waitedMs: performance.now() - startedAt,
        });
        failure.attempts = attempts;
        throw failure;
      }
    }
  }

  #readResults(template: CallTemplate, received: Received): unknown {
    const { status, location } = received;
    if (status < 300 || status >= 400 || location === undefined) {
      const results = openEnvelope({
        status,
        contentType: received.contentType,
        text: received.text,
        toWrite: !template.readOnly,
        mayBeEmpty: template.mayAnswerEmpty === true,
        mayLackResults: template.mayLackResults === true,
        mayBeEmptyMap: template.mayBeEmptyMap === true,
        listKey: listKeyOf(template.method, template.path),
        takesTokens: template.auth !== 'session',
        isScim: template.path.startsWith('/api/v1/scim/'),
      });
      return received.rows && typeof results === 'object' ? { ...results, rows: received.rows } : results;
    }
    // Redirects are never followed: the token is only for the configured origin.
    if (template.redirects) return { open: location };
    throw redirectError(location, status, this.origin);
  }

  async #send(
    template: CallTemplate,
    request: WireRequest,
    signInHeader: Readonly<Record<string, string>>,
    signal: AbortSignal,
    progress: { phase: Phase },
  ): Promise<Received> {
    const isJson = request.body !== undefined;
    const options = {
      origin: this.origin,
      path: `${this.#baseUrl.base}${request.target}`,
      method: request.method,
      headers: { ...this.#headers, ...signInHeader, ...(isJson && jsonType) },
      body: request.body ?? null,
      signal,
    };
    const { ResponseBody } = this.#bodies ?? (await this.#loadBodies());
    const { status, headers, body } = await this.#connections.request(
      options,
      progress,
      (statusCode) => new ResponseBody(statusCode, template),
    );
    this.#serverVersion = releaseNumber(header(headers, 'lightdash-version')) ?? this.#serverVersion;
    return {
      text: body.text,
      bytes: body.bytes,
      rows: body.rows,
      status,
      contentType: header(headers, 'content-type'),
      retryAfter: header(headers, 'retry-after'),
      location: header(headers, 'location'),
      date: header(headers, 'date'),
    };
  }

  async #loadBodies() {
    this.#bodies ??= await import('./http/response-body.ts');
    return this.#bodies;
  }

  async #signIn(email: string, password: SecretString): Promise<SecretString> {
    const options = {
      origin: this.origin,
      path: `${this.#baseUrl.base}/api/v1/login`,
      method: 'POST' as const,
      headers: { ...this.#headers, ...jsonType },
      body: JSON.stringify({ email, password: password.reveal() }),
      signal: AbortSignal.timeout(this.#options.timeoutMs),
    };
    const { ignoredBody } = await this.#loadBodies();
    const { status, headers } = await this.#connections.request(options, { phase: 'signing in' }, () => ignoredBody);
    return sessionCookie({ statusCode: status, headers }, email);
  }
}

const delayAfter = (attempts: number, retryAfter?: string) =>
  calculateRetryDelay(attempts, retryAfter, Date.now(), Math.random());
