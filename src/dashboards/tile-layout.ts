import type { Tile } from './dashboard.ts';

/** Columns of a dashboard's grid, on both releases. */
export const GRID_COLUMNS = 36;

/** Width and height in cells of the grid of 36 columns. */
export interface Size {
  readonly w: number;
  readonly h: number;
}

interface Position extends Size {
  readonly x: number;
  readonly y: number;
}

/** Cells of each width that a tool takes. */
export const tileWidths = { full: 36, half: 18, third: 12, quarter: 9 } as const;
/** A width as tools take it. */
export type TileWidth = keyof typeof tileWidths;

/** Sizes as people lay tiles out in recorded dashboards; `kind` is that of the chart. */
export function tileSize(type: string, kind?: string): Size {
  switch (type) {
    case 'heading':
      return { w: GRID_COLUMNS, h: 1 };
    case 'markdown':
      return { w: GRID_COLUMNS, h: 3 };
    default:
      return kind === 'big_number' || kind === 'gauge' ? { w: 9, h: 6 } : { w: 18, h: 9 };
  }
}

/**
 * Places tiles in order from the left, row by row, from row `top` on. A row of several tiles with room left is widened
 * evenly, unless one has a width of its own.
 */
export function layOutRows(
  sizes: readonly (Size & { readonly isFixed?: boolean })[],
  top: number,
): readonly Position[] {
  const placed: Position[] = [];
  let y = top;
  let row: (typeof sizes)[number][] = [];
  const close = () => {
    placed.push(...layOutRow(row, y));
    y += Math.max(0, ...row.map(({ h }) => h));
    row = [];
  };
  for (const size of sizes) {
    if (widthOf(row) + size.w > GRID_COLUMNS) close();
    row.push(size);
  }
  close();
  return placed;
}

const widthOf = (row: readonly Size[]): number => row.reduce((sum, { w }) => sum + w, 0);

function layOutRow(row: readonly (Size & { readonly isFixed?: boolean })[], y: number): readonly Position[] {
  const isSpread = row.length > 1 && !row.some(({ isFixed }) => isFixed);
  const factor = isSpread ? GRID_COLUMNS / widthOf(row) : 1;
  let left = 0;
  return row.map(({ w, h }) => {
    const x = Math.round(left);
    left += w * factor;
    return { x, y, w: Math.round(left) - x, h };
  });
}

/** The first free row of a tab. */
export function bottomOf(tiles: readonly Tile[], tabUuid: string | undefined): number {
  return Math.max(0, ...tilesOfTab(tiles, tabUuid).map(({ y, h }) => y + h));
}

/** The tiles of one tab; those in no tab for undefined (Lightdash stores null for it). */
export const tilesOfTab = (tiles: readonly Tile[], tabUuid: string | undefined): readonly Tile[] =>
  tiles.filter((tile) => (tile.tabUuid ?? undefined) === tabUuid);
