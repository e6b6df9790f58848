import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertReadOnly } from '../../src/policy/read-only.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { tools } from '../../src/tools/index.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { exampleArguments } from '../helpers/recorded-arguments.ts';

let sandbox: Sandbox;
let reader: Connection;
let compact: Connection;
const connect = (more: Record<string, string>) =>
  connectInMemory({
    LIGHTDASH_URL: sandbox.url,
    LIGHTDASH_API_KEY: sandbox.tokens.admin,
    LIGHTDASH_EMAIL: sandbox.administrator.email,
    LIGHTDASH_PASSWORD: sandbox.administrator.password,
    LIGHTDASH_READ_ONLY: 'true',
    ...more,
  });
beforeAll(async () => {
  sandbox = await startSandbox();
  reader = await connect({});
  compact = await connect({ LIGHTDASH_TOOLSETS: 'compact' });
});
afterAll(async () => {
  await Promise.all([reader, compact].map((connection) => connection.close()));
  await sandbox.close();
});

const writing = tools.filter((tool) => !tool.readOnly);
const examples = exampleArguments();

test('no tool that writes is listed or called, directly or behind the compact surface', async () => {
  const { tools: listed } = await reader.client.listTools();
  expect(listed.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
  expect(writing.length).toBeGreaterThan(70);
  const before = sandbox.requests.length;
  for (const { name } of writing) {
    const args = examples.get(name) ?? {};
    const isOff = new RegExp(`${name} .*\\boff\\b`);
    await expect(callTool(reader.client, name, args), name).rejects.toThrow(isOff);
    const call = { operation: name, arguments: args };
    const refused = await callTool(compact.client, 'run_read_operation', call);
    expect({ name, ...refused }).toMatchObject({
      isError: true,
      text: expect.stringMatching(/no operation|switch .+ off|is called directly/),
    });
    await expect(callTool(compact.client, 'run_write_operation', call)).rejects.toThrow(
      /run_write_operation .*\boff\b/,
    );
  }
  expect(sandbox.requests.length).toBe(before);
});

test('the call itself refuses a tool that writes, even if it were listed', () => {
  for (const tool of writing) expect(() => assertReadOnly(tool, {}), tool.name).toThrow(/would change something/);
  for (const tool of tools.filter((tool) => tool.readOnly)) expect(() => assertReadOnly(tool, {})).not.toThrow();
});

test('a read that writes with one of its arguments is refused with it', async () => {
  expect(await callTool(reader.client, 'get_email_verification_status')).toMatchObject({ isError: false });
  const before = sandbox.requests.length;
  const answer = await callTool(reader.client, 'get_email_verification_status', { passcode: '123456' });
  expect(answer).toMatchObject({ isError: true, text: expect.stringMatching(/nothing was sent.*with passcode/) });
  expect(sandbox.requests.length).toBe(before);
});

test('wins over a list of tools that names a writing one', async () => {
  const both = await connect({ LIGHTDASH_TOOLS: 'delete_space,run_sql_query,get_project' });
  const { tools: listed } = await both.client.listTools();
  expect(listed.map(({ name }) => name)).toEqual(['get_project']);
  await both.close();
});
