import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderOperationAnswer } from '../../src/render/operation-answer.ts';
import { tabulate, toCsv } from '../../src/render/table.ts';
import { plainText } from '../../src/text/plain-text.ts';
import { estimateTokens } from '../../src/text/token-budget.ts';
import { recorded } from '../helpers/recordings.ts';

const ample = { tokens: 8_000, characters: 40_000 };
const render = (results: unknown, budget = ample) => renderOperationAnswer({ title: 'Read', results, budget });
const results = (file: string, note: string): unknown => {
  const { body } = recorded(file, note).response;
  return typeof body === 'object' && body !== null && 'results' in body ? body.results : undefined;
};

test('an object is shown as lines without empty values', () => {
  const sales = { name: 'Sales', pinnedListUuid: null, charts: [], filters: {}, views: 0, private: false };
  expect(render(sales)).toBe('Read:\nname: Sales\nviews: 0\nprivate: false');
});

test('no value is shown as JSON, however deep it is nested', () => {
  const deep = { a: { b: { c: { d: { e: [1, { f: 'g', h: ['i', 'j'] }] } } } } };
  const text = render({
    ...deep,
    rows: [{ name: 'x', owner: { of: { it: { name: 'Ada' } } }, tags: ['y', { z: 1 }] }],
  });
  expect(text).not.toMatch(/[{}[\]]/);
  expect(text).toContain('a.b.c.d: e: (1; (f: g, h: (i, j)))');
  expect(text).toContain('Ada');
});

describe('a list of objects', () => {
  test('is a table: nested names as columns, values that are the same everywhere once', () => {
    const by = { firstName: 'Ada', lastName: null };
    const list = ['a', 'b', 'c'].map((name, index) => ({ name, by, project: 'p', order: index || null }));
    expect(render(list)).toBe(
      'Read: 3 items\nthe same for all: by.firstName: Ada; project: p\nname,order\na,\nb,1\nc,2',
    );
  });

  test('keeps every value of real lists', () => {
    const members: unknown = Reflect.get(Object(results('ListOrganizationMembers', 'admin')), 'data');
    const text = render(members);
    const list = Array.isArray(members) ? members : [];
    expect(list.length).toBeGreaterThan(3);
    for (const { email, userUuid } of list) {
      expect(text).toContain(email);
      expect(text).toContain(userUuid);
    }
  });
});

describe('an answer over its budget', () => {
  const list = Array.from({ length: 1_000 }, (_, index) => ({ id: index, name: `thing number ${index}` }));

  test('is cut at a line, and says how much is shown and how to go on', () => {
    const text = render(list, { tokens: 300, characters: 40_000 });
    expect(text).toMatch(/^Read: 1,000 items, 1-\d+ of them\n/);
    expect(text).toMatch(/\n[\d,]+ more: Request less/);
    expect(text.split('\n').at(-2)).toMatch(/^\d+,thing number \d+$/);
  });

  test('does not let a long entry push out the short ones', () => {
    const explore = { sql: 'x'.repeat(50_000) };
    const text = render({ explore, rows: [{ revenue: 541507.57 }] }, { tokens: 500, characters: 40_000 });
    expect(text).toContain('541507.57');
    expect(text).toContain('[CUT:');
  });

  test('leaves room for the other lists and for other content', () => {
    const text = render({ total: 7, note: 'n'.repeat(20_000), list }, { tokens: 1_000, characters: 4_000 });
    expect(text).toContain('total: 7');
    expect(text).toContain('thing number 3');
  });

  test('never exceeds it by more than the sentences that say so', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 3 }, fc.string(), fc.integer(), fc.constant(null), tie('list'), tie('object')),
      list: fc.array(tie('any'), { maxLength: 12 }),
      object: fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), tie('any'), { maxKeys: 8 }),
    })).any;
    fc.assert(
      fc.property(value, fc.integer({ min: 40, max: 400 }), (answer, tokens) => {
        const budget = { tokens, characters: tokens * 4 };
        const text = render(answer, budget);
        const sentences = text.match(/\n\[CUT: [^\]]*\]|\n[\d,]+ more: Request.*/g) ?? [];
        const withoutSentences = sentences.reduce((rest, sentence) => rest.replace(sentence, ''), text);
        expect(withoutSentences.length).toBeLessThanOrEqual(budget.characters + 200);
        if (sentences.length === 0 && answer !== null) expect(estimateTokens(text)).toBeLessThanOrEqual(tokens + 40);
      }),
      { numRuns: 300 },
    );
  });
});

test('text from Lightdash has nothing invisible, in names and values', () => {
  const hidden = 'Sales\u200b\u202e\u{e0041} now';
  const text = render({
    [hidden]: hidden,
    list: [
      { a: hidden, b: 1 },
      { a: 'x', b: 2 },
    ],
  });
  expect(text).not.toMatch(/[\u200b\u202e]|\u{e0041}/u);
  expect(text).toContain('Sales now');
});

/** Reads CSV as RFC 4180 has it. */
function parseCsv(csv: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < csv.length; at++) {
    const character = csv.charAt(at);
    if (quoted && character === '"' && csv.charAt(at + 1) === '"') {
      cell += '"';
      at++;
    } else if (character === '"') quoted = !quoted;
    else if (!quoted && character === ',') {
      row.push(cell);
      cell = '';
    } else if (!quoted && character === '\n') {
      rows.push([...row, cell]);
      [row, cell] = [[], ''];
    } else cell += character;
  }
  return [...rows, [...row, cell]];
}

describe('tables', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const object = fc.dictionary(fc.string({ minLength: 1 }), scalar, { minKeys: 1 });

  test('any cell can be read back from the CSV', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 2 }), { minLength: 1 }), (rows) => {
        expect(parseCsv(toCsv(['one', 'other'], rows))).toEqual([
          ['one', 'other'],
          ...rows.map((row) => row.map(plainText)),
        ]);
      }),
    );
  });

  test('every value of every object is in its row or in the shared values', () => {
    fc.assert(
      fc.property(fc.array(object, { minLength: 1, maxLength: 8 }), (objects) => {
        const { shared, columns, rows } = tabulate(objects);
        expect(rows).toHaveLength(objects.length);
        for (const [at, object] of objects.entries()) {
          for (const [name, value] of Object.entries(object)) {
            const shown = Object.hasOwn(shared, name) ? shared[name] : rows[at]?.[columns.indexOf(name)];
            expect(String(shown)).toBe(String(value));
          }
        }
      }),
      { examples: [[JSON.parse('[{"__proto__":""},{" ":false}]')]] },
    );
  });
});
