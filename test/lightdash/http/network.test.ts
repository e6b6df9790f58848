import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LightdashClient } from '../../../src/lightdash/client.ts';
import { proxyFor } from '../../../src/lightdash/http/network.ts';
import { health } from '../../../src/lightdash/server-release.ts';
import { SecretString } from '../../../src/secrets/secret-string.ts';

const both = { httpProxy: 'http://plain.example:1', httpsProxy: 'http://secure.example:2' };

describe('the proxy for an address', () => {
  test.each([
    ['https://bi.example', both, both.httpsProxy],
    ['http://bi.example', both, both.httpProxy],
    ['https://bi.example', { httpProxy: both.httpProxy }, both.httpProxy],
    ['http://bi.example', { httpsProxy: both.httpsProxy }, undefined],
    ['https://bi.example', {}, undefined],
    ['http://127.0.0.1:8080', both, undefined],
  ])('%s with %j is %s', (url, proxies, proxy) => {
    expect(proxyFor(new URL(url), proxies)).toBe(proxy);
  });
});

const exceptions = [
  '',
  '*',
  'bi.invalid',
  '.invalid',
  '*.invalid',
  'invalid',
  'i.invalid',
  'bi.invalid:443',
  'bi.invalid:80',
];

test.each(exceptions)('NO_PROXY=%j is read as the client reads it', async (noProxy) => {
  let isRequested = false;
  const proxy = createServer((socket) => {
    isRequested = true;
    socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void proxy.close());
  const address = proxy.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const proxies = { httpsProxy: `http://127.0.0.1:${address.port}`, noProxy };
  const url = new URL('https://bi.invalid');
  const credentials = { apiKey: new SecretString('ldpat_network') };
  const client = new LightdashClient({ url, credentials, timeoutMs: 5_000, userAgent: 'test', proxy: proxies });
  await client.call({ ...health, readOnly: false }, {}).catch(() => undefined);
  await client.close();
  expect(proxyFor(url, proxies) !== undefined).toBe(isRequested);
});
