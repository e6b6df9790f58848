import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RowCompressor } from '../../../src/lightdash/rows/row-compressor.ts';
import type { Rows } from '../../../src/lightdash/rows/rows.ts';

/** Reads a text that arrives in pieces of the given lengths, in turns. */
function pack(text: string, lengths: readonly number[] = [64 * 1024]): { text: string; rows: Rows | undefined } {
  const bytes = Buffer.from(text);
  const packer = new RowCompressor();
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? bytes.length;
    packer.write(bytes.subarray(at, at + length));
    at += length;
  }
  return packer.end();
}

/** The answer as it would be without packing. */
function unpack({ text, rows }: ReturnType<typeof pack>): unknown {
  const answer = JSON.parse(text);
  return rows === undefined ? answer : { ...answer, results: { ...answer.results, rows: [...rows] } };
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const cell = (raw: unknown) => ({ value: { raw, formatted: `~${String(raw)}` } });
const manyRows = Array.from({ length: 5_000 }, (_, row) => ({ a: cell(row), b: cell(`"]},{[\\" São Paulo ${row}`) }));
const envelope = (rows: unknown, more = {}) =>
  JSON.stringify({ status: 'ok', results: { metricQuery: { rows: [['rows']] }, rows, fields: { a: {} }, ...more } });

describe('a response read in pieces', () => {
  const row = fc.dictionary(fc.string(), fc.jsonValue());
  const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });

  test('equals the whole, whatever it contains and wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(row), fc.jsonValue(), lengths, fc.boolean(), (rows, extra, cuts, spaced) => {
        const answer = { beside: extra, results: { before: { rows: extra }, rows, after: extra } };
        const text = JSON.stringify(answer, null, spaced ? 2 : 0);
        expect(unpack(pack(text, cuts))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('keeps rows over many blocks, in order, with all their characters', () => {
    const packed = pack(envelope(manyRows), [65_536, 1, 30_001]);
    expect(packed.rows?.length).toBe(manyRows.length);
    expect([...(packed.rows ?? [])]).toEqual(manyRows);
    expect(JSON.parse(packed.text)).toEqual(JSON.parse(envelope([])));
  });

  test('keeps a row that is longer than a block', () => {
    const long = [{ a: 'x'.repeat(300_000) }, { a: 'y'.repeat(300_000) }];
    expect([...(pack(envelope(long)).rows ?? [])]).toEqual(long);
  });

  test.each([
    ['has rows elsewhere', '{"rows":[{"a":1}],"results":{"list":{"rows":[{"a":1}]}}}'],
    ['is a list', '[{"results":{"rows":[1]}}]'],
    ['has a list of results', '{"results":["rows",[{"a":1}]]}'],
    ['has no rows', '{"results":{"rows":null,"other":"rows","more":[1]}}'],
  ])('is unchanged if it %s', (_, text) => {
    expect(pack(text, [3])).toEqual({ text, rows: undefined });
  });

  test('has no rows if the list is empty', () => {
    const { text, rows } = pack('{"results":{"rows":[ \n]}}');
    expect(JSON.parse(text)).toEqual({ results: { rows: [] } });
    expect(rows?.length).toBe(0);
  });
});

describe('invalid JSON is not accepted', () => {
  const whole = envelope(manyRows);

  test.each([0.1, 0.5, 0.9, 0.999])('when it is cut off at %d of its length', (share) => {
    expect(isJson(pack(whole.slice(0, whole.length * share)).text)).toBe(false);
  });

  test.each([
    ['a fault in the middle of the rows', whole.replace('"a":{"value":{"raw":2500', '"a":{"value":{"raw":25o0')],
    ['a comma too much', whole.replace('],"fields"', ',],"fields"')],
    [
      'a comma too much behind a full block',
      envelope([{ a: 'x'.repeat(70_000) }]).replace('],"fields"', ',],"fields"'),
    ],
    ['two commas behind a full block', envelope([{ a: 'x'.repeat(70_000) }, 1]).replace('},1]', '},,1]')],
    ['a comma in an empty list', '{"results":{"rows":[,]}}'],
    ['a bracket too much', whole.replace('],"fields"', ']],"fields"')],
    ['a value without a comma', whole.replace('},{"a":{"value":{"raw":4000', '} {"a":{"value":{"raw":4000')],
  ])('because of %s', (_, text) => {
    expect(isJson(text)).toBe(false);
    expect(isJson(pack(text).text)).toBe(false);
  });

  test('or any other change of a character', () => {
    const few = envelope(manyRows.slice(0, 3));
    fc.assert(
      fc.property(fc.nat(few.length - 1), fc.constantFrom(...'{}[],:"\\x1'), (at, character) => {
        const text = few.slice(0, at) + character + few.slice(at + 1);
        const packed = pack(text, [7]);
        expect(isJson(packed.text)).toBe(isJson(text));
        if (isJson(text)) expect(unpack(packed)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });
});
