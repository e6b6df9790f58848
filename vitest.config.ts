import { readdirSync, readFileSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';

// Needs an API document that is not part of the project; .ci/run gives it where there is one.
const withDocument = process.env.LIGHTDASH_API_DOCUMENT ? [] : ['test/contract/newer-document.test.ts'];
// Foreign clients have packages of their own: npm run test:clients.
const exclude = [...configDefaults.exclude, 'test/clients', 'test/browser', ...withDocument];

const unitFolders = ['async', 'config', 'lightdash', 'observability', 'query', 'render', 'secrets', 'text', 'tools'];

/** Tests of functions and of servers on loopback: no build, no sandbox, no process. */
const unit = unitFolders
  .flatMap((folder) =>
    readdirSync(`test/${folder}`, { recursive: true, encoding: 'utf8' }).map((file) => `test/${folder}/${file}`),
  )
  .filter((file) => file.endsWith('.test.ts') && !/startSandbox|startTwoProjects/.test(readFileSync(file, 'utf8')));

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Modules are loaded once per worker, not once per file: no test changes a module's state.
    isolate: false,
    // The default leaves a core idle, which is half of a machine with two.
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'unit', include: unit, exclude, pool: 'threads' } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: [...exclude, ...unit],
          pool: 'forks',
          globalSetup: 'test/helpers/build.ts',
        },
      },
    ],
  },
});
