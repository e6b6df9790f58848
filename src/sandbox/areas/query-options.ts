import { wrongParameter } from '../http/refusals.ts';
import type { Call } from '../http/route.ts';
import type { JsonObject, Project } from '../store/records.ts';
import { isTimezone } from '../timezone.ts';
import type { MetricQuery, ParameterValue, ParameterValues, QueryOptions } from '../warehouse/index.ts';

/** The time zone of saved charts without one. */
export const PROJECT_TIMEZONE = 'project_timezone';

/**
 * The zone in which 1.219 runs a query: the query's own, else the project's, else UTC.
 * @throws 400 for an unknown zone
 */
export function resolvedTimezone(project: Project, { timezone }: Pick<MetricQuery, 'timezone'>): string {
  if (!timezone || timezone === PROJECT_TIMEZONE) return project.queryTimezone ?? 'UTC';
  if (!isTimezone(timezone)) throw wrongParameter(`Invalid timezone: ${timezone}`);
  return timezone;
}

const isValue = (value: unknown): value is ParameterValue =>
  typeof value === 'string' ||
  typeof value === 'number' ||
  (Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number'));

/** The values of a project's parameters: its defaults, then the overrides. */
export function parameterValues(
  { store }: Pick<Call, 'store'>,
  project: Project,
  overrides: JsonObject = {},
): ParameterValues {
  const defaults = Object.entries(store.parameters.get(project.projectUuid) ?? {}).map(
    ([name, config]): [string, unknown] => [name, config.default],
  );
  const values = [...defaults, ...Object.entries(overrides)];
  return Object.fromEntries(values.filter((entry): entry is [string, ParameterValue] => isValue(entry[1])));
}

/** Options of a query on a release, in addition to the query itself. On 0.1366 all is in the query. */
export function queryOptions(
  call: Pick<Call, 'release' | 'store'>,
  project: Project,
  query: MetricQuery,
  parameters?: JsonObject,
): QueryOptions {
  if (call.release === '0.1366') return {};
  return { timeZone: resolvedTimezone(project, query), parameters: parameterValues(call, project, parameters) };
}
