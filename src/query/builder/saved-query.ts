import { finite, isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { Diagnostics } from '../diagnostics.ts';
import type { FieldIndex } from '../fields/field.ts';
import { readSavedFilters } from '../filters/lightdash-filters.ts';
import { readCustomFields } from './custom-fields.ts';
import type { MetricQuery } from './metric-query.ts';
import type { Sort } from './sorts.ts';

/** A metric query of saved content, and its explore with the fields that the query defines. */
export interface SavedQuery {
  readonly index: FieldIndex;
  readonly query: MetricQuery;
}

/** Limit of a query that has none. */
export const DEFAULT_LIMIT = 500;

/** Reads the metric query of a saved chart, or of its response; what cannot be read is left out. */
export function readSavedQuery(index: FieldIndex, source: JsonObject): SavedQuery {
  const { timezone } = source;
  return {
    index: readCustomFields(index, source, new Diagnostics()).index,
    query: {
      exploreName: index.name,
      dimensions: texts(source.dimensions),
      metrics: texts(source.metrics),
      filters: readSavedFilters(source.filters),
      sorts: objects(source.sorts).flatMap(readSort),
      limit: finite(source.limit) ?? DEFAULT_LIMIT,
      tableCalculations: objects(source.tableCalculations),
      additionalMetrics: objects(source.additionalMetrics),
      customDimensions: objects(source.customDimensions),
      // Charts have null or `project_timezone`, which name no zone.
      ...(typeof timezone === 'string' && timezone !== 'project_timezone' && { timezone }),
    },
  };
}

function readSort(sort: JsonObject): readonly Sort[] {
  const fieldId = text(sort.fieldId);
  return fieldId === undefined ? [] : [{ fieldId, descending: sort.descending === true }];
}

/** The metric query of a chart, or of any object that has one. */
export const savedQueryOf = (source: unknown): JsonObject | undefined =>
  isObject(source) && isObject(source.metricQuery) ? source.metricQuery : undefined;
