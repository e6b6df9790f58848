import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Proxy {
  /** Its address, as host and port. */
  readonly host: string;
  /** Every request so far, such as `CONNECT lightdash.test:443`. */
  readonly requests: readonly string[];
}

/** Starts a proxy in a process of its own, on loopback; it ends with the test. Every name in a request is this machine. */
export async function startProxy(credentials?: string): Promise<Proxy> {
  const script = fileURLToPath(new URL('./proxy.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, ...(credentials ? [credentials] : [])], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise((exit) => child.once('close', exit));
  onTestFinished(async () => {
    child.kill();
    await exited;
  });
  const requests: string[] = [];
  const port = await new Promise<string>((listening) => {
    const lines = createInterface({ input: child.stdout });
    lines.once('line', (first) => {
      lines.on('line', (line) => requests.push(line));
      listening(first);
    });
  });
  return { host: `127.0.0.1:${port}`, requests };
}
