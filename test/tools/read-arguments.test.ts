import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { parseArguments } from '../../src/tools/arguments.ts';
import { tools } from '../../src/tools/index.ts';
import { readArguments } from '../../src/tools/read-arguments.ts';
import { fitting } from '../helpers/schema-arbitrary.ts';

const schema = z.strictObject({
  name: z.string().optional(),
  note: z.string().min(1).optional(),
  limit: z.int().default(10),
  exact: z.boolean().optional(),
  parent: z.string().nullable().optional(),
  kind: z.enum(['chart', 'space']).optional(),
  rows: z.array(z.strictObject({ size: z.number() })).optional(),
  body: z.record(z.string(), z.unknown()).optional(),
  anything: z.unknown().optional(),
  names: z.array(z.string()).optional(),
  letter: z.enum(['d', 'D']).optional(),
  shapes: z.array(z.enum(['bar', 'line'])).optional(),
  mark: z.preprocess((value) => value, z.string().nullable()).optional(),
});

describe('arguments as hosts and models write them', () => {
  test.each([
    ['null for an optional argument', { limit: null, kind: null, rows: null, anything: null }, {}],
    ['null with a meaning', { parent: null }, { parent: null }],
    ['an empty text if no text may be empty', { note: '', kind: '', limit: '', rows: '' }, {}],
    ['an empty text if it is one', { name: '' }, { name: '' }],
    ['text of a boolean and of a number', { exact: 'true', limit: '3' }, { exact: true, limit: 3 }],
    ['text of a list, with text inside', { rows: '[{"size": "2"}]' }, { rows: [{ size: 2 }] }],
    ['text of an object', { body: '{"a": 1}' }, { body: { a: 1 } }],
    ['text that only looks like a value', { name: 'true', kind: 'yes' }, { name: 'true', kind: 'yes' }],
    ['one text for a list of texts', { names: 'me' }, { names: ['me'] }],
    ['a text that may be several', { names: 'me, you' }, { names: 'me, you' }],
    ['one text for a list of objects', { rows: 'x' }, { rows: 'x' }],
    [
      'text of another type than the schema has',
      { exact: '[1]', rows: '{"a": 1}' },
      { exact: '[1]', rows: '{"a": 1}' },
    ],
    ['an empty text for a value of any type', { anything: '' }, {}],
    ['null with a meaning, behind a conversion', { mark: null }, { mark: null }],
    ['a choice in other capitals', { kind: 'Chart' }, { kind: 'chart' }],
    ['a choice that differs from another in capitals alone', { letter: 'D' }, { letter: 'D' }],
    ['one text that is no item of the list', { shapes: 'pie' }, { shapes: 'pie' }],
    ['an unknown key', { limits: null }, { limits: null }],
  ])('%s', (_, written, read) => {
    expect(readArguments(schema, written)).toEqual(read);
  });
});

const seed = Number(process.env.PROPERTY_SEED ?? 8);
const numRuns = Number(process.env.PROPERTY_RUNS ?? 5);
const definitionOf = (name: string) => toolDefinitions.find((definition) => definition.name === name);

const optionalOf = (name: string) => {
  const { properties = {}, required = [] } = definitionOf(name)?.inputSchema ?? {};
  return Object.keys(properties).filter((key) => !required.includes(key));
};
const withOptional = tools.filter((tool) => optionalOf(tool.name).length > 0);

describe.each(withOptional.map((tool) => ({ name: tool.name, tool })))('$name', ({ name, tool }) => {
  const { properties = {}, required = [] } = definitionOf(name)?.inputSchema ?? {};
  const outcome = (args: Record<string, unknown>) => {
    try {
      return parseArguments(tool, args);
    } catch (error) {
      return String(error);
    }
  };
  const inputs = fitting({ type: 'object', properties, required }, { examples: () => [] });

  test('reads null for an optional argument as left out', () => {
    fc.assert(
      fc.property(inputs, fc.constantFrom(...optionalOf(name)), (args, key) => {
        const { [key]: _, ...without } = JSON.parse(JSON.stringify(args));
        const withNull = outcome({ ...without, [key]: null });
        // A null that means something is kept as it is.
        if (typeof withNull === 'object' && withNull[key] === null) return;
        expect(withNull).toEqual(outcome(without));
      }),
      { seed, numRuns },
    );
  });
});
