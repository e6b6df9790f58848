import { SandboxError } from '../errors.ts';

/** Value of a parameter; a list if it takes several. */
export type ParameterValue = string | number | readonly string[] | readonly number[];
/** Values by the parameter's name. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** `${lightdash.parameters.channel}`, also with `ld`. */
const REFERENCE = /\$\{\s*(?:lightdash|ld)\.parameters\.([\w.]+)\s*\}/g;

/** The parameters that a text refers to, each once. */
export function parameterReferences(sql: string): string[] {
  return [...new Set([...sql.matchAll(REFERENCE)].map(([, name = '']) => name))];
}

const literal = (value: string | number): string =>
  typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;

/**
 * Puts the values of parameters into a text.
 * @param label what the refusal calls the text, such as `explore "orders"`
 * @throws SandboxError 400 CompileError for a parameter without a value
 */
export function withParameters(sql: string, values: ParameterValues, label: string): string {
  const missing = parameterReferences(sql).filter((name) => values[name] === undefined);
  if (missing.length > 0) {
    throw new SandboxError(
      400,
      'CompileError',
      `Failed to compile ${label}. Missing parameters: ${missing.join(', ')}.`,
    );
  }
  return sql.replace(REFERENCE, (_, name: string) => [values[name] ?? []].flat().map(literal).join(', '));
}
