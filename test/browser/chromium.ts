import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chartAppPage } from '../../src/charts/app-page.ts';

/** The policy of a host without further domains (MCP Apps 2026-01-26, default policy). */
const POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'none'; object-src 'none'; frame-src 'none'";

export interface Browsing {
  /** A fresh page of the host, and what went wrong or out in it. */
  open(): Promise<{ page: Page; errors: string[]; requests: string[] }>;
  close(): Promise<void>;
}

/** Debian's Chromium, a server on loopback with the host's page and the App, and a driver. */
export async function openBrowser(): Promise<Browsing> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('host-page.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
    logLevel: 'warning',
  });
  const script = outputFiles[0]?.text ?? '';
  const app = await chartAppPage();
  const server = createServer(({ url }, response) => {
    if (url === '/app.html')
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': POLICY }).end(app);
    else if (url === '/host.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    else if (url === '/')
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><body><script src="/host.js"></script>');
    // The browser's own wish for an icon.
    else response.writeHead(url === '/favicon.ico' ? 204 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${portOf(server)}`;
  const browser: Browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  return {
    async open() {
      const page = await browser.newPage({ viewport: { width: 800, height: 640 } });
      const errors: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
      });
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('dialog', (dialog) => {
        errors.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('request', (request) => {
        const url = request.url();
        const isOwn = ['/', '/host.js', '/app.html', '/favicon.ico'].some((path) => url === `${origin}${path}`);
        if (!isOwn && !url.startsWith('data:')) requests.push(url);
      });
      await page.goto(`${origin}/`);
      return { page, errors, requests };
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return isAddress(address) ? address.port : 0;
}

const isAddress = (address: string | AddressInfo | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;
