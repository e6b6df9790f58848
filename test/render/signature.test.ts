import { expect, test } from 'vitest';
import { loadLongTail } from '../../src/operations/long-tail/catalog.ts';
import { renderSignature, schemaAt } from '../../src/render/signature.ts';

const definitions = {
  rule: {
    type: 'object',
    properties: { id: { type: 'string' }, and: { type: 'array', items: { $ref: '#/$defs/rule' } } },
  },
};

test('required arguments come first, choices and lists as in TypeScript', () => {
  const args = {
    properties: {
      limit: { type: 'number' },
      name: { type: 'string' },
      kinds: { type: 'array', items: { enum: ['a', 'b'] } },
      at: { anyOf: [{ type: 'string', description: 'ISO time' }, { type: 'null' }] },
      values: { type: 'object', additionalProperties: { type: 'string' } },
    },
    required: ['name'],
    definitions: {},
  };
  const { text, cut } = renderSignature(args, 300);
  expect(text).toBe(
    '{name: string, limit?: number, kinds?: ("a"|"b")[], at?: ISO time|null, values?: {[key]: string}}',
  );
  expect(cut).toBe(false);
});

test('recursive, deep and long parts are cut, and marked as cut', () => {
  const args = { properties: { filter: { $ref: '#/$defs/rule' } }, required: [], definitions };
  expect(renderSignature(args, 300)).toEqual({ text: '{filter?: {id?: string, and?: {…}[]}}', cut: true });
  expect(renderSignature(args, 5)).toEqual({ text: '{filter?: {…}}', cut: true });
});

test('a part of an argument is found through lists, choices and references', async () => {
  const longTail = await loadLongTail();
  const operation = longTail.operations.find(({ id }) => id === 'executeAsyncMergeQuery');
  if (operation === undefined) throw new Error('no operation');
  const args = { ...operation, definitions: longTail.definitions };
  const part = schemaAt(args, 'mergeQuery.sources[].metricQuery');
  if (part === undefined) throw new Error('no part');
  expect(renderSignature({ ...args, properties: { part }, required: [] }, 300).text).toContain('exploreName: string');
  expect(schemaAt(args, 'mergeQuery.nothing')).toBeUndefined();
});
