import { chartKindName } from '../../charts/config/chart-kinds.ts';
import { joinFields, type ListedLine, matchesAllWords, renderPage, spellingNotes } from '../../render/page.ts';
import { changed, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, list, objects, text, texts } from '../../text/json.ts';
import { plainText, truncate } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';
import { isPrivateSpace } from './space-privacy.ts';

/** The part of a list to show. */
export interface ListOptions {
  /** The words that narrow the list. */
  readonly search?: string | undefined;
  /** The field that narrows the list. */
  readonly usesField?: string | undefined;
  /** Maximum number of lines. */
  readonly maxLines?: number | undefined;
  readonly offset?: number | undefined;
  readonly budget: Budget;
}

const MAX_DESCRIPTION_LENGTH = 200;

const byName = (left: JsonObject, right: JsonObject) => compare(text(left.name) ?? '', text(right.name) ?? '');
const compare = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);
const shortDescription = (item: JsonObject) => truncate(text(item.description) ?? '', MAX_DESCRIPTION_LENGTH);

/** The items with all words of a search in their texts, and notes on its words if there is none. */
function itemsMatching(
  items: readonly JsonObject[],
  search: string,
  textsOf: (item: JsonObject) => readonly unknown[],
) {
  const matching = items.filter((item) => matchesAllWords(search, textsOf(item).map(text)));
  return { matching, notes: matching.length > 0 ? [] : spellingNotes(search, items.flatMap(textsOf).map(text)) };
}

/** The charts with all words in their name, description, space or dashboard. */
export const chartsMatching = (summaries: unknown, search: string) =>
  itemsMatching(objects(summaries), search, ({ name, description, spaceName, dashboardName }) => [
    name,
    description,
    spaceName,
    dashboardName,
  ]);

/** The dashboards with all words in their name, description or space. */
export function dashboardsMatching(dashboards: unknown, spaces: unknown, search: string) {
  const names = spaceNames(spaces);
  return itemsMatching(objects(dashboards), search, ({ name, description, spaceUuid }) => [
    name,
    description,
    names.get(spaceUuid),
  ]);
}

/** Dashboards have only the uuid of their space. */
const spaceNames = (spaces: unknown) => new Map(objects(spaces).map((space) => [space.uuid, text(space.name)]));

const place = (chart: JsonObject): string =>
  `## ${plainText(text(chart.spaceName) ?? '?')} (space ${text(chart.spaceUuid) ?? '?'})`;

/** Charts in the order of the list: by space, then by name. */
export const inOrder = (charts: readonly JsonObject[]): readonly JsonObject[] =>
  charts.toSorted((left, right) => compare(place(left), place(right)) || byName(left, right));

/** An additional column by chart uuid: the fields of the chart. */
type ChartDetails = ReadonlyMap<string, string>;

/**
 * The charts of a project by space and name, with the dashboard of charts that belong to one.
 *
 * @param charts response of ListChartSummariesInProject or ListChartsInProject; only the latter has views, last change
 * and errors.
 */
export function renderCharts(charts: unknown, options: ListOptions, details?: ChartDetails): string {
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
        shortDescription(chart),
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
  return renderPage(lines, { noun: 'chart', legend, ...options });
}

/**
 * The dashboards of a project (getDashboards) by name.
 *
 * @param spaces response of ListSpacesInProject.
 */
export function renderDashboards(dashboards: unknown, spaces: unknown, options: ListOptions): string {
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
          changed(dashboard.updatedAt, dashboard.updatedByUser) ?? '',
          shortDescription(dashboard),
          errors > 0 ? `broken: ${errors} validation errors` : '',
        ]),
      };
    });
  return renderPage(lines, {
    noun: 'dashboard',
    legend: 'name|dashboardUuid|space|views|last change|description',
    ...options,
  });
}

/**
 * The spaces of a project (ListSpacesInProject) with visibility, content and the user's own role.
 *
 * @param charts those of the project (ListChartsInProject): the spaces are listed without their SQL charts. Undefined if they
 * could not be read.
 */
export function renderSpaces(spaces: unknown, charts: unknown, budget: Budget): string {
  const all = objects(spaces);
  const sqlCharts = objects(charts).filter(({ source }) => source === 'sql');
  const sqlChartsIn = (space: JsonObject) => sqlCharts.filter(({ spaceUuid }) => spaceUuid === space.uuid).length;
  const names = new Map(all.map((space) => [space.uuid, text(space.name)]));
  const lines = all.toSorted(byName).map((space): ListedLine => {
    const parent = text(space.parentSpaceUuid);
    return {
      line: joinFields([
        text(space.name) ?? '',
        text(space.uuid) ?? '',
        spaceVisibility(space),
        // Newer servers send these counts as strings.
        count(space.chartCount, sqlChartsIn(space)),
        count(space.dashboardCount),
        text(isObject(space.userAccess) ? space.userAccess.role : undefined) ?? '',
        count(texts(space.access).length),
        parent ? `inside ${names.get(parent) ?? parent}` : '',
      ]),
    };
  });
  return renderPage(lines, {
    noun: 'space',
    legend: `name|spaceUuid|open to|charts${charts === undefined ? ' without SQL charts' : ''}|dashboards|your role|people granted directly`,
    budget,
  });
}

const count = (value: unknown, more = 0): string =>
  typeof value === 'number' || typeof value === 'string' ? String(Number(value) + more) : '';

/** Visibility of a space: `private`, `project`, or everyone with access to its parent; empty if unknown. */
export function spaceVisibility(space: JsonObject): string {
  const closed = isPrivateSpace(space);
  if (closed === undefined) return '';
  if (closed) return 'private';
  return text(space.parentSpaceUuid) ? 'everyone with access to its parent' : 'project';
}

/** The projects visible to the token (ListOrganizationProjects). */
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
  return renderPage(lines, { noun: 'project', legend: 'name|projectUuid|preview|warehouse', budget });
}
