import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { filterTools, presets } from '../../src/inventory/tool-filter.ts';
import { toolSearchTools } from '../../src/inventory/tool-search-entries.ts';
import { MAX_INSTRUCTIONS, serverInstructions } from '../../src/mcp/instructions.ts';
import { operationsByToolset } from '../../src/operations/index.ts';
import { toolsets } from '../../src/operations/operation.ts';
import { connectInMemory } from '../helpers/client.ts';

const plain = { hasDefaultProject: false, isRestricted: false, isReadOnly: false, confirms: true };
const subjects = toolDefinitions.map((entry) => ({
  name: entry.name,
  toolset: entry._meta['lightdash/toolset'],
  readOnly: entry.annotations.readOnlyHint,
}));
const all = subjects.map(({ name }) => name);

const toolsOf = (chosen: readonly string[], readOnly = false) =>
  new Set(filterTools(subjects, { toolsets: chosen, tools: [], excludeTools: [], readOnly }).map(({ name }) => name));

/** Words in snake_case that are the name of some tool; field ids in examples are not. */
const toolsNamed = (text: string) =>
  (text.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []).filter((word) => !word.startsWith('orders_'));

test.each([...Object.keys(presets), ...toolsets, 'query,catalog', 'spaces,access'])(
  'instructions with %s',
  (chosen) => {
    const enabled = toolsOf(chosen.split(','));
    const confirms = toolDefinitions.some(({ name, _meta }) => enabled.has(name) && _meta['lightdash/confirms']);
    expect(serverInstructions(enabled, { ...plain, confirms })).toMatchSnapshot();
  },
);

test('instructions of a compact server explain how to reach unlisted tools', () => {
  const callable = toolDefinitions.filter(({ name }) => toolsOf(['all']).has(name));
  const enabled = new Set([...callable, ...toolSearchTools(callable)].map(({ name }) => name));
  const text = serverInstructions(enabled, plain);
  expect(text).toContain('find_operation, then describe_operation, then run_read_operation or run_write_operation');
  expect(text.length).toBeLessThanOrEqual(MAX_INSTRUCTIONS);
  expect(text).toContain('list_groups_in_organization');
});

test('instructions of a read-only server with a project', () => {
  const flags = { hasDefaultProject: true, isRestricted: true, isReadOnly: true, confirms: true };
  expect(serverInstructions(toolsOf(['all'], true), flags)).toMatchSnapshot();
});

test('with any toolsets, no disabled tool is named, and the text is short enough for hosts', () => {
  fc.assert(
    fc.property(
      fc.subarray([...toolsets], { minLength: 1 }),
      fc.subarray(all, { maxLength: 20 }),
      fc.record({
        hasDefaultProject: fc.boolean(),
        isRestricted: fc.boolean(),
        isReadOnly: fc.boolean(),
        confirms: fc.boolean(),
      }),
      (chosen, excludeTools, flags) => {
        const policy = { toolsets: chosen, tools: [], excludeTools, readOnly: flags.isReadOnly };
        const enabled = new Set(filterTools(subjects, policy).map(({ name }) => name));
        const text = serverInstructions(enabled, flags);
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(MAX_INSTRUCTIONS);
        for (const name of toolsNamed(text)) expect(enabled, name).toContain(name);
      },
    ),
    { numRuns: 300 },
  );
});

test('every tool that instructions can name exists, and the longest text is short enough for hosts', () => {
  const everything = new Proxy(new Set<string>(), {
    get: (set, key) => (key === 'has' ? () => true : Reflect.get(set, key)),
  });
  const toolNames = new Set([...all, ...toolSearchTools(toolDefinitions).map(({ name }) => name), 'run_dashboard']);
  const text = serverInstructions(everything, { ...plain, isRestricted: true, hasDefaultProject: true });
  for (const name of toolsNamed(text)) expect(toolNames, name).toContain(name);
  expect(text.slice(-200)).toContain('groupUuid list_groups_in_organization.');
});

test('the first 500 characters lead from a question to a number', () => {
  const head = serverInstructions(new Set(all), plain).slice(0, 500);
  for (const word of ['find_fields', 'run_metric_query', 'exploreId', 'first line', 'limit', 'filters'])
    expect(head).toContain(word);
  expect(head.endsWith('.') || head.includes('with the number.')).toBe(true);
});

test('confirmation is explained exactly if an enabled tool requires it', async () => {
  const irreversible = Object.values(operationsByToolset)
    .flat()
    .filter((operation) => operation.irreversible);
  const confirming = toolDefinitions.filter(({ _meta }) => _meta['lightdash/confirms']).map(({ name }) => name);
  expect(confirming).toEqual(expect.arrayContaining(irreversible.map(({ tool }) => tool)));
  const instructionsWith = async (LIGHTDASH_TOOLS: string, more: Record<string, string> = {}) => {
    const env = { LIGHTDASH_URL: 'http://127.0.0.1:9', LIGHTDASH_API_KEY: 'unused', LIGHTDASH_TOOLS, ...more };
    const { client, close } = await connectInMemory(env);
    onTestFinished(close);
    return client.getInstructions();
  };
  // Tools that save SQL go with the one that runs it, which asks nothing.
  for (const name of confirming)
    expect(await instructionsWith(`${name},run_sql_query`), name).toContain('confirmation token');
  expect(await instructionsWith('run_sql_query')).not.toContain('confirmation');
  expect(await instructionsWith('create_tag')).not.toContain('confirmation');
  expect(await instructionsWith('delete_tag', { LIGHTDASH_CONFIRM: 'off' })).not.toContain('confirmation');
});
