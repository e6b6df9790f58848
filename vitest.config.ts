import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Needs an API document that is not part of the project; .ci/run gives it where there is one.
const withDocument = process.env.LIGHTDASH_API_DOCUMENT ? [] : ['test/contract/newer-document.test.ts'];
// Foreign clients have packages of their own: npm run test:clients.
export const exclude = [...configDefaults.exclude, 'test/clients', 'test/browser', ...withDocument];

/** The longest files begin first, else one runs alone at the end; a clean checkout has no durations to go by. */
const LONGEST = [
  'process/leak',
  'policy/every-door',
  'properties/arguments',
  'process/network',
  'contract/recordings',
  'cli/doctor',
  'sandbox/consistency',
  'e2e/every-operation',
  'e2e/faults/random-queries',
  'packaging/npm',
  'chaos/chaos',
  'e2e/async-queries',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Modules are loaded once per worker, not once per file: no test changes a module's state.
    isolate: false,
    pool: 'forks',
    // One more than there are cores: tests wait for processes, sockets and deadlines for a quarter of their time.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    include: ['test/**/*.test.ts'],
    exclude,
    globalSetup: 'test/helpers/build.ts',
  },
});
