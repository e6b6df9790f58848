import type { ToolDefinition } from './tool-entries.ts';

// For hosts that choke on long lists: the tools of a conversation about numbers are listed, and four more reach all the
// others. A call through them goes the same way as a direct one: same checks, same policy, same confirmation.

/** Listed by name; what a conversation about numbers needs. */
const listedNames: readonly string[] = [
  'list_organization_projects',
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
  'list_spaces_in_project',
];

const entry = (
  name: string,
  title: string,
  description: string,
  properties: Record<string, object>,
  required: string[],
  writes = false,
): ToolDefinition => ({
  name,
  title,
  description,
  inputSchema: { type: 'object', properties, required },
  annotations: { readOnlyHint: !writes, destructiveHint: writes, idempotentHint: !writes, openWorldHint: true },
  _meta: { 'lightdash/toolset': 'query' },
});

const operation = { type: 'string', description: 'From find_operation' };
const callArguments = { type: 'object', description: 'As describe_operation tells' };

const searchTools: readonly ToolDefinition[] = [
  entry(
    'find_operation',
    'Find an operation',
    'Searches all operations of Lightdash (spaces, access, groups, members, schedules, comments, tags, versions, …) for words and tells their names.',
    { words: { type: 'string' } },
    ['words'],
  ),
  entry(
    'describe_operation',
    'Describe an operation',
    'The arguments that an operation takes, as JSON Schema.',
    { operation },
    ['operation'],
  ),
  entry(
    'run_read_operation',
    'Run an operation that reads',
    'Carries out an operation that changes nothing.',
    { operation, arguments: callArguments },
    ['operation'],
  ),
  entry(
    'run_write_operation',
    'Run an operation that changes something',
    'Carries out an operation that creates, changes or deletes. What cannot be undone is asked for first.',
    { operation, arguments: callArguments },
    ['operation'],
    true,
  ),
];

/** What a compact server lists; without writing tools, the way to them is left out too. */
export function toolSearchTools(callable: readonly ToolDefinition[]): ToolDefinition[] {
  const writes = callable.some((tool) => !tool.annotations.readOnlyHint);
  return [
    ...callable.filter(({ name }) => listedNames.includes(name)),
    ...searchTools.filter((reacher) => reacher.annotations.readOnlyHint || writes),
  ];
}
