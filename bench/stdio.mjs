import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A server process spoken to over stdio, with as little of our own in between as can be. */
export function start(args, env = {}) {
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      LIGHTDASH_URL: 'http://127.0.0.1:9',
      LIGHTDASH_API_KEY: 'bench-key-of-no-user',
      ...env,
    },
  });
  const waiting = new Map();
  let buffer = '';
  let nextId = 0;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk) => {
    buffer += chunk;
    const lines = buffer.split('\n');
    buffer = lines.pop();
    for (const line of lines) {
      const message = JSON.parse(line);
      waiting.get(message.id)?.(message.result ?? message);
      waiting.delete(message.id);
    }
  });
  const request = (method, params = {}) =>
    new Promise((resolve) => {
      const id = ++nextId;
      waiting.set(id, resolve);
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  return {
    request,
    initialize: () =>
      request('initialize', {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'bench', version: '1' },
      }),
    call: (name, args = {}) => request('tools/call', { name, arguments: args }),
    /** Megabytes of memory the process holds now, and at the most so far (Linux). */
    memory() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      const read = (name) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
      return { now: read('VmRSS'), peak: read('VmHWM') };
    },
    stop: () => child.kill(),
  };
}
