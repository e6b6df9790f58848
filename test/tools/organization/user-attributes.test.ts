import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { type Connection, callTool, callToolConfirmed, connectInMemory } from '../../helpers/client.ts';

let sandbox: Sandbox;
let connection: Connection;
beforeAll(async () => {
  sandbox = await startSandbox({ version: '1.219' });
  connection = await connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });
});
afterAll(async () => {
  await connection.close();
  await sandbox.close();
});

test('an attribute with several values is written, read back and written again without a loss', async () => {
  const { edie } = ids.users;
  const attribute = {
    name: 'market',
    attributeDefault: ['Europe', 'Asia'],
    users: [{ userUuid: edie, value: ['Europe', 'Americas'] }],
    groups: [],
  };
  const created = await callToolConfirmed(connection.client, 'create_user_attribute', attribute);
  expect(created.isError).toBe(false);
  const list = async () => (await callTool(connection.client, 'get_user_attributes')).text;
  const lines = (text: string) => text.slice(text.indexOf('market')).split('\n').slice(0, 2).join('\n');
  const before = lines(await list());
  expect(before).toContain('default Europe, Asia');
  expect(before).toContain('= Europe, Americas');
  const userAttributeUuid = /userAttributeUuid ([0-9a-f-]{36})/.exec(before)?.[1];
  const updated = await callTool(connection.client, 'update_user_attribute', { userAttributeUuid, ...attribute });
  expect(updated.isError).toBe(false);
  expect(lines(await list())).toBe(before);
});

test('omitted parts of a change stay: values, default, name', async () => {
  const { edie, vic } = ids.users;
  const created = await callToolConfirmed(connection.client, 'create_user_attribute', {
    name: 'tier',
    attributeDefault: 'gold',
  });
  expect(created.text).toMatch(/tier .*default gold/);
  const userAttributeUuid = /userAttributeUuid ([0-9a-f-]{36})/.exec(created.text)?.[1];
  const change = (args: Record<string, unknown>) =>
    callTool(connection.client, 'update_user_attribute', { userAttributeUuid, ...args });
  const stored = () => [...sandbox.store.attributes.values()].find(({ name }) => name === 'tier');
  const confirmed = (args: Record<string, unknown>) =>
    callToolConfirmed(connection.client, 'update_user_attribute', { userAttributeUuid, ...args });
  expect((await confirmed({ users: [{ userUuid: edie, value: ['a', 'b'] }] })).isError).toBe(false);
  expect((await change({ description: 'Levels' })).isError).toBe(false);
  expect((await confirmed({ groups: [{ groupUuid: 'Baristas', value: 'c' }] })).isError).toBe(false);
  const { text } = await confirmed({ attributeDefault: 'silver' });
  expect(text).toMatch(/default silver\): Levels$/m);
  expect(text).toMatch(/edie.*a.*b/);
  expect(text).toMatch(/Baristas.* = c$/m);
  const before = JSON.stringify(stored());
  const preview = await change({ users: [{ userUuid: vic, value: 'x' }] });
  expect(preview.text).toMatch(/^Changes .*"tier".*Edie Editor .* from "a, b".*Vic Viewer .* to "x" and "c"/);
  expect(preview.text).not.toContain('Baristas');
  expect(JSON.stringify(stored())).toBe(before);
});
