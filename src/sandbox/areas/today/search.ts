import * as z from 'zod';
import { canView, projectFor, spaceOf } from '../../access/permissions.ts';
import { type Call, route } from '../../http/route.ts';
import { baseFields } from '../../store/catalog.ts';
import { exploresFor } from '../../store/explores.ts';
import type { Chart, Dashboard, JsonObject } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import { chartKind, latestVersion } from '../../views/charts.ts';

import { errorsIn } from '../../views/today/charts.ts';
import { verificationView } from '../../views/today/people.ts';

const rank = { search_rank: 0.583333 };

/** The users who created and last changed an item, in both formats. */
function creatorView(store: Store, created: string, changed: string): JsonObject {
  const person = (userUuid: string) => {
    const { firstName = null, lastName = null } = store.users.get(userUuid) ?? {};
    return { firstName, lastName, userUuid };
  };
  const [createdBy, lastUpdatedBy] = [person(created), person(changed)];
  return {
    createdByFirstName: createdBy.firstName,
    createdByLastName: createdBy.lastName,
    createdByUserUuid: created,
    lastUpdatedByFirstName: lastUpdatedBy.firstName,
    lastUpdatedByLastName: lastUpdatedBy.lastName,
    lastUpdatedByUserUuid: changed,
    createdBy,
    lastUpdatedBy,
  };
}

const common = ({ uuid, slug, name, description, projectUuid, spaceUuid }: Chart | Dashboard) => ({
  ...{ uuid, slug, name, description, projectUuid, spaceUuid, ...rank },
});

function chartFound(store: Store, chart: Chart): JsonObject {
  const { createdByUserUuid: changed, createdAt: lastModified } = latestVersion(chart);
  return {
    ...common(chart),
    chartType: chartKind(latestVersion(chart)),
    viewsCount: chart.views,
    firstViewedAt: chart.firstViewedAt,
    lastModified,
    ...creatorView(store, chart.versions[0].createdByUserUuid, changed),
    validationErrors: errorsIn(store, chart.uuid),
    verification: verificationView(store, chart.verification),
  };
}

const chartsOn = (store: Store, { tiles }: Dashboard) =>
  tiles.flatMap(({ properties }) => store.charts.get(String(properties.savedChartUuid)) ?? []);

function dashboardFound(store: Store, dashboard: Dashboard): JsonObject {
  return {
    ...common(dashboard),
    viewsCount: dashboard.views,
    firstViewedAt: dashboard.firstViewedAt,
    lastModified: dashboard.updatedAt,
    ...creatorView(store, dashboard.createdByUserUuid ?? dashboard.updatedByUserUuid, dashboard.updatedByUserUuid),
    validationErrors: errorsIn(store, dashboard.uuid),
    charts: chartsOn(store, dashboard).map((chart) => ({
      uuid: chart.uuid,
      name: chart.name,
      description: chart.description,
      chartType: chartKind(latestVersion(chart)),
      viewsCount: chart.views,
      verification: verificationView(store, chart.verification),
    })),
    verification: verificationView(store, dashboard.verification),
  };
}

type SearchableItem = { name: string; label?: string; description?: unknown };

/** The web app's search box: what holds the words by kind; dashboards also by the charts on them. */
function search(call: Call<'projectUuid' | 'words', unknown, { type?: string | undefined }>): JsonObject {
  const { store, user, query } = call;
  const project = projectFor(call, call.params.projectUuid);
  const words = call.params.words.toLowerCase();
  const count = ({ name, label, description }: SearchableItem) =>
    [name.replaceAll('_', ' '), label, description].filter((text) =>
      String(text ?? '')
        .toLowerCase()
        .includes(words),
    ).length;
  const matches = (item: SearchableItem) => count(item) > 0;
  const visibleItems = <Item extends { projectUuid: string }>(type: string, items: Map<string, Item>) =>
    query.type === undefined || query.type === type
      ? [...items.values()].filter((item) => item.projectUuid === project.projectUuid)
      : [];
  const open = (item: { spaceUuid: string }) => canView(store, user, spaceOf(store, item));
  const isWanted = (type: string) => query.type === undefined || query.type === type;
  const explores = exploresFor(store, user, project);
  return {
    spaces: visibleItems('space', store.spaces)
      .filter((space) => matches(space) && canView(store, user, space))
      .map(({ uuid, name }) => ({ uuid, name, ...rank })),
    dashboards: visibleItems('dashboard', store.dashboards)
      .filter((dashboard) => open(dashboard) && (matches(dashboard) || chartsOn(store, dashboard).some(matches)))
      .map((dashboard) => dashboardFound(store, dashboard)),
    savedCharts: visibleItems('saved_chart', store.charts)
      .filter((chart) => matches(chart) && open(chart))
      .map((chart) => chartFound(store, chart)),
    sqlCharts: visibleItems('sql_chart', store.sqlCharts)
      .filter((sqlChart) => matches(sqlChart) && open(sqlChart))
      .map(({ savedSqlUuid: uuid, slug, name, description, chartKind: chartType, spaceUuid }) => ({
        ...{ uuid, slug, name, description, chartType, spaceUuid, ...rank },
      })),
    tables: isWanted('table')
      ? explores.filter(matches).map(({ name, label, tables, baseTable }) => ({
          ...{ name, label, description: tables[baseTable]?.description, explore: name, exploreLabel: label },
          regexMatchCount: 1,
        }))
      : [],
    fields: isWanted('field')
      ? explores.flatMap((explore) =>
          baseFields(explore)
            .filter(matches)
            .map(({ name, label, description, type, fieldType, table, tableLabel }) => ({
              ...{ name, label, description, type, fieldType, table, tableLabel },
              ...{ explore: explore.name, exploreLabel: explore.label },
              regexMatchCount: count({ name, label, description }),
            })),
        )
      : [],
    pages: [],
    dashboardTabs: [],
    dataApps: [],
  };
}

/** Routes of the search on 1.219. */
export const searchRoutes = [
  route(
    'GET',
    '/api/v1/projects/{projectUuid}/search/{words}',
    { since: '1.219', query: z.object({ type: z.string().optional() }) },
    search,
  ),
];
