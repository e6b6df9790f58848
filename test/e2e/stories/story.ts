import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { RELEASES, type Release, type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { type Connection, callTool, connectInMemory } from '../../helpers/client.ts';
import { openRoastery, type RoasterySql } from '../../helpers/roastery-sql.ts';
import { TODAY } from '../setup.ts';

export { RELEASES };

/** One conversation with the server: the calls, the questions to the person, and what Lightdash holds after it. */
export interface Story {
  readonly sandbox: Sandbox;
  readonly data: RoasterySql;
  /** Every question to the person; each is accepted. */
  readonly questions: readonly string[];
  /** The text of an answer that must not be an error. */
  call(tool: string, args?: Record<string, unknown>): Promise<string>;
  /** The text of a refusal; nothing was written. */
  refused(tool: string, args: Record<string, unknown>): Promise<string>;
}

/** Starts a sandbox and a server for the stories of a file; each story begins with the seeded content. */
export function useStory(version: Release, environment: Readonly<Record<string, string>> = {}): () => Story {
  let sandbox: Sandbox;
  let host: Connection;
  let data: RoasterySql;
  const questions: string[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox({ now: () => new Date(TODAY), version });
    data = await openRoastery();
  });
  afterAll(async () => {
    data.close();
    await sandbox.close();
  });
  beforeEach(async () => {
    sandbox.reset();
    questions.length = 0;
    host = await connectInMemory(
      {
        LIGHTDASH_URL: sandbox.url,
        LIGHTDASH_API_KEY: sandbox.tokens.admin,
        LIGHTDASH_PROJECT: 'Roastery',
        ...environment,
      },
      {
        elicit: (question) => {
          questions.push(question);
          return 'accept';
        },
      },
    );
    return () => host.close();
  });

  return () => ({
    sandbox,
    data,
    questions,
    async call(tool, args = {}) {
      const { text, isError } = await callTool(host.client, tool, args);
      expect(isError, text).toBe(false);
      return text;
    },
    async refused(tool, args) {
      const before = sandbox.requests.length;
      const { text, isError } = await callTool(host.client, tool, args);
      expect(isError, text).toBe(true);
      const written = sandbox.requests
        .slice(before)
        .filter(({ method, path, status }) => !isRead(method, path) && status < 400);
      expect(written).toEqual([]);
      return text;
    },
  });
}

/** Queries are POST requests that change nothing. */
const isRead = (method: string, path: string): boolean =>
  method === 'GET' || /\/(?:query\/|runQuery|sqlQuery|search$|results$)/.test(path);

/** The uuid after a word of an answer: `saved`, `dashboards`, `schedulerUuid`, `savedSqlUuid`. */
export function uuidAfter(word: string, text: string): string {
  const uuid = new RegExp(`${word}\\W{0,4}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})`).exec(text)?.[1];
  if (uuid === undefined) throw new Error(`no uuid after ${word} in ${text}`);
  return uuid;
}
