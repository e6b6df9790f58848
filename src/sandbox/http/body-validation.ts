import * as z from 'zod';

/** One entry of a 422's `data`: what is wrong at that path, and the value that was sent there. */
interface FieldProblem {
  message: string;
  value?: unknown;
}

/**
 * Problems of a body that does not fit its type, as the real server reports them: field by field, or (for intersections) as one
 * sentence under the body's own name that holds the field problems as escaped JSON. Unions always give such a sentence.
 */
export type ProblemStyle = 'fields' | 'intersection';

/** Numbers may come as text, in queries and in bodies. */
export const looseNumber = z.preprocess(
  (value) =>
    typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value,
  z.number(),
);

/** Booleans may come as the words `true` and `false`. */
export const looseBoolean = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean(),
);

/** A query parameter that may occur once or several times. */
export const textList = z.preprocess(
  (value) => (value === undefined || Array.isArray(value) ? value : [value]),
  z.array(z.string()),
);

/** An object of which the sandbox keeps every key without looking. */
export const anyObject = z.record(z.string(), z.unknown());

const TYPE_MESSAGES: Record<string, string> = {
  string: 'invalid string value',
  number: 'invalid float number',
  boolean: 'invalid boolean value',
  array: 'invalid array',
  object: 'invalid object',
  record: 'invalid object',
};

type ZodIssue = z.core.$ZodIssue;

function message(issue: ZodIssue, names: readonly string[]): string {
  const key = names.at(-1);
  if (issue.input === undefined && issue.path.length > 0 && issue.code !== 'custom') return `'${key}' is required`;
  if (issue.code === 'invalid_value') {
    return `should be one of the following; [${issue.values.map((value) => `'${String(value)}'`).join(',')}]`;
  }
  if (issue.code === 'invalid_type') return TYPE_MESSAGES[issue.expected] ?? 'invalid value';
  if (issue.code === 'invalid_union') {
    const issues = issue.errors.map((branch) => fieldProblems(branch, names));
    return `Could not match the union against any of the items. Issues: ${JSON.stringify(issues)}`;
  }
  if (issue.code === 'invalid_format') return `Not match in '${issue.format}'`;
  return issue.message;
}

/** `body.name`; inside a list the real server forgets everything before the list's own name: `tiles.$0.type`. */
function namesOf(root: readonly string[], path: readonly PropertyKey[]): string[] {
  let names = [...root];
  for (const step of path) {
    names = typeof step === 'number' ? [...names.slice(-1), `$${step}`] : [...names, String(step)];
  }
  return names;
}

function fieldProblems(issues: readonly ZodIssue[], root: readonly string[]): Record<string, FieldProblem> {
  const fields: Record<string, FieldProblem> = {};
  for (const issue of issues) {
    const names = namesOf(root, issue.path);
    const problem: FieldProblem = { message: message(issue, names) };
    if (issue.input !== undefined) problem.value = issue.input;
    fields[names.join('.')] = problem;
  }
  return fields;
}

/**
 * The `data` of a ValidateError.
 * @param root the name the problems are filed under: `body` for nearly every body, '' for query and path parameters
 */
export function problemsOf(
  issues: readonly ZodIssue[],
  root: string,
  style: ProblemStyle,
  value: unknown,
): Record<string, FieldProblem> {
  const fields = fieldProblems(issues, root === '' ? [] : [root]);
  const isWholeBody = issues.some((issue) => issue.path.length === 0);
  if (style === 'fields' || isWholeBody) return fields;
  const sentence = `Could not match the intersection against every type. Issues: [${JSON.stringify(fields)}]`;
  return { [root]: { message: sentence, value } };
}
