import { chartKindName } from '../../charts/config/chart-kinds.ts';
import { joinFields, type ListedLine, matchesAllWords, renderPage } from '../../render/page.ts';
import { changed, formatTimestamp, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, list, objects, text, texts } from '../../text/json.ts';
import { plainText, truncate } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';

/** Which part of a list to show. */
export interface ListPart {
  /** The words that it was narrowed by. */
  readonly search?: string | undefined;
  /** The field that it was narrowed by. */
  readonly usesField?: string | undefined;
  /** Lines at most. */
  readonly most?: number | undefined;
  readonly offset?: number | undefined;
  readonly budget: Budget;
}

const LONGEST_DESCRIPTION = 200;

const byName = (one: JsonObject, other: JsonObject) => compare(text(one.name) ?? '', text(other.name) ?? '');
const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
const about = (item: JsonObject) => truncate(text(item.description) ?? '', LONGEST_DESCRIPTION);

/** The charts (ListChartSummariesInProject) whose name, description, space or dashboard hold the words. */
export const chartsMatching = (summaries: unknown, search: string): readonly JsonObject[] =>
  objects(summaries).filter((chart) =>
    matchesAllWords(search, [chart.name, chart.description, chart.spaceName, chart.dashboardName].map(text)),
  );

/** The dashboards (getDashboards) whose name, description or space hold the words. */
export function dashboardsMatching(dashboards: unknown, spaces: unknown, search: string): readonly JsonObject[] {
  const names = spaceNames(spaces);
  return objects(dashboards).filter((dashboard) =>
    matchesAllWords(search, [text(dashboard.name), text(dashboard.description), names.get(dashboard.spaceUuid)]),
  );
}

/** Dashboards name their space by uuid alone. */
const spaceNames = (spaces: unknown) => new Map(objects(spaces).map((space) => [space.uuid, text(space.name)]));

const place = (chart: JsonObject): string =>
  `## ${plainText(text(chart.spaceName) ?? '?')} (space ${text(chart.spaceUuid) ?? '?'})`;

/** Charts as they are listed: by space, then by name. */
export const inOrder = (charts: readonly JsonObject[]): readonly JsonObject[] =>
  charts.toSorted((one, other) => compare(place(one), place(other)) || byName(one, other));

/** What is said of a chart besides, by its uuid: what it is made of. */
export type ChartDetails = ReadonlyMap<string, string>;

/**
 * The charts of a project by space and name; those of one dashboard alone say so.
 *
 * @param charts what ListChartSummariesInProject or ListChartsInProject answers; the latter tells views, last change and errors.
 */
export function renderCharts(charts: unknown, part: ListPart, details?: ChartDetails): string {
  const all = objects(charts);
  const withViews = all.some((chart) => finite(chart.views) !== undefined);
  const lines = inOrder(all).map((chart): ListedLine => {
    const dashboard = text(chart.dashboardName);
    const errors = list(chart.validationErrors).length;
    return {
      heading: place(chart),
      line: joinFields([
        text(chart.name) ?? '',
        text(chart.uuid) ?? '',
        `${chart.source === 'sql' ? 'SQL ' : ''}${chartKindName(chart.chartKind)}`,
        ...(withViews ? [String(finite(chart.views) ?? ''), changed(chart.updatedAt, chart.updatedByUser) ?? ''] : []),
        ...(details ? [details.get(text(chart.uuid) ?? '') ?? ''] : []),
        about(chart),
        dashboard ? `only on dashboard ${dashboard}` : '',
        errors > 0 ? `broken: ${pluralize(errors, 'validation error')}` : '',
      ]),
    };
  });
  const legend = [
    'name|chartUuid|kind',
    ...(withViews ? ['views|last change'] : []),
    ...(details ? ['explore: fields'] : []),
    'description',
  ].join('|');
  return renderPage(lines, { what: 'chart', legend, ...part });
}

/**
 * The dashboards of a project (getDashboards) by name.
 *
 * @param spaces what ListSpacesInProject answers.
 */
export function renderDashboards(dashboards: unknown, spaces: unknown, part: ListPart): string {
  const names = spaceNames(spaces);
  const spaceOf = (dashboard: JsonObject) => names.get(dashboard.spaceUuid) ?? text(dashboard.spaceUuid) ?? '?';
  const lines = objects(dashboards)
    .toSorted(byName)
    .map((dashboard): ListedLine => {
      const errors = list(dashboard.validationErrors).length;
      return {
        line: joinFields([
          text(dashboard.name) ?? '',
          text(dashboard.uuid) ?? '',
          spaceOf(dashboard),
          String(finite(dashboard.views) ?? ''),
          formatTimestamp(dashboard.updatedAt) ?? '',
          about(dashboard),
          errors > 0 ? `broken: ${errors} validation errors` : '',
        ]),
      };
    });
  return renderPage(lines, {
    what: 'dashboard',
    legend: 'name|dashboardUuid|space|views|last change|description',
    ...part,
  });
}

/** The spaces of a project (ListSpacesInProject): who may come in, what they hold, the reader's own role. */
export function renderSpaces(spaces: unknown, budget: Budget): string {
  const all = objects(spaces);
  const names = new Map(all.map((space) => [space.uuid, text(space.name)]));
  const lines = all.toSorted(byName).map((space): ListedLine => {
    const parent = text(space.parentSpaceUuid);
    return {
      line: joinFields([
        text(space.name) ?? '',
        text(space.uuid) ?? '',
        spaceVisibility(space),
        // Newer servers write these counts as texts.
        count(space.chartCount),
        count(space.dashboardCount),
        text(isObject(space.userAccess) ? space.userAccess.role : undefined) ?? '',
        count(texts(space.access).length),
        parent ? `inside ${names.get(parent) ?? parent}` : '',
      ]),
    };
  });
  return renderPage(lines, {
    what: 'space',
    legend: 'name|spaceUuid|open to|charts|dashboards|your role|people granted directly',
    budget,
  });
}

const count = (value: unknown): string => (typeof value === 'number' || typeof value === 'string' ? String(value) : '');

/** Private on 0.1366 is `isPrivate`; newer servers say the opposite, `inheritParentPermissions`. */
export function spaceVisibility(space: JsonObject): string {
  const { isPrivate, inheritParentPermissions } = space;
  const closed =
    typeof isPrivate === 'boolean'
      ? isPrivate
      : inheritParentPermissions === undefined
        ? undefined
        : inheritParentPermissions === false;
  if (closed === undefined) return '';
  if (closed) return 'private';
  return text(space.parentSpaceUuid) ? 'whoever sees its parent' : 'project';
}

/** The projects that the token sees (ListOrganizationProjects). */
export function renderProjects(projects: unknown, budget: Budget): string {
  const all = objects(projects);
  const names = new Map(all.map((project) => [project.projectUuid, text(project.name)]));
  const lines = all.map((project): ListedLine => {
    const upstream = text(project.upstreamProjectUuid);
    return {
      line: joinFields([
        text(project.name) ?? '',
        text(project.projectUuid) ?? '',
        project.type === 'PREVIEW' ? 'preview' : '',
        text(project.warehouseType) ?? '',
        upstream ? `upstream ${names.get(upstream) ?? upstream}` : '',
      ]),
    };
  });
  return renderPage(lines, { what: 'project', legend: 'name|projectUuid|preview|warehouse', budget });
}
