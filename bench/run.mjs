// Measures the server and writes report.md. Everything is compared in one run, repeats interleaved, ratios first: the
// numbers of two machines, or of two days, are not comparable. Needs no account and no network.

import { measureCalls } from './calls.mjs';
import { measureCharts } from './charts.mjs';
import { measureContext } from './context.mjs';
import { measureGrowth } from './growth.mjs';
import { here } from './paths.mjs';
import { writeReport } from './report.mjs';
import { measureMemory, measureRendering } from './rows.mjs';
import { buildServer, measureStart } from './start.mjs';
import { measureWords } from './words.mjs';

await measureStart(await buildServer());
await measureCalls();
await measureRendering();
await measureMemory();
await measureCharts();
await measureGrowth();
await measureContext();
await measureWords();
await writeReport(here('./report.md'));
