import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ArgumentsError, parseArguments } from '../../src/tools/arguments.ts';
import { toolNamed } from '../../src/tools/index.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { expectLine, type Facts } from '../helpers/answers.ts';

const project = '28a012f6-4897-4927-8e21-30880ba92505';

function problemsOf(tool: Tool, args: unknown): readonly string[] {
  try {
    parseArguments(tool, args);
  } catch (error) {
    if (error instanceof ArgumentsError) return error.problems;
    throw error;
  }
  throw new Error('the arguments were accepted');
}

/** Asserts that arguments have just so many problems, each with its facts in this order. */
function expectProblems(tool: Tool, args: unknown, ...expected: readonly Facts[]): void {
  const problems = problemsOf(tool, args);
  expect(problems).toHaveLength(expected.length);
  for (const [at, facts] of expected.entries()) expectLine(problems[at] ?? '', ...facts);
}

/** A tool with one argument of each kind. */
const everyKind: Tool = {
  ...toolNamed('get_explores'),
  name: 'every_kind',
  input: () => ({
    role: z.enum(['viewer', 'editor']),
    limit: z.int().min(1).max(10).default(5),
    names: z.array(z.string().min(1)).min(2).max(3).optional(),
    options: z.strictObject({ copy: z.boolean() }).optional(),
    either: z.union([z.string(), z.number()]).optional(),
    free: z.record(z.string(), z.unknown()).optional(),
  }),
};

test('defaults are filled in, and other missing arguments stay undefined', () => {
  expect(parseArguments(everyKind, { role: 'viewer' })).toEqual({ role: 'viewer', limit: 5 });
  expect(parseArguments(toolNamed('get_my_organization'), undefined)).toEqual({});
});

describe('a problem names the argument and its type', () => {
  test.each([
    [{}, ['role', 'missing', 'viewer', 'editor']],
    [{ role: 'owner' }, ['role', 'viewer', 'editor', '"owner"']],
    [{ role: 'viewer', limit: 0 }, ['limit', 'least 1', 'not 0']],
    [{ role: 'viewer', limit: 11 }, ['limit', 'most 10', 'not 11']],
    [{ role: 'viewer', limit: 2.5 }, ['limit', 'whole number', '2.5']],
    [{ role: 'viewer', limit: 'many' }, ['limit', 'number', '"many"']],
    [{ role: 'viewer', names: 'a, b' }, ['names', 'list', '"a, b"']],
    [{ role: 'viewer', names: ['a'] }, ['names', 'least 2', 'not 1']],
    [{ role: 'viewer', names: ['a', 'b', 'c', 'd'] }, ['names', 'most 3', 'not 4']],
    [{ role: 'viewer', names: ['a', ''] }, ['names[1]', 'empty']],
    [{ role: 'viewer', names: ['a', 7] }, ['names[1]', 'text', 'not 7']],
    [{ role: 'viewer', options: {} }, ['options.copy', 'missing', 'true or false']],
    [{ role: 'viewer', options: { copy: true, deep: 1 } }, ['options', '"deep"', 'takes copy']],
    [{ role: 'viewer', either: true }, ['either', 'text or a number', 'true']],
    [{ role: 'viewer', free: [] }, ['free', 'object', '[]']],
  ])('%j', (args, facts) => {
    expectProblems(everyKind, args, facts);
  });

  test('of a choice of objects the most likely one reports its problems', () => {
    const choice = z.object({
      target: z.union([
        z.strictObject({ type: z.literal('mail'), recipient: z.string() }),
        z.strictObject({ type: z.literal('slack'), channel: z.string() }),
      ]),
    });
    const tool = { ...everyKind, input: () => choice.shape };
    expectProblems(
      tool,
      { target: { type: 'slack', chanel: 'x' } },
      ['target.channel', 'missing', 'text'],
      ['target', '"chanel"', 'channel?', 'type', 'recipient', 'channel'],
    );
    expectProblems(tool, { target: { type: 'fax', recipient: 'x' } }, ['target.type', 'mail', 'slack', '"fax"']);
    expectProblems(tool, { target: 7 }, ['target', 'object', 'not 7']);
  });

  test('an unknown argument is answered with the nearest one', () => {
    const names = ['role', 'limit', 'names', 'options', 'either', 'free'];
    expectProblems(everyKind, { role: 'viewer', limits: 3 }, ['no argument', '"limits"', 'limit?', ...names]);
    expectProblems(toolNamed('get_my_organization'), { uuid: project }, ['no argument', '"uuid"', 'none']);
  });

  test('an argument of an object among the arguments is answered with that object', () => {
    const facts = ['"explore"', 'goes into query'];
    expectProblems(toolNamed('create_chart'), { name: 'x', explore: 'orders' }, facts);
    const [unlike] = problemsOf(toolNamed('show_chart'), { explore: 'orders' });
    expect(unlike).not.toContain('did you mean');
    const nested = { role: 'viewer', copy: true, limits: 3 };
    expectProblems(everyKind, nested, ['"copy"', 'goes into options'], ['"limits"', 'limit?', 'It takes role']);
  });

  test('all problems are listed at once', () => {
    expect(problemsOf(everyKind, { limit: 0, colour: 'red' })).toHaveLength(3);
  });

  test('a malformed uuid is refused with the tool that returns valid ones', () => {
    const facts = ['spaceUuid', 'uuid', 'list_spaces_in_project', '"sales"'];
    expectProblems(toolNamed('get_space'), { projectUuid: project, spaceUuid: 'sales' }, facts);
  });

  test('a long value is shortened', () => {
    const [problem = ''] = problemsOf(everyKind, { role: 'x'.repeat(10_000) });
    expect(problem.length).toBeLessThan(200);
  });

  test.each([null, [], 'text', 7])('%j is refused as arguments', (args) => {
    expectProblems(everyKind, args, args === null ? ['role', 'missing'] : ['object']);
  });
});
