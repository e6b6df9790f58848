import * as z from 'zod';
import { pathParameters } from '../lightdash/request.ts';
import type { Shape } from '../operations/operation.ts';
import { joinWithOr } from '../text/names.ts';
import { asNamed } from './argument-names.ts';
import { problemsOf } from './argument-problems.ts';
import { readArguments } from './read-arguments.ts';
import type { Tool, ToolArguments } from './tool.ts';

/** Invalid arguments; each problem is a sentence that names the argument and the expected value. */
export class ArgumentsError extends Error {
  readonly problems: readonly string[];
  /** Outcome of the call, after the tool's name, if something was done. */
  readonly consequence: string | undefined;

  constructor(problems: readonly string[], consequence?: string) {
    super(problems.join('\n'));
    this.problems = problems;
    this.consequence = consequence;
  }
}

const schemas = new WeakMap<Tool, z.ZodObject>();

/** A tool's schema, built by its first call: 135 of them would cost 50 ms at start. */
export function schemaOf(tool: Tool): z.ZodObject {
  let schema = schemas.get(tool);
  if (schema === undefined) {
    schema = z.strictObject(tool.input());
    schemas.set(tool, schema);
  }
  return schema;
}

/** The raw arguments of a call under the names of the tool, for a model that wrote another name for the same thing. */
export const nameArguments = (tool: Tool, raw: unknown): unknown => asNamed(schemaOf(tool), raw);

/**
 * Checks and completes the arguments of a call, under the names of the tool or others for the same things.
 *
 * @throws {ArgumentsError}
 */
export function parseArguments(tool: Tool, raw: unknown): ToolArguments {
  assertNotTooDeep(raw);
  const schema = schemaOf(tool);
  const read = readArguments(schema, asNamed(schema, raw));
  // Text of JSON is nested only once it is read.
  assertNotTooDeep(read);
  const parsed = schema.safeParse(read);
  if (parsed.success) {
    const long = longTextIn(parsed.data);
    if (long !== undefined) throw new ArgumentsError([`${long} is longer than ${MAX_TEXT_LENGTH} characters`]);
    const blank = tool.readOnly ? undefined : blankNameIn(parsed.data);
    if (blank !== undefined) throw new ArgumentsError([`${blank} must not be blank`]);
    const isSentAsItIs = tool.operation?.mayChangeNothing === true || tool.toolset === 'api';
    const problem = isSentAsItIs ? undefined : missingChange(tool, schema.shape, parsed.data);
    if (problem !== undefined) throw new ArgumentsError([problem]);
    return parsed.data;
  }
  // A value of the wrong type also fails the checks of its length, which would only repeat the problem.
  const mistyped = parsed.error.issues.filter(({ code }) => code === 'invalid_type').map(({ path }) => path.join('.'));
  const issues = parsed.error.issues.filter(
    ({ code, path }) => (code !== 'too_small' && code !== 'too_big') || !mistyped.includes(path.join('.')),
  );
  throw new ArgumentsError(problemsOf(schema, issues.slice(0, MAX_PROBLEMS), read).slice(0, MAX_PROBLEMS));
}

type UpdatedBy = Pick<Tool, 'name' | 'operation' | 'readOnly'>;

/** Arguments of which an update needs one; empty for other tools, and for updates that require some of them anyway. */
function changesOf({ name, operation, readOnly }: UpdatedBy, shape: Shape): readonly string[] {
  const isUpdate =
    operation === undefined ? name.startsWith('update_') : operation.method === 'PATCH' || operation.method === 'PUT';
  if (!isUpdate || readOnly) return [];
  const inPath = new Set(operation === undefined ? [] : pathParameters(operation.path));
  const others = Object.entries(shape).filter(([key]) => !inPath.has(key) && key !== 'confirmation');
  const optional = others.filter(([, schema]) => schema.safeParse(undefined).success).map(([key]) => key);
  return operation !== undefined && optional.length < others.length ? [] : optional;
}

/** The problem of an update that has nothing to change; undefined if it has. */
export function missingChange(tool: UpdatedBy, shape: Shape, args: ToolArguments): string | undefined {
  const changes = changesOf(tool, shape);
  if (changes.length === 0 || changes.some((name) => args[name] !== undefined)) return undefined;
  return `nothing to change was given: ${joinWithOr(changes)}`;
}

/** Deeper than any body of Lightdash; without a limit, a recursive walk could exhaust the stack. */
const MAX_DEPTH = 64;
/** Longer than any text or SQL that a model writes; long texts are compared with many others. */
const MAX_TEXT_LENGTH = 200_000;

/** Name of the argument that holds too long a text. */
function longTextIn(args: ToolArguments): string | undefined {
  const isLong = (value: unknown): boolean =>
    typeof value === 'string'
      ? value.length > MAX_TEXT_LENGTH
      : typeof value === 'object' && value !== null && Object.values(value).some(isLong);
  return Object.entries(args)
    .find(([, value]) => isLong(value))?.[0]
    .slice(0, 100);
}

/** Argument of a write that names a thing by spaces alone: Lightdash takes that. */
const blankNameIn = (args: ToolArguments): string | undefined =>
  Object.entries(args).find(
    ([key, value]) =>
      /^(name|text)$|Name$/.test(key) && typeof value === 'string' && value !== '' && value.trim() === '',
  )?.[0];

/** Enough to fix at once. */
const MAX_PROBLEMS = 20;

function assertNotTooDeep(args: unknown): void {
  let level: unknown[] = [args];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw new ArgumentsError([`the arguments are nested deeper than ${MAX_DEPTH} levels`]);
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
}
