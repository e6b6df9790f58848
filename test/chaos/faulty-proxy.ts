import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { numbersFrom, pick, seedOf } from './seeded.ts';

/** The faults of a network, a proxy or a restarting server. */
export const faults = [
  'latency',
  'reset before it was passed on',
  'reset after it was passed on',
  'reset during the answer',
  '429',
  '503',
  '502 page',
  '504',
  '502 page after it was passed on',
  '503 after it was passed on',
  'cut JSON',
  'empty answer',
  'garbage',
  'garbage after it was passed on',
  'slow drip',
  'sign-in page',
  'drip without end',
  'silence',
] as const;
export type Fault = (typeof faults)[number];

/** The two that last until the deadline are rarer. */
const often = faults.flatMap((fault) =>
  fault === 'silence' || fault === 'drip without end' ? [fault] : Array<Fault>(6).fill(fault),
);

export interface FaultyProxy {
  readonly url: string;
  /** The number of times each fault was played. */
  readonly played: ReadonlyMap<Fault, number>;
  close(): Promise<void>;
}

export interface Chances {
  /** The same seed, request and count of it give the same fault. */
  readonly seed: number;
  /** Of a request to meet with a fault. */
  readonly fault: number;
  /** Of a request to begin a storm: so many requests are refused with 429 or 503 from then on. */
  readonly storm: number;
}

/** Starts a proxy in front of a server that plays faults, chosen by a seed. */
export async function startFaultyProxy(target: string, chances: Chances): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target);
  const played = new Map<Fault, number>();
  const times = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();
  let storm: { status: '429' | '503'; left: number } | undefined;

  const later = (milliseconds: number, run: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, milliseconds);
    timers.add(timer);
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handle(request, Buffer.concat(chunks), response));
  });

  function handle(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const text = `${chances.seed} ${request.method} ${request.url} ${body}`;
    const time = (times.get(text) ?? 0) + 1;
    times.set(text, time);
    const number = numbersFrom(seedOf(`${text} ${time}`));

    if (storm === undefined && number() < chances.storm) {
      storm = { status: pick(['429', '503'] as const, number()), left: 5 + Math.floor(number() * 20) };
    }
    if (storm) {
      const { status } = storm;
      storm.left -= 1;
      if (storm.left === 0) storm = undefined;
      note(status);
      refuse(response, Number(status), number());
    } else if (number() >= chances.fault) {
      relay(request, body, (answer) => answerWhole(response, answer));
    } else {
      const fault = pick(often, number());
      note(fault);
      play(fault, request, body, response, number);
    }
  }

  function note(fault: Fault): void {
    played.set(fault, (played.get(fault) ?? 0) + 1);
  }

  function play(
    fault: Fault,
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    number: () => number,
  ): void {
    const { socket } = response;
    const reset = () => void socket?.resetAndDestroy();
    const garbage = () => {
      socket?.write(Buffer.from(Array.from({ length: 200 }, () => Math.floor(number() * 256))));
      socket?.end();
    };
    const onward = (answered: (answer: Answer) => void) => relay(request, body, answered);
    const plays: Readonly<Record<Fault, () => void>> = {
      latency: () => later(number() * 150, () => onward((answer) => answerWhole(response, answer))),
      'reset before it was passed on': reset,
      'reset after it was passed on': () => onward(reset),
      'reset during the answer': () =>
        onward((answer) => {
          response.writeHead(answer.status, { ...answer.headers, 'content-length': String(answer.body.length + 10) });
          response.write(answer.body.subarray(0, Math.floor(number() * answer.body.length)), () => later(5, reset));
        }),
      '429': () => refuse(response, 429, number()),
      '503': () => refuse(response, 503, number()),
      '504': () => refuse(response, 504, number()),
      '502 page': () => page(response, 502, 'Bad gateway'),
      '502 page after it was passed on': () => onward(() => page(response, 502, 'Bad gateway')),
      '503 after it was passed on': () => onward(() => refuse(response, 503, number())),
      'cut JSON': () =>
        onward(({ status, headers, body: whole }) => {
          const cut = whole.subarray(0, Math.floor(number() * whole.length));
          response.writeHead(status, headers).end(cut);
        }),
      'empty answer': () => onward(() => void response.writeHead(200).end()),
      garbage,
      'garbage after it was passed on': () => onward(garbage),
      'slow drip': () => onward((answer) => drip(response, answer, Math.ceil(answer.body.length / 8))),
      'sign-in page': () => page(response, 200, 'Sign in to Acme'),
      'drip without end': () =>
        onward(({ status, headers }) => {
          response.writeHead(status, headers);
          const more = () => {
            if (response.destroyed) return;
            response.write(' ');
            later(50, more);
          };
          more();
        }),
      silence: () => undefined,
    };
    plays[fault]();
  }

  interface Answer {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: Buffer;
  }

  function relay(request: IncomingMessage, body: Buffer, answered: (answer: Answer) => void): void {
    const { method, url: path, headers } = request;
    const upstream = forward(
      { hostname, port, method, path, headers: { ...headers, connection: 'close' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          answered({
            status: response.statusCode ?? 500,
            headers: pass(response.headers),
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    upstream.on('error', () => request.socket.destroy());
    upstream.end(body);
  }

  function drip(response: ServerResponse, answer: Answer, size: number): void {
    response.writeHead(answer.status, answer.headers);
    let from = 0;
    const more = () => {
      response.write(answer.body.subarray(from, from + size));
      from += size;
      if (from < answer.body.length) later(10, more);
      else response.end();
    };
    more();
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    played,
    close: () =>
      new Promise((closed) => {
        for (const timer of timers) clearTimeout(timer);
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Headers that still hold when the body is passed on as it is, in whatever pieces. */
const pass = ({ 'content-type': type, 'set-cookie': cookies, location }: IncomingMessage['headers']) => ({
  ...(type && { 'content-type': type }),
  ...(cookies?.[0] && { 'set-cookie': cookies[0] }),
  ...(location && { location }),
});

const answerWhole = (
  response: ServerResponse,
  answer: { status: number; headers: Record<string, string>; body: Buffer },
) => void response.writeHead(answer.status, answer.headers).end(answer.body);

function refuse(response: ServerResponse, status: number, number: number): void {
  const retryAfter = pick(['0', '1', new Date(Date.now() + 300).toUTCString(), ''], number);
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfter && { 'retry-after': retryAfter }),
  });
  response.end(JSON.stringify({ status: 'error', error: { statusCode: status, name: 'Busy', message: 'try later' } }));
}

const page = (response: ServerResponse, status: number, title: string) =>
  void response.writeHead(status, { 'content-type': 'text/html' }).end(`<!doctype html><title>${title}</title>`);
