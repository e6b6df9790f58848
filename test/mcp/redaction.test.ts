import { expect, onTestFinished, test } from 'vitest';
import { connectInMemory } from '../helpers/client.ts';
import { answerResults, startLoopback } from '../helpers/loopback.ts';

const token = 'ldpat_planted-"token"-0123456789';
const projectUuid = '28a012f6-4897-4927-8e21-30880ba92505';

/** A server for a Lightdash that has the token in what people named. */
async function connect(env: Record<string, string> = {}) {
  const name = `Finance ${token}`;
  const { url } = await startLoopback(({ target }, response) => {
    const group = { uuid: 'g1', name, organizationUuid: 'o', members: [] };
    const space = { uuid: 's1', name, projectUuid, organizationUuid: 'o', access: [] };
    if (target.endsWith('/spaces')) return answerResults(response, [space]);
    if (target.includes('/groups')) return answerResults(response, { data: [group] });
    answerResults(response, [{ projectUuid, name: 'Roastery', type: 'DEFAULT' }]);
  });
  const connection = await connectInMemory({ LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: token, ...env });
  onTestFinished(() => connection.close());
  return connection.client;
}

const expectRedacted = (answer: unknown) => {
  const json = JSON.stringify(answer);
  expect(json).toContain('Finance [secret]');
  expect(json).not.toContain('planted');
};

test.each(['text', 'structured'])('a secret in a successful answer is redacted, as %s', async (output) => {
  const client = await connect({ LIGHTDASH_OUTPUT: output });
  const answer = await client.callTool({ name: 'list_groups_in_organization', arguments: {} });
  expectRedacted(answer.content);
  if (output === 'structured') expectRedacted(answer.structuredContent);
});

test.each(['', '?format=json'])('a secret in a resource%s is redacted', async (format) => {
  const client = await connect();
  expectRedacted(await client.readResource({ uri: `lightdash://projects/${projectUuid}/spaces${format}` }));
});
