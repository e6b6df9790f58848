// Writes what follows from the source: the tables of settings and toolsets in README.md, the generated pages of docs/,
// and server.json.
//
//   node scripts/write-docs.mjs           writes them
//   node scripts/write-docs.mjs --check   exits 1 where they are stale
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTypeScript } from './load-typescript.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const {
  apiPage,
  compatibilityPage,
  hostsPage,
  policyPage,
  serverJson,
  settings,
  settingsExample,
  toolsPage,
  toolsetsTable,
} = await loadTypeScript('scripts/docs/index.ts');

const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const cell = (text) => text.replaceAll('|', '\\|');

function settingsTable() {
  const rows = Object.entries(settings).map(
    ([name, { env, form, help, fallback }]) =>
      `| \`${env}\` | \`--${kebab(name)}\` | ${cell(help)} | ${cell(form)} | ${fallback ?? ''} |`,
  );
  return ['| Variable | Flag | What it does | Value | Default |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** A page with a table put between its two comments. */
function withTable(page, name, table) {
  const after = page.replace(
    new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`),
    (_, start, end) => `${start}\n${table}\n\n${end}`,
  );
  if (!after.includes(table)) throw new Error(`README.md has no place for the ${name}`);
  return after;
}

const readme = withTable(readFileSync(join(root, 'README.md'), 'utf8'), 'settings', settingsTable());
const pages = {
  'README.md': withTable(readme, 'toolsets', toolsetsTable()),
  'docs/api.md': apiPage(readFileSync(join(root, 'src/operations/long-tail/operations.json'), 'utf8')),
  'docs/hosts.md': hostsPage(),
  'docs/policy.md': policyPage(),
  'docs/compatibility.md': compatibilityPage(),
  'docs/tools.md': toolsPage(),
  'mcp.json.example': settingsExample(),
  'server.json': serverJson(),
};

for (const [path, content] of Object.entries(pages)) {
  const file = join(root, path);
  if (!process.argv.includes('--check')) writeFileSync(file, content);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== content) {
    process.stderr.write(`${path} is stale: run npm run docs\n`);
    process.exitCode = 1;
  }
}
