import { secretParts } from '../secrets/secret-parts.ts';
import type { SecretString } from '../secrets/secret-string.ts';

/** Credentials of this server: a token for most operations, a session for the 15 that refuse every token. */
export interface Credentials {
  /** Token of a person, sent as `Authorization: ApiKey …`, or of a service account (`ldsvc_…`), sent as `Bearer …`. */
  readonly apiKey?: SecretString;
  /** A ready `Cookie` header value, such as `connect.sid=…`. */
  readonly sessionCookie?: SecretString;
  readonly email?: string;
  readonly password?: SecretString;
}

/** The header that signs a request in. */
type SignInHeader = Readonly<Record<string, string>>;

/** Signs in with e-mail and password; returns the `Cookie` value of the new session. */
type SignIn = (email: string, password: SecretString) => Promise<SecretString>;

/** More sessions than this do not expire while calls that use them are in flight. */
const MAX_FORMER_COOKIES = 20;

/** True for the token of a service account, which Lightdash takes as a bearer token alone (its API document). */
export const isServiceAccountToken = (token: string): boolean => token.startsWith('ldsvc_');

/** Chooses the header that signs a request in, and keeps the session cookie. */
export class Session {
  #apiKey: SecretString | undefined;
  /** Tokens that were in use before: a response may still contain them. */
  readonly #formerKeys: SecretString[] = [];
  /** The latest cookies that were refused: responses of concurrent calls may still contain them. */
  readonly #formerCookies: SecretString[] = [];
  #cookie: Promise<SecretString> | undefined;
  /** The cookie in use, once it is known: `#cookie` may still be a sign-in in flight. */
  #lastCookie: SecretString | undefined;
  readonly #credentials: Credentials;
  readonly #signIn: SignIn;

  constructor(credentials: Credentials, signIn: SignIn) {
    this.#apiKey = credentials.apiKey;
    this.#credentials = credentials;
    this.#signIn = signIn;
    this.#lastCookie = credentials.sessionCookie;
    if (credentials.sessionCookie) this.#cookie = Promise.resolve(credentials.sessionCookie);
  }

  /** True if there are credentials for a session. */
  get isPossible(): boolean {
    const { sessionCookie, email, password } = this.#credentials;
    return sessionCookie !== undefined || (email !== undefined && password !== undefined);
  }

  /** The token in use; replaced when it is rotated. */
  set apiKey(token: SecretString) {
    if (this.#apiKey) this.#formerKeys.push(this.#apiKey);
    this.#apiKey = token;
  }

  /** Every secret that a request may carry or has carried; of cookies also their parts. */
  get secrets(): SecretString[] {
    const { password } = this.#credentials;
    const cookies = [...this.#formerCookies, this.#lastCookie].filter((cookie) => cookie !== undefined);
    const all = [this.#apiKey, ...this.#formerKeys, password, ...cookies.flatMap(secretParts)];
    return all.filter((secret) => secret !== undefined);
  }

  /** The sign-in header of a request, at once for a token; empty without credentials, which Lightdash refuses with 401. */
  header(auth: 'token' | 'session' | 'none'): SignInHeader | Promise<SignInHeader> {
    const usesCookie = auth === 'session' || (auth === 'token' && this.#apiKey === undefined);
    return usesCookie && this.isPossible ? this.#cookieHeader() : this.#tokenHeader();
  }

  /**
   * Drops a session that was refused, unless another call has renewed it already.
   *
   * @returns true if signing in again can give a new one.
   */
  expire(refused: string): boolean {
    const { email, password } = this.#credentials;
    if (email === undefined || password === undefined) return false;
    if (this.#lastCookie?.reveal() === refused) {
      this.#formerCookies.push(this.#lastCookie);
      if (this.#formerCookies.length > MAX_FORMER_COOKIES) this.#formerCookies.shift();
      this.#cookie = undefined;
      this.#lastCookie = undefined;
    }
    return true;
  }

  async #cookieHeader(): Promise<SignInHeader> {
    this.#lastCookie = await this.#session();
    return { cookie: this.#lastCookie.reveal() };
  }

  #tokenHeader(): SignInHeader {
    if (this.#apiKey === undefined) return {};
    const token = this.#apiKey.reveal();
    return { authorization: `${isServiceAccountToken(token) ? 'Bearer' : 'ApiKey'} ${token}` };
  }

  #session(): Promise<SecretString> {
    const { email, password } = this.#credentials;
    if (this.#cookie === undefined) {
      if (email === undefined || password === undefined) throw new Error('no session credentials');
      // Calls that come together share one sign-in; a failed one is not kept.
      this.#cookie = this.#signIn(email, password);
      this.#cookie.catch(() => {
        this.#cookie = undefined;
      });
    }
    return this.#cookie;
  }
}
