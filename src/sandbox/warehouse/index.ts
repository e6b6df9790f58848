export { openWarehouse } from './duckdb-warehouse.ts';
export type { Explore, ExploreField, ExploreTable } from './explore.ts';
export { getFieldId } from './explore.ts';

export type * from './metric-query.ts';
export { type ParameterValue, type ParameterValues, parameterReferences } from './parameters.ts';
export { parseMetricQueryRequest, type QueryOptions } from './request.ts';
export type * from './results.ts';
export { withColumnRules } from './sql-filters.ts';
export type { Warehouse } from './warehouse.ts';
