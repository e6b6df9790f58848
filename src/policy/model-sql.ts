import { expressionProblem, isFieldReference } from '../query/sql/expression.ts';
import { isObject, unwrapJson } from '../text/json.ts';
import type { Tool, ToolArguments } from '../tools/tool.ts';
import { OutOfScopeError } from './policy-error.ts';

/** SQL that a model may write: any; expressions over fields, if raw SQL is not among the tools; none. */
export type SqlPolicy = 'any' | 'expressions' | 'none';

/** Arguments with fields that a query defines for itself, wherever they stand: their texts become part of the SQL. */
const DEFINITIONS = /^(tableCalculations?|additionalMetrics?|customMetrics?|customDimensions?|customSqlDimensions?)$/i;

/** Names under which SQL stands, but for ids, names and switches that mention it; calculations take it as `formula`, too. */
const isSqlName = (name: string) =>
  name === 'formula' || (/sql/i.test(name) && !/(uuid|id|slug|name|type|limit)s?$/i.test(name));

/** Switches by which an agent of Lightdash may write SQL (`enableSqlMode`, `deepResearchRawSqlEnabled` on 1.219). */
const isSqlSwitch = (name: string) => /enable\w*sql|sql\w*enabled/i.test(name);

/** Keys of a definition whose text is shown or compared, never part of the SQL as it is. */
const NON_SQL_KEYS = ['label', 'displayName', 'description', 'format', 'prefix', 'suffix', 'value', 'values', 'custom'];

const MAX_DEPTH = 40;

/**
 * The one place that decides about SQL in arguments: raw SQL, custom metrics and dimensions, calculations, SQL charts,
 * at any depth and in JSON that is written as text.
 *
 * @throws {OutOfScopeError}
 */
export function assertSqlAllowed(tool: Tool, args: ToolArguments, policy: SqlPolicy): void {
  if (policy === 'any') return;
  if (tool.rawSql) throw new OutOfScopeError('it runs SQL, and raw SQL is left out of this server.');
  if (tool.operation?.rawSql) {
    if (policy === 'none') throw new OutOfScopeError('it runs or saves SQL, and LIGHTDASH_SQL is off.');
    // One that is left on although raw SQL is left out: the settings name it.
    return;
  }
  for (const [name, value] of Object.entries(args)) {
    const problem = sqlProblem(name, value, policy, false, 0);
    if (problem !== undefined) throw new OutOfScopeError(`${name} ${problem}`);
  }
}

/** Returns what is wrong with the SQL in a value, as the end of a sentence. */
function sqlProblem(
  key: string,
  value: unknown,
  policy: 'expressions' | 'none',
  isDefinition: boolean,
  depth: number,
): string | undefined {
  if (depth > MAX_DEPTH) return 'is nested too deeply.';
  const inside = isDefinition || DEFINITIONS.test(key);
  // As it is: SQL such as [1] would be JSON, too.
  if (typeof value === 'string' && isSqlName(key)) {
    return policy === 'none' ? offProblem(value) : notExpressionProblem(value);
  }
  const plain = unwrapJson(value);
  if ((plain === true || plain === 'true') && isSqlSwitch(key))
    return `switches on ${key}, by which an agent of Lightdash writes SQL, and raw SQL is off on this server.`;
  if (typeof plain === 'string') {
    // Names stand in the SQL in quotes, which they could end; widths, percentiles and types stand there as they are.
    const safe = key === 'name' ? /^[^"'`;\\$]*$/ : /^[\p{L}\p{N}_.:+%/ -]*$/u;
    const isUnsafe = inside && !NON_SQL_KEYS.includes(key) && (!safe.test(plain) || /--|\/\*/.test(plain));
    return isUnsafe ? `has a ${key || 'text'} with quotes or marks of SQL in it.` : undefined;
  }
  if (isDefinition && NON_SQL_KEYS.includes(key)) return undefined;
  const inner = Array.isArray(plain)
    ? plain.map((item): [string, unknown] => [key, item])
    : isObject(plain)
      ? Object.entries(plain)
      : [];
  for (const [name, item] of inner) {
    const problem = sqlProblem(name, item, policy, inside, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function offProblem(sql: string): string | undefined {
  if (isFieldReference(sql)) return undefined;
  return `holds SQL, which is off on this server (LIGHTDASH_SQL; read-only implies it). Only a reference to a field, such as \${orders.revenue}, may stand there.`;
}

function notExpressionProblem(sql: string): string | undefined {
  const problem = expressionProblem(sql);
  if (problem === undefined) return undefined;
  return `holds SQL that is more than an expression over fields (${problem}). Raw SQL is off on this server: use fields, operators, CASE, CAST and common functions, such as \${orders.revenue} / 2.`;
}
