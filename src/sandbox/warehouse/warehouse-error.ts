import * as z from 'zod';
import { SandboxError } from '../errors.ts';

/** A failure as DuckDB reports it with `errors_as_json`. `position` counts characters from the start of the query. */
const duckDbError = z.object({
  exception_type: z.string(),
  exception_message: z.string(),
  position: z.string().optional(),
});

/** Postgres' names of the types that DuckDB casts to. */
const TYPE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(U?INT(8|16)|U?(TINY|SMALL)INT)$/, 'smallint'],
  [/^(U?INT32|U?INTEGER|INTEGER_LITERAL)$/, 'integer'],
  [/^(U?INT(64|128)|U?(BIG|HUGE)INT)$/, 'bigint'],
  [/^DECIMAL/, 'numeric'],
  [/^(DOUBLE|FLOAT)$/, 'double precision'],
  [/^BOOL/, 'boolean'],
  [/^VARCHAR$/, 'text'],
  [/^STRING_LITERAL$/, 'unknown'],
  [/^TIMESTAMP$/, 'timestamp without time zone'],
  [/^TIMESTAMP WITH TIME ZONE$/, 'timestamp with time zone'],
];

/**
 * A failure of the warehouse in Postgres' words, if there are any for it.
 *
 * @param executed the SQL that DuckDB got.
 * @param reportedSql the text that the user sent: a position is returned if both are the same up to it.
 */
export function toWarehouseError(error: unknown, executed: string, reportedSql: string): SandboxError {
  const text = error instanceof Error ? error.message : String(error);
  const parsed = parseDuckDbError(text);
  if (!parsed) return new SandboxError(400, 'WarehouseQueryError', text);
  const position = parsed.position === undefined ? undefined : Number(parsed.position);
  const { message, hasPosition } = inPostgresWords(parsed.exception_message, executed, position);
  const isKnown = hasPosition && position !== undefined && reportedSql.startsWith(executed.slice(0, position));
  return new SandboxError(400, 'WarehouseQueryError', message, isKnown ? lineAndCharacter(reportedSql, position) : {});
}

/** `data` of a WarehouseQueryError: both counted from 1. */
export function lineAndCharacter(sql: string, position: number): { lineNumber: number; charNumber: number } {
  const before = sql.slice(0, position);
  return { lineNumber: before.split('\n').length, charNumber: position - before.lastIndexOf('\n') };
}

function parseDuckDbError(text: string): z.infer<typeof duckDbError> | undefined {
  const start = text.indexOf('{');
  if (start < 0) return undefined;
  try {
    return duckDbError.parse(JSON.parse(text.slice(start)));
  } catch {
    return undefined;
  }
}

function inPostgresWords(
  message: string,
  sql: string,
  position: number | undefined,
): { message: string; hasPosition: boolean } {
  const rest = position === undefined ? '' : sql.slice(position);
  const firstLine = message.split('\n', 1)[0] ?? message;
  const withPosition = (text: string) => ({ message: text, hasPosition: true });
  const withoutPosition = (text: string) => ({ message: text, hasPosition: false });

  if (firstLine.includes('division by zero')) return withoutPosition('division by zero');
  if (firstLine.startsWith('LIMIT/OFFSET cannot be negative')) return withoutPosition('LIMIT must not be negative');

  if (firstLine.startsWith('More than one row returned by a subquery')) {
    return withoutPosition('more than one row returned by a subquery used as an expression');
  }
  if (firstLine.startsWith('WHERE clause cannot contain aggregates')) {
    return withPosition('aggregate functions are not allowed in WHERE');
  }

  const syntax = /^syntax error at or near "(.*)"/.exec(firstLine);
  if (syntax) return withPosition(`syntax error at or near "${syntax[1]}"`);
  if (firstLine.startsWith('syntax error at end of input')) return withPosition('syntax error at end of input');

  const relation = /^Table with name (.+) does not exist/.exec(firstLine);
  if (relation) return withPosition(`relation "${identifierAt(rest) ?? relation[1]}" does not exist`);

  const column = /^Referenced column "(.+)" (?:was )?not found|does not have a column named "(.+)"/.exec(firstLine);
  if (column) {
    const identifier = identifierAt(rest);
    return withPosition(
      `column ${identifier?.includes('.') ? identifier : `"${column[1] ?? column[2]}"`} does not exist`,
    );
  }

  const ambiguous = /^Ambiguous reference to column name "(.+?)"/.exec(firstLine);
  if (ambiguous) return withPosition(`column reference "${ambiguous[1]}" is ambiguous`);

  const missingTable = /^Referenced table "(.+)" not found/.exec(firstLine);
  if (missingTable) return withPosition(`missing FROM-clause entry for table "${missingTable[1]}"`);

  const functionName = /^(?:Scalar|Table|Aggregate) Function with name (\S+) does not exist/.exec(firstLine);
  if (functionName) return withPosition(`function ${functionName[1]} does not exist`);

  const operator = /^No function matches the given name and argument types '([^\w\s(]+)\((.+), (.+)\)'/.exec(firstLine);
  if (operator) {
    const [, symbol = '', left = '', right = ''] = operator;
    // The macro for `/` begins with `%`.
    const identifier = symbol === '%' && !sql.includes('%') ? '/' : symbol;
    return withoutPosition(`operator does not exist: ${postgresType(left)} ${identifier} ${postgresType(right)}`);
  }

  const call = /^No function matches the given name and argument types '(\w+)\((.*)\)'/.exec(firstLine);
  if (call) {
    const types = (call[2] ?? '').split(', ').map(postgresType);
    return withPosition(`function ${call[1]}(${types.join(', ')}) does not exist`);
  }

  const grouping = /^column "?(.+?)"? must appear in the GROUP BY clause/.exec(firstLine);
  if (grouping) {
    const name = identifierAt(rest) ?? grouping[1];
    return withPosition(`column "${name}" must appear in the GROUP BY clause or be used in an aggregate function`);
  }

  const timestamp = /^invalid (timestamp|date) field format: "(.*)"/.exec(firstLine);
  if (timestamp) return withPosition(`invalid input syntax for type ${timestamp[1]}: "${timestamp[2]}"`);

  const conversion = /^Could not convert string ['"](.*)['"] to (\S+)/.exec(firstLine);
  if (conversion) {
    return withPosition(`invalid input syntax for type ${postgresType(conversion[2] ?? '')}: "${conversion[1]}"`);
  }
  return withPosition(firstLine);
}

function postgresType(type: string): string {
  return TYPE_NAMES.find(([pattern]) => pattern.test(type))?.[1] ?? type.toLowerCase();
}

/** The possibly qualified name that starts a text, without quotes. */
function identifierAt(text: string): string | undefined {
  const match = /^(?:"[^"]+"|[a-z_]\w*)(?:\.(?:"[^"]+"|[a-z_]\w*))*/i.exec(text);
  return match?.[0].replaceAll('"', '');
}
