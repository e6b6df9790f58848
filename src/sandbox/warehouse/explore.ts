/** The parts of an explore, as `GET /explores/{id}` serves it, that the warehouse reads. Other keys pass through untouched. */
export interface Explore {
  readonly name: string;
  readonly label: string;
  readonly baseTable: string;
  readonly joinedTables: readonly ExploreJoin[];
  readonly tables: Readonly<Record<string, ExploreTable>>;
  readonly [key: string]: unknown;
}

interface ExploreJoin {
  readonly table: string;
  readonly compiledSqlOn: string;
  /** Left when absent. */
  readonly type?: 'left' | 'inner' | 'right' | 'full';
  /** Joined even when no selected field needs it. */
  readonly always?: boolean;
  readonly [key: string]: unknown;
}

/** A table of a compiled explore. */
export interface ExploreTable {
  readonly name: string;
  readonly label: string;
  readonly sqlTable: string;
  readonly sqlWhere?: string;
  readonly dimensions: Readonly<Record<string, ExploreField>>;
  readonly metrics: Readonly<Record<string, ExploreField>>;
  readonly [key: string]: unknown;
}

/** A dimension or metric of an explore; `getFieldId` gives the id that queries use. */
export interface ExploreField {
  readonly fieldType: 'dimension' | 'metric';
  readonly name: string;
  readonly label: string;
  readonly table: string;
  readonly tableLabel: string;
  readonly type: string;
  readonly sql: string;
  readonly compiledSql: string;
  readonly tablesReferences?: readonly string[];
  readonly timeInterval?: string;
  readonly timeIntervalBaseDimensionName?: string;
  readonly format?: string;
  readonly round?: number;
  readonly compact?: string;
  readonly formatOptions?: CustomFormat;
  readonly [key: string]: unknown;
}

/** A number or date format: of a table calculation (`format`) or a field (`formatOptions`). */
export interface CustomFormat {
  readonly type: string;
  readonly round?: number;
  readonly separator?: string;
  readonly currency?: string;
  readonly compact?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly timeInterval?: string;
}

/** The field id of `orders.status` is `orders_status`; dots of nested columns become `__`. */
export function getFieldId(field: { readonly table: string; readonly name: string }): string {
  return `${field.table}_${field.name.replaceAll('.', '__')}`;
}
