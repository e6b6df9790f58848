import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { mainPath } from './client.ts';

/** The built server as a bare process: for tests of what goes over its pipes. */
export interface ServerProcess {
  /** Writes a line to its stdin as it is. */
  send(line: string): void;
  /** Writes to its stdin without ending the line. */
  sendRaw(text: string): void;
  /** Closes the reading ends of its pipes, as a host that died. */
  stopReading(): void;
  stopReadingStderr(): void;
  /** Sends a JSON-RPC request and resolves with the line that answers it. */
  request(method: string, params?: object): Promise<unknown>;
  /** Opens the session as a host does. */
  initialize(): Promise<unknown>;
  closeStdin(): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when so many lines have come on stdout. */
  lines(count: number): Promise<void>;
  /** Every line that came on stdout. */
  readonly stdout: readonly string[];
  stderr(): string;
  /** Resolves when something is on stderr. */
  readonly logged: Promise<void>;
  /** Resolves with exit code and signal. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts the built server; it is killed when the test ends, should it still run. */
export function startServerProcess(env: Record<string, string>, flags: readonly string[] = []): ServerProcess {
  const child = spawn(process.execPath, [mainPath, ...flags], { env, stdio: 'pipe' });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
    child.once('close', (code, signal) => done({ code, signal }));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let stderr = '';
  const logged = new Promise<void>((written) => child.stderr.once('data', () => written()));
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  // The server may be gone already: that is for the test to see in `exited`.
  child.stdin.on('error', () => undefined);
  const stdout: string[] = [];
  let wanted = { count: Number.POSITIVE_INFINITY, reached: () => {} };
  const waiting = new Map<number, (answer: unknown) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    stdout.push(line);
    if (stdout.length >= wanted.count) wanted.reached();
    const id = idOf(line);
    if (id !== undefined) waiting.get(id)?.(JSON.parse(line));
  });
  let lastId = 0;
  const send = (line: string) => void child.stdin.write(`${line}\n`);
  const request = (method: string, params: object = {}) =>
    new Promise<unknown>((answered, failed) => {
      const id = ++lastId;
      waiting.set(id, answered);
      void exited.then(() => failed(new Error(`the server ended before it answered ${method}: ${stderr}`)));
      send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  return {
    send,
    sendRaw: (text) => void child.stdin.write(text),
    stopReading: () => void child.stdout.destroy(),
    stopReadingStderr: () => void child.stderr.destroy(),
    request,
    async initialize() {
      const answer = await request('initialize', {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'lightdash-mcp-tests', version: '1' },
      });
      send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }));
      return answer;
    },
    closeStdin: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    lines: (count) =>
      new Promise((reached) => {
        wanted = { count, reached };
        if (stdout.length >= count) reached();
      }),
    stdout,
    stderr: () => stderr,
    logged,
    exited,
  };
}

function idOf(line: string): number | undefined {
  try {
    const message: { id?: unknown } = JSON.parse(line);
    return typeof message.id === 'number' ? message.id : undefined;
  } catch {
    return undefined;
  }
}
