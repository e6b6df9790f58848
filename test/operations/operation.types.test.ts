import { expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { pathParameters } from '../../src/lightdash/request.ts';
import { operation, type PathParameter } from '../../src/operations/operation.ts';

const rest = { id: 'x', method: 'GET', tool: 'x', title: 'x', description: 'x' } as const;

test('a path parameter that the input lacks does not compile', () => {
  operation({ ...rest, path: '/a/{b}/{c}', input: () => ({ b: z.string(), c: z.string(), more: z.number() }) });
  // @ts-expect-error: {c} has no schema
  operation({ ...rest, path: '/a/{b}/{c}', input: () => ({ b: z.string() }) });
  // @ts-expect-error: an argument named in `query` must be one of the input
  operation({ ...rest, path: '/a', input: () => ({ b: z.string() }), query: ['nope'] });
  expectTypeOf<PathParameter<'/a/{b}/x/{c}'>>().toEqualTypeOf<'b' | 'c'>();
});

test('the parameters of a template come in order', ({ expect }) => {
  expect(pathParameters('/a/{b}/x/{c}')).toEqual(['b', 'c']);
});
