import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import base, { exclude } from './vitest.config.ts';

const folders = ['async', 'config', 'lightdash', 'observability', 'query', 'render', 'secrets', 'text', 'tools'];

/** Tests of functions and of servers on loopback, `npm run test:unit`: no build, no sandbox, no process. */
export default defineConfig({
  test: {
    ...base.test,
    include: folders
      .flatMap((folder) =>
        readdirSync(`test/${folder}`, { recursive: true, encoding: 'utf8' }).map((file) => `test/${folder}/${file}`),
      )
      .filter((file) => file.endsWith('.test.ts') && !/startSandbox|startTwoProjects/.test(readFileSync(file, 'utf8'))),
    exclude,
    pool: 'threads',
    globalSetup: [],
  },
});
