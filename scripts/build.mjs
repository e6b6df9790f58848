// Bundles the server into dist/, with every dependency in it. `--metafile <path>` also tells which source went where.
import { cp, rm, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { buildCharts } from './charts.mjs';
import { bundling, loadTypeScript } from './load-typescript.mjs';
import { writeNotices } from './notices.mjs';

/** Replaces inventory/tool-entries.ts, which builds 135 schemas, by the value it comes to. */
async function precomputedToolDefinitions() {
  const { toolDefinitions } = await loadTypeScript('src/inventory/tool-entries.ts');
  return {
    name: 'precomputed-tool-definitions',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]inventory[\\/]tool-entries\.ts$/ }, () => ({
        contents: `export const toolDefinitions = JSON.parse(${JSON.stringify(JSON.stringify(toolDefinitions))});`,
        loader: 'js',
      }));
    },
  };
}

/**
 * Leaves out what the server never uses and would read and run all the same: zod's error messages in 50 languages
 * (260 KB), the JSON Schema validator (130 KB) that the SDK keeps for forms with fields (our questions to a person have
 * none), and of undici all but plain requests and proxies (its streams, fetch, WebSocket, caches, mocks: 230 KB, 5 MB of memory).
 */
const unused = {
  name: 'unused',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export {}' }));
    onLoad({ filter: /[\\/]sdk[\\/]dist[\\/]esm[\\/]validation[\\/]ajv-provider\.js$/ }, () => ({
      contents: `export class AjvJsonSchemaValidator {
        getValidator(schema) {
          if (schema.type !== 'object' || Object.keys(schema.properties ?? {}).length > 0)
            throw new Error('only forms without fields are validated: scripts/build.mjs leaves the validator out');
          return (data) => ({ valid: true, data, errorMessage: undefined });
        }
      }`,
    }));
    onLoad({ filter: /[\\/]undici[\\/]index\.js$/ }, () => ({
      contents: `
        const Dispatcher = require('./lib/dispatcher/dispatcher');
        Dispatcher.prototype.connect = require('./lib/api/api-connect');
        exports.Agent = require('./lib/dispatcher/agent');
        exports.EnvHttpProxyAgent = require('./lib/dispatcher/env-http-proxy-agent');
        exports.Pool = require('./lib/dispatcher/pool');`,
      resolveDir: 'node_modules/undici',
    }));
  },
};

const { values: options } = parseArgs({ options: { metafile: { type: 'string' } } });

await rm('dist', { recursive: true, force: true });
const { metafile } = await build({
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
  metafile: true,
  plugins: [await precomputedToolDefinitions(), unused],
});
const charts = await buildCharts();
await writeNotices('dist', [metafile, charts.metafile], charts.copied);
// Read with the first use by a module that is in one of the chunks.
await cp('src/operations/long-tail/operations.json', 'dist/chunks/operations.json');
await cp('src/sandbox/roastery', 'dist/roastery', { recursive: true });
if (options.metafile) await writeFile(options.metafile, JSON.stringify(metafile));
