import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';

// Gathers the measurements for report.md: the budgets first, each with its verdict, then the figures.

const figures = [];
const budgets = [];

export const sorted = (values) => [...values].sort((left, right) => left - right);
export const quantile = (values, share) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))];
export const median = (values) => quantile(values, 0.5);
export const ms = (value) => value.toFixed(value < 10 ? 2 : 0);
const grouped = (value) => value.toLocaleString('en');

/** A line of the report. */
export function say(line = '') {
  figures.push(line);
  process.stdout.write(`${line}\n`);
}

export function section(title) {
  say();
  say(`## ${title}`);
  say();
}

/** A figure that is held to a limit; `write` says how its numbers are written. */
export function budget(what, value, { atMost, atLeast, write = grouped }) {
  const holds = atMost === undefined ? value >= atLeast : value <= atMost;
  const limit = atMost === undefined ? `at least ${write(atLeast)}` : `at most ${write(atMost)}`;
  budgets.push(`| ${what} | ${write(value)} | ${limit} | ${holds ? 'yes' : '**no**'} |`);
  process.stdout.write(`${holds ? 'PASS' : 'FAIL'} ${what}: ${write(value)} (${limit})\n`);
}

const load = () => loadavg()[0].toFixed(1);
const loadBefore = load();

/** Writes everything down. */
export async function writeReport(path) {
  const processors = cpus();
  const machine = `${processors.length} cores (${processors[0]?.model.trim() || 'unknown model'}), ${Math.round(totalmem() / 2 ** 30)} GB, ${platform()} ${release()}, Node ${process.version}`;
  const head = [
    '# Benchmark',
    '',
    `\`npm run bench\` on ${machine}; load average ${loadBefore} before and ${load()} behind it. Everything side by side in one run, repeats interleaved: the ratios are what counts, the absolute numbers are this machine's.`,
    '',
    '| budget | measured | limit | holds |',
    '|---|---|---|---|',
    ...budgets,
  ];
  await writeFile(path, `${[...head, ...figures].join('\n').trim()}\n`);
}

/** Puts what was measured into a report that is there: its budgets by name, and one section; the rest stays. */
export async function updateReport(path, title) {
  const report = await readFile(path, 'utf8');
  const nameOf = (row) => row.split('|')[1];
  const names = new Set(budgets.map(nameOf));
  const isBudget = (line) => line.startsWith('|') && names.has(nameOf(line));
  const lines = report.split('\n').filter((line) => !isBudget(line));
  const firstBlank = lines.findIndex((line, at) => line === '' && lines[at - 1]?.startsWith('|'));
  lines.splice(firstBlank, 0, ...budgets);
  const [head, ...sections] = lines.join('\n').split(/\n(?=## )/);
  const kept = sections.filter((text) => !text.startsWith(`## ${title}`));
  const own = [...figures, '', `Measured by itself, at a load average of ${load()}.`].join('\n').trim();
  await writeFile(path, `${[head, own, ...kept].map((text) => text.trim()).join('\n\n')}\n`);
}
