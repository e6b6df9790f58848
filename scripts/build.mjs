// Bundles the server into dist/, with every dependency in it.
import { cp, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { bundling, loadTypeScript } from './load-typescript.mjs';

/** Replaces tools/surface.ts, which builds 135 schemas, by the value it comes to. */
async function precomputedSurface() {
  const { surface } = await loadTypeScript('src/tools/surface.ts');
  return {
    name: 'precomputed-surface',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]tools[\\/]surface\.ts$/ }, () => ({
        contents: `export const surface = JSON.parse(${JSON.stringify(JSON.stringify(surface))});`,
        loader: 'js',
      }));
    },
  };
}

/**
 * Leaves out what the server never uses and every start would read and run all the same: zod's error messages in 50
 * languages (260 KB), and the JSON Schema validator (130 KB) that the SDK keeps for forms with fields. Our questions to
 * a person have none.
 */
const unused = {
  name: 'unused',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export {}' }));
    onLoad({ filter: /[\\/]sdk[\\/]dist[\\/]esm[\\/]validation[\\/]ajv-provider\.js$/ }, () => ({
      contents:
        'export class AjvJsonSchemaValidator { getValidator() { return (data) => ({ valid: true, data, errorMessage: undefined }); } }',
    }));
  },
};

await rm('dist', { recursive: true, force: true });
await build({
  ...bundling,
  entryPoints: { main: 'src/main.ts', sandbox: 'src/sandbox/index.ts' },
  // The sandbox's database is native code, and an optional peer.
  external: ['@duckdb/node-api'],
  outdir: 'dist',
  // What the first answer does not need stays in files of its own, loaded when a call wants it.
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  minify: true,
  legalComments: 'none',
  plugins: [await precomputedSurface(), unused],
});
await cp('src/sandbox/roastery', 'dist/roastery', { recursive: true });
