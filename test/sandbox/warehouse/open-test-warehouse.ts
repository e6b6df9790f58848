import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Explore, openWarehouse, type Warehouse } from '../../../src/sandbox/warehouse/index.ts';

/** The data of the Roastery. */
export const roastery = fileURLToPath(new URL('../../../src/sandbox/roastery/', import.meta.url));
const fixtures = new URL('../../fixtures/warehouse/', import.meta.url);

/** The moment at which the recordings were made: relative dates in them count from it. */
export const RECORDED_AT = new Date('2026-11-23T20:18:56Z');

export function openTestWarehouse(): Promise<Warehouse> {
  return openWarehouse({ dataDir: roastery, now: () => RECORDED_AT });
}

const explores = z
  .array(z.custom<Explore>((value) => z.object({ name: z.string(), tables: z.object() }).safeParse(value).success))
  .parse(JSON.parse(readFileSync(`${roastery}explores.json`, 'utf8')));

export function getExplore(name: string): Explore {
  const explore = explores.find((candidate) => candidate.name === name);
  if (!explore) throw new Error(`no explore ${name}`);
  return explore;
}

/** A file of test/fixtures/warehouse: trimmed exchanges with a real Lightdash. */
export function readFixture<T>(file: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(new URL(file, fixtures), 'utf8')));
}
