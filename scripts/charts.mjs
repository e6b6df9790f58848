// Builds dist/charts: what pictures and the chart App need, loaded with the first chart.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import { chartFonts } from './charts-fonts.mjs';

const require = createRequire(import.meta.url);
const FOLDER = 'dist/charts';

const browser = {
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  minify: true,
  metafile: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};

/** Returns what the licences of dist/charts follow from: esbuild's metafile, and packages of which files are copied. */
export async function buildCharts() {
  await mkdir(join(FOLDER, 'fonts'), { recursive: true });
  const [{ metafile }] = await Promise.all([
    // CommonJS runs in Node as a module, and in a page as a script that is handed a `module`.
    build({ ...browser, entryPoints: ['src/charts/kit/kit.ts'], outfile: join(FOLDER, 'kit.cjs'), format: 'cjs' }),
    writePage(),
    writeRasteriser(),
    writeFonts(),
  ]);
  return { metafile, copied: ['@resvg/resvg-wasm', '@fontsource/roboto'] };
}

/** The App's page with its code; the kit is put in when it is read, so that it is packed once. */
async function writePage() {
  const view = { ...browser, entryPoints: ['src/charts/view/view.ts'], format: 'esm', write: false };
  const [template, { outputFiles }] = await Promise.all([
    readFile('src/charts/view/template.html', 'utf8'),
    build(view),
  ]);
  const code = outputFiles[0].text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  await writeFile(join(FOLDER, 'view.html'), template.split('/*view*/').join(code));
}

/** Brotli, because npm's gzip of the same file is 265 KB larger. Takes seconds, so it is kept until the file changes. */
async function writeRasteriser() {
  const wasm = await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm'));
  const hash = createHash('sha256').update(wasm).digest('hex').slice(0, 16);
  const kept = join('node_modules/.cache/lightdash-mcp', `resvg-${hash}.wasm.br`);
  const target = join(FOLDER, 'resvg.wasm.br');
  try {
    await copyFile(kept, target);
  } catch {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
    await writeFile(target, brotliCompressSync(wasm, { params }));
    await mkdir(dirname(kept), { recursive: true });
    // Renamed into place: another build may read it at the same time.
    await copyFile(target, `${kept}.${process.pid}`);
    await rename(`${kept}.${process.pid}`, kept);
  }
}

async function writeFonts() {
  for (const [name, font] of await chartFonts()) await writeFile(join(FOLDER, 'fonts', name), font);
}
