import type { ToolDefinition } from '../inventory/tool-entries.ts';
import type { OutputMode } from './call-tool.ts';

const string = { type: 'string' } as const;
const strings = { type: 'array', items: string } as const;
const object = { type: 'object' } as const;

const columns = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      id: string,
      label: string,
      kind: string,
      type: string,
      valueType: string,
      unit: string,
      interval: string,
      only: strings,
    },
    required: ['id'],
  },
} as const;

/** Facts that every answer of a query has. */
const facts = { title: string, filters: strings, notes: strings } as const;

/** A query that outlasts its call; get_query_result waits for its rows. */
const running = { status: string, projectUuid: string, queryUuid: string } as const;

const next = { type: ['object', 'null'], properties: { resultId: string, offset: { type: 'integer' } } } as const;
const limits = { limit: { type: ['integer', 'null'] }, limitReached: { type: 'boolean' } } as const;

const rows = {
  ...facts,
  ...limits,
  heading: strings,
  rowCount: { type: 'integer' },
  offset: { type: 'integer' },
  sorted: { type: 'boolean' },
  columns,
  rows: { type: 'array', items: object, description: 'Rows of the query, also if the text is pivoted' },
  pivot: strings,
  hidden: strings,
  next,
  ...running,
} as const;

const totals = { ...facts, totals: object, columns } as const;
const values = { ...facts, ...limits, field: string, search: string, values: { type: 'array' }, ...running } as const;
const dashboard = {
  name: string,
  filters: strings,
  parameters: object,
  charts: { type: 'integer' },
  offset: { type: 'integer' },
  next,
  tiles: { type: 'array', items: object },
} as const;

const properties: Readonly<Record<string, object>> = {
  run_metric_query: rows,
  run_underlying_data_query: rows,
  run_sql_query: rows,
  get_query_result: rows,
  run_saved_chart: rows,
  run_dashboard_chart: rows,
  run_chart_version: rows,
  calculate_query_totals: totals,
  calculate_chart_totals: totals,
  search_field_values: values,
  run_dashboard: dashboard,
};

/** Tools as they are listed: with structured output, those that query declare the form of their data. */
export function withOutputSchemas<Tool extends ToolDefinition>(tools: readonly Tool[], output: OutputMode): Tool[] {
  if (output !== 'structured') return [...tools];
  return tools.map((tool) => {
    const results = properties[tool.name];
    return results === undefined ? tool : { ...tool, outputSchema: schemaOf(results) };
  });
}

/** Open at every level: a fact that a later release adds breaks no client. */
const schemaOf = (results: object) => ({
  type: 'object' as const,
  properties: { results: { type: 'object', properties: results }, cut: { type: 'array', items: object } },
  required: ['results'],
});
