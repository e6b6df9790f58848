import { afterAll, beforeAll, beforeEach } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { Person } from '../person.ts';

export const project = `/api/v1/projects/${ids.project}`;
export const unknown = '00000000-0000-4000-8000-000000000000';
export const withUuid = z.looseObject({ uuid: z.string() });
export const named = z.array(z.looseObject({ name: z.string() }));

type Who = keyof Sandbox['tokens'];
interface Stage {
  readonly sandbox: Sandbox;
  as: (who: Who) => Person;
}

/** A 1.219 for all tests of a file, as fresh as new before each. */
export function onToday(): Stage {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ version: '1.219' });
  });
  beforeEach(() => sandbox.reset());
  afterAll(() => sandbox.close());
  return {
    get sandbox() {
      return sandbox;
    },
    as: (who) => Person.withToken(sandbox, sandbox.tokens[who]),
  };
}
