import { isObject, unwrapJson } from '../text/json.ts';
import type { Tool, ToolArguments } from '../tools/tool.ts';
import { OutOfScopeError } from './policy-error.ts';

// What a read-only server does not do even by tools that read: a write behind an argument, and raw SQL behind the fields
// that a query defines for itself.

/**
 * Refuses a call that would do more than read.
 *
 * @throws {OutOfScopeError}
 */
export function assertReadOnly(tool: Tool, args: ToolArguments): void {
  const writing = tool.operation?.writeArguments?.find((name) => args[name] !== undefined);
  if (!tool.readOnly || writing !== undefined) {
    throw new OutOfScopeError(`it would change something${writing ? ` with ${writing}` : ''}; this server only reads.`);
  }
  for (const name of definitions) {
    const problem = rawSqlIn(args[name]);
    if (problem !== undefined) {
      throw new OutOfScopeError(
        `${name} ${problem}. This server only reads and runs no SQL but expressions over fields, such as \${orders.revenue} / 2.`,
      );
    }
  }
}

/** Arguments with fields that a query defines for itself. */
const definitions = ['tableCalculations', 'additionalMetrics', 'customDimensions'] as const;

/** Keys of a definition whose text is shown or compared, never part of the SQL as it is. */
const nonSqlKeys = ['label', 'displayName', 'description', 'format', 'prefix', 'suffix', 'values'];
const MAX_DEPTH = 8;

/** What of a definition is more than an expression; undefined where nothing is. */
function rawSqlIn(value: unknown, key = '', depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return 'is nested too deeply';
  if (key === 'sql') return typeof value === 'string' ? beyondExpression(value) : undefined;
  if (nonSqlKeys.includes(key)) return undefined;
  const plain = unwrapJson(value);
  if (typeof plain === 'string') {
    // Names stand in the SQL as they are, in quotes that they could end.
    return /["'`;\\]|--|\/\*/.test(plain) ? `has a ${key || 'text'} with quotes or marks of SQL in it` : undefined;
  }
  const inner = Array.isArray(plain)
    ? plain.map((item): [string, unknown] => [key, item])
    : isObject(plain)
      ? Object.entries(plain)
      : [];
  for (const [name, each] of inner) {
    const problem = rawSqlIn(each, name, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What begins a statement or a subquery; after a dot it is the name of a column. */
const statements =
  /(?<!\.)\b(select|table|values|with|union|into|insert|update|delete|merge|drop|alter|create|grant|truncate|call|execute)\b/i;

/** Why a piece of SQL is no mere expression: it ends, comments out or breaks out of what Lightdash writes around it. */
function beyondExpression(sql: string): string | undefined {
  // Lightdash puts fields in the place of their references; what stands in closed quotes is a text or a name. A backslash
  // escapes a quote in some warehouses and not in others.
  const bare = sql.replace(/\$\{[\p{L}\p{N}_. ]*\}/gu, ' ').replace(/'[^'\\]*'|"[^"\\]*"|`[^`\\]*`/g, ' ');
  if (/["'`\\$]/.test(bare)) return 'has SQL with a quote that does not close, a backslash or a $ in it';
  if (/;|--|\/\*|#/.test(bare)) return 'has SQL with ; or a comment in it';
  const word = statements.exec(bare)?.[0];
  if (word !== undefined) return `has SQL with ${word.toUpperCase()} in it`;
  return isBalanced(bare) ? undefined : 'has SQL with parentheses that do not match';
}

function isBalanced(text: string): boolean {
  let open = 0;
  for (const character of text) {
    if (character === '(') open += 1;
    if (character === ')') open -= 1;
    if (open < 0) return false;
  }
  return open === 0;
}
