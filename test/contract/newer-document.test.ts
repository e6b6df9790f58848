import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operationsByToolset } from '../../src/operations/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { type Connection, callToolConfirmed, connectInMemory } from '../helpers/client.ts';
import { openApiDocument } from '../helpers/openapi.ts';
import { operationOf, recordedArguments } from '../helpers/recorded-arguments.ts';
import { readRecordings } from '../helpers/recordings.ts';
import { startWitness, type Witness } from '../helpers/witness.ts';

// Holds this server and the sandbox of 1.219 against the API document of that release, which is not part of the project:
// LIGHTDASH_API_DOCUMENT is its path; without it this file is left out. Every recorded call that was good on 0.1366 is made of the sandbox of 1.219, through a
// proxy that looks at each request and each answer.
const path = process.env.LIGHTDASH_API_DOCUMENT ?? '';

describe('With the API document of 1.219', () => {
  const document = openApiDocument(JSON.parse(readFileSync(path, 'utf8')));
  const operations = Object.values(operationsByToolset).flat();
  let sandbox: Sandbox;
  let witness: Witness;
  let connection: Connection;

  beforeAll(async () => {
    sandbox = await startSandbox({ version: '1.219' });
    witness = await startWitness(sandbox.url, document);
    connection = await connectInMemory({
      LIGHTDASH_URL: witness.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_EMAIL: sandbox.administrator.email,
      LIGHTDASH_PASSWORD: sandbox.administrator.password,
    });
  });
  afterAll(async () => {
    await connection.close();
    await witness.close();
    await sandbox.close();
    process.stdout.write(witness.report());
  });

  /** Routes that both releases have and neither document lists. */
  const undocumented = ['GetSavedChart', 'GetDashboard', 'deleteSavedChart', 'deleteDashboard'];

  test.each(operations.filter(({ id }) => !undocumented.includes(id)))(
    '$id is there, is gone or is marked to go, as it is declared',
    ({ id, method, path: template, releaseNote }) => {
      const operation = document.find(method, template);
      const isThere = operation !== undefined && operation.operationId === id;
      expect(isThere).toBe(
        releaseNote === undefined || releaseNote.status === 'changed' || releaseNote.status === 'deprecated',
      );
      expect(operation?.deprecated === true).toBe(releaseNote?.status === 'deprecated');
    },
  );

  /** The server echoes filters as they came; its document says that each part of them has an id. */
  const echoes = ['rule without id', 'filter group without id'];

  describe('every request and response fits:', () => {
    const calls = readRecordings().flatMap((recording) => {
      const { exchanges } = recording;
      const good = exchanges.filter(({ response, note }) => response.status < 300 && !echoes.includes(note));
      // Operations with GitHub, Slack or Google never succeeded; their requests are checked all the same.
      const looked = good.length > 0 ? good : exchanges.slice(0, 1);
      const operation = operationOf(recording);
      return looked.map((exchange) => ({ operation, exchange, name: `${operation.id}, ${exchange.note}` }));
    });
    test.each(calls)('$name', async ({ operation, exchange }) => {
      sandbox.reset();
      const { text } = await callToolConfirmed(
        connection.client,
        operation.tool,
        recordedArguments(operation, exchange),
      );
      const complaints = witness.complaints();
      if (operation.releaseNote?.status === 'gone') expect(text).toContain(operation.releaseNote.note);
      else expect(complaints).toEqual([]);
      expect(sandbox.faults).toEqual([]);
    });
  });

  /** Objects that the recordings made themselves are not in the sandbox. */
  const changed = [
    ['update_space', { projectUuid: ids.project, spaceUuid: ids.spaces.sales, name: 'Sales', isPrivate: true }],
    ['delete_space', { projectUuid: ids.project, spaceUuid: ids.spaces.sales }],
    ['delete_group', { groupUuid: ids.groups.finance }],
    ['delete_organization_member', { userUuid: ids.users.val }],
  ] as const;
  test.each(changed)('%s fits it', async (tool, args) => {
    sandbox.reset();
    expect((await callToolConfirmed(connection.client, tool, args)).isError).toBe(false);
    expect(witness.complaints()).toEqual([]);
  });

  test('delete_me fits it, once someone else is an administrator', async () => {
    sandbox.reset();
    const { client } = connection;
    await callToolConfirmed(client, 'update_organization_member', { userUuid: ids.users.edie, role: 'admin' });
    expect((await callToolConfirmed(client, 'delete_me')).isError).toBe(false);
    expect(witness.complaints()).toEqual([]);
  });

  const notReplayed = [
    // Sent as totals of a v2 query.
    'CalculateTotalFromQuery',
    'CalculateTotalFromSavedChart',
    // Without recordings on 0.1366.
    'getDashboardHistory',
    'postDashboardVersionRollback',
    // Their changes are shown first; a project without an upstream has none, and nothing is sent.
    'promoteChart',
    'promoteDashboard',
  ];
  test('each of its 130 operations was requested, or its rows of v2', () => {
    const there = operations.filter(
      ({ id, method, path: template }) => document.find(method, template)?.operationId === id,
    );
    expect(there).toHaveLength(130);
    const left = there.filter(
      ({ id, releaseNote, successor }) =>
        !witness.operations.has(id) &&
        successor === undefined &&
        !notReplayed.includes(id) &&
        !releaseNote?.note.startsWith('Sent to the v2'),
    );
    expect(left.map(({ id }) => id)).toEqual([]);
  });
});
