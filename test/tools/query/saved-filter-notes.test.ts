import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { startSandbox } from '../../../src/sandbox/index.ts';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { callTool, connectInMemory } from '../../helpers/client.ts';
import { interceptLightdash } from '../../helpers/intercepting-lightdash.ts';
import { expectNote } from '../../helpers/notes.ts';

test('a write goes on if the values of its filters cannot be verified, and says so', async () => {
  const sandbox = await startSandbox({ version: '1.219' });
  const proxy = await interceptLightdash(sandbox.url);
  const error = { statusCode: 403, name: 'ForbiddenError', message: 'You may not', data: {} };
  proxy.intercept(/^$/, { status: 500, body: {} }, (request) =>
    /\/(dataCatalog|explores)/.test(request) ? { status: 403, body: { status: 'error', error } } : undefined,
  );
  const host = await connectInMemory({ LIGHTDASH_URL: proxy.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });
  try {
    const target = { fieldId: 'orders_channel', tableName: 'orders' };
    const rule = { id: 'a', label: undefined, target, operator: 'equals', values: ['Web'], disabled: false };
    const { text, isError } = await callTool(host.client, 'create_dashboard', {
      projectUuid: ids.project,
      name: `Unverified ${randomUUID()}`,
      spaceUuid: ids.spaces.sales,
      tiles: [],
      filters: { dimensions: [rule], metrics: [], tableCalculations: [] },
    });
    expect(isError, text).toBe(false);
    expectNote(text, 'value not verified', 'filters');
  } finally {
    await host.close();
    await proxy.close();
    await sandbox.close();
  }
});
