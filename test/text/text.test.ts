import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { readResultTable } from '../../src/query/execution/result-table.ts';
import { renderRows } from '../../src/render/rows.ts';
import { pluralize } from '../../src/text/format.ts';
import { plainText } from '../../src/text/plain-text.ts';
import { estimateTokens, linesThatFit } from '../../src/text/token-budget.ts';
import { renderExplore } from '../../src/tools/catalog/render-explore.ts';
import { explores, fixture } from '../query/roastery.ts';

describe('plain text', () => {
  test('keeps what is written in any script', () => {
    for (const text of ['Café — Ærø', '日本語', 'Привет', 'a\u00a0b', '😀', '100 %'])
      expect(plainText(text)).toBe(text);
  });

  test('loses invisible characters and marks of direction', () => {
    expect(plainText('a\u0000b\u001b[31mc\u200bd\u202ee\u2066f\ufeffg\u{e0041}h')).toBe('ab[31mcdefgh');
  });

  test('is one line', () => {
    expect(plainText('a\r\n\tb\u2028c')).toBe('a b c');
  });

  test('never contains a control character, and is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = plainText(text);
        expect(plain).not.toMatch(/[\p{Cc}\p{Surrogate}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u);
        expect(plainText(plain)).toBe(plain);
      }),
    );
  });
});

test('tokens are estimated within a fifth, and hardly too low, on our texts', async () => {
  const samples = [
    ...(await Promise.all(explores.map((index) => renderExplore(index)))),
    renderRows(readResultTable(fixture('queries/month-by-channel')), { title: 'orders' }).text,
    JSON.stringify(fixture('queries/catalog')),
    readFileSync(new URL('../../src/query/filters/filters.ts', import.meta.url), 'utf8'),
  ];
  for (const sample of samples) {
    const ratio = estimateTokens(sample) / encode(sample).length;
    expect(ratio).toBeGreaterThan(0.95);
    expect(ratio).toBeLessThan(1.2);
  }
});

test('as many lines fit as the budget has room for, and always one', () => {
  const lines = ['one', 'two', 'three'];
  expect(linesThatFit(lines, { tokens: 100, characters: 100 })).toBe(3);
  expect(linesThatFit(lines, { tokens: 100, characters: 9 })).toBe(2);
  expect(linesThatFit(lines, { tokens: 4, characters: 100 })).toBe(2);
  expect(linesThatFit(lines, { tokens: 0, characters: 0 })).toBe(1);
});

test('counts are written for people', () => {
  expect([pluralize(1, 'row'), pluralize(5000, 'row'), pluralize(1_234_567, 'row')]).toEqual([
    '1 row',
    '5,000 rows',
    '1,234,567 rows',
  ]);
});
