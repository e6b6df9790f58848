import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openAuditFile } from '../../src/observability/audit-file.ts';
import type { AuditRecord } from '../../src/observability/audit-log.ts';
import { answerResults, startLoopback } from '../helpers/loopback.ts';
import { startServerProcess } from '../helpers/server-process.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'lightdash-audit-'));
const linesOf = (path: string): AuditRecord[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
const record = (call: string, outcome: string): AuditRecord => ({
  time: '2024-03-01T00:00:00.000Z',
  call,
  method: 'tools/call',
  ids: {},
  outcome,
  ms: 0,
  attempts: 0,
  bytes: 0,
});

describe('the file', () => {
  test('is still written to after it was moved away, until it is reopened', () => {
    const path = join(folder(), 'audit.jsonl');
    const file = openAuditFile(path, () => []);
    file.write(record('a', 'ok'));
    renameSync(path, `${path}.1`);
    file.write(record('b', 'ok'));
    file.reopen();
    file.write(record('c', 'ok'));
    expect(linesOf(`${path}.1`).map(({ call }) => call)).toEqual(['a', 'b']);
    expect(linesOf(path).map(({ call }) => call)).toEqual(['c']);
  });

  test('stays in use if it cannot be opened again', () => {
    const path = join(folder(), 'audit.jsonl');
    const file = openAuditFile(path, () => []);
    renameSync(path, `${path}.1`);
    mkdirSync(path);
    expect(() => file.reopen()).toThrow();
    file.write(record('a', 'ok'));
    expect(file.problem?.()).toBeUndefined();
    expect(linesOf(`${path}.1`)).toHaveLength(1);
  });

  test('continues after an incomplete line', () => {
    const path = join(folder(), 'audit.jsonl');
    writeFileSync(path, '{"torn":');
    openAuditFile(path, () => []).write(record('a', 'ok'));
    expect(readFileSync(path, 'utf8')).toMatch(/^\{"torn":\n\{.*\}\n$/);
  });

  test('marks each write that began and did not end as interrupted', () => {
    const path = join(folder(), 'audit.jsonl');
    const file = openAuditFile(path, () => []);
    file.write(record('a', 'started'));
    file.write(record('b', 'started'));
    file.write(record('a', 'ok'));
    file.close();
    file.close();
    expect(linesOf(path).map(({ call, outcome }) => `${call} ${outcome}`)).toEqual([
      'a started',
      'b started',
      'a ok',
      'b interrupted',
    ]);
  });

  test.skipIf(process.platform === 'win32')('must not be a link, a pipe or a folder: the start fails', async () => {
    const place = folder();
    appendFileSync(join(place, 'real'), '');
    symlinkSync(join(place, 'real'), join(place, 'link'));
    execFileSync('mkfifo', [join(place, 'pipe')]);
    for (const [name, reason] of [
      ['link', 'is a link'],
      ['pipe', 'is not a file'],
      ['', 'cannot be opened (EISDIR)'],
    ] as const) {
      const server = startServerProcess({
        LIGHTDASH_URL: 'https://bi.example',
        LIGHTDASH_API_KEY: 'ldpat_0123456789',
        LIGHTDASH_AUDIT_LOG: join(place, name),
      });
      expect((await server.exited).code).toBe(2);
      expect(server.stderr()).toContain(`LIGHTDASH_AUDIT_LOG ${reason}`);
    }
  });
});

describe.skipIf(process.platform === 'win32')('a server that is stopped', () => {
  const projectUuid = '28a012f6-4897-4927-8e21-30880ba92505';

  /** Sends writes one after the other, and stops the server when so many requests have come to Lightdash. */
  async function stopAt(count: number, signal: NodeJS.Signals | 'end of stdin', isAnswered: boolean) {
    const path = join(folder(), 'audit.jsonl');
    const sent: string[] = [];
    let stop = () => {};
    const lightdash = await startLoopback(({ method, body }, response) => {
      if (method === 'POST') sent.push(String(JSON.parse(body).name));
      if (isAnswered) answerResults(response, {});
      if (sent.length === count) stop();
    });
    const server = startServerProcess({
      LIGHTDASH_URL: lightdash.url.href,
      LIGHTDASH_API_KEY: 'ldpat_0123456789',
      LIGHTDASH_AUDIT_LOG: path,
    });
    stop = () => (signal === 'end of stdin' ? server.closeStdin() : server.kill(signal));
    await server.initialize();
    for (let at = 0; at < 12; at += 1) {
      const params = { name: 'create_space_in_project', arguments: { projectUuid, name: `Space ${at}` } };
      server.send(JSON.stringify({ jsonrpc: '2.0', id: `space ${at}`, method: 'tools/call', params }));
    }
    await server.exited;
    return { sent, lines: linesOf(path), stdout: server.stdout };
  }
  const nameIn = ({ arguments: args }: AuditRecord) => String(Object(args).name);

  test.each([1, 2, 3, 5, 8])(
    'has a line for each write that was sent, and its outcome: TERM at request %d',
    async (count) => {
      for (const isAnswered of [true, false]) {
        const { sent, lines, stdout } = await stopAt(count, 'SIGTERM', isAnswered);
        const started = lines.filter(({ outcome }) => outcome === 'started');
        const ended = lines.filter(({ outcome }) => outcome !== 'started');
        expect(sent.length).toBeGreaterThanOrEqual(count);
        expect(started.map(nameIn)).toEqual(expect.arrayContaining(sent));
        expect(ended.map(({ call }) => call).sort()).toEqual(started.map(({ call }) => call).sort());
        // An answered call is not recorded as interrupted.
        const answered = stdout.filter((line) => line.includes('"space ')).length;
        expect(ended.filter(({ outcome }) => outcome !== 'interrupted').length).toBeGreaterThanOrEqual(answered);
        if (!isAnswered) expect(new Set(ended.map(({ outcome }) => outcome))).toEqual(new Set(['interrupted']));
      }
    },
  );

  test('has the same lines if stdin ends and the writes take too long', async () => {
    const { sent, lines } = await stopAt(3, 'end of stdin', false);
    const started = lines.filter(({ outcome }) => outcome === 'started');
    expect(started.map(nameIn)).toEqual(expect.arrayContaining(sent));
    expect(lines.filter(({ outcome }) => outcome === 'interrupted')).toHaveLength(started.length);
  });

  test('has recorded every sent request even when it is killed', async () => {
    const { sent, lines } = await stopAt(2, 'SIGKILL', false);
    expect(lines.map(nameIn)).toEqual(expect.arrayContaining(sent));
    expect(new Set(lines.map(({ outcome }) => outcome))).toEqual(new Set(['started']));
  });

  test('reopens its file on SIGHUP, and continues', async () => {
    const path = join(folder(), 'audit.jsonl');
    const lightdash = await startLoopback((_, response) => answerResults(response, {}));
    const server = startServerProcess({
      LIGHTDASH_URL: lightdash.url.href,
      LIGHTDASH_API_KEY: 'ldpat_0123456789',
      LIGHTDASH_AUDIT_LOG: path,
    });
    onTestFinished(() => server.closeStdin());
    await server.initialize();
    const call = () => server.request('tools/call', { name: 'get_my_organization', arguments: {} });
    await call();
    renameSync(path, `${path}.1`);
    server.kill('SIGHUP');
    // The signal may take a turn longer than the next line of stdin.
    for (let tries = 0; tries < 50 && !lines(path); tries += 1) await call();
    expect(lines(path)).toBeGreaterThan(0);
    expect(lines(`${path}.1`)).toBeGreaterThan(0);
  });
  const lines = (path: string) => {
    try {
      return linesOf(path).length;
    } catch {
      return 0;
    }
  };
});
