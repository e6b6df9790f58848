import type * as z from 'zod';
import { isSecretName } from '../secrets/secret-arguments.ts';
import { truncate } from '../text/plain-text.ts';
import { nearest } from '../text/suggest.ts';
import { matchingNames } from './argument-names.ts';
import { keysAt } from './schema-keys.ts';

type UnknownKeys = z.core.$ZodIssueUnrecognizedKeys;

/** The keys that the object at a path may have. */
type KnownKeys = (path: readonly PropertyKey[]) => readonly string[];

function describeIssue(issue: z.core.$ZodIssue, raw: unknown, keys: KnownKeys): string[] {
  const name = issue.path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
  const value = valueAt(raw, issue.path);
  // A rejected secret must not be echoed, not even its start.
  const shownValue = value !== undefined && issue.path.some((step) => isSecretName(String(step))) ? '[secret]' : value;
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue, name, keys);
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
      return [`${name} ${FORMATS[issue.format] ?? describePattern(issue)}, not ${show(shownValue)}`];
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

/** Our own patterns say in words what they take; those of the API document have none, and most of them are of a uuid. */
function describePattern({ message, pattern }: z.core.$ZodIssueInvalidStringFormat): string {
  if (!message.startsWith('Invalid string')) return message;
  return pattern?.includes('{8}-[0-9A-Fa-f]{4}-') ? (FORMATS.uuid ?? message) : `should match ${pattern}`;
}

/** The problems that zod found with a value, in sentences that name the argument and what it takes. */
export const problemsOf = (
  schema: z.core.$ZodType,
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
): readonly string[] => issues.flatMap((issue) => describeIssue(issue, value, (path) => keysAt(schema, path)));

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
  return best.flatMap((item) =>
    describeIssue({ ...withAllValues(item, errors), path: [...path, ...item.path] }, raw, keys),
  );
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

/** Any word has the letter of x or y. */
const isWord = (name: string) => name.length > 1;

/** A question for the argument that an unknown key most likely stands for; empty if none is near. */
function didYouMean(key: string, names: readonly string[]): string {
  const alike = SYNONYMS.find((group) => group.includes(key)) ?? [];
  const [likely] = [
    ...names.filter((name) => alike.includes(name)),
    ...nearest(key, names.filter(isWord), { minSimilarity: MIN_SIMILARITY, max: 1 }),
  ];
  return likely === undefined ? '.' : `; did you mean ${likely}?`;
}

/** A sentence for each key, with the object that takes it; the last lists the keys that there are. */
function unknownKeys({ keys: unknown, path }: UnknownKeys, inside: string, keys: KnownKeys): string[] {
  const names = keys(path);
  return unknown.map((key, index) => {
    const written = key.slice(0, 100);
    const problem = inside === '' ? `there is no argument "${written}"` : `${inside} has no key "${written}"`;
    if (names.length === 0) return inside === '' ? `${problem}: this tool takes none` : problem;
    const owners = names.filter((name) => matchingNames(key, keys([...path, name])).length > 0);
    const hint = owners.length === 1 ? `: it goes into ${owners[0]}.` : didYouMean(key, names);
    if (index < unknown.length - 1) return `${problem}${hint}`;
    const listed = inside !== '' && names.length > MAX_KEYS ? [...names.slice(0, MAX_KEYS), '…'] : names;
    return `${problem}${hint} It takes ${listed.join(', ')}`;
  });
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
