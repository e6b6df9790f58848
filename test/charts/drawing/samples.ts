import type { Cell, ChartColumn, ChartData } from '../../../src/charts/spec/data.ts';

export const month: ChartColumn = {
  id: 'month',
  label: 'Order month',
  role: 'dimension',
  type: 'time',
  grain: 'month',
  format: { style: 'number' },
};

export const day: ChartColumn = { ...month, id: 'day', label: 'Order day', grain: 'day' };

export const category = (id: string, label = id): ChartColumn => ({
  id,
  label,
  role: 'dimension',
  type: 'category',
  format: { style: 'number' },
});

export const revenue: ChartColumn = {
  id: 'revenue',
  label: 'Revenue',
  role: 'metric',
  type: 'number',
  additive: true,
  format: { style: 'currency', currency: 'USD', digits: 2 },
};

export const orders: ChartColumn = {
  id: 'orders',
  label: 'Orders',
  role: 'metric',
  type: 'number',
  additive: true,
  format: { style: 'number' },
};

/** An average: its values do not add up. */
export const margin: ChartColumn = {
  id: 'margin',
  label: 'Margin',
  role: 'metric',
  type: 'number',
  format: { style: 'percent', digits: 1 },
};

export const data = (
  columns: readonly ChartColumn[],
  rows: readonly (readonly Cell[])[],
  notes: readonly string[] = [],
): ChartData => ({
  columns,
  rows: rows.map((cells) => Object.fromEntries(columns.map(({ id }, index) => [id, cells[index] ?? null]))),
  notes,
});

/** First days of months from January 2025, as Lightdash sends them. */
export const months = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => new Date(Date.UTC(2025, index)).toISOString());

export const days = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => new Date(Date.UTC(2025, 0, 1 + index)).toISOString());

export const names = (count: number, stem = 'Product'): string[] =>
  Array.from({ length: count }, (_, index) => `${stem} ${index + 1}`);

/** Numbers that look random and are the same each time, from 0 to 1. */
export const wave = (index: number): number => (Math.sin(index * 7) + 1) / 2;
