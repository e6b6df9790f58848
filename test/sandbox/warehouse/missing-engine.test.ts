import { expect, it, vi } from 'vitest';
import { openWarehouse } from '../../../src/sandbox/warehouse/index.ts';

vi.mock('@duckdb/node-api', () => {
  throw new Error("Cannot find package '@duckdb/node-api'");
});

it('names the command that installs a missing engine', async () => {
  await expect(openWarehouse({ dataDir: '/nowhere' })).rejects.toMatchObject({
    name: 'MissingWarehouseEngineError',
    message: expect.stringContaining('npm install -g @duckdb/node-api'),
  });
});
