import { renderFieldRule } from './filter-rules.ts';
import type { FilterRule } from './metric-query.ts';

/** A rule on a column of a query of SQL; `type` is what the column holds. */
type ColumnRule = FilterRule & { readonly type: string };

/** A query of SQL whose rows are narrowed by rules on its columns. */
export function withColumnRules(sql: string, rules: readonly ColumnRule[], now: Date): string {
  if (rules.length === 0) return sql;
  const conditions = rules.map((rule) => {
    const column = `"${rule.target.fieldId.replaceAll('"', '""')}"`;
    return renderFieldRule(rule, rule.type, column, { release: '1.219', now });
  });
  return `SELECT * FROM (\n${sql.replace(/;\s*$/, '')}\n) AS sql_chart WHERE (${conditions.join(') AND (')})`;
}
