import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { allowedNodeEnvironmentFlags } from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { mainPath } from '../helpers/client.ts';
import { answerResults, startLoopback } from '../helpers/loopback.ts';
import { startServerProcess } from '../helpers/server-process.ts';

// A start costs the code that it reads and runs. Times are measured by `npm run bench`; the files are tested here.

const root = fileURLToPath(new URL('../..', import.meta.url));
const hook = new URL('../helpers/loaded-modules.mjs', import.meta.url).href;

const outputs = z
  .object({
    outputs: z.record(
      z.string(),
      z.object({ bytes: z.number(), inputs: z.record(z.string(), z.object({ bytesInOutput: z.number() })) }),
    ),
  })
  .parse(JSON.parse(readFileSync(inject('metafile'), 'utf8'))).outputs;

/** Sources whose code is in any of the files of the build, by their paths from the root. */
const sourcesIn = (files: readonly string[]): string[] =>
  files.flatMap((file) =>
    Object.entries(outputs[file]?.inputs ?? {}).flatMap(([source, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [source] : [],
    ),
  );

/** Starts the built server with more flags for Node, and returns the files that it has loaded so far. */
function startWatched(env: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'lightdash-mcp-loaded-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const note = join(folder, 'modules');
  const server = startServerProcess({ ...env, NODE_OPTIONS: `--import=${hook}`, LOADED_MODULES: note });
  const loaded = () =>
    readFileSync(note, 'utf8')
      .trim()
      .split('\n')
      .filter((url) => url.startsWith('file:'))
      .map((url) => relative(root, fileURLToPath(url)).replaceAll('\\', '/'));
  return { server, loaded };
}

/** A Lightdash that counts its requests. */
const startLightdash = () =>
  startLoopback((_, response) => answerResults(response, { organizationUuid: 'o', name: 'Roastery' }));

const mustWait: readonly (readonly [what: string, source: RegExp])[] = [
  ['undici', /^node_modules\/undici\//],
  ['pino', /^node_modules\/(pino|sonic-boom|thread-stream)\//],
  ['the search', /^node_modules\/minisearch\//],
  ['schemas of arguments', /^src\/operations\/(?!operation\.ts)/],
  ['renderers', /^src\/render\//],
  ['queries', /^src\/query\//],
  ['tools', /^src\/tools\/(?!suggest\.ts)/],
  ['charts', /^src\/charts\/|resvg/],
  ['the sandbox', /^src\/sandbox\//],
  ['the database', /duckdb/],
];

describe('until the first call', () => {
  test('only the code of the first answers is loaded; the rest follows with the first call', async () => {
    const lightdash = await startLightdash();
    const { server, loaded } = startWatched({
      LIGHTDASH_URL: lightdash.url.href,
      LIGHTDASH_API_KEY: 'k',
      LIGHTDASH_LOG_LEVEL: 'debug',
    });
    await server.initialize();
    await server.request('tools/list');
    const atStart = loaded();
    expect(atStart).toContain('dist/main.js');
    expect(atStart.filter((file) => !(file in outputs) && !file.endsWith('loaded-modules.mjs'))).toEqual([]);
    for (const [what, source] of mustWait) {
      expect(
        sourcesIn(atStart).filter((item) => source.test(item)),
        what,
      ).toEqual([]);
    }
    const answer = await server.request('tools/call', { name: 'get_my_organization', arguments: {} });
    expect(JSON.stringify(answer)).toContain('Roastery');
    // Its first line loads pino.
    await server.logged;
    const called = sourcesIn(loaded());
    for (const [what, source] of mustWait.slice(0, 2))
      expect(
        called.some((item) => source.test(item)),
        what,
      ).toBe(true);
  });

  test('at most 410 KB of code are read', async () => {
    const { server, loaded } = startWatched({ LIGHTDASH_URL: 'http://127.0.0.1:9', LIGHTDASH_API_KEY: 'k' });
    await server.initialize();
    await server.request('tools/list');
    const bytes = loaded().reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThanOrEqual(410_000);
  });

  test('no other file is read or written, and Lightdash gets no request', async () => {
    const lightdash = await startLightdash();
    // Node itself refuses every file outside of the build.
    const flag = ['--permission', '--experimental-permission'].find((item) => allowedNodeEnvironmentFlags.has(item));
    const permission = `${flag} --allow-fs-read=${dirname(mainPath)}/`;
    const env = { LIGHTDASH_URL: lightdash.url.href, LIGHTDASH_API_KEY: 'k', NODE_OPTIONS: permission };
    const server = startServerProcess(env);
    await server.initialize();
    expect(await server.request('tools/list')).toHaveProperty('result.tools');
    expect(await server.request('prompts/list')).toHaveProperty('result.prompts');
    expect(lightdash.received).toEqual([]);
    const refused = startServerProcess({ ...env, LIGHTDASH_AUDIT_LOG: join(tmpdir(), 'never-written') });
    await refused.exited;
    expect(refused.stderr()).toContain('ERR_ACCESS_DENIED');
  });
});

describe('the build', () => {
  test('has a main file of at most 180 KB, and 1.85 MB in all without the sandbox', () => {
    const files = Object.entries(outputs).filter(([file]) => file.endsWith('.js'));
    expect(outputs['dist/main.js']?.bytes).toBeLessThanOrEqual(180_000);
    const all = files.filter(([file]) => file !== 'dist/sandbox.js').reduce((sum, [, { bytes }]) => sum + bytes, 0);
    expect(all).toBeLessThanOrEqual(1_850_000);
  });
});
