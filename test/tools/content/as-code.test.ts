import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { comparable, readItem } from '../../../src/tools/content/as-code-item.ts';
import { diffOf, readYaml, writeYaml } from '../../../src/tools/content/as-code-yaml.ts';

const documents = z.array(z.record(z.string(), z.unknown()));
/** Recorded on 1.219: GET …/code/charts and …/code/dashboards. */
const recorded = z
  .object({ charts: documents, dashboards: documents })
  .parse(JSON.parse(readFileSync(new URL('../../fixtures/content-as-code.json', import.meta.url), 'utf8')));
const all = [...recorded.charts, ...recorded.dashboards];

describe('recorded charts and dashboards as code', () => {
  it('are read with all their keys', () => {
    expect(recorded.charts.map((code, index) => readItem(code, index).kind)).toEqual(
      recorded.charts.map(() => 'chart'),
    );
    expect(recorded.dashboards.map((code, index) => readItem(code, index).kind)).toEqual(
      recorded.dashboards.map(() => 'dashboard'),
    );
    for (const [index, code] of all.entries()) expect(readItem(code, index).code).toEqual(code);
  });

  it('are unchanged after a round trip through YAML, separately and together', () => {
    for (const code of all) expect(readYaml(writeYaml(code))).toEqual([code]);
    expect(readYaml(all.map((code) => `---\n# a comment\n${writeYaml(code)}`).join('\n'))).toEqual(all);
    expect(readYaml(JSON.stringify(all))).toEqual(all);
  });

  it('do not differ from themselves, in any order of keys', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, inner]) => [key, reversed(inner)]),
      );
    };
    for (const code of all) {
      const [again = {}] = documents.parse([reversed(code)]);
      expect(diffOf(comparable(code), comparable(again))).toEqual([]);
    }
  });

  it('show each change of a text, in any notation', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.string({ unit: 'grapheme' }), (code, name) => {
        fc.pre(name !== code.name && name !== '');
        const [changed = {}] = readYaml(writeYaml({ ...code, name }));
        expect(changed).toEqual({ ...code, name });
        const lines = diffOf(comparable(code), comparable(changed));
        expect(lines.some((line) => line.startsWith('+'))).toBe(true);
        expect(lines.some((line) => line.startsWith('-'))).toBe(true);
      }),
    );
  });
});

describe('YAML', () => {
  it.each([
    'a: *nowhere',
    'a: 1\na: 2',
    '- 1\n- 2',
    '"text"',
    'a: [',
    `a: &a [x, x]\nb: &b [${'*a, '.repeat(60)}*a]\nc: [${'*b, '.repeat(60)}*b]`,
  ])('that is not content as code is refused: %j', (code) => {
    expect(() => readYaml(code)).toThrow(/^code: /);
  });
});
