import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { unused } from '../scripts/unused-code.mjs';
import { here, requireShim } from './paths.mjs';
import { budget, median, ms, say, section } from './report.mjs';

const PROCESSES = 5;

/** Pictures of charts in fresh processes: the first one, warm ones of several sizes, bytes and memory. */
export async function measureCharts() {
  // Two folders below the project, as in the build: the parts of pictures are found from there.
  const outfile = here('./servers/.charts.bundle.mjs');
  const contents = `
    export { loadPainter } from './src/charts/picture/draw.ts';
    export { choosePlan } from './src/charts/spec/choose.ts';
    export { buildSpec } from './src/charts/spec/build-spec.ts';`;
  const stdin = { contents, resolveDir: here('..') };
  const banner = { js: requireShim };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', banner, plugins: [unused] });
  const draw = (...args) =>
    JSON.parse(execFileSync(process.execPath, [here('./charts-process.mjs'), outfile, ...args], { encoding: 'utf8' }));
  const runs = Array.from({ length: PROCESSES }, () => ({ ...draw(), peakOfLarge: draw('large').peak }));
  await rm(outfile);
  const of = (pick) => median(runs.map(pick));
  const warm = of(({ twelve }) => twelve);
  const ratio = (value) => value.toFixed(2);
  section('Charts: pictures of 800 by 450');
  budget(
    'first picture, of the next nine',
    of(({ first, early }) => first / early),
    { atMost: 8, write: ratio },
  );
  budget('500 points, of 12', of(({ points }) => points) / warm, { atMost: 2.5, write: ratio });
  budget('20 series, of 12 points', of(({ series }) => series) / warm, { atMost: 4, write: ratio });
  budget('twice the size, of 12 points', of(({ large }) => large) / warm, { atMost: 4, write: ratio });
  budget('12 points, of deflating as many bytes', warm / of(({ deflate }) => deflate), { atMost: 30, write: ratio });
  const megabytes = (value) => `${Math.round(value)} MB`;
  budget(
    'most memory up to the first picture, added',
    of(({ added }) => added),
    { atMost: 60, write: megabytes },
  );
  budget(
    'most memory in 100 pictures',
    of(({ peak }) => peak),
    { atMost: 200, write: megabytes },
  );
  budget(
    'most memory in 100 pictures of twice the size',
    of(({ peakOfLarge }) => peakOfLarge),
    { atMost: 200, write: megabytes },
  );
  for (const [what, limit] of Object.entries({ twelve: 20_000, points: 36_000, series: 48_000, bars: 72_000 })) {
    const names = { twelve: '12 points', points: '500 points', series: '20 series', bars: '30 lying bars' };
    budget(
      `base64 of ${names[what]}, characters`,
      of(({ base64 }) => base64[what]),
      { atMost: limit },
    );
  }
  say(
    `- medians of ${PROCESSES} processes: load and first picture ${ms(of(({ first }) => first))} ms, the next nine ${ms(of(({ early }) => early))} ms, warm ${ms(warm)} ms for 12 points, ${ms(of(({ points }) => points))} ms for 500, ${ms(of(({ series }) => series))} ms for 20 series, ${ms(of(({ large }) => large))} ms at twice the size`,
  );
}
