import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ToolDefinition, toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { presets } from '../../src/inventory/tool-filter.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { expectLine } from '../helpers/answers.ts';
import { callTool, connectInMemory } from '../helpers/client.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

async function connect(env: Record<string, string>) {
  const host = await connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin, ...env });
  onTestFinished(host.close);
  return host.client;
}
async function listed(env: Record<string, string>): Promise<string[]> {
  const { tools } = await (await connect(env)).listTools();
  return tools.map(({ name }) => name);
}
const named = (which: (entry: ToolDefinition) => boolean) => toolDefinitions.filter(which).map(({ name }) => name);
const toolsetOf = ({ _meta }: ToolDefinition) => _meta['lightdash/toolset'];

describe('the enabled tools', () => {
  test('all of them by default, in one order', async () => {
    expect(await listed({})).toEqual(toolDefinitions.map(({ name }) => name));
    expect(await listed({ LIGHTDASH_TOOLSETS: 'all' })).toEqual(await listed({}));
  });

  test('the preset analyst has queries, charts and dashboards, reads catalog, spaces and comments, and omits rarely used tools', async () => {
    const whole = ['query', 'charts', 'dashboards'];
    const reading = ['catalog', 'spaces', 'collaboration'];
    const { more = [], excluded: without = [] } = presets.analyst;
    const names = await listed({ LIGHTDASH_TOOLSETS: 'analyst' });
    expect(names).toEqual(
      named(
        (entry) =>
          !without.includes(entry.name) &&
          (whole.includes(toolsetOf(entry)) ||
            more.includes(entry.name) ||
            (reading.includes(toolsetOf(entry)) && entry.annotations.readOnlyHint)),
      ),
    );
    expect(names).toContain('show_chart');
    expect(names).not.toContain('promote_chart');
  });

  test('a preset names only existing tools, and none needlessly', () => {
    for (const { whole, reading, more = [], excluded: without = [] } of Object.values<(typeof presets)['all']>(
      presets,
    )) {
      const inToolsets = named(
        (entry) =>
          whole.includes(toolsetOf(entry)) || (reading.includes(toolsetOf(entry)) && entry.annotations.readOnlyHint),
      );
      expect(without.filter((name) => !inToolsets.includes(name))).toEqual([]);
      expect(
        more.filter(
          (name) =>
            inToolsets.includes(name) || !toolDefinitions.some((toolDefinition) => toolDefinition.name === name),
        ),
      ).toEqual([]);
    }
  });

  test('the preset admin has spaces, access, groups, organization and attributes', async () => {
    const whole = ['spaces', 'access', 'groups', 'organization', 'attributes'];
    expect(await listed({ LIGHTDASH_TOOLSETS: 'admin' })).toEqual(
      named(
        (entry) =>
          (whole.includes(toolsetOf(entry)) && presets.admin.excluded?.includes(entry.name) !== true) ||
          presets.admin.more?.includes(entry.name) === true,
      ),
    );
  });

  test('single tools add to toolsets, or stand alone; an excluded one is never listed', async () => {
    expect(await listed({ LIGHTDASH_TOOLS: 'get_project, get_tags' })).toEqual(['get_tags', 'get_project']);
    const more = await listed({ LIGHTDASH_TOOLSETS: 'attributes', LIGHTDASH_TOOLS: 'get_tags' });
    expect(more).toEqual(named((entry) => entry.name === 'get_tags' || toolsetOf(entry) === 'attributes'));
    const fewer = { LIGHTDASH_TOOLS: 'delete_space,get_space', LIGHTDASH_EXCLUDE_TOOLS: 'delete_space' };
    expect(await listed(fewer)).toEqual(['get_space']);
  });

  test('a disabled tool is not called either', async () => {
    const client = await connect({ LIGHTDASH_TOOLSETS: 'analyst' });
    await expect(
      callTool(client, 'delete_space', { projectUuid: ids.project, spaceUuid: ids.spaces.sales }),
    ).rejects.toThrow(/delete_space .*\boff\b/);
  });

  test('an unknown name stops the start with the nearest ones', async () => {
    for (const [env, words] of [
      [{ LIGHTDASH_TOOLSETS: 'analysts' }, /"analysts".* analyst;.* all, analyst,/],
      [{ LIGHTDASH_TOOLSETS: 'spaces,read-only' }, /no toolset "read-only"/],
      [{ LIGHTDASH_TOOLS: 'get_spaces' }, /"get_spaces".* get_space\b/],
      [{ LIGHTDASH_EXCLUDE_TOOLS: 'delete_spaces' }, /"delete_spaces".* delete_space\b/],
    ] as const) {
      await expect(connect(env)).rejects.toThrow(words);
    }
  });
});

describe('a configured project', () => {
  const connectTo = (project: string) => connect({ LIGHTDASH_PROJECT: project });

  test('needs no argument and no network', async () => {
    const before = sandbox.requests.length;
    const client = await connectTo('Roastery');
    const { tools } = await client.listTools();
    expect(sandbox.requests.length).toBe(before);
    expectLine(client.getInstructions() ?? '', 'projectUuid', 'left out', 'configured');
    const taking = tools.filter(({ inputSchema }) => 'projectUuid' in (inputSchema.properties ?? {}));
    expect(taking.length).toBeGreaterThan(50);
    for (const { name, inputSchema } of taking) expect(inputSchema.required ?? [], name).not.toContain('projectUuid');
  });

  test('is the default, by name or uuid, and another one may be passed by name', async () => {
    for (const project of ['Roastery', ' roastery ', ids.project, ids.project.toUpperCase()]) {
      const client = await connectTo(project);
      expect(await callTool(client, 'list_spaces_in_project')).toMatchObject({ isError: false });
      expect(await callTool(client, 'get_project', { projectUuid: 'ROASTERY' })).toMatchObject({ isError: false });
    }
  });

  test('that does not exist, or exists twice, is reported by the call with the correct form', async () => {
    const missing = await callTool(await connectTo('Roasteri'), 'get_explores');
    expect(missing).toMatchObject({ isError: true, text: expect.stringMatching(/the nearest is "Roastery"/) });
    const first = sandbox.store.projects.get(ids.project);
    const other = '00000000-0000-4000-8000-000000000001';
    if (first) sandbox.store.projects.set(other, { ...first, projectUuid: other });
    const twice = await callTool(await connectTo('Roastery'), 'get_explores');
    expect(twice).toMatchObject({
      isError: true,
      text: expect.stringMatching(new RegExp(`2 projects are named "Roastery"; give one of .*${other}`)),
    });
    sandbox.store.projects.delete(other);
  });
});

describe('without a configured project', () => {
  const second = '00000000-0000-4000-8000-000000000002';
  const addSecond = () => {
    const first = sandbox.store.projects.get(ids.project);
    if (first) sandbox.store.projects.set(second, { ...first, projectUuid: second, name: 'Second' });
    onTestFinished(() => void sandbox.store.projects.delete(second));
  };

  test('the only visible one is used, also by tools that need it for a query or a name', async () => {
    const client = await connect({});
    expect(await callTool(client, 'list_spaces_in_project')).toMatchObject({ isError: false });
    expect(
      await callTool(client, 'run_metric_query', { exploreId: 'orders', metrics: ['orders_order_count'] }),
    ).toMatchObject({
      isError: false,
    });
    const query = { exploreId: 'orders', metrics: ['orders_order_count'] };
    expect(await callTool(client, 'show_chart', { query })).toMatchObject({ isError: false });
    expect(await callTool(client, 'run_read_operation', { operation: 'get_tags', arguments: {} })).toMatchObject({
      isError: false,
    });
  });

  test('with several, the error names them, and only their list is requested', async () => {
    addSecond();
    const client = await connect({});
    const before = sandbox.requests.length;
    const refused = await callTool(client, 'list_spaces_in_project');
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('projectUuid is missing') });
    for (const word of ['2 projects', 'Roastery', 'Second', ids.project, second]) expect(refused.text).toContain(word);
    expect(sandbox.requests.slice(before).map(({ path }) => path)).toEqual(['/api/v1/org/projects']);
    expect(await callTool(client, 'list_spaces_in_project', { projectUuid: 'Roastery' })).toMatchObject({
      isError: false,
    });
  });

  test('with several of which one is allowed, that one is used', async () => {
    addSecond();
    const client = await connect({ LIGHTDASH_ALLOWED_PROJECTS: 'Roastery' });
    expect(await callTool(client, 'list_spaces_in_project')).toMatchObject({ isError: false });
    const context = await callTool(client, 'get_context');
    expect(context.text).toContain('1 project: Roastery.');
    expect(context.text).not.toContain('Second');
  });

  test('invalid arguments are refused before anything is requested', async () => {
    const client = await connect({});
    const before = sandbox.requests.length;
    expect(await callTool(client, 'list_dashboards', { serch: 'x' })).toMatchObject({ isError: true });
    expect(sandbox.requests.length).toBe(before);
  });
});

test('the tools are the same for every connection and do not change while the server runs', async () => {
  const client = await connect({ LIGHTDASH_TOOLSETS: 'analyst' });
  const before = await client.listTools();
  await callTool(client, 'get_explores', { projectUuid: ids.project });
  expect(await client.listTools()).toEqual(before);
  expect(await (await connect({ LIGHTDASH_TOOLSETS: 'analyst' })).listTools()).toEqual(before);
  expect(client.getServerCapabilities()?.tools?.listChanged).toBeUndefined();
});
