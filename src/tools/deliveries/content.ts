import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { savedSqlChart } from '../../operations/routes/content-writing.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import { findAnyChart, findDashboard } from '../content/find-content.ts';
import type { PreviewClient } from '../preview.ts';

/** A chart, SQL chart or dashboard that is delivered. */
export interface DeliveredContent {
  readonly kind: 'chart' | 'SQL chart' | 'dashboard';
  readonly uuid: string;
  readonly name: string;
  readonly projectUuid: string | undefined;
  /** Of SQL charts, whose pages go by it. */
  readonly slug?: string | undefined;
}

/** The content that the arguments of a call name. @throws {ArgumentsError} unless exactly one is named, and found. */
export async function findDelivered(
  { chart, dashboard }: { readonly chart?: string | undefined; readonly dashboard?: string | undefined },
  projectUuid: string,
  client: PreviewClient,
): Promise<DeliveredContent> {
  if ((chart === undefined) === (dashboard === undefined))
    throw new ArgumentsError(['give either chart or dashboard: by name or uuid']);
  if (dashboard !== undefined) {
    const { uuid, name } = await findDashboard(dashboard, projectUuid, client);
    return { kind: 'dashboard', uuid, name, projectUuid };
  }
  const { uuid, name, source } = await findAnyChart(chart ?? '', projectUuid, client);
  return { kind: source.source === 'sql' ? 'SQL chart' : 'chart', uuid, name, projectUuid, slug: text(source.slug) };
}

/**
 * The content of a saved delivery. 0.1366 answers its uuid alone, so it is looked for in the lists of the visible
 * projects: reading a chart or dashboard would count as a view.
 */
export async function deliveredContent(scheduler: JsonObject, client: PreviewClient): Promise<DeliveredContent> {
  const projectUuid = text(scheduler.projectUuid);
  const [chart, dashboard, sqlChart] = [scheduler.savedChartUuid, scheduler.dashboardUuid, scheduler.savedSqlUuid].map(
    text,
  );
  if (sqlChart !== undefined) {
    const details = {
      kind: 'SQL chart',
      uuid: sqlChart,
      name: text(scheduler.savedSqlName) ?? '?',
      projectUuid,
    } as const;
    const args = { projectUuid, savedSqlUuid: sqlChart };
    const saved = projectUuid && (await client.read(savedSqlChart, args).catch(ignoreApiError));
    return { ...details, slug: text(isObject(saved) ? saved.slug : undefined) };
  }
  const kind = chart === undefined ? 'dashboard' : 'chart';
  const uuid = chart ?? dashboard ?? '';
  const name = text(chart === undefined ? scheduler.dashboardName : scheduler.savedChartName);
  if (name !== undefined && projectUuid !== undefined) return { kind, uuid, name, projectUuid };
  return { kind, uuid, ...(await searchProjects(kind, uuid, client)) };
}

async function searchProjects(
  kind: 'chart' | 'dashboard',
  uuid: string,
  client: PreviewClient,
): Promise<Pick<DeliveredContent, 'name' | 'projectUuid'>> {
  const list = operationById(kind === 'chart' ? 'ListChartSummariesInProject' : 'getDashboards');
  const projects = objects(await client.read(operationById('ListOrganizationProjects'), {}).catch(ignoreApiError));
  for (const project of projects) {
    const projectUuid = text(project.projectUuid);
    const items = objects(await client.read(list, { projectUuid }).catch(ignoreApiError));
    const match = items.find((item) => item.uuid === uuid);
    if (match !== undefined) return { name: text(match.name) ?? '?', projectUuid };
  }
  return { name: '?', projectUuid: undefined };
}

/** The address of its page in Lightdash, without the origin; undefined if the project is not visible. */
export function pagePath({ kind, uuid, projectUuid, slug }: DeliveredContent): string | undefined {
  if (projectUuid === undefined) return undefined;
  if (kind === 'dashboard') return `/projects/${projectUuid}/dashboards/${uuid}/view`;
  if (kind === 'chart') return `/projects/${projectUuid}/saved/${uuid}/view`;
  return slug === undefined ? undefined : `/projects/${projectUuid}/sql-runner/${slug}`;
}

/** The zone of deliveries that have none of their own; undefined if the project cannot be read. */
export async function projectTimezone(
  projectUuid: string | undefined,
  client: PreviewClient,
): Promise<string | undefined> {
  if (projectUuid === undefined) return undefined;
  const project = await client.read(operationById('GetProject'), { projectUuid }).catch(ignoreApiError);
  return text(isObject(project) ? project.schedulerTimezone : undefined);
}
