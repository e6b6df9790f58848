import * as z from 'zod';
import { canView, projectFor, spaceOf } from '../access/permissions.ts';
import { type Call, route } from '../http/route.ts';
import { baseFields } from '../store/catalog.ts';
import { exploresFor } from '../store/explores.ts';
import type { JsonObject } from '../store/records.ts';
import { chartKind, latestVersion, validationErrorsOf } from '../views/charts.ts';

const base = '/api/v1/projects/{projectUuid}';

/** The web app's search box: names and descriptions that hold the words, by kind. */
function search(
  call: Call<'projectUuid' | 'words', { type?: string | undefined } | unknown, { type?: string | undefined }>,
): JsonObject {
  const { store, user, query } = call;
  const project = projectFor(call, call.params.projectUuid);
  const words = call.params.words.toLowerCase();
  const isWanted = (type: string) => query.type === undefined || query.type === type;
  const matches = (item: { name: string; label?: string; description?: unknown }) =>
    `${item.name} ${item.label ?? ''} ${item.description ?? ''}`.toLowerCase().includes(words);
  const visibleItems = <Item extends { projectUuid: string }>(items: Map<string, Item>) =>
    [...items.values()].filter((item) => item.projectUuid === project.projectUuid);
  const open = (item: { spaceUuid: string }) => canView(store, user, spaceOf(store, item));
  const rank = { search_rank: 0.5 };
  const explores = exploresFor(store, user, project);
  const spaces = visibleItems(store.spaces).filter((space) => matches(space) && canView(store, user, space));
  const dashboards = visibleItems(store.dashboards).filter((dashboard) => matches(dashboard) && open(dashboard));
  const charts = visibleItems(store.charts).filter((chart) => matches(chart) && open(chart));
  const sqlCharts = visibleItems(store.sqlCharts).filter((sqlChart) => matches(sqlChart) && open(sqlChart));
  const fields = explores.flatMap((explore) =>
    baseFields(explore)
      .filter(matches)
      .map(({ name, label, description, type, fieldType, table, tableLabel }) => ({
        ...{ name, label, description, type, fieldType, table, tableLabel },
        explore: explore.name,
        exploreLabel: explore.label,
        regexMatchCount: 1,
      })),
  );
  const tables = explores.filter((explore) => matches({ name: explore.name, label: explore.label }));
  return {
    spaces: isWanted('space') ? spaces.map(({ uuid, name }) => ({ uuid, name, ...rank })) : [],
    dashboards: isWanted('dashboard')
      ? dashboards.map(({ uuid, name, description, spaceUuid }) => ({
          ...{ uuid, name, description, spaceUuid, ...rank },
          validationErrors: validationErrorsOf(store, uuid),
        }))
      : [],
    savedCharts: isWanted('saved_chart')
      ? charts.map((chart) => ({
          ...{ uuid: chart.uuid, name: chart.name, description: chart.description },
          ...{ chartType: chartKind(latestVersion(chart)), spaceUuid: chart.spaceUuid, ...rank },
          validationErrors: validationErrorsOf(store, chart.uuid),
        }))
      : [],
    sqlCharts: isWanted('sql_chart')
      ? sqlCharts.map(({ savedSqlUuid, slug, name, description, chartKind: chartType, spaceUuid }) => ({
          ...{ uuid: savedSqlUuid, slug, name, description, chartType, spaceUuid, ...rank },
        }))
      : [],
    semanticViewerCharts: [],
    tables: isWanted('table')
      ? tables.map((explore) => ({
          ...{ name: explore.name, label: explore.label },
          description: explore.tables[explore.baseTable]?.description,
          ...{ explore: explore.name, exploreLabel: explore.label, regexMatchCount: 1 },
        }))
      : [],
    fields: isWanted('field') ? fields : [],
    pages: [],
  };
}

/** Routes of the search. */
export const searchRoutes = [
  route('GET', `${base}/search/{words}`, { query: z.object({ type: z.string().optional() }) }, search),
];
