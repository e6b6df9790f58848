import { isObject } from '../../text/json.ts';

/** Value of a cell, with its formatted text if the API sent one. */
interface Cell {
  readonly raw: unknown;
  readonly formatted?: string;
}

/** Reads a cell of any query: `{value: {raw, formatted}}`, or a bare value as SQL results have it. */
export function readCell(cell: unknown): Cell {
  if (!isObject(cell) || !isObject(cell.value) || !('raw' in cell.value)) return { raw: cell };
  const { raw, formatted } = cell.value;
  return typeof formatted === 'string' ? { raw, formatted } : { raw };
}
