import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { randomQueries } from '../helpers/random/queries.ts';
import { fitting, type Schema } from '../helpers/schema-arbitrary.ts';

// Kinds 1 and 2 of the faults: nothing that was not understood is dropped, and no two spellings of one thing differ.

const RUNS = Number(process.env.PROPERTY_RUNS ?? 5);
const seed = Number(process.env.PROPERTY_SEED ?? 8);
const TODAY = '2025-01-15T09:30:00Z';

let sandbox: Sandbox;
let connection: Connection;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => new Date(TODAY) });
  connection = await connectInMemory(
    {
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_EMAIL: sandbox.administrator.email,
      LIGHTDASH_PASSWORD: sandbox.administrator.password,
      LIGHTDASH_CHECK_VALUES: 'doubtful',
    },
    { clock: () => Date.parse(TODAY) },
  );
});
beforeEach(() => sandbox.reset());
afterAll(async () => {
  await connection.close();
  await sandbox.close();
});

/** Values that get a call past its door, by the name of the argument. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  projectUuid: [ids.project],
  chartUuid: [ids.charts.totalRevenue],
  dashboardUuid: [ids.dashboards.sales],
  spaceUuid: [ids.spaces.sales],
  userUuid: [ids.users.edie],
  groupUuid: [ids.groups.baristas],
  exploreId: ['orders'],
  table: ['orders'],
  email: ['ada@roastery.example'],
};
const texts = { examples: (name: string) => EXAMPLES[name] ?? [] };

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const wired = (args: unknown): Json => JSON.parse(JSON.stringify(args));

/** Places of keys that a schema declares, as paths into the value. */
function declaredKeys(schema: Schema, value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (schema.anyOf) return schema.anyOf.flatMap((option) => declaredKeys(option, value, path));
  if (Array.isArray(value)) return value.flatMap((item, at) => declaredKeys(schema.items ?? {}, item, [...path, at]));
  if (!isObject(value) || schema.properties === undefined) return [];
  return Object.entries(schema.properties).flatMap(([key, property]) =>
    key in value ? [[...path, key], ...declaredKeys(property, value[key], [...path, key])] : [],
  );
}

/** Places of every key in a value; lists and objects written as text are looked into no further. */
function allKeys(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (Array.isArray(value)) return value.flatMap((item, at) => allKeys(item, [...path, at]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [[...path, key], ...allKeys(item, [...path, key])]);
}

/** A copy in which one key has another name. */
function renamed(value: unknown, [step, ...rest]: readonly (string | number)[], to: string): unknown {
  if (Array.isArray(value)) return value.map((item, at) => (at === step ? renamed(item, rest, to) : item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key !== step ? [key, item] : rest.length === 0 ? [to, item] : [key, renamed(item, rest, to)],
    ),
  );
}

/** A name that no other way of writing words makes the first one: `chart_uuid` is chartUuid. */
const anotherName = (key: string | number | undefined) => fc.constantFrom(`${key}s2`, `x_${key}`, `${key}ish`);

/** Requests that change something: a sign-in and a query do not. */
const isWrite = ({ method, path }: { method: string; path: string }) =>
  method !== 'GET' && !/\/(login|sqlQuery|runQuery|search|compileQuery|calculate-total)$|\/query\//.test(path);

describe.each(toolDefinitions.map(({ name, inputSchema, annotations }) => ({ name, inputSchema, annotations })))(
  '$name',
  ({ name, inputSchema, annotations }) => {
    test('refuses a key with another name, at any depth', async () => {
      const misspelt = fitting(inputSchema, texts)
        .map(wired)
        .filter((args) => declaredKeys(inputSchema, args).length > 0)
        .chain((args) =>
          fc
            .constantFrom(...declaredKeys(inputSchema, args))
            .chain((path) => anotherName(path.at(-1)).map((to) => ({ args: wired(renamed(args, path, to)), to }))),
        );
      if (Object.keys(inputSchema.properties ?? {}).length === 0) return;
      await fc.assert(
        fc.asyncProperty(misspelt, async ({ args, to }) => {
          const before = sandbox.requests.length;
          const { isError, text } = await callTool(connection.client, name, args);
          expect(isError, `${to}\n${text}`).toBe(true);
          expect(sandbox.requests.slice(before).filter(isWrite), text).toEqual([]);
        }),
        { numRuns: RUNS, seed },
      );
    });

    const required = inputSchema.required ?? [];
    const optional = Object.keys(inputSchema.properties ?? {}).filter((key) => !required.includes(key));
    const isRead = annotations?.readOnlyHint === true;
    /** The text of an answer, but for what differs each time, and the quotes in which a refusal repeats a text. */
    const comparable = ({ text, isError }: { text: string; isError: boolean }) => ({
      isError,
      text: text
        .replaceAll(/[0-9a-f-]{36}|under [0-9a-f]{32}|(?<="resultId":")[^"]+|[\w-]{21}$/gm, '…')
        .replaceAll(/\b\d+ m?s\b/g, '…')
        .replaceAll(/["\\]/g, '')
        // An error is cut at its length, quotes included.
        .slice(0, isError ? 1_000 : undefined),
    });
    const plain = () => fitting({ ...inputSchema }, { ...texts, isPlain: true }).map(wired);

    if (isRead && optional.length > 0)
      test('reads null for an optional argument as left out', async () => {
        await fc.assert(
          fc.asyncProperty(plain(), fc.constantFrom(...optional), async (args, key) => {
            const without = await callTool(connection.client, name, args);
            const withNull = await callTool(connection.client, name, { ...args, [key]: null });
            // A null that means something: all rows.
            if (key === 'csvLimit') return;
            expect(comparable(withNull)).toEqual(comparable(without));
          }),
          { numRuns: Math.min(RUNS, 20), seed },
        );
      });

    const types = Object.values<Schema>(inputSchema.properties ?? {}).map(({ type }) => type);
    if (isRead && types.some((type) => type !== 'string'))
      test('reads JSON text as its value', async () => {
        await fc.assert(
          fc.asyncProperty(fitting(inputSchema, texts).map(wired), async (args) => {
            const others = Object.entries(args).filter(([, value]) => typeof value !== 'string' && value !== null);
            if (others.length === 0) return;
            const asText = Object.fromEntries(others.map(([key, value]) => [key, JSON.stringify(value)]));
            const plainly = await callTool(connection.client, name, args);
            const written = await callTool(connection.client, name, { ...args, ...asText });
            expect(comparable(written)).toEqual(comparable(plainly));
          }),
          { numRuns: Math.min(RUNS, 20), seed },
        );
      });
  },
);

describe('a query', () => {
  test.each(['run_metric_query', 'calculate_query_totals', 'compile_query', 'run_underlying_data_query'])(
    '%s refuses a key with another name in its filters, sorts and custom fields',
    async (tool) => {
      const misspelt = randomQueries('1.219', TODAY.slice(0, 10))
        .map(({ args }) => wired({ ...args, projectUuid: ids.project }))
        .filter((args) => allKeys(args).some((path) => path.length > 1))
        .chain((args) =>
          fc
            .constantFrom(...allKeys(args).filter((path) => path.length > 1))
            .chain((path) => anotherName(path.at(-1)).map((to) => ({ args: wired(renamed(args, path, to)), to }))),
        );
      await fc.assert(
        fc.asyncProperty(misspelt, async ({ args, to }) => {
          const { isError, text } = await callTool(connection.client, tool, args);
          expect({ isError, text }, `${to} in ${JSON.stringify(args)}`).toMatchObject({
            isError: true,
            text: expect.stringMatching(/was not (called|carried out)/),
          });
        }),
        { numRuns: Math.max(RUNS, 25), seed },
      );
    },
  );
});
