import type { Config } from '../config/config.ts';
import { type ToolDefinition, toolDefinitions } from './tool-entries.ts';
import { chosenSets, filterTools } from './tool-filter.ts';

/**
 * The tools that the policy leaves.
 *
 * @param operationIds see {@link excludableOperations}.
 * @throws {PolicyError} for an unknown toolset or tool.
 */
export function enabledTools(config: Config, operationIds: readonly string[] = []): ToolDefinition[] {
  const subjects = toolDefinitions.map((entry) => ({
    entry,
    name: entry.name,
    toolset: entry._meta['lightdash/toolset'],
    readOnly: entry.annotations.readOnlyHint,
    rawSql: entry._meta['lightdash/rawSql'],
  }));
  const left = filterTools(subjects, {
    toolsets: config.toolsets ?? [],
    tools: config.tools ?? [],
    excludeTools: config.excludeTools ?? [],
    operationIds,
    readOnly: config.readOnly,
    sql: config.sql,
  }).map(({ entry }) => entry);
  return withoutSqlCharts(left);
}

/** Tools that run SQL to save it go with the one that runs it alone. */
function withoutSqlCharts(entries: readonly ToolDefinition[]): ToolDefinition[] {
  const runsSql = entries.some(({ name }) => name === 'run_sql_query');
  return entries.filter(({ _meta }) => runsSql || !_meta['lightdash/rawSql'] || _meta['lightdash/operationId']);
}

/** Ids of operations without a tool, loaded only if the settings leave out what is no tool. */
export async function excludableOperations({ excludeTools = [] }: Config): Promise<readonly string[]> {
  const isTool = (name: string) => toolDefinitions.some((tool) => tool.name === name);
  if (excludeTools.every(isTool)) return [];
  const { loadLongTail } = await import('../operations/long-tail/catalog.ts');
  return (await loadLongTail()).operations.map(({ id }) => id);
}

/** True if operations without a tool may be called: not if the settings name only other toolsets. */
export function reachesOperations({ toolsets = [], tools = [] }: Config): boolean {
  return (
    chosenSets({ toolsets, tools }).some((name) => name === 'all' || name === 'api') ||
    tools.some((name) => /^run_(read|write)_operation$/.test(name))
  );
}
