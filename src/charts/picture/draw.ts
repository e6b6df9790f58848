import { createRequire as requireFrom } from 'node:module';
import { fileURLToPath } from 'node:url';
import { assetUrl } from '../assets.ts';
import { PICTURE_WIDTH } from '../kit/layout.ts';
import type { DrawnSpec } from '../kit/option.ts';
import type { ThemeName } from '../kit/theme.ts';
import { withFlags } from './engine-flags.ts';
import { type Fonts, fontsOf, loadFonts, missingIn, withoutInvisible } from './fonts.ts';
import { encodePng } from './png.ts';
import { loadRasteriser, type Rasterise } from './rasterise.ts';
import type { FontFinder } from './system-fonts.ts';

/** Theme, scale and fonts of a picture. */
export interface PictureOptions {
  readonly theme?: ThemeName;
  /** 1 for an image block, 2 for a file. */
  readonly scale?: 1 | 2;
  /** Looks for a font of the system if the package's own lack a character. */
  readonly findFont?: FontFinder;
}

/** A drawn chart; sizes are in pixels of the PNG. */
export interface Picture {
  readonly png: Buffer;
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  /** Names with characters that the font lacks, which show as boxes. */
  readonly missing: number;
  /** Points whose names are not in the picture. */
  readonly hidden: number;
}

type Painter = (spec: DrawnSpec, options?: PictureOptions) => Promise<Picture>;

let painter: Promise<Painter> | undefined;

/** Loads ECharts, the rasteriser and the fonts once. */
export function loadPainter(): Promise<Painter> {
  painter ??= createPainter();
  return painter;
}

type Kit = typeof import('../kit/kit.ts');

interface Tools {
  readonly kit: Kit;
  readonly rasterise: Rasterise;
}

/**
 * Drawing makes much garbage of a short life, and V8 gives that more and more room: on Node 24 a hundred pictures reach 230
 * to 270 MB, and 150 to 190 if it does not.
 */
const STEADY_HEAP = { during: ['--semi-space-growth-factor=1'], otherwise: ['--semi-space-growth-factor=2'] };

async function createPainter(): Promise<Painter> {
  // CommonJS: import() finds its names in some bundles and not in others.
  const kit: Kit = requireFrom(import.meta.url)(fileURLToPath(assetUrl('kit.cjs')));
  const [own, rasterise] = await Promise.all([loadFonts(), loadRasteriser()]);
  return async (original, options = {}) => {
    const spec = withoutInvisible(original);
    const { characters } = missingIn(spec, own);
    const further = characters.size > 0 ? await options.findFont?.(characters) : undefined;
    const fonts = further ? fontsOf([...own.files, further]) : own;
    return withFlags(STEADY_HEAP, () => paint({ kit, rasterise }, fonts, spec, options));
  };
}

function paint({ kit, rasterise }: Tools, fonts: Fonts, spec: DrawnSpec, options: PictureOptions): Picture {
  const { theme = 'light', scale = 1 } = options;
  kit.setPlatformAPI({
    measureText: (text, font) => ({
      width: fonts.measure(text, Number.parseFloat(/([\d.]+)px/.exec(font ?? '')?.[1] ?? '12')),
    }),
  });
  const width = PICTURE_WIDTH;
  const height = kit.heightFor(spec);
  const chart = kit.init(null, null, { renderer: 'svg', ssr: true, width, height });
  let svg: string;
  let hidden: number;
  try {
    chart.setOption(kit.echartsOption(spec, { width, height, theme: kit.THEMES[theme], measure: fonts.measure }));
    svg = chart.renderToSVGString();
    hidden = kit.countHiddenNames(spec, chart);
    if (!leavesPlot(spec)) svg = svg.replaceAll(CLIPPED_GROUP, '<g>');
  } finally {
    chart.dispose();
  }
  const { background } = kit.THEMES[theme];
  const raster = rasterise(svg, { fonts: fonts.files, scale, background });
  return {
    png: encodePng(raster),
    svg,
    width: raster.width,
    height: raster.height,
    missing: missingIn(spec, fonts).names,
    hidden,
  };
}

/** Names are escaped in SVG, so none looks like a tag. */
const CLIPPED_GROUP = /<g clip-path="url\(#[^"]*\)">/g;

/**
 * Lines leave the plot only if they are bent, or if an axis ends before the values do. ECharts clips all of them, and a
 * clip takes the rasteriser as long as 500 points.
 */
const leavesPlot = (spec: DrawnSpec): boolean =>
  spec.kind !== 'cartesian' ||
  spec.series.some(({ smooth }) => smooth) ||
  spec.axes.some(({ min, max }) => min !== undefined || max !== undefined);
