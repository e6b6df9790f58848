import * as z from 'zod';
import { type Operation, operation, type Shape } from '../operation.ts';
import type { JsonSchema, LongTail, LongTailOperation } from './catalog.ts';

/** Operations that also read or write the upstream project. */
const UPSTREAM_OPERATIONS: readonly string[] = ['promoteSqlChart', 'promoteSqlChartDiff', 'getUpstreamDiff'];

/** The declaration of a generated operation, as those written by hand are: its schemas are built when it is called. */
export function operationOf(entry: LongTailOperation, longTail: LongTail): Operation {
  const { id, method, path, title, kind, query, body } = entry;
  return {
    ...operation<string, string, Shape, boolean>({
      id,
      method,
      path,
      tool: id,
      title,
      description: describe(entry, longTail),
      input: () => inputShape(entry, longTail),
      readOnly: kind === 'reads',
      // Some answer without results (getProjectDefaults, 1.219); the answer says that nothing was returned.
      mayLackResults: kind === 'reads',
      destructive: kind === 'destroys',
      irreversible: kind === 'destroys',
      rawSql: entry.rawSql,
      reachesUpstream: UPSTREAM_OPERATIONS.includes(id),
      auth: entry.session ? 'session' : 'token',
      query,
    }),
    ...(body !== undefined && { body: (args) => (body === 'body' ? args.body : pick(args, body)) }),
  };
}

/** Purpose of an operation, in one sentence without a full stop. */
export function describe({ note, title, area }: LongTailOperation, { areas }: LongTail): string {
  return note ?? `${title} (${areas[area]?.about ?? area})`;
}

const pick = (args: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]]])));

/** zod schemas of the arguments. Objects are closed: a key that the schema lacks is an error at any depth. */
export function inputShape({ properties, required }: LongTailOperation, { definitions }: LongTail): Shape {
  const whole = z.fromJSONSchema({
    type: 'object',
    properties: closedAll(properties),
    required: [...required],
    $defs: reachableDefinitions(properties, definitions),
  });
  if (!(whole instanceof z.ZodObject)) throw new Error('arguments are not an object');
  return Object.fromEntries(
    Object.entries(whole.shape).flatMap(([name, schema]) => (schema instanceof z.ZodType ? [[name, schema]] : [])),
  );
}

/** A schema in the words of zod. */
type ZodJsonSchema = z.core.JSONSchema.JSONSchema;

/** The definitions that schemas refer to, directly or through others: zod copies all that it receives, 10 ms for the whole. */
function reachableDefinitions(
  schemas: Readonly<Record<string, JsonSchema>>,
  definitions: LongTail['definitions'],
): Record<string, ZodJsonSchema> {
  const reached = new Map<string, ZodJsonSchema>();
  const follow = (part: unknown) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)) {
      const definition = definitions[name];
      if (definition === undefined || reached.has(name)) continue;
      reached.set(name, closed(definition));
      follow(definition);
    }
  };
  follow(schemas);
  return Object.fromEntries(reached);
}

const closedAll = (schemas: Readonly<Record<string, JsonSchema>>): Record<string, ZodJsonSchema> =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, closed(schema)]));

/** The schema with what its absence means written out: an object with properties takes no others. */
function closed(schema: JsonSchema): ZodJsonSchema {
  const { properties, items, anyOf, additionalProperties, ...rest } = schema;
  const others = typeof additionalProperties === 'object' ? closed(additionalProperties) : additionalProperties;
  return {
    ...JSON.parse(JSON.stringify(rest)),
    ...(properties && { properties: closedAll(properties) }),
    ...(items && { items: closed(items) }),
    ...(anyOf && { anyOf: anyOf.map(closed) }),
    ...(schema.type === 'object' && (properties || others !== undefined) && { additionalProperties: others ?? false }),
  };
}
