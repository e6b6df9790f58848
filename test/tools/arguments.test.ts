import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ArgumentsError, parseArguments } from '../../src/tools/arguments.ts';
import { toolNamed } from '../../src/tools/index.ts';
import type { Tool } from '../../src/tools/tool.ts';

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

test('defaults are filled in, and what was not given stays away', () => {
  expect(parseArguments(everyKind, { role: 'viewer' })).toEqual({ role: 'viewer', limit: 5 });
  expect(parseArguments(toolNamed('get_my_organization'), undefined)).toEqual({});
});

describe('a problem names the argument and what it should be', () => {
  test.each([
    [{}, 'role is missing: one of viewer, editor'],
    [{ role: 'owner' }, 'role should be one of viewer, editor, not "owner"'],
    [{ role: 'viewer', limit: 0 }, 'limit should be at least 1, not 0'],
    [{ role: 'viewer', limit: 11 }, 'limit should be at most 10, not 11'],
    [{ role: 'viewer', limit: 2.5 }, 'limit should be a whole number, not 2.5'],
    [{ role: 'viewer', limit: 'many' }, 'limit should be a number, not "many"'],
    [{ role: 'viewer', names: 'a, b' }, 'names should be a list, not "a, b"'],
    [{ role: 'viewer', names: ['a'] }, 'names should have at least 2 items, not 1'],
    [{ role: 'viewer', names: ['a', 'b', 'c', 'd'] }, 'names should have at most 3 items, not 4'],
    [{ role: 'viewer', names: ['a', ''] }, 'names[1] must not be empty'],
    [{ role: 'viewer', names: ['a', 7] }, 'names[1] should be a text, not 7'],
    [{ role: 'viewer', options: {} }, 'options.copy is missing: true or false is needed'],
    [{ role: 'viewer', options: { copy: true, deep: 1 } }, 'options has no key "deep". It takes copy'],
    [{ role: 'viewer', either: true }, 'either should be a text or a number, not true'],
    [{ role: 'viewer', free: [] }, 'free should be an object, not []'],
  ])('%j', (args, problem) => {
    expect(problemsOf(everyKind, args)).toEqual([problem]);
  });

  test('of a choice of objects the most likely one reports its problems', () => {
    const choice = z.object({
      target: z.union([
        z.strictObject({ type: z.literal('mail'), recipient: z.string() }),
        z.strictObject({ type: z.literal('slack'), channel: z.string() }),
      ]),
    });
    const tool = { ...everyKind, input: () => choice.shape };
    expect(problemsOf(tool, { target: { type: 'slack', chanel: 'x' } })).toEqual([
      'target.channel is missing: a text is needed',
      'target has no key "chanel"; did you mean channel? It takes type, recipient, channel',
    ]);
    expect(problemsOf(tool, { target: { type: 'fax', recipient: 'x' } })).toEqual([
      'target.type should be one of mail, slack, not "fax"',
    ]);
    expect(problemsOf(tool, { target: 7 })).toEqual(['target should be an object, not 7']);
  });

  test('an unknown argument is answered with the nearest known one', () => {
    expect(problemsOf(everyKind, { role: 'viewer', limits: 3 })).toEqual([
      'there is no argument "limits"; did you mean limit? It takes role, limit, names, options, either, free',
    ]);
    expect(problemsOf(toolNamed('get_my_organization'), { uuid: project })).toEqual([
      'there is no argument "uuid": this tool takes none',
    ]);
  });

  test('all problems are listed at once', () => {
    expect(problemsOf(everyKind, { limit: 0, colour: 'red' })).toHaveLength(3);
  });

  test('a malformed uuid is refused with the tool that returns the right one', () => {
    expect(problemsOf(toolNamed('get_space'), { projectUuid: project, spaceUuid: 'sales' })).toEqual([
      'spaceUuid should be a uuid; list_spaces_in_project gives it, not "sales"',
    ]);
  });

  test('a long value is shown shortened', () => {
    const [problem = ''] = problemsOf(everyKind, { role: 'x'.repeat(10_000) });
    expect(problem.length).toBeLessThan(200);
  });

  test.each([null, [], 'text', 7])('arguments that are %j are no arguments', (args) => {
    if (args === null) return expect(problemsOf(everyKind, args)).toEqual(['role is missing: one of viewer, editor']);
    expect(problemsOf(everyKind, args).join()).toContain('should be an object');
  });
});
