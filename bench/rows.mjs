import { rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { answerOf, lightdash, orders } from './lightdash.mjs';
import { here, ours, requireShim } from './paths.mjs';
import { budget, median, ms, say, section } from './report.mjs';
import { start } from './stdio.mjs';

const ROUNDS = 15;
const CONCURRENCY = 8;
const CHUNK = 64 * 1024;
const chartUuid = '3675b69e-8324-4110-bdca-059031aa8da3';

/** The parts of the server that a large answer goes through. */
async function parts() {
  const outfile = here('./servers/.rows.bundle.mjs');
  const contents = `
    export { RowCompressor } from './src/lightdash/rows/row-compressor.ts';
    export { readResultTable } from './src/query/execution/result-table.ts';
    export { renderRows } from './src/render/rows.ts';`;
  const stdin = { contents, resolveDir: here('..') };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', banner: { js: requireShim } });
  const loaded = await import(pathToFileURL(outfile).href);
  await rm(outfile);
  return loaded;
}

/** All 5,000 rows as text: as an answer is read, packed, and as a plain list. */
export async function measureRendering() {
  const { RowCompressor, readResultTable, renderRows } = await parts();
  const text = JSON.stringify({ results: { rows: orders(5_000), fields: {} } });
  const bytes = Buffer.from(text);
  const times = { reading: [], packed: [], plain: [] };
  const timed = (into, work) => {
    const began = performance.now();
    const outcome = work();
    into.push(performance.now() - began);
    return outcome;
  };
  const render = (results) =>
    renderRows(readResultTable(results), { title: 'orders', limit: 5_000, budget: { tokens: 1e9, characters: 1e9 } });
  for (let round = 0; round < ROUNDS; round++) {
    const rows = timed(times.reading, () => {
      const packer = new RowCompressor();
      for (let at = 0; at < bytes.length; at += CHUNK) packer.write(bytes.subarray(at, at + CHUNK));
      return packer.end().rows;
    });
    const plain = JSON.parse(text).results;
    const one = timed(times.packed, () => render({ rows, fields: {} }));
    const other = timed(times.plain, () => render(plain));
    if (one.text !== other.text || one.shown !== 5_000) throw new Error('packed rows are rendered differently');
  }
  section('Rows');
  budget('rendering 5,000 rows', median(times.packed), { atMost: 60, write: (value) => `${ms(value)} ms` });
  say(
    `- 5,000 rows of 7 columns (${(bytes.length / 1e6).toFixed(1)} MB), medians of ${ROUNDS}: read and packed while they arrive in ${ms(median(times.reading))} ms, unpacked and rendered whole in ${ms(median(times.packed))} ms; a plain list in ${ms(median(times.plain))} ms`,
  );
}

/** In three processes: when V8 collects its garbage is chance, so the highest counts. */
export async function measureMemory() {
  const [large, small] = [Buffer.from(answerOf(10e6)), answerOf(1_000)];
  const runs = [];
  for (let run = 0; run < 3; run++) runs.push(await readAtOnce(large, small));
  const highest = (what) => Math.max(...runs.map((run) => run[what]));
  section('Memory');
  const write = (value) => `${value} MB`;
  budget(`memory while ${CONCURRENCY} answers of 10 MB are read at once`, highest('peak'), { atMost: 120, write });
  say(
    `- ${highest('warm')} MB after a first small query, at most ${highest('peak')} MB while ${CONCURRENCY} answers of ${(large.length / 1e6).toFixed(1)} MB are read (${median(runs.map(({ took }) => took)).toFixed(1)} s for all), ${highest('now')} MB then, all of them kept for reading on; highest of 3 processes`,
  );
}

async function readAtOnce(large, small) {
  let answer = small;
  const { url, close } = await lightdash(0, ({ method }) => (method === 'POST' ? answer : small));
  const server = start([ours], { LIGHTDASH_URL: url });
  await server.initialize();
  await server.call('run_saved_chart', { chartUuid });
  const warm = server.memory().now;
  answer = large;
  const began = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, () => server.call('run_saved_chart', { chartUuid })));
  const took = (performance.now() - began) / 1_000;
  const { now, peak } = server.memory();
  server.stop();
  close();
  return { warm, took, now, peak };
}
