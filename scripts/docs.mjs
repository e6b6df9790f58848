// Writes the pages of docs/ that are made from the source.
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const requireShim = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const { outputFiles } = await build({
  entryPoints: ['scripts/docs/policy-page.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
  banner: { js: requireShim.replace('import.meta.url', JSON.stringify(import.meta.url)) },
});
const { policyPage } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);
await writeFile('docs/policy.md', policyPage());
