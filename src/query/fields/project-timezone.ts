import type { Endpoint, Release } from '../../lightdash/endpoint.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { finite, isObject, text } from '../../text/json.ts';
import type { FieldIndex } from './field.ts';

interface Lookup {
  read(operation: Endpoint, args: Readonly<Record<string, unknown>>): Promise<unknown>;
  readonly server: { has(release: Release): Promise<boolean> };
}

/**
 * The time zone by whose days a project groups; undefined for UTC. Measured on 1.219: grains are of that zone, whereas dates
 * in a filter on a timestamp are taken for UTC. 0.1366 has no such setting.
 */
export async function projectTimezone({ read, server }: Lookup, projectUuid: unknown): Promise<string | undefined> {
  if (!(await server.has('1.219'))) return undefined;
  const project = await read(operationById('GetProject'), { projectUuid }).catch(ignoreApiError);
  const zone = isObject(project) ? text(project.queryTimezone) : undefined;
  return zone === 'UTC' ? undefined : zone;
}

/** The day on which weeks of a project begin, from 0 for Monday to 6 for Sunday; undefined if it sets none. */
export async function projectStartOfWeek({ read }: Lookup, projectUuid: unknown): Promise<number | undefined> {
  const project = await read(operationById('GetProject'), { projectUuid }).catch(ignoreApiError);
  const { warehouseConnection } = isObject(project) ? project : {};
  return isObject(warehouseConnection) ? finite(warehouseConnection.startOfWeek) : undefined;
}

/** Explores whose dates in filters are days of the project's zone. */
export async function inProjectTimezone(
  explores: readonly FieldIndex[],
  lookup: Lookup,
  projectUuid: unknown,
): Promise<readonly FieldIndex[]> {
  const timezone = await projectTimezone(lookup, projectUuid);
  return timezone === undefined ? explores : explores.map((index) => ({ ...index, timezone }));
}
