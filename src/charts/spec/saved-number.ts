import type { BigNumberConfig, GaugeConfig } from '../config/schemas.ts';
import { dimensionsOf, metricsOf } from './columns.ts';
import { type ChartColumn, type ChartData, cellName, cellNumber } from './data.ts';
import { formatValue } from './formats.ts';
import { nameIn } from './name-in.ts';
import { ChartRefusal } from './plan.ts';
import type { GaugeSpec, NumberSpec, ValueFormat } from './spec.ts';

/** The first row's value of a field, with its change against the second row or another field. */
export function savedNumber(data: ChartData, config: BigNumberConfig, title: string): NumberSpec {
  const column = selectedColumn(data, config.selectedField);
  const cell = data.rows[0]?.[column.id];
  const value = cellNumber(cell) ?? (cell === null || cell === undefined ? undefined : cellName(cell));
  const compact = compactOf(config.style);
  const comparison =
    config.showComparison && typeof value === 'number' ? compare(data, config, column, value) : undefined;
  return {
    kind: 'number',
    title,
    notes: [...data.notes, ...firstRowNote(data)],
    label: config.label ?? column.label,
    ...(value !== undefined && { value }),
    format: compact ? { ...column.format, compact } : column.format,
    ...(comparison && { comparison }),
  };
}

/** A number of the first of several rows is easily taken for the total. */
function firstRowNote(data: ChartData): readonly string[] {
  const [row] = data.rows;
  if (row === undefined || data.rows.length < 2) return [];
  const named = dimensionsOf(data).map((column) => `${column.label} ${nameIn(column, row[column.id])}`);
  const rows = data.rows.length.toLocaleString('en');
  return [`the first of ${rows} rows${named.length > 0 ? `: ${named.join(', ')}` : ''}`];
}

function selectedColumn(data: ChartData, id: string | undefined): ChartColumn {
  const column = data.columns.find((item) => item.id === id) ?? metricsOf(data)[0] ?? data.columns[0];
  if (!column) throw new ChartRefusal('There is nothing to show.');
  return column;
}

/** `thousands` on 0.1366; `thousand` or `K` on 1.219. */
function compactOf(style: string | undefined): ValueFormat['compact'] {
  switch (style?.toLowerCase().replace(/s$/, '')) {
    case 'thousand':
    case 'k':
      return 'thousands';
    case 'million':
    case 'm':
      return 'millions';
    case 'billion':
    case 'b':
      return 'billions';
    case 'trillion':
    case 't':
      return 'trillions';
    default:
      return undefined;
  }
}

function compare(
  data: ChartData,
  config: BigNumberConfig,
  column: ChartColumn,
  value: number,
): NumberSpec['comparison'] | undefined {
  const other = data.columns.find(({ id }) => id === config.comparisonField);
  const before = other ? cellNumber(data.rows[0]?.[other.id]) : cellNumber(data.rows[1]?.[column.id]);
  if (before === null) return undefined;
  const change = value - before;
  const sign = change > 0 ? '+' : '';
  const isShare = config.comparisonFormat === 'percentage' && before !== 0;
  const text = isShare
    ? formatValue(change / Math.abs(before), { style: 'percent', digits: 1 }, { width: 'model' })
    : formatValue(change, column.format, { width: 'model' });
  const label = config.comparisonLabel ?? `against ${other ? other.label : 'the row before'}`;
  return { label, text: `${sign}${text}`, ...(change !== 0 && { good: change > 0 !== (config.flipColors === true) }) };
}

const SECTION_COLOR = '#98a2b3';

/** Spec of a saved gauge; the number alone if its scale has no length. @throws {ChartRefusal} if there is no value. */
export function savedGauge(data: ChartData, config: GaugeConfig, title: string): GaugeSpec | NumberSpec {
  const column = selectedColumn(data, config.selectedField);
  const row = data.rows[0] ?? {};
  const value = cellNumber(row[column.id]);
  if (value === null) throw new ChartRefusal(`${column.label} has no value to show.`);
  const { format } = column;
  const label = config.customLabel ?? column.label;
  const boundOf = (fixed: number | undefined, field: string | undefined) =>
    (field === undefined ? null : cellNumber(row[field])) ?? fixed;
  const min = config.min ?? 0;
  const max = boundOf(config.max, config.maxFieldId) ?? 100;
  const written = (bound: number) => formatValue(bound, format);
  if (max <= min) {
    const note = `no gauge: its scale would run from ${written(min)} to ${written(max)}`;
    return { kind: 'number', title, notes: [...data.notes, ...firstRowNote(data), note], label, value, format };
  }
  const sections = (config.sections ?? []).map((section) => ({
    from: boundOf(section.min, section.minFieldId) ?? min,
    to: boundOf(section.max, section.maxFieldId) ?? max,
    color: section.color ?? SECTION_COLOR,
  }));
  const lost = sections.filter(({ from, to }) => to <= from || to <= min || from >= max);
  const ends = ({ from, to }: (typeof sections)[number]) => `${written(from)} to ${written(to)}`;
  const { maxFieldId = '' } = config;
  const target = data.columns.find(({ id }) => id === maxFieldId)?.label ?? maxFieldId;
  const isTargetMissing = target !== '' && cellNumber(row[maxFieldId]) === null;
  return {
    kind: 'gauge',
    title,
    notes: [
      ...data.notes,
      ...firstRowNote(data),
      ...(isTargetMissing ? [`${target} has no value: the scale ends at ${written(max)}`] : []),
      ...(value < min || value > max ? ['the value is outside of the scale'] : []),
      ...(lost.length > 0 ? [`sections that are not drawn: ${lost.map(ends).join(', ')}`] : []),
    ],
    label,
    value,
    format,
    min,
    max,
    sections,
  };
}
