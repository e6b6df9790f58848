// Writes the parts of README.md that follow from the source: the table of settings, from src/config.ts.
//
//   node scripts/write-docs.mjs           writes them
//   node scripts/write-docs.mjs --check   exits 1 where they are stale
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = join(root, 'README.md');

/** Loads a TypeScript module of src/. */
async function load(module) {
  const outfile = join(tmpdir(), `lightdash-mcp-docs-${process.pid}.mjs`);
  const entryPoints = [join(root, module)];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' });
  const loaded = await import(pathToFileURL(outfile).href);
  rmSync(outfile);
  return loaded;
}

const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const cell = (text) => text.replaceAll('|', '\\|');

async function settingsTable() {
  const { settings } = await load('src/config.ts');
  const rows = Object.entries(settings).map(
    ([name, { env, form, help, fallback }]) =>
      `| \`${env}\` | \`--${kebab(name)}\` | ${cell(help)} | ${cell(form)} | ${fallback ?? ''} |`,
  );
  return ['| Variable | Flag | What it does | Value | Default |', '|---|---|---|---|---|', ...rows].join('\n');
}

const before = readFileSync(readme, 'utf8');
const table = await settingsTable();
const after = before.replace(
  /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/,
  (_, start, end) => `${start}\n${table}\n\n${end}`,
);
if (!after.includes(table)) throw new Error('README.md has no place for the settings');

if (!process.argv.includes('--check')) writeFileSync(readme, after);
else if (after !== before) {
  process.stderr.write('README.md is stale: run npm run docs\n');
  process.exit(1);
}
