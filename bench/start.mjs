import { execFileSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { here, ours, requireShim } from './paths.mjs';
import { budget, median, ms, say, section } from './report.mjs';
import { start } from './stdio.mjs';

const ROUNDS = 15;

/** Builds the server as it is published; answers how many bytes of code are read until the first answer, and in all. */
export async function buildServer() {
  const metafile = here('./servers/.metafile.json');
  execFileSync(process.execPath, ['scripts/build.mjs', '--metafile', metafile], { cwd: here('..'), stdio: 'inherit' });
  const { outputs } = JSON.parse(await readFile(metafile, 'utf8'));
  await rm(metafile);
  const atStart = new Set(['dist/main.js']);
  for (const file of atStart) {
    for (const { path, kind } of outputs[file].imports)
      if (kind === 'import-statement' && outputs[path]) atStart.add(path);
  }
  const bytes = (files) => files.reduce((sum, file) => sum + outputs[file].bytes, 0);
  return { atStart: bytes([...atStart]), all: bytes(Object.keys(outputs)) };
}

async function bundledOneTool() {
  const outfile = here('./servers/.one-tool.bundle.mjs');
  const entryPoints = [here('./servers/one-tool.mjs')];
  const banner = { js: requireShim };
  await build({ entryPoints, outfile, bundle: true, minify: true, platform: 'node', format: 'esm', banner });
  return outfile;
}

export async function measureStart(code) {
  const bundle = await bundledOneTool();
  const candidates = {
    bare: [here('./servers/bare.mjs')],
    unbundled: [here('./servers/one-tool.mjs')],
    bundled: [bundle],
    ours: [ours],
  };
  const names = Object.keys(candidates);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  const memory = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(candidates)) {
      const began = performance.now();
      const server = start(args);
      await server.initialize();
      times[name].push(performance.now() - began);
      if (name !== 'bare') await server.request('tools/list');
      memory[name].push(server.memory().now);
      server.stop();
    }
  }
  await rm(bundle);
  const time = Object.fromEntries(names.map((name) => [name, median(times[name])]));
  const rest = Object.fromEntries(names.map((name) => [name, median(memory[name])]));
  const ratio = (value) => value.toFixed(2);
  section('Start: from spawn to the answer of `initialize`, all tools');
  budget('start, of the one-tool SDK server unbundled', time.ours / time.unbundled, { atMost: 0.55, write: ratio });
  budget('start, of the one-tool SDK server bundled', time.ours / time.bundled, { atMost: 1.2, write: ratio });
  budget('memory at rest, of the one-tool SDK server bundled', rest.ours / rest.bundled, {
    atMost: 1.25,
    write: ratio,
  });
  say(
    `- medians of ${ROUNDS}: bare Node ${ms(time.bare)} ms, one tool unbundled ${ms(time.unbundled)} ms, bundled ${ms(time.bundled)} ms, ours ${ms(time.ours)} ms`,
  );
  say(
    `- memory after \`tools/list\`: bare Node ${rest.bare} MB, one tool unbundled ${rest.unbundled} MB, bundled ${rest.bundled} MB, ours ${rest.ours} MB`,
  );
  say(
    `- code: ${Math.round(code.atStart / 1_000)} KB read until the first answer, ${Math.round(code.all / 1_000)} KB in all`,
  );
}
