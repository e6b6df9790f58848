import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { COMPACT, filterTools, presets, ToolFilterError } from '../../src/inventory/tool-filter.ts';
import { toolSearchTools } from '../../src/inventory/tool-search-entries.ts';
import { toolsets } from '../../src/operations/operation.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { callsAbout } from './calls.ts';
import { beyondLookUps, type ProjectContent, startTwoProjects, type TwoProjects } from './two-projects.ts';

const subjects = toolDefinitions.map((entry) => ({
  name: entry.name,
  toolset: entry._meta['lightdash/toolset'],
  readOnly: entry.annotations.readOnlyHint,
}));
const some = (names: readonly string[]) => fc.uniqueArray(fc.constantFrom(...names), { maxLength: 6 });
const toolNames = subjects.map(({ name }) => name);
const anyPolicy = fc.record({
  toolsets: some([...toolsets, ...Object.keys(presets), COMPACT]),
  tools: some(toolNames),
  excludeTools: some(toolNames),
  readOnly: fc.boolean(),
});

test('read-only wins over every combination of settings, and an excluded tool never comes back', () => {
  fc.assert(
    fc.property(anyPolicy, (policy) => {
      const left = filterTools(subjects, policy);
      expect(left.filter(({ name }) => policy.excludeTools.includes(name))).toEqual([]);
      if (policy.readOnly) expect(left.filter(({ readOnly }) => !readOnly)).toEqual([]);
      if (policy.readOnly) expect(left.map(({ name }) => name)).not.toContain('run_sql_query');
      // The rest is in the order of the list, whatever the order of the settings.
      expect(left).toEqual(subjects.filter((subject) => left.includes(subject)));
    }),
    { numRuns: 500 },
  );
});

test('a compact read-only server lists no write', () => {
  fc.assert(
    fc.property(anyPolicy, (policy) => {
      const left = new Set(filterTools(subjects, { ...policy, readOnly: true }).map(({ name }) => name));
      const listed = toolSearchTools(toolDefinitions.filter(({ name }) => left.has(name)));
      expect(listed.filter(({ annotations }) => !annotations.readOnlyHint)).toEqual([]);
    }),
  );
});

test('an unknown name never widens the policy: it stops the start', () => {
  const names = [...toolsets, ...Object.keys(presets), COMPACT, ...toolNames];
  const unknown = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom('constructor', '__proto__', 'ALL', 'read', 'toString', 'queries'),
  );
  fc.assert(
    fc.property(anyPolicy, unknown, fc.constantFrom('toolsets', 'tools', 'excludeTools'), (policy, name, where) => {
      fc.pre(!names.includes(name));
      expect(() => filterTools(subjects, { ...policy, [where]: [...policy[where], name] })).toThrow(ToolFilterError);
    }),
  );
});

test('an unknown name is reported with the nearest one', () => {
  const policy = { toolsets: ['spaecs'], tools: [], excludeTools: [], readOnly: false };
  expect(() => filterTools(subjects, policy)).toThrow(/"spaecs".*\bspaces\b/);
  expect(() => filterTools(subjects, { ...policy, toolsets: [], tools: ['delete_spaces'] })).toThrow(
    /"delete_spaces".*\bdelete_space\b/,
  );
});

let world: TwoProjects;
let limited: Connection;
beforeAll(async () => {
  world = await startTwoProjects();
  limited = await connectInMemory({
    LIGHTDASH_URL: world.sandbox.url,
    LIGHTDASH_API_KEY: world.sandbox.tokens.admin,
    LIGHTDASH_CONFIRM: 'off',
    LIGHTDASH_ALLOWED_PROJECTS: world.roastery.projectUuid,
    LIGHTDASH_ALLOW_ORGANIZATION: 'true',
  });
});
afterAll(async () => {
  await limited.close();
  await world.sandbox.close();
});

/** True if an id is among the arguments. A number has to be there as such: its digits are in many a uuid. */
function holds(args: unknown, id: string | number): boolean {
  if (typeof args === 'object' && args !== null) return Object.values(args).some((item) => holds(item, id));
  return typeof id === 'string' ? String(args).includes(id) : args === id;
}

test('no mixture of ids of two projects lets a call about the other one pass', async () => {
  const keys: (keyof ProjectContent)[] = [
    'projectUuid',
    'chartUuid',
    'dashboardUuid',
    'tileUuid',
    'spaceUuid',
    'tagUuid',
    'catalogSearchUuid',
    'pinnedListUuid',
    'validationId',
    'schedulerUuid',
    'commentId',
    'nanoId',
  ];
  const spelled = fc.constantFrom(
    (id: string) => id,
    (id: string) => id.toUpperCase(),
  );
  const count = callsAbout(world.second).length;
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: count - 1 }),
      fc.subarray(keys, { minLength: 1 }),
      spelled,
      async (at, foreign, spell) => {
        const mixed: ProjectContent = {
          ...world.roastery,
          ...Object.fromEntries(
            foreign.map((key) => {
              const id = world.second[key];
              if (typeof id === 'number') return [key, id];
              const isUuid = /^[0-9a-f-]{36}$/.test(id);
              return [key, isUuid ? spell(id) : id];
            }),
          ),
        };
        const foreignIds = foreign.map((key) => mixed[key]);
        const [tool, args] = callsAbout(mixed, mixed)[at] ?? callsAbout(mixed, mixed)[0] ?? ['get_explores', {}];
        // Only a call that really holds something foreign has to be refused.
        fc.pre(foreignIds.some((id) => holds(args, id)));
        const before = world.sandbox.requests.length;
        const { isError, text } = await callTool(limited.client, tool, args);
        const beyond = beyondLookUps(world.sandbox.requests.slice(before));
        expect({ tool, args, isError, text, beyond }).toMatchObject({
          isError: true,
          text: expect.stringMatching(/was not (called|carried out)/),
          beyond: [],
        });
      },
    ),
    { numRuns: 150 },
  );
});
