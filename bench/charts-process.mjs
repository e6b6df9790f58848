// One process of charts.mjs: draws, and prints what it measured as JSON.

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { deflateSync } from 'node:zlib';

const [bundle, only] = process.argv.slice(2);
/** Most memory so far, in MB. Linux counts a parent's into maxRSS, so it is read from the process's own status there. */
const peakMemory = () => {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(kilobytes) / 1024;
};
const before = peakMemory();
const began = performance.now();
const { loadPainter, choosePlan, buildSpec } = await import(pathToFileURL(bundle).href);

const number = { style: 'number' };
const money = {
  id: 'v',
  label: 'Revenue',
  role: 'metric',
  type: 'number',
  additive: true,
  format: { style: 'currency', currency: 'USD' },
};
const time = (grain) => ({ id: 'x', label: 'Ordered', role: 'dimension', type: 'time', grain, format: number });
const category = (id) => ({ id, label: 'Product', role: 'dimension', type: 'category', format: number });
const wave = (index) => 1000 * (1.5 + Math.sin(index * 7) / 2);
const day = (index) => new Date(Date.UTC(2024, 0, 1 + index)).toISOString();
const month = (index) => new Date(Date.UTC(2024, index)).toISOString();
const list = (count, item) => Array.from({ length: count }, (_, index) => item(index));
const specOf = (columns, rows) => {
  const data = { columns, rows, notes: [] };
  return buildSpec(data, choosePlan(data));
};
const twelve = specOf(
  [time('month'), money],
  list(12, (index) => ({ x: month(index), v: wave(index) })),
);
const paint = await loadPainter();
await paint(twelve);
const first = performance.now() - began;
const added = peakMemory() - before;

/** Median times of some works that take turns, so that what else the machine does meets all of them. */
const timed = async (works) => {
  const times = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
  for (let round = 0; round < 9; round++) {
    for (const [name, work] of Object.entries(works)) {
      const start = performance.now();
      await work();
      times[name].push(performance.now() - start);
    }
  }
  const median = (values) => values.sort((left, right) => left - right)[4];
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
};
// As the next charts of a session are: the compiler needs some rounds before figures repeat.
const { early } = await timed({ early: () => paint(twelve) });
const points = specOf(
  [time('day'), money],
  list(500, (index) => ({ x: day(index), v: wave(index) })),
);
const series = specOf(
  [time('month'), category('p'), money],
  list(480, (index) => ({ x: month(index % 24), p: `Product ${Math.floor(index / 24)}`, v: wave(index) })),
);
const bars = specOf(
  [category('p'), money],
  list(30, (index) => ({ p: `Whole beans of the kind ${index}`, v: 3000 - index * 50 })),
);

const drawNinety = async (options) => {
  for (let round = 0; round < 30; round++) for (const spec of [twelve, points, series]) await paint(spec, options);
  return peakMemory();
};
if (only === 'large') {
  process.stdout.write(JSON.stringify({ peak: await drawNinety({ scale: 2 }) }));
  process.exit();
}
const peak = await drawNinety();
const bytes = Buffer.alloc(800 * 450 * 4, 0xff);
const base64 = async (spec) => (await paint(spec)).png.toString('base64').length;
const times = await timed({
  twelve: () => paint(twelve),
  points: () => paint(points),
  series: () => paint(series),
  large: () => paint(twelve, { scale: 2 }),
  deflate: () => deflateSync(bytes, { level: 9 }),
});
const result = {
  first,
  early,
  added,
  peak,
  ...times,
  base64: {
    twelve: await base64(twelve),
    points: await base64(points),
    series: await base64(series),
    bars: await base64(bars),
  },
};
process.stdout.write(JSON.stringify(result));
