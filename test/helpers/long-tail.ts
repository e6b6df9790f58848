import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { pathParameters } from '../../src/lightdash/request.ts';
import { operationsByToolset } from '../../src/operations/index.ts';
import { type LongTail, type LongTailOperation, loadLongTail } from '../../src/operations/long-tail/catalog.ts';
import { tools } from '../../src/tools/index.ts';
import { answerJson, type Loopback, openLoopback } from './loopback.ts';

export const longTail: LongTail = await loadLongTail();

const keyOf = ({ method, path }: { readonly method: string; readonly path: string }) =>
  `${method} ${path.replace(/\{\w+\}/g, '{}')}`;
const toolRoutes = new Map(
  Object.values(operationsByToolset)
    .flat()
    .map((operation) => [keyOf(operation), operation.tool]),
);

/** The tool that stands for an operation of the API; undefined for one without. */
export const toolOf = (operation: { readonly method: string; readonly path: string }) =>
  toolRoutes.get(keyOf(operation));

const bare = (name: string) => name.replace(/[\s_-]/g, '').toLowerCase();

/** The tool that a call of an operation reaches: that of its route, or one of the same name. */
export const toolCalledBy = (operation: { readonly id: string; readonly method: string; readonly path: string }) =>
  toolOf(operation) ?? tools.find(({ name }) => bare(name) === bare(operation.id))?.name;

/** The operations that are called through the toolset `api`. */
export const withoutTool = longTail.operations.filter((operation) => toolCalledBy(operation) === undefined);

export function operationNamed(id: string): LongTailOperation {
  const operation = longTail.operations.find((longTailOperation) => longTailOperation.id === id);
  if (operation === undefined) throw new Error(`no operation ${id}`);
  return operation;
}

export const runnerOf = ({ kind }: LongTailOperation) =>
  kind === 'reads' ? 'run_read_operation' : 'run_write_operation';

const recorded = z.array(
  z.object({
    id: z.string(),
    path: z.string(),
    query: z.record(z.string(), z.unknown()),
    body: z.unknown().optional(),
    status: z.number(),
    answer: z.unknown(),
  }),
);
export type RecordedOperation = z.output<typeof recorded>[number];

/** One exchange of each operation that was recorded on 1.219; see scripts/long-tail/trim-recordings.mjs. */
export const recordedOperations: readonly RecordedOperation[] = recorded.parse(
  JSON.parse(readFileSync(fileURLToPath(new URL('../fixtures/long-tail.json', import.meta.url)), 'utf8')),
);

/** The arguments that make a recorded request. */
export function argumentsOf({ id, path, query, body }: RecordedOperation): Record<string, unknown> {
  const operation = operationNamed(id);
  const values = new RegExp(`^${operation.path.replace(/\{\w+\}/g, '([^/]+)')}$`).exec(path)?.slice(1) ?? [];
  const inPath = pathParameters(operation.path).map((name, position) => [
    name,
    decodeURIComponent(values[position] ?? ''),
  ]);
  const inQuery = Object.entries(query).map(([name, value]) => [name, fitting(operation, name, value)]);
  const inBody = operation.body === 'body' ? { body } : operation.body && typeof body === 'object' ? body : {};
  return { ...Object.fromEntries([...inPath, ...inQuery]), ...inBody };
}

/** A recorded value of a query string is a text; the argument may be a number or a list. */
function fitting({ properties }: LongTailOperation, name: string, value: unknown): unknown {
  const schema = JSON.stringify(properties[name] ?? {});
  const plain = (item: unknown) =>
    schema.includes('"number"') && /^-?\d+$/.test(String(item))
      ? Number(item)
      : schema.includes('"boolean"') && /^(true|false)$/.test(String(item))
        ? String(item) === 'true'
        : item;
  return properties[name]?.type === 'array' ? [value].flat().map(plain) : plain(value);
}

/** A Lightdash that answers as it was recorded, and everything else with 404. */
export function openReplay(exchanges: readonly RecordedOperation[] = recordedOperations): Promise<Loopback> {
  return openLoopback(({ method, target }, response) => {
    const { pathname } = new URL(target, 'http://replay');
    const exchange = exchanges.find(
      ({ id, path }) =>
        operationNamed(id).method === method && decodeURIComponent(path) === decodeURIComponent(pathname),
    );
    if (exchange) answerJson(response, exchange.status, exchange.answer);
    else
      answerJson(response, 404, {
        status: 'error',
        error: { statusCode: 404, name: 'NotFoundError', message: 'not here', data: {} },
      });
  });
}
