import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { metricQuery } from '../../src/operations/metric-query.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { expectNoNote } from '../helpers/notes.ts';
import { broken, fitting } from '../helpers/schema-arbitrary.ts';

/** So many inputs that fit and so many that do not, for each tool; `npm run test:chaos` tries 200 of each. */
const { PROPERTY_RUNS } = process.env;
const FITTING = Number(PROPERTY_RUNS ?? 4);
const BROKEN = Number(PROPERTY_RUNS ?? 15);
/** The same inputs each time unless another seed is given. */
const seed = Number(process.env.PROPERTY_SEED ?? 8);

let sandbox: Sandbox;
let connection: Connection;

beforeAll(async () => {
  sandbox = await startSandbox();
  connection = await connectInMemory({
    LIGHTDASH_URL: sandbox.url,
    LIGHTDASH_API_KEY: sandbox.tokens.admin,
    LIGHTDASH_EMAIL: sandbox.administrator.email,
    LIGHTDASH_PASSWORD: sandbox.administrator.password,
  });
});
beforeEach(() => sandbox.reset());
afterAll(async () => {
  await connection.close();
  await sandbox.close();
});

/** Ids and names that the sandbox knows, so that calls with random arguments get past its door. */
const examples: Readonly<Record<string, readonly string[]>> = {
  projectUuid: [ids.project, 'Roastery'],
  chartUuid: Object.values(ids.charts),
  dashboardUuid: Object.values(ids.dashboards),
  spaceUuid: Object.values(ids.spaces),
  userUuid: Object.values(ids.users),
  groupUuid: Object.values(ids.groups),
  exploreId: ['orders', 'customers', 'products'],
  table: ['orders', 'customers'],
  dimensions: ['orders_status', 'status', 'orders_order_date_month'],
  metrics: ['orders_order_count', 'order_count', 'revenue'],
  fields: ['orders_status', 'orders_order_count'],
  email: ['ada@roastery.example', 'vic@roastery.example'],
  sql: ['select 1', 'select * from orders limit 3'],
};
const texts = { examples: (name: string) => examples[name] ?? [] };

/** An argument by its name, or in words: "The sort x names no field", "The table calculation x lacks sql". */
const named = (names: readonly string[]) =>
  new RegExp(
    names
      .map((name) => name.replace(/s$/, '').replace('additionalMetric', '(additional|custom)Metric'))
      .map((name) => name.replaceAll(/(?<=[a-z)])(?=[A-Z])/g, ' ?'))
      .join('|'),
    'i',
  );

/** The parts of a metric query are read for what they mean, along with the explore. */
const parts = new Set(Object.keys(metricQuery()).slice(2));
/** Nothing, also an empty list or object, is like leaving a part out, and a limit is rounded, as Lightdash does. */
const isMeant = (name: string, value: unknown) =>
  value === null ||
  value === undefined ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0) ||
  (name === 'limit' && typeof value === 'number' && Math.round(value) > 0);

/** Ids that releases tell as numbers. */
const numericIds = new Set(['validationId', 'jobId']);

/** Arguments as they come over the wire, where JSON has no undefined. */
const wired = (args: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(args));

describe.each(toolDefinitions.map(({ name, inputSchema }) => ({ name, inputSchema })))(
  '$name',
  ({ name, inputSchema }) => {
    test('answers everything that its schema allows, and names any argument that it refuses', async () => {
      await fc.assert(
        fc.asyncProperty(fitting(inputSchema, texts), async (generated) => {
          const args = wired(generated);
          const before = sandbox.requests.length;
          const { isError, text } = await callTool(connection.client, name, args);
          expectNoNote(text, 'internal failure');
          expect(text).not.toBe('');
          // Beyond what the schema can say, arguments have to name something: refused before anything is changed.
          if (isError && text.includes('was not called')) {
            expect(text).toMatch(named(Object.keys(inputSchema.properties ?? {})));
            // A sign-in and a query change nothing; one may come late, out of the call before.
            const isRead = /\/(login|sqlQuery|runQuery|search)$|\/query\//;
            const sent = sandbox.requests.slice(before).filter(({ path }) => !isRead.test(path));
            expect(sent.filter(({ method }) => method !== 'GET')).toEqual([]);
          }
        }),
        { numRuns: Object.keys(inputSchema.properties ?? {}).length === 0 ? 1 : FITTING, seed },
      );
    });

    test('refuses anything else by the name of the argument, and sends nothing', async () => {
      await fc.assert(
        fc.asyncProperty(broken(inputSchema, texts), async ({ args, about }) => {
          const isPart = 'exploreId' in args && parts.has(about);
          fc.pre(!(isPart && isMeant(about, args[about])));
          // Null and an empty text leave an optional argument out.
          const isOptional = !inputSchema.required?.includes(about);
          fc.pre(!(isOptional && (args[about] === null || args[about] === '')));
          // The form of Lightdash, without a rule.
          fc.pre(!(about === 'dashboardFilters' && isMeant(about, args[about])));
          // Listed as texts, and taken as numbers too: Lightdash returns them as such.
          fc.pre(!(numericIds.has(about) && Number.isSafeInteger(args[about])));
          const before = sandbox.requests.length;
          const { isError, text } = await callTool(connection.client, name, wired(args));
          expect({ isError, text }).toMatchObject({
            isError: true,
            text: expect.stringMatching(/was not (called|carried out)/),
          });
          expect(text).toMatch(named([about]));
          const sent = sandbox.requests.slice(before).filter(({ method }) => !isPart || method !== 'GET');
          expect(sent).toEqual([]);
        }),
        { numRuns: BROKEN, seed },
      );
    });
  },
);
