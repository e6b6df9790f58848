import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { expectLine } from '../helpers/answers.ts';
import { callTool, connectOverStdio } from '../helpers/client.ts';
import { answerResults, startLoopback } from '../helpers/loopback.ts';
import { expectNoNote } from '../helpers/notes.ts';
import { startProxy } from '../helpers/proxy.ts';
import { startServerProcess } from '../helpers/server-process.ts';

// Proxies and certificates of the environment, with the built server and processes on loopback.

const certificate = fileURLToPath(new URL('../fixtures/self-signed/certificate.pem', import.meta.url));
const tls = {
  cert: readFileSync(certificate, 'utf8'),
  key: readFileSync(fileURLToPath(new URL('../fixtures/self-signed/key.pem', import.meta.url)), 'utf8'),
};

const startLightdash = (secure?: typeof tls) =>
  startLoopback((_, response) => answerResults(response, { name: 'Roastery' }), secure);

/** The answer of the tool about the organization of a Lightdash, under an environment. */
async function organizationAt(url: string, environment: Record<string, string>) {
  const { client, close } = await connectOverStdio({
    LIGHTDASH_URL: url,
    LIGHTDASH_API_KEY: 'ldpat_network',
    LIGHTDASH_ALLOW_HTTP: 'true',
    ...environment,
  });
  onTestFinished(close);
  return callTool(client, 'get_my_organization');
}

/** A write, which must not be said to be in doubt where nothing can have arrived. */
async function writeTo(url: string, environment: Record<string, string>) {
  const { client, close } = await connectOverStdio({
    LIGHTDASH_URL: url,
    LIGHTDASH_API_KEY: 'ldpat_network',
    ...environment,
  });
  onTestFinished(close);
  return callTool(client, 'create_group_in_organization', { name: 'Roasters' });
}

test('a self-signed certificate is refused, with the setting to use', async () => {
  const { url, received } = await startLightdash(tls);
  const { isError, text } = await writeTo(url.href, {});
  expect(isError).toBe(true);
  expectLine(text, 'certificate', url.origin, 'not trusted');
  expect(text).toContain('NODE_EXTRA_CA_CERTS');
  expectNoNote(text, 'in doubt');
  expect(received).toHaveLength(0);
});

test('NODE_EXTRA_CA_CERTS makes it trusted', async () => {
  const { url } = await startLightdash(tls);
  const { isError, text } = await organizationAt(url.href, { NODE_EXTRA_CA_CERTS: certificate });
  expect(text).toContain('Roastery');
  expect(isError).toBe(false);
});

test('HTTPS_PROXY gets a CONNECT, and the TLS inside of the tunnel is with Lightdash itself', async () => {
  const { url, received } = await startLightdash(tls);
  const proxy = await startProxy();
  const environment = { HTTPS_PROXY: `http://${proxy.host}`, NODE_EXTRA_CA_CERTS: certificate };
  const { text } = await organizationAt(`https://lightdash.test:${url.port}`, environment);
  expect(text).toContain('Roastery');
  expect(proxy.requests).toEqual([`CONNECT lightdash.test:${url.port}`]);
  expect(received).toHaveLength(1);
  // A certificate for another name is as little trusted through a proxy as without.
  const other = await organizationAt(`https://other.test:${url.port}`, environment);
  expectLine(other.text, 'certificate', `https://other.test:${url.port}`, 'not trusted');
  expect(received).toHaveLength(1);
});

test.each([
  ['HTTP_PROXY', (host: string) => `http://${host}`],
  ['http_proxy', (host: string) => `http://${host}`],
  ['HTTP_PROXY without a scheme', (host: string) => host],
])('%s is used, with the token for Lightdash only', async (name, addressOf) => {
  const { url, received } = await startLightdash();
  const proxy = await startProxy();
  const { text } = await organizationAt(`http://lightdash.test:${url.port}`, {
    [name.split(' ')[0] ?? '']: addressOf(proxy.host),
  });
  expect(text).toContain('Roastery');
  expect(proxy.requests).toEqual([`CONNECT lightdash.test:${url.port}`]);
  expect(received[0]?.headers).toMatchObject({
    host: `lightdash.test:${url.port}`,
    authorization: 'ApiKey ldpat_network',
  });
  expect(received[0]?.headers).not.toHaveProperty('proxy-authorization');
});

test('a proxy with a password gets it, and no answer contains it', async () => {
  const { url } = await startLightdash();
  const { host, requests } = await startProxy('ada:s3cret word');
  const address = `http://lightdash.test:${url.port}`;
  const right = await organizationAt(address, { HTTP_PROXY: `http://ada:s3cret%20word@${host}` });
  expect(right.text).toContain('Roastery');
  const wrong = await organizationAt(address, { HTTP_PROXY: `http://ada:guess-of-ada@${host}` });
  expect(wrong.isError).toBe(true);
  expectLine(wrong.text, 'proxy', 'refused', '407');
  expect(wrong.text).not.toContain('guess-of-ada');
  expect(requests).toHaveLength(2);
});

test('a proxy that refuses, is down or never answers is reported as such, and nothing as done', async () => {
  const proxy = await startProxy();
  const through = { HTTPS_PROXY: `http://${proxy.host}` };
  const refused = await writeTo('https://forbidden.test', through);
  expectLine(refused.text, 'proxy', 'refused', 'https://forbidden.test', '403');
  const requestCount = proxy.requests.length;
  const closing = await writeTo('https://closing.test', through);
  expectLine(closing.text, 'https://closing.test', 'broke');
  // As often as anything that was not sent is tried again; undici by itself would connect again without end.
  expect(proxy.requests.length - requestCount).toBe(4);
  const silent = await writeTo('https://silent.test', { ...through, LIGHTDASH_TIMEOUT: '1' });
  expectLine(silent.text, 'No connection', 'https://silent.test', '1 s');
  const { url, close } = await startLightdash();
  await close();
  const down = await writeTo('https://lightdash.test', { HTTPS_PROXY: url.href });
  expectLine(down.text, 'proxy');
  for (const { isError, text } of [refused, closing, silent, down]) {
    expect(isError).toBe(true);
    expect(text).toContain('Nothing was sent');
    expectNoNote(text, 'in doubt');
  }
});

test.each(['http://', 'ftp://proxy.test:21', 'http://user:s3cret@pro xy:80'])(
  'a proxy that is no address stops the start, named by its setting and not repeated: %s',
  async (address) => {
    const server = startServerProcess({
      LIGHTDASH_URL: 'https://lightdash.test',
      LIGHTDASH_API_KEY: 'k',
      HTTPS_PROXY: address,
    });
    expect(await server.exited).toMatchObject({ code: 2 });
    expectLine(server.stderr(), 'HTTPS_PROXY', 'address');
    expect(server.stderr()).not.toMatch(/s3cret|ftp/);
  },
);

// 0.0.0.0 leads to this machine, and is no name that means it: what goes there goes through proxies like anywhere else.
test.each(['0.0.0.0', '*', 'lightdash.test, 0.0.0.0'])('NO_PROXY=%s bypasses the proxy', async (noProxy) => {
  const { url } = await startLightdash();
  const proxy = await startProxy();
  const address = `http://0.0.0.0:${url.port}`;
  const { text } = await organizationAt(address, { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: noProxy });
  expect(text).toContain('Roastery');
  expect(proxy.requests).toEqual([]);
  await organizationAt(address, { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: 'elsewhere.test' });
  expect(proxy.requests).toEqual([`CONNECT 0.0.0.0:${url.port}`]);
});

test('loopback requests use no proxy', async () => {
  const { url } = await startLightdash();
  const proxy = await startProxy();
  expect((await organizationAt(url.href, { HTTP_PROXY: `http://${proxy.host}` })).text).toContain('Roastery');
  expect(proxy.requests).toEqual([]);
});
