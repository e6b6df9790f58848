import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  CompressedRows,
  compressBlock,
  estimateBytes,
  joinRows,
  type Row,
  rowsOf,
} from '../../../src/lightdash/rows/rows.ts';

const row = (n: number): Row => ({ n });
const numbers = (rows: Iterable<Row>) => Array.from(rows, ({ n }) => n);
const block = (rows: readonly Row[]) => compressBlock(deflateRawSync(JSON.stringify(rows)), rows.length);
const packed = new CompressedRows([block([row(0), row(1), row(2)]), block([row(3)]), block([row(4), row(5)])]);

test('packed rows are iterated like a list', () => {
  expect(packed.length).toBe(6);
  expect(numbers(packed)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(JSON.stringify(packed)).toBe(JSON.stringify([0, 1, 2, 3, 4, 5].map(row)));
});

test.each([
  [0, 6],
  [1, 5],
  [2, 3],
  [3, 4],
  [4, undefined],
  [6, undefined],
  [9, 12],
  [5, 2],
])('a slice from %d to %s equals that of a list', (start, end) => {
  const list = [0, 1, 2, 3, 4, 5];
  const slice = packed.slice(start, end);
  expect(numbers(slice)).toEqual(list.slice(start, end));
  expect(slice.length).toBe(list.slice(start, end).length);
});

test('a slice of a slice counts from the first one', () => {
  expect(numbers(packed.slice(1, 5).slice(1, 3))).toEqual([2, 3]);
});

test('changes are made as rows are opened, one after another', () => {
  const changed = packed.map(({ n }) => row(Number(n) + 10)).map(({ n }) => row(Number(n) * 2));
  expect(numbers(changed.slice(3, 5))).toEqual([26, 28]);
  expect(numbers(packed.slice(3, 5))).toEqual([3, 4]);
});

test('rows of any form are joined in order', () => {
  expect(numbers(joinRows([[row(8)], packed, [row(9)]]))).toEqual([8, 0, 1, 2, 3, 4, 5, 9]);
  expect(numbers(joinRows([[row(8)], [row(9)]]))).toEqual([8, 9]);
});

test('slices and changed rows are joined as they are', () => {
  const changed = packed.slice(4).map(({ n }) => row(Number(n) * 10));
  expect(numbers(joinRows([packed.slice(0, 2), changed, packed]))).toEqual([0, 1, 40, 50, 0, 1, 2, 3, 4, 5]);
});

test('only objects are rows', () => {
  expect(numbers(rowsOf([row(1), null, 2, 'x', [3], row(4)]))).toEqual([1, 4]);
  expect(numbers(new CompressedRows([compressBlock(deflateRawSync('[{"n":1},2,{"n":3}]'), 2)]))).toEqual([1, 3]);
  expect(rowsOf({ rows: [] }).length).toBe(0);
});

test('the size of packed rows is their bytes, of others estimated by their cells', () => {
  expect(estimateBytes(packed)).toBe(packed.bytes);
  expect(estimateBytes([row(1), row(2)])).toBe(2 * estimateBytes([row(1)]));
});
