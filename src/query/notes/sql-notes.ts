import { readCell } from '../../lightdash/rows/cell.ts';
import type { ResultTable } from '../execution/result-table.ts';
import { type SelectedColumns, selectedColumns } from '../sql/select-columns.ts';
import { roundedNumberNotes } from './row-notes.ts';

/** Notes about the result of an SQL query that its rows do not show: lost columns, cut quotients, rounded numbers. */
export function sqlNotes(sql: string, table: ResultTable): readonly string[] {
  const selected = selectedColumns(sql);
  const ofColumns =
    selected === undefined || table.rows.length === 0
      ? []
      : [...lostColumnNotes(selected, table), ...wholeQuotientNotes(selected, table)];
  return [...ofColumns, ...roundedNumberNotes(table)];
}

/** Columns that another of the same name has overwritten: rows are objects, which hold each name once. */
function lostColumnNotes(
  { names, stars, hasPlainStar, beforeStar, hasJoin }: SelectedColumns,
  { columns }: ResultTable,
): string[] {
  if (stars > 1 || (hasPlainStar && hasJoin))
    return ['With * of several tables, a column name that several have comes once, with the value of the last.'];
  if (stars === 1) {
    // A new column comes after those of the *; one that replaced a column of the same name stands in its place.
    const ids = columns.map(({ id }) => id);
    const after = names.slice(beforeStar);
    const replaced = after.filter((name) => ids.includes(name) && ids.indexOf(name) < ids.length - after.length);
    const doubtful = names.slice(0, beforeStar).filter((name) => name !== '?column?');
    return [
      ...(replaced.length > 0
        ? [`The * has ${replaced.join(', ')} too: the last overwrites the other. Give it an alias.`]
        : []),
      ...(doubtful.length > 0 ? [`If the * has ${doubtful.join(' or ')} too, the column of the * came alone.`] : []),
    ];
  }
  if (columns.length >= names.length) return [];
  const repeated = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  return [
    `The SQL selects ${names.length} columns and ${columns.length} came: of columns with one name (${repeated.join(', ')}) the last overwrites the others. Give each an alias.`,
  ];
}

/** Columns that divide and came out whole everywhere: Postgres, Redshift, Trino and SQL Server cut such a quotient. */
function wholeQuotientNotes({ names, stars, dividesWhole }: SelectedColumns, { columns, rows }: ResultTable): string[] {
  const cut = names.flatMap((name, at) => {
    if (dividesWhole[at] !== true) return [];
    const isInPlace = stars === 0 && columns.length === names.length;
    const id = isInPlace ? columns[at]?.id : columns.find((column) => column.id === name)?.id;
    if (id === undefined) return [];
    const values: unknown[] = [];
    for (const row of rows) values.push(readCell(row[id]).raw);
    const present = values.filter((value) => value !== null && value !== undefined);
    return present.length > 0 && present.every((value) => /^-?\d+$/.test(String(value))) ? [id] : [];
  });
  if (cut.length === 0) return [];
  return [
    `${cut.join(', ')} divides whole numbers, and the warehouse may cut the quotient: write 1.0 * before the division.`,
  ];
}
