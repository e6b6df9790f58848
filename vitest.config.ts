import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Foreign clients have packages of their own: npm run test:clients.
    exclude: [...configDefaults.exclude, 'test/clients'],
    globalSetup: 'test/helpers/build.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
