import { expect, test } from 'vitest';
import { hideSecrets, renderOperationAnswer } from '../../src/render/operation-answer.ts';
import { standardBudget } from '../../src/text/token-budget.ts';

const render = (results: unknown, offset = 0, budget = standardBudget) =>
  renderOperationAnswer({ title: 'Read things', results, offset, budget });
const people = Array.from({ length: 40 }, (_, number) => ({
  name: `Person ${number}`,
  role: 'viewer',
  tags: ['a', 'b'],
}));

test('a list is a table, with shared values once', () => {
  expect(render(people.slice(0, 3)).split('\n')).toEqual([
    'Read things: 3 items',
    'the same for all: role: viewer; tags: a b',
    'name',
    'Person 0',
    'Person 1',
    'Person 2',
  ]);
});

test('a list that does not fit is read on by its offset, without a gap', () => {
  const budget = { tokens: 200, characters: 1_000 };
  const seen: string[] = [];
  for (let offset = 0; offset < people.length; ) {
    const text = render({ data: people }, offset, budget);
    const names = text.match(/^Person \d+$/gm) ?? [];
    expect(names.length).toBeGreaterThan(0);
    seen.push(...names);
    offset += names.length;
    expect(text.includes(`offset ${offset}.`)).toBe(offset < people.length);
  }
  expect(seen).toEqual(people.map(({ name }) => name));
  expect(render(people, 40)).toContain('past the last');
});

test('a page of Lightdash has its number and the way to the next', () => {
  const pagination = { page: 2, pageSize: 3, totalPageCount: 4, totalResults: 11 };
  const text = render({ data: people.slice(0, 3), pagination });
  expect(text).toMatch(/Page 2 of 4, 11 in all: page 3 has the next\.$/);
});

test('an object is lines, however deep, and has no JSON', () => {
  const text = render({ name: 'Blue', colors: ['#00f', '#11f'], owner: { name: 'Ada', groups: null }, on: true });
  expect(text.split('\n')).toEqual(['Read things:', 'name: Blue', 'colors: #00f, #11f', 'owner.name: Ada', 'on: true']);
});

test('rows of a query are their exact values', () => {
  const cell = (raw: unknown, formatted: string) => ({ value: { raw, formatted } });
  const rows = [
    { orders_status: cell('completed', 'Completed'), orders_revenue: cell(1234.5, '$1,234.50') },
    { orders_status: cell('returned', 'Returned'), orders_revenue: cell(7, '$7.00') },
  ];
  expect(render({ rows: new Set(rows), page: 1 })).toBe(
    ['Read things, rows: 2 items', 'orders_status,orders_revenue', 'completed,1234.5', 'returned,7', 'page: 1'].join(
      '\n',
    ),
  );
});

test('an empty response says so', () => {
  expect(render([])).toMatch(/empty/);
  expect(render({ data: [], pagination: { page: 1, totalPageCount: 0, totalResults: 0 } })).toMatch(/empty/);
  expect(render({})).toMatch(/nothing/);
});

test('a secret that was not requested is replaced at any depth, but only text', () => {
  const value = { token: 'abc', list: [{ inner: { token: 'def', name: 'x' } }], other: { token: null } };
  expect(hideSecrets(value, ['token'])).toEqual({
    token: '[secret]',
    list: [{ inner: { token: '[secret]', name: 'x' } }],
    other: { token: null },
  });
});
