import { afterAll, beforeAll, expect } from 'vitest';
import { RELEASES, type Release, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { tableOf } from '../helpers/answers.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { openRoastery, type RoasterySql, type SqlValue } from '../helpers/roastery-sql.ts';

/** The present of the tests: relative dates and the SQL that checks them go by it. */
export const TODAY = '2025-01-15T09:30:00Z';

/** The world of a file of tests: an embedded Lightdash, a server connected to it, and the data. */
export interface Roastery {
  readonly sandbox: Sandbox;
  readonly connection: Connection;
  readonly data: RoasterySql;
}

/** The releases under test: the same answers come from each. */
export { RELEASES };

/** Starts it before the tests of a file, or of the group that uses it, and ends it after them. */
export function useRoastery(
  environment: Readonly<Record<string, string>> = {},
  version: Release = '0.1366',
): () => Roastery {
  let roastery: Roastery | undefined;
  beforeAll(async () => {
    const sandbox = await startSandbox({ now: () => new Date(TODAY), version });
    const connection = await connectInMemory(
      { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin, ...environment },
      { clock: () => Date.parse(TODAY) },
    );
    roastery = { sandbox, connection, data: await openRoastery() };
  });
  afterAll(async () => {
    await roastery?.connection.close();
    roastery?.data.close();
    await roastery?.sandbox.close();
  });
  return () => {
    if (roastery === undefined) throw new Error('not started');
    return roastery;
  };
}

/** The text of an answer that must not be an error. */
export async function answerOf({ connection }: Roastery, tool: string, args: Record<string, unknown>): Promise<string> {
  const { text, isError } = await callTool(connection.client, tool, args);
  expect(isError, text).toBe(false);
  return text;
}

/**
 * The same rows: texts equal, numbers within half of the last decimal shown; in the same order, unless the
 * question has none.
 */
export function expectRows(
  text: string,
  expected: readonly SqlValue[][],
  within = 0.005,
  order: 'as sorted' | 'any' = 'as sorted',
): void {
  const sent = tableOf(text).rows;
  const rows = order === 'any' ? sent.toSorted(([left = ''], [right = '']) => (left < right ? -1 : 1)) : sent;
  expect(rows.length, text).toBe(expected.length);
  for (const [position, row] of rows.entries()) {
    const wanted = expected[position] ?? [];
    expect(row.length).toBe(wanted.length);
    for (const [column, cell] of row.entries()) {
      const value = wanted[column];
      if (typeof value === 'number') {
        expect(cell).not.toBe('');
        const difference = Math.abs(Number(cell) - value);
        expect(difference, `${cell} for ${value} in ${row.join()}`).toBeLessThanOrEqual(within + 1e-9);
      } else {
        expect(cell).toBe(value === null || value === undefined ? '' : String(value));
      }
    }
  }
}
