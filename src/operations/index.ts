import { access } from './access.ts';
import { account } from './account.ts';
import { attributes } from './attributes.ts';
import { catalog } from './catalog.ts';
import { charts } from './charts.ts';
import { collaboration } from './collaboration.ts';
import { dashboards } from './dashboards.ts';
import { groups } from './groups.ts';
import { integrations } from './integrations.ts';
import type { Arguments, Operation, Toolset } from './operation.ts';
import { organization } from './organization.ts';
import { projects } from './projects.ts';
import { query } from './query.ts';
import { schedulers } from './schedulers.ts';
import { spaces } from './spaces.ts';
import { warehouse } from './warehouse.ts';

/** Every operation of the Lightdash API by toolset, in the order in which tools are listed. */
export const operationsByToolset = {
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
  content: [],
  integrations,
  warehouse,
  account,
  // The operations of long-tail/, which are data and no tools.
  api: [],
} satisfies Readonly<Record<Toolset, readonly Operation[]>>;

type AnyOperation = (typeof operationsByToolset)[Toolset][number];
// Maps, so that a handler of several operations is a handler of each: TypeScript compares indexed types by their keys.
type OperationsById = { readonly [Each in AnyOperation as Each['id']]: Each };
type ArgumentsById = { readonly [Each in AnyOperation as Each['id']]: Arguments<ReturnType<Each['input']>> };

/** Lightdash's operationId of an operation that has a tool. */
export type OperationId = AnyOperation['id'];

/** OperationId of an operation that cannot be undone. */
export type IrreversibleOperationId = Extract<AnyOperation, { readonly irreversible: true }>['id'];

/** The operation with an id; with a union of ids, the union of their operations. */
export type OperationOf<Id extends OperationId> = OperationsById[Id];

/** Arguments of an operation after parsing; with a union of ids, the union of their arguments. */
export type ArgumentsOf<Id extends OperationId> = ArgumentsById[Id];

const byId: ReadonlyMap<string, Operation> = new Map(
  Object.values(operationsByToolset).flatMap((list) => list.map((item: Operation) => [item.id, item] as const)),
);

/** The operation with Lightdash's own operationId; an id that no operation has does not compile. */
export function operationById(id: OperationId): Operation {
  const operation = byId.get(id);
  if (operation === undefined) throw new Error(`there is no operation ${id}`);
  return operation;
}
