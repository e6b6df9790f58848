import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, beforeEach } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { type Connection, connectInMemory } from '../../helpers/client.ts';

export const project = '28a012f6-4897-4927-8e21-30880ba92505';
export const charts = {
  revenueByMonth: '87b15963-d55c-462f-b96a-8548fff4df8a',
  countryTable: 'c5157981-f07f-4046-a737-5622218dbe4e',
  totalRevenue: '0d8b9ae5-29cb-429f-8874-2d45281235ac',
  broken: '77a0501b-0c25-4ddc-a2ac-8e245665f04e',
  /** In the private Finance space. */
  mrrByPlan: 'ba6a7ee8-1633-482f-b1ff-7b332b8213cd',
};
export const dashboards = {
  sales: '773fb4ea-cdb1-4e3f-9beb-4741c213a619',
  subscriptions: '7f29fbb1-2d48-4b8f-9fed-294339adc098',
};
export const spaces = { finance: '2437e4ca-c74e-4d3a-8ec0-373cd1dada40' };

/** One sandbox for a test file, as it was at the start before each test; connections close behind the tests. */
export async function sandboxForTests() {
  const sandbox = await startSandbox();
  const open: Connection[] = [];
  beforeEach(() => sandbox.reset());
  afterAll(async () => {
    await Promise.all(open.map((connection) => connection.close()));
    await sandbox.close();
  });
  return {
    sandbox,
    /** A server over the sandbox with these settings, and a client of it. */
    async connect(
      settings: Readonly<Record<string, string>> = {},
      as: keyof Sandbox['tokens'] = 'admin',
    ): Promise<Connection> {
      const connection = await connectInMemory({
        LIGHTDASH_URL: sandbox.url,
        LIGHTDASH_API_KEY: sandbox.tokens[as],
        ...settings,
      });
      open.push(connection);
      return connection;
    },
  };
}

/** The text of a resource. */
export async function read(client: Client, uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  const [content] = contents;
  if (content === undefined || !('text' in content)) throw new Error(`${uri} has no text`);
  return content.text;
}

/** Every resource, page by page. */
export async function listAll(client: Client) {
  const pages = [await client.listResources()];
  for (let cursor = pages[0]?.nextCursor; cursor !== undefined; ) {
    const page = await client.listResources({ cursor });
    pages.push(page);
    cursor = page.nextCursor;
  }
  return { pages, resources: pages.flatMap((page) => page.resources) };
}
