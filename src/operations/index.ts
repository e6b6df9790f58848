import { access } from './access.ts';
import { account } from './account.ts';
import { attributes } from './attributes.ts';
import { catalog } from './catalog.ts';
import { charts } from './charts.ts';
import { collaboration } from './collaboration.ts';
import { dashboards } from './dashboards.ts';
import { groups } from './groups.ts';
import { integrations } from './integrations.ts';
import type { Operation, Toolset } from './operation.ts';
import { organization } from './organization.ts';
import { projects } from './projects.ts';
import { query } from './query.ts';
import { schedulers } from './schedulers.ts';
import { spaces } from './spaces.ts';
import { warehouse } from './warehouse.ts';

/** Every operation of the Lightdash API by toolset, in the order in which tools are listed. */
export const operationsByToolset: Readonly<Record<Toolset, readonly Operation[]>> = {
  query,
  catalog,
  charts,
  dashboards,
  spaces,
  access,
  groups,
  organization,
  attributes,
  projects,
  schedulers,
  collaboration,
  integrations,
  warehouse,
  account,
  // The operations of long-tail/, which are data and no tools.
  api: [],
};

const byId = new Map(
  Object.values(operationsByToolset).flatMap((list) => list.map((each) => [each.id, each] as const)),
);

/** The operation with Lightdash's own operationId. */
export function operationById(id: string): Operation {
  const found = byId.get(id);
  if (found === undefined) throw new Error(`there is no operation ${id}`);
  return found;
}
