// Writes what follows from the source: the table of settings in README.md, docs/policy.md, docs/hosts.md, mcp.json.example.
//
//   node scripts/write-docs.mjs           writes them
//   node scripts/write-docs.mjs --check   exits 1 where they are stale
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = join(root, 'README.md');

/** Loads a TypeScript module. */
async function load(module) {
  const outfile = join(tmpdir(), `lightdash-mcp-docs-${process.pid}-${basename(module)}.mjs`);
  const entryPoints = [join(root, module)];
  const banner = {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  };
  // Its CommonJS form loads its parts in a way that cannot be bundled.
  const alias = { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' };
  const options = { bundle: true, platform: 'node', format: 'esm', logLevel: 'warning', alias };
  await build({ entryPoints, outfile, banner, ...options });
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
const { policyPage } = await load('scripts/docs/policy-page.ts');
const { hostsPage, settingsExample } = await load('scripts/docs/hosts-page.ts');
const pages = {
  'README.md': after,
  'docs/policy.md': policyPage(),
  'docs/hosts.md': hostsPage(),
  'mcp.json.example': settingsExample(),
};

for (const [path, content] of Object.entries(pages)) {
  const file = join(root, path);
  if (!process.argv.includes('--check')) writeFileSync(file, content);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== content) {
    process.stderr.write(`${path} is stale: run npm run docs\n`);
    process.exitCode = 1;
  }
}
