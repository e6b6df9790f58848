import { dashboardRules } from '../../query/filters/dashboard-filters.ts';
import { savedFilterNotes } from '../query/saved-filter-notes.ts';
import type { ToolContext } from '../tool.ts';
import { filterExplores } from './filter-explores.ts';

/** Notes about texts that no row has in the filters of a dashboard, in the form of the API. */
export async function dashboardFilterNotes(
  filters: unknown,
  projectUuid: string,
  context: ToolContext,
): Promise<readonly string[]> {
  const rules = dashboardRules(filters);
  const explores = await filterExplores(rules, projectUuid, context);
  return savedFilterNotes(rules, explores, projectUuid, context);
}
