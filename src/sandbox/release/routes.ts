import type { Route } from '../http/route.ts';
import { ownShape, routes } from '../routes.ts';
import { deprecationOf } from './deprecated.ts';
import { isWithin, type Release } from './releases.ts';
import { withNewShape } from './shapes/index.ts';

/**
 * Every route of a release; of two that fit a request the earlier one answers.
 * @param withoutDeprecated leaves out what the release marks deprecated, as a later one may
 */
export function routesOf(release: Release, withoutDeprecated: boolean): readonly Route[] {
  const all = routes.filter(({ since, until }) => isWithin(release, since, until));
  if (release === '0.1366') return all;
  const enabled = withoutDeprecated ? all.filter((route) => deprecationOf(route) === undefined) : all;
  return enabled.map((route) => (ownShape.has(route) ? route : withNewShape(route)));
}
