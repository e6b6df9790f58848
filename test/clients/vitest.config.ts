import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/clients/*.test.ts'],
    globalSetup: ['test/helpers/build.ts', 'test/clients/install.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The agents of OpenAI report every schema that they use as it is; a test counts them.
    onConsoleLog: (line) => !line.startsWith('Error converting MCP schema to strict mode'),
  },
});
