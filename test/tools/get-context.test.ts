import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { expectLine } from '../helpers/answers.ts';
import { callTool, connectInMemory } from '../helpers/client.ts';

/** Of the whole answer, whatever the number of projects. */
const MAX_TOKENS = 150;

describe.each([
  { version: '1.219', answer: 'Lightdash 1.219' },
  { version: '0.1366', answer: 'Lightdash 0.136' },
] as const)('get_context on $version', ({ version, answer }) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ version });
  });
  afterAll(() => sandbox.close());

  async function contextWith(env: Record<string, string> = {}) {
    const host = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      ...env,
    });
    onTestFinished(host.close);
    const { text, isError } = await callTool(host.client, 'get_context');
    expect(isError).toBe(false);
    expect(countTokens(text)).toBeLessThan(MAX_TOKENS);
    return text;
  }
  function addProjects(count: number, nameOf: (at: number) => string) {
    const first = sandbox.store.projects.get(ids.project);
    const added = Array.from({ length: count }, (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`);
    for (const [at, projectUuid] of added.entries())
      if (first) sandbox.store.projects.set(projectUuid, { ...first, projectUuid, name: nameOf(at) });
    onTestFinished(() => {
      for (const uuid of added) sandbox.store.projects.delete(uuid);
    });
    return added;
  }

  test('shows the user, the release, and the only project as the default', async () => {
    const text = await contextWith();
    for (const word of ['Ada Abara', 'admin', answer, '1 project: Roastery', ids.project, 'Nothing is off'])
      expect(text).toContain(word);
  });

  test('with several projects names them, and the configured one as the default', async () => {
    const [second = ''] = addProjects(1, () => 'Second');
    expect(await contextWith()).toMatch(/2 projects: .*Second.*\nNo default/);
    const text = await contextWith({ LIGHTDASH_PROJECT: 'second' });
    expect(text).toContain(`Default project: Second, ${second}`);
    expectLine(await contextWith({ LIGHTDASH_PROJECT: 'gone' }), 'configured project', 'none of these');
  });

  test('shows the uuids of projects of the same name, and makes none the default', async () => {
    const [second = ''] = addProjects(1, () => 'Roastery');
    const text = await contextWith({ LIGHTDASH_PROJECT: 'Roastery' });
    for (const uuid of [second, ids.project]) expect(text).toContain(uuid);
    expect(text).not.toContain('Default project');
  });

  test('stays short with many projects of long names', async () => {
    addProjects(40, (at) => `${at} ${'Übergrößenträger '.repeat(8)}`);
    expect(await contextWith()).toContain('41 projects');
  });

  test('lists what is off', async () => {
    const text = await contextWith({
      LIGHTDASH_READ_ONLY: 'true',
      LIGHTDASH_TOOLSETS: 'analyst',
      LIGHTDASH_ALLOWED_PROJECTS: 'Roastery',
    });
    const off = text.split('\n').at(-1);
    for (const word of ['Off', 'changes', 'SQL', 'other projects', 'analyst']) expect(off).toContain(word);
    expect(await contextWith({ LIGHTDASH_EXCLUDE_TOOLS: 'run_sql_query' })).toContain('Off: raw SQL');
    expect(await contextWith({ LIGHTDASH_TOOLS: 'get_context,get_explores' })).toMatch(/Off: .*\d+ tools/);
    expect(await contextWith({ LIGHTDASH_TOOLSETS: 'compact' })).toContain('Nothing is off');
  });
});
