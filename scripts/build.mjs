// Bundles the server into dist/, with every dependency in it. `--metafile <path>` also writes which source went where.
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { buildCharts } from './charts.mjs';
import { bundling, loadTypeScript } from './load-typescript.mjs';
import { writeNotices } from './notices.mjs';
import { unused } from './unused-code.mjs';

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
 * Lets every part that is loaded later name all that the start needs, so that the code of the start is one chunk: esbuild
 * makes one of each set of modules with the same users, which were 19 files to find, read and compile.
 */
function startInOneChunk({ inputs, outputs }) {
  const start = inputs['src/main.ts'].imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
  const startsWithMain = start.map(({ path }) => `import ${JSON.stringify(resolve(path))};`).join('\n');
  const later = Object.values(outputs).flatMap(({ entryPoint = '' }) =>
    isLoadedLater(entryPoint) ? [entryPoint] : [],
  );
  const paths = new Set(later.map((path) => resolve(path)));
  return {
    name: 'start-in-one-chunk',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) =>
        paths.has(path)
          ? { contents: `${await readFile(path, 'utf8')}\n${startsWithMain}`, loader: 'ts', resolveDir: dirname(path) }
          : undefined,
      );
    },
  };
}

/** Not the sandbox, which shares no code with the rest. */
const isLoadedLater = (entryPoint) =>
  entryPoint.startsWith('src/') && entryPoint !== 'src/main.ts' && !entryPoint.startsWith('src/sandbox/');

const { values: options } = parseArgs({ options: { metafile: { type: 'string' } } });

await rm('dist', { recursive: true, force: true });
const plugins = [await precomputedToolDefinitions(), unused];
const server = {
  ...bundling,
  entryPoints: { main: 'src/main.ts', sandbox: 'src/sandbox/index.ts' },
  // The sandbox's database is native code, and an optional peer.
  external: ['@duckdb/node-api'],
  outdir: 'dist',
  // Code that the first answer does not need stays in separate files, loaded by the first call that needs it.
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  minify: true,
  legalComments: 'none',
  metafile: true,
};
const { metafile: parts } = await build({ ...server, plugins, write: false });
const { metafile } = await build({ ...server, plugins: [startInOneChunk(parts), ...plugins] });
const charts = await buildCharts();
await writeNotices('dist', [metafile, charts.metafile], charts.copied);
// Read with the first use by a module that is in one of the chunks.
await cp('src/operations/long-tail/operations.json', 'dist/chunks/operations.json');
await cp('src/sandbox/roastery', 'dist/roastery', { recursive: true });
if (options.metafile) await writeFile(options.metafile, JSON.stringify(metafile));
