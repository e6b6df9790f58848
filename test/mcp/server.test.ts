import { CallToolResultSchema, ListToolsResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, onTestFinished, test } from 'vitest';
import { callTool, connectInMemory } from '../helpers/client.ts';
import { type Answering, answerJson, answerResults, startLoopback } from '../helpers/loopback.ts';

/** A host that is connected to a server in front of the Lightdash that `answer` plays. */
async function connect(answer: Answering, env: Record<string, string> = {}) {
  const lightdash = await startLoopback(answer);
  const connection = await connectInMemory({
    LIGHTDASH_URL: lightdash.url.href,
    LIGHTDASH_API_KEY: 'ldpat_of_the_server_test',
    ...env,
  });
  onTestFinished(connection.close);
  return { ...connection, received: lightdash.received };
}

const organization: Answering = (_, response) => answerResults(response, { name: 'Roastery', chartColors: null });

test('an unknown tool is a protocol error, with the nearest name', async () => {
  const { client, received } = await connect(organization);
  await expect(client.callTool({ name: 'get_my_organisation' })).rejects.toThrow(
    /get_my_organisation.*get_my_organization/,
  );
  expect(received).toHaveLength(0);
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty value'])(
  'a name that every object has is an unknown tool like any other: %s',
  async (name) => {
    const { client, received } = await connect(organization);
    await expect(client.callTool({ name })).rejects.toMatchObject({ code: -32602 });
    expect(received).toHaveLength(0);
  },
);

test.each([
  ['delete_user', 'delete_organization_member'],
  ['list_groups', 'list_groups_in_organization'],
  ['revoke_space_user_access', 'revoke_space_access_for_user'],
  ['create_schedule', 'create_scheduler'],
])('the unknown name %s leads to %s', async (name, right) => {
  const { client } = await connect(organization);
  const refusal = await client.callTool({ name }).catch(String);
  expect(refusal).toContain(right);
  expect(refusal).not.toContain('delete_me');
});

test('an answer is a text, and with structured output also data', async () => {
  const asText = await connect(organization);
  const call = { name: 'get_my_organization', arguments: {} };
  const text = CallToolResultSchema.parse(await asText.client.callTool(call));
  expect(text.structuredContent).toBeUndefined();
  expect(text.content).toMatchObject([{ type: 'text', text: expect.stringContaining('Roastery') }]);

  const asData = await connect(organization, { LIGHTDASH_OUTPUT: 'structured' });
  const data = CallToolResultSchema.parse(await asData.client.callTool(call));
  expect(data.structuredContent).toEqual({
    results: { name: 'Roastery', chartColors: null },
    text: expect.stringContaining('Roastery'),
  });
  expect(data.content).toEqual(text.content);
});

test('a failure is a result with its reason, in either output', async () => {
  const refused: Answering = (_, response) =>
    answerJson(response, 403, { status: 'error', error: { name: 'ForbiddenError', message: 'not yours' } });
  for (const LIGHTDASH_OUTPUT of ['text', 'structured']) {
    const { client } = await connect(refused, { LIGHTDASH_OUTPUT });
    expect(await callTool(client, 'get_my_organization')).toEqual({
      isError: true,
      text: expect.stringContaining('not yours'),
    });
  }
});

test('a call that the host cancels is cancelled at Lightdash', async () => {
  const cancelling = new AbortController();
  let closed = () => {};
  const wasClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const { client } = await connect((_, response) => {
    response.once('close', closed);
    cancelling.abort('enough');
  });
  const call = client.callTool({ name: 'get_my_organization' }, undefined, { signal: cancelling.signal });
  await expect(call).rejects.toThrow();
  await wasClosed;
});

test('a refused call sends nothing', async () => {
  const { client, received } = await connect(organization);
  const refused = await callTool(client, 'get_space', {
    projectUuid: '..',
    spaceUuid: '1ea731d7-577c-4794-bf58-7da',
    depth: 3,
  });
  expect(refused.isError).toBe(true);
  for (const words of ['nothing was sent', 'spaceUuid', '"depth"']) {
    expect(refused.text).toContain(words);
  }
  expect(received).toHaveLength(0);
});

test('calls at the same time do not mix up their answers', async () => {
  const { client } = await connect(({ target }, response) =>
    answerResults(response, { userUuid: target.split('/').at(-1) }),
  );
  const uuids = Array.from({ length: 40 }, (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`);
  const answers = await Promise.all(
    uuids.map((userUuid) => callTool(client, 'get_organization_member_by_uuid', { userUuid })),
  );
  for (const [at, { text }] of answers.entries()) expect(text).toContain(uuids[at]);
});

test('null as arguments or cursor is read as omitted', async () => {
  const { client } = await connect(organization);
  const params = { name: 'get_my_organization', arguments: null };
  const called = await client.request({ method: 'tools/call', params } as never, CallToolResultSchema);
  expect(called.isError).toBeUndefined();
  const listed = await client.request(
    { method: 'tools/list', params: { cursor: null } } as never,
    ListToolsResultSchema,
  );
  expect(listed.tools.length).toBeGreaterThan(0);
});
