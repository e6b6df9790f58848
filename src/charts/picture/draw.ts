import { createRequire as requireFrom } from 'node:module';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { assetUrl, readAsset } from '../assets.ts';
import { PICTURE_WIDTH } from '../kit/layout.ts';
import type { DrawnSpec } from '../kit/option.ts';
import type { ThemeName } from '../kit/theme.ts';
import { type Fonts, fitToFonts, loadFonts } from './fonts.ts';
import { encodePng } from './png.ts';

export interface PictureOptions {
  readonly theme?: ThemeName;
  /** 1 for an image block, 2 for a file. */
  readonly scale?: 1 | 2;
}

export interface Picture {
  readonly png: Buffer;
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  /** Names with characters that the font lacks, which show as boxes. */
  readonly missing: number;
}

export type Painter = (spec: DrawnSpec, options?: PictureOptions) => Picture;

let painter: Promise<Painter> | undefined;

/** Loads ECharts, the rasteriser and the fonts once. */
export function loadPainter(): Promise<Painter> {
  painter ??= createPainter();
  return painter;
}

async function createPainter(): Promise<Painter> {
  // CommonJS: import() finds its names in some bundles and not in others.
  const kit: typeof import('../kit/kit.ts') = requireFrom(import.meta.url)(fileURLToPath(assetUrl('kit.cjs')));
  const [fonts, wasm] = await Promise.all([loadFonts(), readAsset('resvg.wasm.br')]);
  await initWasm(new Uint8Array(brotliDecompressSync(wasm)));
  kit.setPlatformAPI({
    measureText: (text, font) => ({
      width: fonts.measure(text, Number.parseFloat(/([\d.]+)px/.exec(font ?? '')?.[1] ?? '12')),
    }),
  });
  return (spec, options = {}) => paint(kit, fonts, spec, options);
}

function paint(
  kit: typeof import('../kit/kit.ts'),
  fonts: Fonts,
  original: DrawnSpec,
  options: PictureOptions,
): Picture {
  const { theme = 'light', scale = 1 } = options;
  const { spec, missing } = fitToFonts(original, fonts);
  const width = PICTURE_WIDTH;
  const height = kit.heightFor(spec);
  const chart = kit.init(null, null, { renderer: 'svg', ssr: true, width, height });
  let svg: string;
  try {
    chart.setOption(kit.echartsOption(spec, { width, height, theme: kit.THEMES[theme], measure: fonts.measure }));
    svg = chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
  const renderer = new Resvg(svg, {
    font: { fontBuffers: [...fonts.files], defaultFontFamily: 'Roboto', sansSerifFamily: 'Roboto' },
    fitTo: { mode: 'zoom', value: scale },
    background: kit.THEMES[theme].background,
  });
  const image = renderer.render();
  try {
    return {
      png: encodePng(image.pixels, image.width, image.height),
      svg,
      width: image.width,
      height: image.height,
      missing,
    };
  } finally {
    image.free();
    renderer.free();
  }
}
