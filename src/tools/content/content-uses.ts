import { NotAllowedError } from '../../lightdash/errors.ts';
import { dashboardRules } from '../../query/filters/dashboard-filters.ts';
import { isObject, type JsonObject, text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolContext } from '../tool.ts';
import { readAllCode } from './as-code-item.ts';
import { chartsUsing } from './chart-fields.ts';
import { type ContentItem, chartOfDashboard } from './project-content.ts';

/** Requests for the filters of dashboards: newer servers list many in one. */
const MAX_REQUESTS = 5;

/** Items that use a field, or are built on an explore. */
interface ItemsUsing {
  readonly items: readonly ContentItem[];
  /** Use of the field in words, by uuid. */
  readonly uses: ReadonlyMap<string, string>;
  /** The ids searched for, and what was not searched. */
  readonly notes: readonly string[];
}

/**
 * The charts that use a field or are built on an explore, and the dashboards that filter by the field.
 *
 * @param isWantedInside decides by the space which charts that are saved inside of a dashboard are searched, too.
 */
export async function itemsUsing(
  items: readonly ContentItem[],
  written: string,
  projectUuid: string,
  context: ToolContext,
  isWantedInside: (chart: JsonObject) => boolean,
): Promise<ItemsUsing> {
  const charts = items
    .filter(({ type }) => type === 'chart' || type === 'sql_chart')
    .map(({ type, uuid }) => ({ uuid, source: type === 'sql_chart' ? 'sql' : 'dbt_explore' }));
  const using = await chartsUsing(charts, written, projectUuid, context, isWantedInside);
  const dashboards = items.filter(({ type }) => type === 'dashboard');
  const filtering = await dashboardsFilteringBy(using.ids, dashboards, projectUuid, context);
  const uses = new Map([...using.uses, ...filtering.uses]);
  const inside = using.charts.filter(({ dashboardUuid }) => text(dashboardUuid) !== undefined).map(chartOfDashboard);
  return {
    items: [...items.filter(({ uuid }) => uses.has(uuid)), ...inside],
    uses,
    notes: [...using.notes, ...filtering.notes],
  };
}

/**
 * The dashboards whose own filters name one of the fields. They are read as code, which is one request for many; reading
 * each dashboard would count as a view of it.
 */
async function dashboardsFilteringBy(
  ids: ReadonlySet<string>,
  dashboards: readonly ContentItem[],
  projectUuid: string,
  context: ToolContext,
): Promise<Pick<ItemsUsing, 'uses' | 'notes'>> {
  const none = (reason: string) => ({
    uses: new Map(),
    notes: [`Not searched: the filters of dashboards (${reason}).`],
  });
  if (ids.size === 0) return none('name a field for those');
  if (dashboards.length === 0) return { uses: new Map(), notes: [] };
  try {
    const { items, total } = await readAllCode('dashboard', projectUuid, context, MAX_REQUESTS);
    const bySlug = new Map(items.map((code) => [text(code.slug), fieldsFilteredBy(code)]));
    const uses = dashboards.flatMap(({ uuid, slug }) => {
      const fields = [...(bySlug.get(slug) ?? [])].filter((id) => ids.has(id));
      return fields.length > 0 ? [[uuid, `filters by ${fields.join(', ')}`] as const] : [];
    });
    const unread = total > items.length ? [`The filters of ${items.length} of ${total} dashboards were searched.`] : [];
    return { uses: new Map(uses), notes: unread };
  } catch (error) {
    if (error instanceof NotAllowedError) return none('only editors may list them');
    if (error instanceof ArgumentsError)
      return none('this Lightdash does not list them; get_dashboard shows those of one');
    throw error;
  }
}

/** The fields of all rules of a dashboard as code, and those that single tiles are filtered by instead. */
function fieldsFilteredBy({ filters }: JsonObject): ReadonlySet<string> {
  const targets = dashboardRules(filters).flatMap(({ target, tileTargets }) => [
    target,
    ...Object.values(isObject(tileTargets) ? tileTargets : {}),
  ]);
  return new Set(targets.flatMap((target) => (isObject(target) ? (text(target.fieldId) ?? []) : [])));
}
