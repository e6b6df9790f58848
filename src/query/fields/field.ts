import type { JsonObject } from '../../text/json.ts';

/** A `calculation` is a table calculation: a column computed over the result, in the query that defines it. */
export type FieldKind = 'dimension' | 'metric' | 'calculation';

/** The five kinds of values in Lightdash; they determine the filter operators. */
export type ValueType = 'string' | 'number' | 'date' | 'timestamp' | 'boolean';

/** True for a type whose values filters can compare. */
export const isValueType = (type: string): type is ValueType =>
  ['string', 'number', 'date', 'timestamp', 'boolean'].includes(type);

/** Format of a number: only the parts that change its meaning. */
export interface NumberFormat {
  readonly style: 'plain' | 'percent' | 'currency' | 'id';
  /** Decimals set by the model; undefined if they are left to Lightdash. */
  readonly decimals: number | undefined;
  /** `USD`, `km`. */
  readonly unit: string | undefined;
}

/** The format of a number without currency, percent or unit. */
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
  /** `table_name`, as queries take it. */
  readonly id: string;
  readonly table: string;
  readonly name: string;
  readonly label: string;
  readonly tableLabel: string;
  readonly kind: FieldKind;
  /** The model's own type: `string`, `timestamp`, ... for a dimension; `sum`, `count_distinct`, ... for a metric. */
  readonly type: string;
  /** Type of its values. A `max` over a timestamp has timestamps, though Lightdash filters it as a number. */
  readonly valueType: ValueType;
  /** The type by which the server filters: every aggregation is a number to it. */
  readonly filterType: ValueType;
  readonly description: string | undefined;
  /** Not listed, but it can be queried. */
  readonly hidden: boolean;
  readonly format: NumberFormat;
  /** `DAY`, `MONTH`, `DAY_OF_WEEK_NAME`, ...: the time grain of a dimension made from another. */
  readonly interval: string | undefined;
  /** Id of the dimension that a grain was made from. */
  readonly intervalBase: string | undefined;
  /** The filters of a metric. */
  readonly filters: readonly ModelFilter[];
  /** Tables that its SQL and its filters read, if stated. */
  readonly readsTables?: readonly string[];
  /** Id of the dimension that a metric aggregates, if the model states it. */
  readonly aggregates: string | undefined;
  /** Names of the parameters that its SQL refers to. */
  readonly parameters: readonly string[];
  /** The SQL of a metric as the model writes it. */
  readonly sql?: string | undefined;
  /** A note of the model for assistants (`ai_hint`). */
  readonly hint: string | undefined;
}

/** A join of an explore. */
export interface Join {
  readonly table: string;
  /** `one-to-many` and the like: stated by the model, on newer servers only. */
  readonly relationship: string | undefined;
  /**
   * `yes` if a row can match several rows of this table. From the relationship if stated; else guessed from the key of the
   * join (`likely` if it does not look like the key of the joined table).
   */
  readonly multiplies: 'yes' | 'no' | 'likely' | 'unknown';
  /** Columns of other tables in its condition. */
  readonly from: readonly string[];
  /** Tables that this join's condition needs. */
  readonly needs: readonly string[];
}

/** A table of an explore: the base table, or a joined one. */
export interface Table {
  readonly name: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly hidden: boolean;
  /** With it and stated relationships, newer servers count each row once even if a join repeats it. */
  readonly hasPrimaryKey: boolean;
  /** Columns that are a key alone, in lower case: the primary key if stated, else columns named like one. */
  readonly keys: ReadonlySet<string>;
}

/** An explore, with its fields by id. */
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
  /** Filters that Lightdash's web app adds to each query; the server does not. */
  readonly requiredFilters: readonly ModelFilter[];
  /** A note of the model for assistants (`ai_hint`). */
  readonly hint?: string | undefined;
  /** Time zone of the days in filters on timestamps; UTC if undefined. */
  readonly timezone?: string | undefined;
}

/** Short type of a field: `sum`, `sum USD` for money, `month` for a grain. */
export function describeType(field: Field): string {
  const unit = field.format.style === 'percent' ? 'percent' : field.format.unit;
  const type = field.interval && field.valueType !== 'number' ? intervalName(field.interval) : field.type;
  if (field.valueType !== field.filterType) return `${type} ${field.valueType}`;
  return unit ? `${type} ${unit}` : type;
}

/** `MONTH` as it appears in ids and sentences: `month`. */
export const intervalName = (interval: string): string => interval.toLowerCase();
