import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { settings } from '../../src/config/settings.ts';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';

/** Paths in the pages are relative to the project, to `src`, or to a folder that the sentence names. */
const ROOTS = ['src', 'src/query', 'src/operations', 'src/sandbox', '.github/workflows'];

const pages = [
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'bench/report.md',
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((name) => join('docs', name)),
];

const allOf = (page: string, pattern: RegExp): string[] => [
  ...new Set([...readFileSync(page, 'utf8').matchAll(pattern)].map(([, text = '']) => text)),
];

/** The anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(' ', '-');

test.each(pages)('every link within the project in %s has a target', (page) => {
  const broken = allOf(page, /\]\(([^)\s]+)\)/g)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(file)) return true;
      if (anchor === undefined) return false;
      const headings = readFileSync(file, 'utf8').match(/^#+ .*$/gm) ?? [];
      return !headings.some((heading) => anchorOf(heading) === anchor);
    });
  expect(broken).toEqual([]);
});

/** A file or folder in backticks: with an extension, or with a slash at its end. Those of hosts begin with a dot. */
const PATH = /`((?:[\w-][\w.-]*\/|\.github\/)*[\w-][\w.-]*\.(?:ts|mjs|json|md|yml)|(?:[\w-][\w.-]*\/)+)`/g;

test.each(pages)('every path of the project in %s exists', (page) => {
  const missing = allOf(page, PATH).filter(
    (path) => ![path, ...ROOTS.map((root) => join(root, path))].some((candidate) => existsSync(candidate)),
  );
  expect(missing).toEqual([]);
});

test('paths are found in the pages', () => {
  expect(pages.flatMap((page) => allOf(page, PATH)).length).toBeGreaterThan(60);
});

/** The first words of tools: a name in backticks that begins with one is of a tool. */
const verbs = new Set(toolDefinitions.map(({ name }) => name.split('_')[0]));
const generated = ['docs/tools.md', 'docs/api.md', 'docs/policy.md', 'docs/compatibility.md'];

test.each(pages)('every command, setting and tool in %s exists', (page) => {
  const scripts = allOf(page, /npm run ([\w:-]+)/g);
  const variables = allOf(page, /\b(LIGHTDASH_[A-Z_]+)/g);
  const names = generated.includes(page) ? [] : allOf(page, /`([a-z]+(?:_[a-z]+)+)`/g);
  const existing = [
    ...Object.keys(manifest.scripts),
    ...Object.values(settings).map(({ env }) => env),
    ...toolDefinitions.map(({ name }) => name),
  ];
  const tools = names.filter((name) => verbs.has(name.split('_')[0]));
  expect([...scripts, ...variables, ...tools].filter((name) => !existing.includes(name))).toEqual([]);
});
