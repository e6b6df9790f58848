import { expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { pathParameters } from '../../src/lightdash/request.ts';
import { type ArgumentsOf, type OperationId, operationById } from '../../src/operations/index.ts';
import { operation, type PathParameter } from '../../src/operations/operation.ts';
import type { ToolHandler, ToolHandlers } from '../../src/tools/operation-tool.ts';

const rest = { id: 'x', method: 'GET', tool: 'x', title: 'x', description: 'x' } as const;

test('a path parameter that the input lacks does not compile', () => {
  operation({ ...rest, path: '/a/{b}/{c}', input: () => ({ b: z.string(), c: z.string(), more: z.number() }) });
  // @ts-expect-error: {c} has no schema
  operation({ ...rest, path: '/a/{b}/{c}', input: () => ({ b: z.string() }) });
  // @ts-expect-error: an argument named in `query` must be one of the input
  operation({ ...rest, path: '/a', input: () => ({ b: z.string() }), query: ['nope'] });
  expectTypeOf<PathParameter<'/a/{b}/x/{c}'>>().toEqualTypeOf<'b' | 'c'>();
});

test('ids and arguments of operations are types', () => {
  expectTypeOf<'GetSpace' | 'RunMetricQuery' | 'Rotate personal access token'>().toExtend<OperationId>();
  expectTypeOf<string>().not.toExtend<OperationId>();
  expectTypeOf<ArgumentsOf<'GetSpace'>>().toEqualTypeOf<{ projectUuid: string; spaceUuid: string }>();
  expectTypeOf<ArgumentsOf<'ListOrganizationMembers'>['includeGroups']>().toEqualTypeOf<number>();
  // @ts-expect-error: no operation has that id
  expectTypeOf(() => operationById('GetSpaces')).toBeFunction();
});

test('a handler of an unknown operation, or of other arguments, does not compile', () => {
  const handler: ToolHandler<'GetSpace' | 'DeleteSpace'> = async (_operation, { spaceUuid }) => ({ text: spaceUuid });
  expectTypeOf({ GetSpace: handler, DeleteSpace: handler } satisfies ToolHandlers).toBeObject();
  // @ts-expect-error: no operation has that id
  expectTypeOf({ GetSpaces: handler } satisfies ToolHandlers).toBeObject();
  // @ts-expect-error: GetDashboard has no spaceUuid
  expectTypeOf({ GetDashboard: handler } satisfies ToolHandlers).toBeObject();
});

test('the parameters of a template are in order', ({ expect }) => {
  expect(pathParameters('/a/{b}/x/{c}')).toEqual(['b', 'c']);
});
