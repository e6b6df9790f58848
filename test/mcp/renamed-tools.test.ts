import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { renamedTools } from '../../src/inventory/renamed-tools.ts';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { expectLine } from '../helpers/answers.ts';
import { callTool, connectInMemory } from '../helpers/client.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

async function connect(env: Record<string, string> = {}) {
  const host = await connectInMemory(
    { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin, ...env },
    { renamedTools: { list_all_spaces: 'list_spaces_in_project' } },
  );
  onTestFinished(host.close);
  return host.client;
}

test('an earlier name calls the tool, and the answer gives the current name', async () => {
  const client = await connect();
  const { text, isError } = await callTool(client, 'list_all_spaces');
  expect(isError).toBe(false);
  expect(text).toContain((await callTool(client, 'list_spaces_in_project')).text);
  expectLine(text, 'list_all_spaces', 'list_spaces_in_project');
});

test('an earlier name is not listed, and does not bypass the settings', async () => {
  const { tools } = await (await connect()).listTools();
  expect(tools.map(({ name }) => name)).not.toContain('list_all_spaces');
  const client = await connect({ LIGHTDASH_EXCLUDE_TOOLS: 'list_spaces_in_project' });
  await expect(callTool(client, 'list_all_spaces')).rejects.toThrow(/list_spaces_in_project .*\boff\b/);
});

test('earlier names differ from current ones, and lead to one', () => {
  const names = toolDefinitions.map(({ name }) => name);
  for (const [earlier, current] of Object.entries(renamedTools)) {
    expect(names).not.toContain(earlier);
    expect(names).toContain(current);
  }
});
