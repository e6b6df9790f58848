import { SandboxError } from '../errors.ts';
import type { BinDimension } from './metric-query.ts';

/** Parts of the SQL that a custom bin dimension adds to a query. */
export interface BinSql {
  readonly selects: readonly string[];
  readonly cte?: string;
  readonly join?: string;
}

/**
 * The SQL of a bin dimension: ranges as text ("2 - 3", "<10", "≥50"), null for null. When the query sorts by it, a second
 * column `<id>_order` holds what to sort by.
 */
export function compileBin(
  bin: BinDimension,
  sql: string,
  baseTable: string,
  /** Adds the column to sort by. */
  isSorted: boolean,
  /** Writes a number as text; Postgres keeps as many decimals as the width has. */
  toText: (sql: string, decimals: number) => string,
): BinSql {
  const range = (from: string, to: string, dash = ' - ', decimals = 0) =>
    `(${toText(from, decimals)} || '${dash}' || ${toText(to, decimals)})`;
  const name = `"${bin.id}"`;
  const order = `"${bin.id}_order"`;
  switch (bin.binType) {
    case 'custom_group':
      throw new SandboxError(501, 'NotImplemented', 'The sandbox does not group the values of a text');
    case 'fixed_width': {
      const width = bin.binWidth ?? 1;
      const from = `FLOOR(${sql} / ${width}) * ${width}`;
      const to = `(FLOOR(${sql} / ${width}) + 1) * ${width} - 1`;
      const decimals = String(width).split('.')[1]?.length ?? 0;
      const select = `${range(from, to, ' - ', decimals)} AS ${name}`;
      return { selects: isSorted ? [select, `${from} AS ${order}`] : [select] };
    }
    case 'fixed_number': {
      const cte = `${bin.id}_cte`;
      const count = bin.binNumber ?? 1;
      const from = (index: number) => `${cte}.min_id + ${cte}.bin_width * ${index}`;
      const isWithin = (index: number) => `WHEN ${sql} >= ${from(index)} AND ${sql} < ${from(index + 1)}`;
      const whens = [`WHEN ${sql} IS NULL THEN NULL`];
      const orders = [`WHEN ${sql} IS NULL THEN ${count}`];
      for (let index = 0; index < count - 1; index++) {
        whens.push(`${isWithin(index)} THEN ${range(from(index), from(index + 1))}`);
        orders.push(`${isWithin(index)} THEN ${index}`);
      }
      whens.push(`ELSE ${range(from(count - 1), `${cte}.max_id`)}`);
      orders.push(`ELSE ${count - 1}`);
      const select =
        count <= 1
          ? `${range(`${cte}.min_id`, `${cte}.max_id`)} AS ${name}`
          : `CASE\n${whens.join('\n')}\nEND AS ${name}`;
      return {
        selects: isSorted && count > 1 ? [select, `CASE\n${orders.join('\n')}\nEND AS ${order}`] : [select],
        cte: `${cte} AS (
SELECT
  FLOOR(MIN(${sql})) AS min_id,
  CEIL(MAX(${sql})) AS max_id,
  FLOOR((MAX(${sql}) - MIN(${sql})) / ${count}) AS bin_width
FROM ${baseTable} AS "${bin.table}"
)`,
        join: cte,
      };
    }
    case 'custom_range': {
      const whens = [`WHEN ${sql} IS NULL THEN NULL`];
      const ranges = bin.customRange ?? [];
      const orders = [`WHEN ${sql} IS NULL THEN ${ranges.length}`];
      ranges.forEach(({ from, to }, index) => {
        if (from === undefined) {
          whens.push(`WHEN ${sql} < ${to} THEN ${`('<' || ${to})`}`);
          orders.push(`WHEN ${sql} < ${to} THEN ${index}`);
        } else if (to === undefined) {
          whens.push(`ELSE ${`('≥' || ${from})`}`);
          orders.push(`ELSE ${index}`);
        } else {
          whens.push(`WHEN ${sql} >= ${from} AND ${sql} < ${to} THEN ${`(${from} || '-' || ${to})`}`);
          orders.push(`WHEN ${sql} >= ${from} AND ${sql} < ${to} THEN ${index}`);
        }
      });
      const select = `CASE\n${whens.join('\n')}\nEND AS ${name}`;
      return { selects: isSorted ? [select, `CASE\n${orders.join('\n')}\nEND AS ${order}`] : [select] };
    }
  }
}
