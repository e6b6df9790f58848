import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { asNamed } from '../../src/tools/argument-names.ts';
import { schemaOf } from '../../src/tools/arguments.ts';
import { toolNamed, tools } from '../../src/tools/index.ts';

const chart = z.strictObject({ projectUuid: z.string().optional(), chartUuid: z.string(), limit: z.int().optional() });

test('a synonym or another spelling is read as the argument of the tool', () => {
  expect(asNamed(chart, { chart: 'Revenue', project_uuid: 'p' })).toEqual({
    chartUuid: 'Revenue',
    projectUuid: 'p',
  });
  expect(asNamed(chart, { savedChartUuid: 'x', pageSize: 5 })).toEqual({ chartUuid: 'x', limit: 5 });
  expect(asNamed(z.strictObject({ search: z.string() }), { words: 'mrr' })).toEqual({ search: 'mrr' });
  expect(asNamed(schemaOf(toolNamed('create_chart')), { as: 'line' })).toEqual({ show: 'line' });
});

test('a synonym inside of an object or a list is read as well', () => {
  const inside = z.strictObject({ query: chart.optional(), charts: z.array(chart).optional() });
  expect(asNamed(inside, { query: { chart: 'x' } })).toEqual({ query: { chartUuid: 'x' } });
  expect(asNamed(inside, { charts: [{ chart: 'x', pageSize: 5 }] })).toEqual({
    charts: [{ chartUuid: 'x', limit: 5 }],
  });
  expect(asNamed(inside, { query: { chart: 'a', chartId: 'b' } })).toEqual({ query: { chart: 'a', chartId: 'b' } });
});

test('an ambiguous or repeated argument stays unchanged and is refused later', () => {
  const both = z.strictObject({ space: z.string(), spaceUuid: z.string() });
  expect(asNamed(both, { spaceId: 'x' })).toEqual({ spaceId: 'x' });
  expect(asNamed(chart, { chart: 'a', chartUuid: 'b' })).toEqual({ chart: 'a', chartUuid: 'b' });
  expect(asNamed(chart, { chart: 'a', chart_uuid: 'b' })).toEqual({ chart: 'a', chart_uuid: 'b' });
  expect(asNamed(chart, { metric: 'a' })).toEqual({ metric: 'a' });
});

test('null for an argument does not block its synonym', () => {
  expect(asNamed(chart, { chart: 'a', chartUuid: null })).toEqual({ chartUuid: 'a' });
});

test('arguments under their own names are never renamed, for any tool', () => {
  fc.assert(
    fc.property(fc.constantFrom(...tools), fc.infiniteStream(fc.boolean()), (tool, choices) => {
      const schema = schemaOf(tool);
      const keys = Object.keys(schema.shape).filter(() => choices.next().value);
      const args = Object.fromEntries(keys.map((key, position) => [key, position]));
      expect(asNamed(schema, args)).toEqual(args);
    }),
  );
});
