import * as z from 'zod';
import { pathParameters } from '../lightdash/request.ts';
import type { Shape } from '../operations/operation.ts';
import { isSecretName } from '../secrets/secret-arguments.ts';
import { joinWithOr } from '../text/names.ts';
import { truncate } from '../text/plain-text.ts';
import { nearest } from '../text/suggest.ts';
import { asNamed } from './argument-names.ts';
import { readArguments } from './read-arguments.ts';
import { keysAt } from './schema-keys.ts';
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
 * Checks and completes the arguments of a call.
 *
 * @throws {ArgumentsError}
 */
export function parseArguments(tool: Tool, raw: unknown): ToolArguments {
  assertNotTooDeep(raw);
  const schema = schemaOf(tool);
  const read = readArguments(schema, raw);
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
  throw new ArgumentsError(
    issues
      .slice(0, MAX_PROBLEMS)
      .flatMap((issue) => describe(issue, read, (path) => keysAt(schema, path)))
      .slice(0, MAX_PROBLEMS),
  );
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

/** The keys that the object at a path may have. */
type KnownKeys = (path: readonly PropertyKey[]) => readonly string[];

function describe(issue: z.core.$ZodIssue, raw: unknown, keys: KnownKeys): string[] {
  const name = issue.path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
  const value = valueAt(raw, issue.path);
  // A rejected secret must not be echoed, not even its start.
  const shownValue = value !== undefined && issue.path.some((step) => isSecretName(String(step))) ? '[secret]' : value;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownArgument(key, name, keys(issue.path)));
    case 'invalid_type': {
      const fields = issue.expected === 'object' ? keys(issue.path) : [];
      const expected = `${article(issue.expected)}${fields.length > 0 ? ` of ${fields.slice(0, MAX_KEYS).join(', ')}` : ''}`;
      return [
        shownValue === undefined
          ? `${name} is missing: ${expected} is needed`
          : `${name} should be ${expected}, not ${show(shownValue)}`,
      ];
    }
    case 'invalid_value':
      return [
        shownValue === undefined
          ? `${name} is missing: one of ${issue.values.join(', ')}`
          : `${name} should be one of ${issue.values.join(', ')}, not ${show(shownValue)}`,
      ];
    case 'custom':
      return [`${name} ${issue.message}${shownValue === undefined ? '' : `, not ${show(shownValue)}`}`];
    case 'too_small':
      if (issue.origin === 'array')
        return [`${name} should have at least ${items(issue.minimum)}, not ${sizeOf(shownValue)}`];
      return [
        issue.origin === 'string'
          ? `${name} must not be ${shownValue === '' ? 'empty' : `shorter than ${issue.minimum}`}`
          : `${name} should be at least ${issue.minimum}, not ${show(shownValue)}`,
      ];
    case 'too_big':
      if (issue.origin === 'array')
        return [`${name} should have at most ${items(issue.maximum)}, not ${sizeOf(shownValue)}`];
      return [`${name} should be at most ${issue.maximum}, not ${show(shownValue)}`];
    case 'invalid_union':
      return shownValue === undefined ? [`${name} is missing`] : describeUnion(issue, name, raw, shownValue, keys);
    case 'invalid_format':
      // A pattern says in its own words what it takes.
      return [`${name} ${FORMATS[issue.format] ?? issue.message}, not ${show(shownValue)}`];
    default:
      return [`${name} cannot be ${show(shownValue)}`];
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  date: 'should be a date such as 2024-01-31',
  datetime: 'should be a time such as 2024-01-31T08:00:00Z',
  email: 'should be an e-mail address',
  url: 'should be an address such as https://example.com',
  uuid: 'should be a uuid',
};

/** Problems of a value inside of an argument, in sentences that name the place. */
export const problemsOf = (issues: readonly z.core.$ZodIssue[], value: unknown): readonly string[] =>
  issues.flatMap((issue) => describe(issue, value, () => []));

/** The problems of the most likely choice: that of the right type with the fewest. */
function describeUnion(
  { errors, path }: z.core.$ZodIssueInvalidUnion,
  name: string,
  raw: unknown,
  value: unknown,
  keys: KnownKeys,
): string[] {
  const ofType = errors.filter((issues) => !issues.some((issue) => issue.path.length === 0 && isOfType(issue)));
  const [best] = ofType.toSorted((left, right) => distance(left) - distance(right));
  if (best === undefined) {
    const expected = [...new Set(errors.flatMap(expectations))];
    return [
      expected.length > 0
        ? `${name} should be ${expected.join(' or ')}, not ${show(value)}`
        : `${name} cannot be ${show(value)}`,
    ];
  }
  return best.flatMap((item) => describe({ ...withAllValues(item, errors), path: [...path, ...item.path] }, raw, keys));
}

/** Types and values that a choice of plain ones takes. */
const expectations = (issues: readonly z.core.$ZodIssue[]): string[] =>
  issues.flatMap((issue) => {
    if (issue.code === 'invalid_type') return [article(issue.expected)];
    if (issue.code === 'invalid_value') return issue.values.map(String);
    return issue.code === 'invalid_union' ? issue.errors.flatMap(expectations) : [];
  });

/** A value that no choice takes is one of those that any of them takes. */
function withAllValues(issue: z.core.$ZodIssue, errors: z.core.$ZodIssueInvalidUnion['errors']): z.core.$ZodIssue {
  if (issue.code !== 'invalid_value') return issue;
  const others = errors.flatMap((issues) => issues.find(({ path }) => path.join('.') === issue.path.join('.')) ?? []);
  if (others.length < errors.length) return issue;
  const values = others.flatMap((other) => (other.code === 'invalid_value' ? other.values : []));
  return { ...issue, values: [...new Set(values)] };
}

const isOfType = ({ code }: z.core.$ZodIssue) => code === 'invalid_type' || code === 'invalid_value';
/** A word that distinguishes the choices counts for more than any other mismatch. */
const distance = (issues: readonly z.core.$ZodIssue[]) =>
  issues.reduce((sum, { code, path }) => sum + (code === 'invalid_value' && path.length === 1 ? 10 : 1), 0);

/** Words for one argument that differ too much for a comparison of letters, and are not quite the same thing. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['user', 'email', 'member'],
  ['to', 'recipients', 'recipient', 'emails', 'targets'],
  ['when', 'cron', 'schedule'],
  ['alert', 'threshold', 'thresholds'],
];
/** Similarity under which a name is not suggested: most letters differ. */
const MIN_SIMILARITY = 0.4;

/** A question for the argument that an unknown key most likely stands for; empty if none is near. */
function didYouMean(key: string, names: readonly string[]): string {
  const alike = SYNONYMS.find((group) => group.includes(key)) ?? [];
  const [likely] = [
    ...names.filter((name) => alike.includes(name)),
    ...nearest(key, names, { minSimilarity: MIN_SIMILARITY, max: 1 }),
  ];
  return likely === undefined ? '.' : `; did you mean ${likely}?`;
}

function unknownArgument(key: string, inside: string, names: readonly string[]): string {
  const problem =
    inside === '' ? `there is no argument "${key.slice(0, 100)}"` : `${inside} has no key "${key.slice(0, 100)}"`;
  if (names.length === 0) return inside === '' ? `${problem}: this tool takes none` : problem;
  const listed = inside !== '' && names.length > MAX_KEYS ? [...names.slice(0, MAX_KEYS), '…'] : names;
  return `${problem}${didYouMean(key, names)} It takes ${listed.join(', ')}`;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    raw,
  );
}

const names: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
/** More keys than this do not help. */
const MAX_KEYS = 20;

const items = (count: number | bigint) => `${count} item${Number(count) === 1 ? '' : 's'}`;
const sizeOf = (list: unknown) => (Array.isArray(list) ? list.length : show(list));
const article = (type: string) => names[type] ?? type;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return truncate(text, 60);
}
