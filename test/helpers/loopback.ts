import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request that a loopback server was sent, read whole. */
export interface Received {
  readonly method: string;
  /** Path and query string. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answering = (received: Received, response: ServerResponse, count: number) => void;

export interface Loopback {
  readonly url: URL;
  /** Every request so far, in order. */
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** Starts an HTTP server on loopback that lives until it is closed. */
export async function openLoopback(answer: Answering, tls?: { key: string; cert: string }): Promise<Loopback> {
  const received: Received[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const entry = { method, target: url, headers, body: Buffer.concat(chunks).toString() };
      received.push(entry);
      answer(entry, response, received.length);
    });
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`),
    received,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Starts an HTTP server on loopback that lives as long as its test. */
export async function startLoopback(...options: Parameters<typeof openLoopback>): Promise<Loopback> {
  const loopback = await openLoopback(...options);
  onTestFinished(loopback.close);
  return loopback;
}

/** Answers with JSON in Lightdash's form. */
export function answerJson(response: ServerResponse, status: number, json: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(json));
}

/** Answers as Lightdash does when all went well. */
export const answerResults = (response: ServerResponse, results: unknown) =>
  answerJson(response, 200, { status: 'ok', results });

/** A server that speaks whatever `onConnection` does with the bare socket. */
export async function startSockets(onConnection: (socket: Socket, count: number) => void): Promise<URL> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket, sockets.size);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(
    () =>
      new Promise((closed) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => closed(undefined));
      }),
  );
  const address = server.address();
  return new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
}
