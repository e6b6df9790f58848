import { defineConfig } from 'vitest/config';

const COUNTS = new Set(['CHAOS_CALLS', 'PROPERTY_RUNS', 'SQL_SNIPPETS', 'RANDOM_QUERIES', 'DOOR_LINES']);

/** The long ones: `npm run test:chaos`. CHAOS_SEED and PROPERTY_SEED play one again. */
export default defineConfig({
  test: {
    include: [
      'test/chaos/*.test.ts',
      'test/chaos/*.soak.ts',
      'test/properties/*.test.ts',
      'test/query/sql/*.test.ts',
      'test/e2e/faults/random-queries.test.ts',
      'test/e2e/faults/random-tools.test.ts',
      'test/process/door.test.ts',
    ],
    globalSetup: 'test/helpers/build.ts',
    // A count of the environment wins.
    env: {
      CHAOS_CALLS: '5000',
      PROPERTY_RUNS: '200',
      SQL_SNIPPETS: '50000',
      RANDOM_QUERIES: '300',
      DOOR_LINES: '100000',
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => COUNTS.has(name))),
    },
    testTimeout: 60 * 60_000,
    hookTimeout: 60_000,
    // One after the other: each has the machine for itself, and says something of its own.
    fileParallelism: false,
  },
});
