import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ToolDefinition, toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { filterTools } from '../../src/inventory/tool-filter.ts';
import { toolSearchTools } from '../../src/inventory/tool-search-entries.ts';
import { connectInMemory } from '../helpers/client.ts';

const asModelsSeeIt = ({ name, description, inputSchema }: ToolDefinition) =>
  JSON.stringify({ name, description, input_schema: inputSchema });

// A host pays for the list on every turn, so it is held to budgets (issue 9), counted as o200k counts.
describe('the size of the tool list', () => {
  const costs = new Map(toolDefinitions.map((entry) => [entry.name, countTokens(asModelsSeeIt(entry))]));
  const costOf = (entries: readonly ToolDefinition[]) =>
    entries.reduce((sum, { name }) => sum + (costs.get(name) ?? Number.NaN), 0);
  const listed = (toolsets: readonly string[]) => {
    const subjects = toolDefinitions.map((entry) => ({
      entry,
      name: entry.name,
      toolset: entry._meta['lightdash/toolset'],
      readOnly: entry.annotations.readOnlyHint,
    }));
    const policy = { toolsets, tools: [], excludeTools: [], readOnly: false };
    return filterTools(subjects, policy).map(({ entry }) => entry);
  };

  test('all tools together are within 16,000 tokens', () => {
    const total = costOf(listed([]));
    process.stdout.write(`\ntools/list: ${toolDefinitions.length} tools, ${total} tokens (o200k)\n`);
    expect(total).toBeLessThanOrEqual(16_000);
  });

  test('the preset analyst is within 6,000 tokens', () => {
    expect(costOf(listed(['analyst']))).toBeLessThanOrEqual(6_000);
  });

  test('the preset admin is within 5,000 tokens', () => {
    expect(costOf(listed(['admin']))).toBeLessThanOrEqual(5_000);
  });

  test('a configured project does not change the list', async () => {
    const listedWith = async (env: Record<string, string>) => {
      const host = await connectInMemory({ LIGHTDASH_URL: 'http://127.0.0.1:9', LIGHTDASH_API_KEY: 'k', ...env });
      onTestFinished(host.close);
      return (await host.client.listTools()).tools;
    };
    expect(await listedWith({ LIGHTDASH_PROJECT: 'Roastery' })).toEqual(await listedWith({}));
  });

  test.each(toolDefinitions)('$name is within 900 tokens', ({ name }) => {
    expect(costs.get(name)).toBeLessThanOrEqual(900);
  });

  test('half of the tools are within 72 tokens', () => {
    const sorted = [...costs.values()].sort((left, right) => left - right);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(72);
  });
});

describe('each tool has a snapshot', () => {
  test.each(toolDefinitions)('$name', async (entry) => {
    await expect(`${JSON.stringify(entry, null, 2)}\n`).toMatchFileSnapshot(
      `../__snapshots__/tools/${entry.name}.json`,
    );
  });

  test('no snapshot remains of a removed tool', () => {
    const folder = fileURLToPath(new URL('../__snapshots__/tools', import.meta.url));
    const names = new Set(toolDefinitions.map(({ name }) => `${name}.json`));
    expect(readdirSync(folder).filter((file) => !names.has(file))).toEqual([]);
  });
});

/** Every schema inside of a schema, with where it stands. */
function* schemasIn(schema: unknown, where: string): Generator<{ where: string; schema: Record<string, unknown> }> {
  if (Array.isArray(schema)) {
    for (const [index, inner] of schema.entries()) yield* schemasIn(inner, `${where}[${index}]`);
    return;
  }
  if (typeof schema !== 'object' || schema === null) return;
  yield { where, schema: { ...schema } };
  for (const [key, inner] of Object.entries(schema)) {
    // Default and example values are data, not schemas.
    if (key !== 'default' && key !== 'enum' && key !== 'examples') yield* schemasIn(inner, `${where}.${key}`);
  }
}

/** Whatever stands where JSON Schema wants a schema: also what is none, such as a bare `true`. */
function* subschemas(schema: unknown, where: string): Generator<{ where: string; schema: unknown }> {
  yield { where, schema };
  if (typeof schema !== 'object' || schema === null) return;
  for (const keyword of ['items', 'additionalProperties']) {
    const inner: unknown = Reflect.get(schema, keyword);
    if (inner !== undefined) yield* subschemas(inner, `${where}.${keyword}`);
  }
  for (const keyword of ['properties', 'anyOf', 'oneOf', 'allOf']) {
    for (const [key, inner] of Object.entries(Reflect.get(schema, keyword) ?? {})) {
      yield* subschemas(inner, `${where}.${keyword}.${key}`);
    }
  }
}

// Each of these keeps a tool, or all tools, from some host; the hosts are named in the notes of the design.
describe('the schemas work in every host', () => {
  const listed = new Map([...toolDefinitions, ...toolSearchTools(toolDefinitions)].map((entry) => [entry.name, entry]));
  const everyEntry = [...listed.values()];
  const all = everyEntry.flatMap((entry) => [...schemasIn(entry.inputSchema, entry.name)]);
  const schemas = everyEntry.flatMap((entry) => [...subschemas(entry.inputSchema, entry.name)]);
  /** Parts of a schema that a host cannot take. */
  const places = (isWrong: (schema: Readonly<Record<string, unknown>>) => boolean) =>
    schemas.filter(({ schema }) => isWrong(Object(schema))).map(({ where }) => where);

  test('names are snake_case of at most 48 characters, and unique', () => {
    for (const { name } of everyEntry) expect(name).toMatch(/^[a-z][a-z0-9_]{1,47}$/);
    expect(new Set(toolDefinitions.map(({ name }) => name)).size).toBe(toolDefinitions.length);
  });

  test("names fit behind the server's: 60 characters together in Cursor, 64 with the prefix of other hosts", () => {
    for (const { name } of everyEntry) {
      expect(`lightdash-mcp${name}`.length, name).toBeLessThanOrEqual(60);
      expect(`mcp__lightdash__${name}`.length, name).toBeLessThanOrEqual(64);
    }
  });

  test('no schema is empty or a bare true', () => {
    expect(
      schemas
        .filter(({ schema }) => typeof schema !== 'object' || schema === null || Object.keys(schema).length === 0)
        .map(({ where }) => where),
    ).toEqual([]);
  });

  test('every schema has a type or a choice of types, every list has items, the top has properties', () => {
    expect(places((schema) => schema.type === undefined && schema.anyOf === undefined)).toEqual([]);
    expect(places((schema) => schema.type === 'array' && schema.items === undefined)).toEqual([]);
    for (const { name, inputSchema } of everyEntry) expect(inputSchema.properties, name).toBeTypeOf('object');
  });

  test('fixed values are one enum of strings, not a union of constants', () => {
    expect(
      places(
        ({ enum: values }) => Array.isArray(values) && !values.every((value) => typeof value === 'string' && value),
      ),
    ).toEqual([]);
    expect(
      places(({ anyOf }) => Array.isArray(anyOf) && anyOf.every((item) => 'const' in item || 'enum' in item)),
    ).toEqual([]);
  });

  test('entries and descriptions keep to their limits', () => {
    for (const entry of everyEntry) {
      expect(Buffer.byteLength(JSON.stringify(entry.inputSchema)), entry.name).toBeLessThanOrEqual(16_384);
      expect(asModelsSeeIt(entry).length, entry.name).toBeLessThanOrEqual(8_000);
      expect(entry.description.length, entry.name).toBeLessThanOrEqual(2_048);
      expect(entry.description.length, entry.name).toBeGreaterThan(10);
    }
  });

  test('the top is a plain object', () => {
    for (const { name, inputSchema } of everyEntry) {
      expect(inputSchema.type, name).toBe('object');
      for (const banned of ['anyOf', 'oneOf', 'allOf', 'not', '$schema', 'enum']) {
        expect(inputSchema, name).not.toHaveProperty(banned);
      }
    }
  });

  test.each(['$ref', '$defs', 'definitions', '$id', 'pattern', 'const', 'patternProperties', 'if'])(
    'none uses %s',
    (keyword) => {
      expect(
        all
          .filter(({ schema, where }) => keyword in schema && !where.endsWith('.properties'))
          .map(({ where }) => where),
      ).toEqual([]);
    },
  );

  test('no type is a list of types', () => {
    expect(
      all
        .filter(({ schema, where }) => Array.isArray(schema.type) && !where.endsWith('.properties'))
        .map(({ where }) => where),
    ).toEqual([]);
  });

  test('argument names are letters, digits and underscores', () => {
    const names = all.filter(({ where }) => where.endsWith('.properties')).flatMap(({ schema }) => Object.keys(schema));
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_]{1,64}$/);
  });

  test('required arguments are declared', () => {
    for (const { where, schema } of all) {
      if (!Array.isArray(schema.required)) continue;
      const properties = typeof schema.properties === 'object' ? Object.keys(schema.properties ?? {}) : [];
      for (const name of schema.required) expect(properties, where).toContain(name);
    }
  });

  test('all hints are explicit, and read-only tools are not destructive', () => {
    for (const { name, annotations } of everyEntry) {
      for (const hint of Object.values(annotations)) expect(typeof hint, name).toBe('boolean');
      if (annotations.readOnlyHint) expect(annotations.destructiveHint, name).toBe(false);
    }
  });

  test('descriptions hold no invisible characters', () => {
    for (const entry of everyEntry) expect(JSON.stringify(entry)).toMatch(/^[\x20-\x7e\u00a1-\u2e7f]*$/);
  });
});

test('every tool that a sentence of the source names is a tool', () => {
  const names = new Set(toolDefinitions.map(({ name }) => name));
  const verbs = new Set([...names].map((name) => name.split('_')[0]));
  // An ability of a role, a prompt, and functions of SQL.
  const others = ['run_sql', 'set_up_weekly_report', 'get_json_object', 'add_months'];
  const source = fileURLToPath(new URL('../../src', import.meta.url));
  const unknown = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('sandbox'))
    .flatMap((file) => {
      const code = readFileSync(`${source}/${file}`, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      const texts = code.match(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g) ?? [];
      const words = texts.flatMap((text) => text.match(/(?<![\w.\-/:])[a-z]+(?:_[a-z]+)+(?![\w:])/g) ?? []);
      return words
        .filter((word) => verbs.has(word.split('_')[0]) && !names.has(word))
        .map((word) => `${file}: ${word}`);
    });
  expect(unknown.filter((place) => !others.includes(place.split(': ')[1] ?? ''))).toEqual([]);
});
