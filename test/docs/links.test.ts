import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** Paths in the pages are relative to the project, to `src`, or to a folder that the sentence names. */
const ROOTS = ['src', 'src/query', 'src/operations', 'src/sandbox'];

const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** The anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(' ', '-');

test.each(pages)('every link within the project in %s leads somewhere', (page) => {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const broken = links
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

/** A file or folder in backticks: with an extension, or with a slash at its end. */
const PATH = /`((?:[\w.-]+\/)*[\w.-]+\.(?:ts|mjs|json|md)|(?:[\w.-]+\/)+)`/g;

test.each(['architecture', 'adding-an-operation'])('every path of the code in docs/%s.md exists', (page) => {
  const paths = [...readFileSync(`docs/${page}.md`, 'utf8').matchAll(PATH)].map(([, path = '']) => path);
  const missing = paths.filter((path) => ![path, ...ROOTS.map((root) => join(root, path))].some(existsSync));
  expect(paths).not.toEqual([]);
  expect(missing).toEqual([]);
});
