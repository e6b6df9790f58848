import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { AuditRecord } from '../../../src/observability/audit-log.ts';
import { callTool, connectInMemory } from '../../helpers/client.ts';
import { answerJson, answerResults, type Received, startLoopback } from '../../helpers/loopback.ts';
import { expectNoNote, expectNote } from '../../helpers/notes.ts';

// Attempts of a call, and if it was done.

const projectUuid = '28a012f6-4897-4927-8e21-30880ba92505';
const refused = { status: 'error', error: { name: 'Busy', message: 'come back later' } };
const atOnce = { 'retry-after': '0' };

async function connect(answer: (received: Received, response: ServerResponse, count: number) => void) {
  const { url, received } = await startLoopback(answer);
  const records: AuditRecord[] = [];
  const { client, close } = await connectInMemory(
    { LIGHTDASH_URL: url.href, LIGHTDASH_API_KEY: 'ldpat_doubt' },
    { audit: { write: (record) => void records.push(record) } },
  );
  onTestFinished(close);
  return { client, received, records };
}

test('more than one attempt is reported in the result and the audit', async () => {
  const { client, records } = await connect((_, response, count) =>
    count < 3 ? answerJson(response, 503, refused, atOnce) : answerResults(response, { name: 'Roastery' }),
  );
  const { text, isError } = await callTool(client, 'get_my_organization');
  expect(isError).toBe(false);
  expectNote(text, 'later attempt', 3);
  expect(records.map(({ attempts }) => attempts)).toEqual([3]);
});

test('a failure after several attempts reports their number once, and in the audit', async () => {
  const { client, records } = await connect((_, response) => answerJson(response, 429, refused, atOnce));
  const { text, isError } = await callTool(client, 'get_my_organization');
  expect(isError).toBe(true);
  expect(text.match(/4/g)).toHaveLength(1);
  expectNote(text, 'sent several times', 4);
  expect(records.map(({ attempts }) => attempts)).toEqual([4]);
});

test('a write whose response was lost is reported as in doubt; a refused one is not', async () => {
  const { client } = await connect((_, response, count) =>
    count === 1 ? void response.destroy() : answerJson(response, 409, refused),
  );
  const lost = await callTool(client, 'create_group_in_organization', { name: 'Roasters' });
  expectNote(lost.text, 'in doubt', 'look');
  const again = await callTool(client, 'create_group_in_organization', { name: 'Roasters' });
  expect(again.isError).toBe(true);
  expectNoNote(again.text, 'in doubt');
});

test('a successful write is reported as done even if a later request fails', async () => {
  const { client, received } = await connect(({ method, target }, response) => {
    if (method === 'POST') return answerResults(response, { jobId: 'job-1' });
    if (target.includes('/schedulers/job/')) return answerJson(response, 403, refused);
    answerResults(response, []);
  });
  const { text, isError } = await callTool(client, 'validate_project', { projectUuid });
  expect(received.map(({ method }) => method)).toContain('POST');
  expect(isError).toBe(true);
  expectNote(text, 'carried out', 'not repeat');
});
