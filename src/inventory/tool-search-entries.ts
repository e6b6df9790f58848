import type { ToolDefinition } from './tool-entries.ts';

// For hosts that choke on long lists: the tools of a conversation about numbers are listed, and four more reach all the
// others. A call through them goes the same way as a direct one: same checks, same policy, same confirmation.

/** Listed by name; what a conversation about numbers needs. */
const listedNames: readonly string[] = [
  'get_context',
  'find_fields',
  'get_explores',
  'get_explore',
  'run_metric_query',
  'get_query_result',
  'search_field_values',
  'run_underlying_data_query',
  'list_chart_summaries_in_project',
  'get_saved_chart',
  'run_saved_chart',
  'list_dashboards',
  'get_dashboard',
  'run_dashboard',
  'show_chart',
  'list_spaces_in_project',
];

/** Tools of a compact server, in addition to the four that call all others. */
export function toolSearchTools(callable: readonly ToolDefinition[]): ToolDefinition[] {
  return callable.filter(({ name, _meta }) => listedNames.includes(name) || _meta['lightdash/toolset'] === 'api');
}
