import { expect, test } from 'vitest';
import { renderPage } from '../../src/render/page.ts';
import { standardBudget } from '../../src/text/token-budget.ts';

const lines = [
  { heading: '# Sales', line: 'a' },
  { heading: '# Sales', line: 'b' },
  { heading: '# Finance', line: 'c' },
];
const page = { noun: 'chart', legend: 'name', budget: standardBudget };

test('lines of the same heading are below it once', () => {
  expect(renderPage(lines, page).split('\n').slice(1)).toEqual(['# Sales', 'a', 'b', '# Finance', 'c']);
});

test('a page repeats the heading that it begins in, and names the offset of the rest', () => {
  const shown = renderPage(lines, { ...page, offset: 1, maxLines: 1 }).split('\n');
  expect(shown.slice(1, -1)).toEqual(['# Sales', 'b']);
  expect(shown.at(-1)).toMatch(/^1 more: offset 2/);
});

test('a first line is shown with any budget, and nothing after the last', () => {
  const [, ...shown] = renderPage(lines, { ...page, budget: { tokens: 1, characters: 1 } }).split('\n');
  expect(shown).toEqual(['# Sales', 'a', expect.stringMatching(/^2 more: offset 1/)]);
  expect(renderPage(lines, { ...page, offset: 3 }).split('\n')).toHaveLength(1);
});
