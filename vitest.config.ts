import { configDefaults, defineConfig } from 'vitest/config';

// Needs an API document that is not part of the project; .ci/run gives it where there is one.
const withDocument = process.env.LIGHTDASH_API_DOCUMENT ? [] : ['test/contract/newer-document.test.ts'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Foreign clients have packages of their own: npm run test:clients.
    exclude: [...configDefaults.exclude, 'test/clients', 'test/browser', ...withDocument],
    globalSetup: 'test/helpers/build.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
