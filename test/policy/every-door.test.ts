import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { operationsByToolset } from '../../src/operations/index.ts';
import { type JsonSchema, type LongTail, loadLongTail } from '../../src/operations/long-tail/catalog.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { answerResults, type Loopback, openLoopback } from '../helpers/loopback.ts';
import { exampleArguments } from '../helpers/recorded-arguments.ts';
import { routeTable } from '../helpers/routes.ts';

// Every way into the server (tools, operations without one, resources, prompts, completion), and what comes out of it
// towards Lightdash under each limit. Lightdash is a server that answers everything and keeps each request.

/** Two thousand calls each: seconds on an idle machine. */
const TIMEOUT_MS = 180_000;

const allowed = '11111111-1111-4111-8111-111111111111';
const other = '22222222-2222-4222-8222-222222222222';
const foreign = '33333333-3333-4333-8333-333333333333';

let lightdash: Loopback;
let longTail: LongTail;
const servers: Connection[] = [];
beforeAll(async () => {
  longTail = await loadLongTail();
  lightdash = await openLoopback(({ target }, response) => {
    if (target.startsWith('/api/v1/org/projects')) {
      return answerResults(
        response,
        [allowed, other].map((projectUuid) => ({ projectUuid, name: `P ${projectUuid}`, type: 'DEFAULT' })),
      );
    }
    if (target.endsWith('/health')) return answerResults(response, { version: '1.219.0', query: { maxLimit: 5_000 } });
    answerResults(response, {});
  });
});
afterAll(async () => {
  await Promise.all(servers.map((connection) => connection.close()));
  await lightdash.close();
});

async function connect(env: Record<string, string>): Promise<Connection> {
  const connection = await connectInMemory({
    LIGHTDASH_URL: lightdash.url.href,
    LIGHTDASH_API_KEY: 'ldpat_0123456789',
    LIGHTDASH_SESSION_COOKIE: 'connect.sid=0123456789',
    LIGHTDASH_CONFIRM: 'off',
    ...env,
  });
  servers.push(connection);
  return connection;
}

/** A value that fits a schema; ids are those given. */
function sample(schema: JsonSchema, id: string, name: string, depth = 0): unknown {
  const { $ref, anyOf, type, properties = {}, required = [], items } = schema;
  if (depth > 6) return undefined;
  if ($ref) return sample(longTail.definitions[$ref.split('/').at(-1) ?? ''] ?? {}, id, name, depth + 1);
  if (schema.enum) return schema.enum[0];
  if (anyOf?.[0]) return sample(anyOf[0], id, name, depth + 1);
  switch (type) {
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return [sample(items ?? {}, id, name, depth + 1)].filter((item) => item !== undefined);
    case 'object':
      return Object.fromEntries(required.map((key) => [key, sample(properties[key] ?? {}, id, key, depth + 1)]));
    default:
      return /(uuid|id)s?$/i.test(name) ? id : type === 'string' ? 'x' : {};
  }
}

/** Every call there is: tools by themselves, and every operation by the two tools that run them. */
function everyCall(id: string): { tool: string; args: Record<string, unknown>; operation?: string }[] {
  const examples = exampleArguments();
  const withId = (args: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(args).map(([name, value]) => [name, /uuid$/i.test(name) ? id : value]));
  const direct = toolDefinitions.map(({ name }) => ({ tool: name, args: withId(examples.get(name) ?? {}) }));
  const operations = longTail.operations.flatMap((entry) => {
    const args = Object.fromEntries(
      entry.required.map((name) => [name, sample(entry.properties[name] ?? {}, id, name)]),
    );
    return ['run_read_operation', 'run_write_operation'].map((tool) => ({
      tool,
      args: { operation: entry.id, arguments: args },
      operation: entry.id,
    }));
  });
  return [...direct, ...operations];
}

/** Makes every call, and gives what each sent to Lightdash. */
async function sentBy(server: Connection, calls: ReturnType<typeof everyCall>) {
  const results: { call: string; isError: boolean; sent: Loopback['received'] }[] = [];
  for (const { tool, args, operation } of calls) {
    const before = lightdash.received.length;
    const isError = await callTool(server.client, tool, args).then(
      (answer) => answer.isError,
      () => true,
    );
    results.push({ call: `${tool} ${operation ?? ''}`, isError, sent: lightdash.received.slice(before) });
  }
  return results;
}

/** Reads, lists, completes and fills in everything that is no tool. */
async function contentOf({ client }: Connection, id: string): Promise<void> {
  const quietly = (work: Promise<unknown>) => work.catch(() => undefined);
  await quietly(client.listResources());
  const { resourceTemplates } = await client.listResourceTemplates();
  for (const { uriTemplate } of resourceTemplates) {
    await quietly(client.readResource({ uri: uriTemplate.replace(/\{\w+\}/g, id) }));
    for (const [, name = ''] of uriTemplate.matchAll(/\{(\w+)\}/g)) {
      const context = { arguments: { projectUuid: id } };
      await quietly(
        client.complete({ ref: { type: 'ref/resource', uri: uriTemplate }, argument: { name, value: '' }, context }),
      );
    }
  }
  const { prompts } = await client.listPrompts();
  for (const { name, arguments: args = [] } of prompts) {
    await quietly(client.getPrompt({ name, arguments: Object.fromEntries(args.map((arg) => [arg.name, id])) }));
    for (const argument of args) {
      await quietly(
        client.complete({ ref: { type: 'ref/prompt', name }, argument: { name: argument.name, value: '' } }),
      );
    }
  }
}

test('a read-only server sends no write, whatever is called', {
  timeout: TIMEOUT_MS,
}, async () => {
  const server = await connect({ LIGHTDASH_READ_ONLY: 'true' });
  const reads = routeTable(Object.values(operationsByToolset).flat(), longTail.operations);
  const before = lightdash.received.length;
  const results = await sentBy(server, everyCall(allowed));
  await contentOf(server, allowed);
  const changing = lightdash.received.slice(before).filter((request) => !reads(request));
  expect(changing.map(({ method, target }) => `${method} ${target}`)).toEqual([]);
  // It means something only if many were called, and many refused.
  expect(results.filter(({ sent }) => sent.length > 0).length).toBeGreaterThan(150);
  expect(results.filter(({ isError, sent }) => isError && sent.length === 0).length).toBeGreaterThan(300);
});

test('a server for one project sends nothing about another, whatever is called', { timeout: TIMEOUT_MS }, async () => {
  const server = await connect({ LIGHTDASH_ALLOWED_PROJECTS: allowed, LIGHTDASH_ALLOW_ORGANIZATION: 'true' });
  for (const id of [other, foreign]) {
    const before = lightdash.received.length;
    const results = await sentBy(server, everyCall(id));
    await contentOf(server, id);
    const about = lightdash.received.slice(before).filter(({ target, body }) => `${target} ${body}`.includes(id));
    // Organization-wide operations name people, groups and the like by ids of no project; those are allowed here.
    const isProjects = (target: string) => /\/projects\/|projectUuid/.test(target);
    expect(
      about
        .filter(({ target, body }) => isProjects(`${target} ${body}`))
        .map(({ method, target }) => `${method} ${target}`),
    ).toEqual([]);
    // Content is looked up first, by reading; what changes something may only be of the organization.
    const changing = about.filter(({ method, target }) => method !== 'GET' && !OF_ORGANIZATION.test(target));
    expect(changing.map(({ method, target }) => `${method} ${target}`)).toEqual([]);
    expect(results.filter(({ isError }) => isError).length).toBeGreaterThan(400);
  }
});

const OF_ORGANIZATION =
  /^\/api\/v\d\/(orgs?|groups|users?|password|invite-links|feature-flag|notifications|scim|ssh|github|gitlab|slack|gdrive|ee)(\/|$)/;

describe('a server without SQL of the model', () => {
  const marker = 'select planted_sql';

  test('sends none, wherever a call may contain it', { timeout: TIMEOUT_MS }, async () => {
    const server = await connect({ LIGHTDASH_SQL: 'off' });
    const withSql = (args: Record<string, unknown>) => ({
      ...args,
      sql: marker,
      tableCalculations: [{ name: 'a', displayName: 'A', sql: marker }],
      metricQuery: { sql: marker },
    });
    const examples = exampleArguments();
    const calls = everyCall(allowed).flatMap(({ tool, args, operation }) => {
      if (operation === undefined) {
        const properties = toolDefinitions.find(({ name }) => name === tool)?.inputSchema.properties ?? {};
        const injected = Object.fromEntries(
          Object.entries(withSql(examples.get(tool) ?? {})).filter(([name]) => name in properties),
        );
        return [{ tool, args: injected }];
      }
      const inner = Object(args.arguments);
      const objects = Object.entries(inner).map(([name, value]) => [
        name,
        typeof value === 'object' && !Array.isArray(value) ? withSql(Object(value)) : value,
      ]);
      return [{ tool, args: { operation, arguments: Object.fromEntries(objects) }, operation }];
    });
    const before = lightdash.received.length;
    await sentBy(server, calls);
    const sent = lightdash.received.slice(before);
    expect(
      sent.filter(({ target, body }) => `${target} ${body}`.includes('planted_sql')).map(({ target }) => target),
    ).toEqual([]);
    expect(sent.length).toBeGreaterThan(300);
  });

  test('runs no operation whose purpose is SQL', async () => {
    const server = await connect({ LIGHTDASH_SQL: 'off' });
    const sql = longTail.operations.filter(({ rawSql }) => rawSql).map(({ id }) => id);
    expect(sql.length).toBeGreaterThan(10);
    const calls = everyCall(allowed).filter(({ operation }) => operation !== undefined && sql.includes(operation));
    for (const { sent, isError, call } of await sentBy(server, calls)) {
      expect({ call, isError, sent: sent.length }).toEqual({ call, isError: true, sent: 0 });
    }
  });
});
