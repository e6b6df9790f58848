import type { ChartSpec, ValueFormat } from './spec.ts';
import { xNames } from './summary.ts';

interface TableColumn {
  readonly label: string;
  /** Undefined for names. */
  readonly format?: ValueFormat | undefined;
}

type TableCell = string | number | boolean | null;

interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly TableCell[])[];
}

/** The figures of a chart as a table, one row for each place along x. */
export function tableOf(spec: ChartSpec): Table {
  switch (spec.kind) {
    case 'cartesian': {
      const isNumber = spec.x.type === 'number';
      const names = spec.x.type === 'number' && !spec.x.names ? [] : xNames(spec);
      return {
        columns: [
          ...(names.length > 0 ? [{ label: isNumber ? '' : spec.x.label }] : []),
          ...(spec.x.type === 'number' ? [{ label: spec.x.label, format: spec.x.format }] : []),
          ...spec.series.map(({ name, format }) => ({ label: name, format })),
        ],
        rows: spec.x.values.map((value, index) => [
          ...(names.length > 0 ? [names[index] ?? ''] : []),
          ...(isNumber ? [value] : []),
          ...spec.series.map(({ values }) => values[index] ?? null),
        ]),
      };
    }
    case 'pie':
    case 'funnel':
    case 'treemap':
      return {
        columns: [{ label: spec.label }, { label: spec.valueLabel, format: spec.format }],
        rows: spec.slices.map(({ name, value }) => [name, value]),
      };
    case 'number':
      return { columns: [{ label: spec.label, format: spec.format }], rows: [[spec.value ?? null]] };
    case 'gauge':
      return { columns: [{ label: spec.label, format: spec.format }], rows: [[spec.value]] };
    case 'heatmap':
      return {
        columns: [{ label: spec.y.label }, ...spec.x.values.map((label) => ({ label, format: spec.format }))],
        rows: spec.cells.map((row, index) => [spec.y.values[index] ?? '', ...row]),
      };
    case 'table':
      return spec;
    default:
      return spec satisfies never;
  }
}

/** RFC 4180, numbers unformatted. Text that a spreadsheet would run as a formula is kept text. */
export function csvOf({ columns, rows }: Table): string {
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const cell = (value: TableCell) => {
    if (value === null) return '';
    return quoted(typeof value === 'string' && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value));
  };
  const lines = [columns.map(({ label }) => label), ...rows].map((cells) => cells.map(cell).join(','));
  return `${lines.join('\r\n')}\r\n`;
}
