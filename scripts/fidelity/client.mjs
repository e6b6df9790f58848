import fs from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The recordings were made from these moments on; relative dates in their filters count from them. */
const RECORDED_AT = { 0.1366: '2026-11-23T20:19:00.000Z', 1.219: '2026-11-25T18:55:00.000Z' };
const PASSWORD = 'Roastery!1366';

/** Bodies recorded as text were sent as they stand, under the type that the note tells. */
const CONTENT_TYPES = { 'no content-type json': 'text/plain', 'form body': 'application/x-www-form-urlencoded' };

/** Starts the sandbox of this working copy as a release, its clock set to the time of the recordings. */
export async function startClient(root, release) {
  const bundle = path.join(root, 'dist', `fidelity-${process.pid}.mjs`);
  await build({
    entryPoints: [path.join(root, 'src/sandbox/index.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const { startSandbox } = await import(pathToFileURL(bundle));
  fs.rmSync(bundle);
  const started = Date.now();
  const now = () => new Date(Date.parse(RECORDED_AT[release]) + Date.now() - started);
  const sandbox = await startSandbox({ dataDir: path.join(root, 'src/sandbox/roastery'), now, version: release });
  return new Client(sandbox);
}

class Client {
  constructor(sandbox) {
    this.sandbox = sandbox;
  }

  /** Resolves when no background job and no query is left running. */
  async settled() {
    await this.sandbox.settled();
    while (this.sandbox.queries.all.some(({ status }) => status === 'pending')) await setImmediate();
  }

  /** Headers of who asked, by the words of the recordings; null for those who came into being while recording. */
  async credentials(auth) {
    const { tokens } = this.sandbox;
    const token = (secret) => ({ authorization: `ApiKey ${secret}` });
    if (auth === 'no auth' || auth === 'login') return {};
    if (auth.startsWith('admin PAT')) return token(tokens.admin);
    if (auth.startsWith('viewer PAT')) return token(tokens.viewer);
    if (auth.startsWith('plain viewer PAT')) return token(tokens.plainViewer);
    if (auth.startsWith('editor PAT')) return token(tokens.editor);
    if (auth.startsWith('developer PAT')) return token(tokens.developer);
    if (auth.startsWith('member without project PAT')) return token(tokens.member);
    if (/^(unknown PAT|expired PAT|PAT of a deleted user)/.test(auth)) return token('0'.repeat(32));
    if (auth === 'admin session cookie') return { cookie: await this.#signIn('ada@roastery.example') };
    if (auth === 'viewer session cookie') return { cookie: await this.#signIn('vic@roastery.example') };
    if (auth === 'PAT of another organization') return token(await this.#strangersToken());
    return null;
  }

  /** Sends a recorded request and gives the answer in the recording's form. */
  async send({ method, path: route, query, body }, headers, note) {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) {
      for (const one of [value].flat()) search.append(name, String(one));
    }
    const address = search.size > 0 ? `${route}?${search}` : route;
    const response = await this.#call(method, address, headers, body, CONTENT_TYPES[note]);
    const contentType = response.headers.get('content-type');
    const text = await response.text();
    return {
      status: response.status,
      contentType,
      body: contentType?.includes('json') && text ? JSON.parse(text) : text,
    };
  }

  #signIn(email) {
    return this.#cookie('/api/v1/login', { email, password: PASSWORD });
  }

  async #strangersToken() {
    const email = `${Math.random().toString(36).slice(2)}@elsewhere.example`;
    const cookie = await this.#cookie('/api/v1/user', {
      firstName: 'Stran',
      lastName: 'Ger',
      email,
      password: PASSWORD,
    });
    await this.#call('PUT', '/api/v1/org', { cookie }, { name: 'Elsewhere' });
    const wanted = { description: 'x', expiresAt: null };
    const made = await this.#call('POST', '/api/v1/user/me/personal-access-tokens', { cookie }, wanted);
    return (await made.json()).results.token;
  }

  async #cookie(route, body) {
    const response = await this.#call('POST', route, {}, body);
    return response.headers.get('set-cookie').split(';')[0];
  }

  #call(method, route, headers, body, contentType = 'application/json') {
    const bodiless = body === undefined || body === null || method === 'GET' || method === 'HEAD';
    return fetch(this.sandbox.url + route, {
      method,
      redirect: 'manual',
      headers: { ...(bodiless ? {} : { 'content-type': contentType }), ...headers },
      ...(bodiless ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }
}
