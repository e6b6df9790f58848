import type { JsonObject } from '../../text/json.ts';

/** A `calculation` is a table calculation: a column computed over the result, in the query that defines it. */
export type FieldKind = 'dimension' | 'metric' | 'calculation';

/** The five kinds of values that Lightdash tells apart: they decide which filter operators there are. */
export type ValueType = 'string' | 'number' | 'date' | 'timestamp' | 'boolean';

export const isValueType = (type: string): type is ValueType =>
  ['string', 'number', 'date', 'timestamp', 'boolean'].includes(type);

/** How a number is written: only what changes its reading. */
export interface NumberFormat {
  readonly style: 'plain' | 'percent' | 'currency' | 'id';
  /** Decimals that the model asks for; undefined where it leaves them to Lightdash. */
  readonly decimals: number | undefined;
  /** `USD`, `km`: what the number counts. */
  readonly unit: string | undefined;
}

export const PLAIN_NUMBER: NumberFormat = { style: 'plain', decimals: undefined, unit: undefined };

/** A filter written in the model: on a metric, or required of every query on a table. */
export interface ModelFilter {
  readonly id: string;
  /** `field` of the same table, or `table.field`. */
  readonly fieldRef: string;
  /** The rule as the explore has it: operator, values, settings. */
  readonly rule: JsonObject;
}

/** One dimension or metric of an explore, of its base table or of a joined one. */
export interface Field {
  /** What queries take: `table_name`. */
  readonly id: string;
  readonly table: string;
  readonly name: string;
  readonly label: string;
  readonly tableLabel: string;
  readonly kind: FieldKind;
  /** The model's own type: `string`, `timestamp`, ... for a dimension; `sum`, `count_distinct`, ... for a metric. */
  readonly type: string;
  /** What its values are. A `max` over a timestamp has timestamps, though Lightdash filters it as a number. */
  readonly valueType: ValueType;
  /** The type by which the server filters: every aggregation is a number to it. */
  readonly filterType: ValueType;
  readonly description: string | undefined;
  /** Not offered, but it can be queried. */
  readonly hidden: boolean;
  readonly format: NumberFormat;
  /** `DAY`, `MONTH`, `DAY_OF_WEEK_NAME`, ...: the time grain of a dimension made from another. */
  readonly interval: string | undefined;
  /** Id of the dimension that a grain was made from. */
  readonly intervalBase: string | undefined;
  /** The conditions that a metric always counts under. */
  readonly filters: readonly ModelFilter[];
  /** Id of the dimension that a metric aggregates, where the model says so. */
  readonly aggregates: string | undefined;
}

/** How the rows of a joined table meet the rows already there. */
export interface Join {
  readonly table: string;
  /** `one-to-many` and the like: stated by the model, on newer servers only. */
  readonly relationship: string | undefined;
  /**
   * Whether one row already there can meet several of this table. Stated by the relationship; else guessed from the key
   * that the join uses (`likely` when it does not look like the joined table's own key).
   */
  readonly multiplies: 'yes' | 'no' | 'likely' | 'unknown';
  /** Tables that this join's condition needs. */
  readonly needs: readonly string[];
}

export interface Table {
  readonly name: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly hidden: boolean;
  /** With it and stated relationships, newer servers count each row once whatever a join repeats. */
  readonly hasPrimaryKey: boolean;
}

/** What is known of one explore, looked up by field id. */
export interface FieldIndex {
  readonly name: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly baseTable: string;
  /** The base table first, then the joined ones in the order of joining. */
  readonly tables: readonly Table[];
  readonly joins: readonly Join[];
  /** Every field, the hidden ones too, by id. */
  readonly fields: ReadonlyMap<string, Field>;
  /** Filters that Lightdash's own app adds to each query; the server itself does not. */
  readonly requiredFilters: readonly ModelFilter[];
}

/** `sum`, `USD` for money, `month` for a grain: what a reader must know of a field in a few characters. */
export function describeType(field: Field): string {
  const unit = field.format.style === 'percent' ? 'percent' : field.format.unit;
  const type = field.interval && field.valueType !== 'number' ? intervalName(field.interval) : field.type;
  if (field.valueType !== field.filterType) return `${type} ${field.valueType}`;
  return unit ? `${type} ${unit}` : type;
}

/** `MONTH` as it appears in ids and sentences: `month`. */
export const intervalName = (interval: string): string => interval.toLowerCase();
