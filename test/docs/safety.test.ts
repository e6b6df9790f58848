import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCommand } from '../../src/config/command-line.ts';
import { settings } from '../../src/config/settings.ts';
import { tools } from '../../src/tools/index.ts';
import { connectInMemory } from '../helpers/client.ts';

const page = readFileSync('docs/safety.md', 'utf8');
const examples = [...page.matchAll(/```json\n(.*?)```/gs)].map(
  ([, block = '']): Record<string, string> => JSON.parse(block.replaceAll('…', 'ldpat_0123456789')),
);

test('the settings of every example are valid, and enable what the page says', async () => {
  expect(examples).toHaveLength(3);
  const [analyst, project, admin] = await Promise.all(
    examples.map(async (env) => {
      expect(readCommand([], env).command).toBe('serve');
      const host = await connectInMemory(env);
      const { tools: listed } = await host.client.listTools();
      await host.close();
      return listed;
    }),
  );
  expect(analyst?.filter(({ annotations }) => !annotations?.readOnlyHint)).toEqual([]);
  expect(analyst?.map(({ name }) => name)).toContain('run_metric_query');
  expect(project).toHaveLength(tools.length);
  const names = admin?.map(({ name }) => name);
  expect(names).toContain('get_space_access');
  expect(names).not.toContain('delete_organization_member');
});

test('every setting and tool that the page names exists', () => {
  const variables = Object.values(settings).map(({ env }) => env);
  const namedVariables = [...page.matchAll(/LIGHTDASH_[A-Z_]+/g)].map(([name]) => name);
  expect(namedVariables.filter((name) => !variables.includes(name))).toEqual([]);
  const toolNames = tools.map(({ name }) => name);
  const namedTools = [...page.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, name = '']) => name);
  expect(namedTools.length).toBeGreaterThan(15);
  expect(namedTools.filter((name) => !toolNames.includes(name))).toEqual([]);
});

test('every promise names an existing test', () => {
  const rows = [...page.matchAll(/^\| .+ \| \[[\w ]+\]\(\.\.\/(test\/[\w./-]+)\): `(.+)` \|$/gm)];
  expect(rows.length).toBeGreaterThan(20);
  for (const [, file = '', name = ''] of rows) expect(readFileSync(file, 'utf8'), file).toContain(name);
});
