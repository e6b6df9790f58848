import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { pathParameters } from '../../src/lightdash/request.ts';
import { operationsByToolset } from '../../src/operations/index.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { type Exchange, type Recording, readRecordings } from './recordings.ts';

/** Every operation by Lightdash's name for it. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.values(operationsByToolset)
    .flat()
    .map((operation) => [operation.id, operation]),
);

export function operationOf({ operationId }: Pick<Recording, 'operationId'>): Operation {
  const operation = operations.get(operationId);
  if (operation === undefined) throw new Error(`no operation ${operationId}`);
  return operation;
}

type Arguments = Record<string, unknown>;

const isObject = (value: unknown): value is Arguments =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A metric query as arguments: its parts side by side, the explore under its own name. */
const queryParts = (query: unknown): Arguments => {
  if (!isObject(query)) return {};
  const { exploreName: _, ...parts } = query;
  return parts;
};

const whole = (name: string) => (body: unknown) => ({ [name]: body });

/** The bodies that are not their arguments under their own names (`body` in the declarations, read backwards). */
const bodies: Readonly<Record<string, (body: unknown) => Arguments>> = {
  SetExplores: whole('explores'),
  resolveComment: () => ({}),
  updateDashboards: whole('dashboards'),
  updatePinnedItemsOrder: whole('items'),
  updateScheduler: whole('scheduler'),
  sendScheduler: whole('scheduler'),
  RunMetricQuery: queryParts,
  postRunUnderlyingDataQuery: queryParts,
  CompileQuery: queryParts,
  DownloadCsvFromExplore: queryParts,
  CalculateTotalFromQuery: (body) =>
    isObject(body)
      ? { ...(body.explore !== undefined && { exploreId: body.explore }), ...queryParts(body.metricQuery) }
      : {},
  uploadGsheet: (body) => {
    if (!isObject(body)) return {};
    const { metricQuery, ...rest } = body;
    return { ...rest, ...queryParts(metricQuery) };
  },
  createDashboard: (body) => {
    if (!isObject(body)) return {};
    const { dashboardName, dashboardDesc, ...rest } = body;
    return {
      ...rest,
      ...(dashboardName !== undefined && { name: dashboardName }),
      ...(dashboardDesc !== undefined && { description: dashboardDesc }),
    };
  },
};

/** The tool call that a recorded request stands for. Whether the tool takes it is for the tool to say. */
export function recordedArguments(operation: Operation, { request }: Exchange): Arguments {
  const body = bodies[operation.id]?.(request.body) ?? (isObject(request.body) ? request.body : {});
  const query = Object.entries(request.query).map(([name, value]) => [name, typed(operation, name, value)]);
  return { ...body, ...pathArguments(operation, request.path), ...Object.fromEntries(query) };
}

/**
 * The tool call of a recorded exchange. Requests without credentials were recorded without their bodies: those of another one
 * stand in.
 */
export function argumentsFor(recording: Recording, exchange: Exchange): Arguments {
  const operation = operationOf(recording);
  const args = recordedArguments(operation, exchange);
  if (!exchange.note.includes('no auth')) return args;
  const withBody = recording.exchanges.find(({ response }) => response.status < 300) ?? recording.exchanges[0];
  return { ...(withBody && recordedArguments(operation, withBody)), ...args };
}

function pathArguments({ path }: Operation, recorded: string): Arguments {
  const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`);
  const values = pattern.exec(recorded)?.slice(1) ?? [];
  return Object.fromEntries(pathParameters(path).map((name, at) => [name, decodeURIComponent(values[at] ?? '')]));
}

/** Query values were recorded as they stood in the address; tools take numbers, booleans and lists. */
function typed({ tool }: Operation, name: string, value: unknown): unknown {
  const properties = toolDefinitions.find((entry) => entry.name === tool)?.inputSchema.properties;
  const schema: unknown = isObject(properties) ? properties[name] : undefined;
  const type = isObject(schema) ? schema.type : undefined;
  if (type === 'array') return [value].flat();
  if (type === 'boolean' && typeof value === 'string') return value === 'true';
  if ((type === 'integer' || type === 'number') && typeof value === 'string' && /^-?\d+$/.test(value)) {
    return Number(value);
  }
  return type === 'string' && typeof value === 'number' ? String(value) : value;
}

/** Arguments that each tool takes: those of its first recorded request that succeeded, else of one that was sent. */
export function exampleArguments(): ReadonlyMap<string, Arguments> {
  return new Map(
    readRecordings().map((recording) => {
      const operation = operationOf(recording);
      const expressed = (exchange: Exchange) => !/sweep|missing|empty|bad|not a/.test(exchange.note);
      const example =
        recording.exchanges.find((exchange) => exchange.response.status < 400 && expressed(exchange)) ??
        recording.exchanges.find(expressed);
      return [operation.tool, example === undefined ? {} : recordedArguments(operation, example)];
    }),
  );
}
