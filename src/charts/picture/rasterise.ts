import { brotliDecompressSync } from 'node:zlib';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { readAsset } from '../assets.ts';
import { withFlags } from './engine-flags.ts';

/** Node's types name the class, and not its constructor. */
const { Module }: { Module: new (bytes: Uint8Array<ArrayBuffer>) => WebAssembly.Module } = Reflect.get(
  globalThis,
  'WebAssembly',
);

/** Pixels of a picture. */
export interface Raster {
  /** Opaque RGBA, a row after the other. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

interface RasterOptions {
  readonly fonts: readonly Uint8Array[];
  readonly scale: number;
  readonly background: string;
}

/** Draws an SVG. @throws for one that is not valid. */
export type Rasterise = (svg: string, options: RasterOptions) => Raster;

/** Compiles the rasteriser. */
export async function loadRasteriser(): Promise<Rasterise> {
  const compressed = await readAsset('resvg.wasm.br');
  await initWasm(withFlags(BASELINE_CODE, () => new Module(new Uint8Array(brotliDecompressSync(compressed)))));
  return (svg, options) => withFlags(BASELINE_CODE, () => rasterise(svg, options));
}

function rasterise(svg: string, { fonts, scale, background }: RasterOptions): Raster {
  const renderer = new Resvg(svg, {
    font: { fontBuffers: [...fonts], defaultFontFamily: 'Roboto', sansSerifFamily: 'Roboto' },
    fitTo: { mode: 'zoom', value: scale },
    background,
  });
  try {
    const image = renderer.render();
    try {
      return { pixels: image.pixels, width: image.width, height: image.height };
    } finally {
      image.free();
    }
  } finally {
    renderer.free();
  }
}

/**
 * V8's optimizing compiler for WebAssembly takes 40 to 100 MB for the rasteriser, and longer than the first picture itself
 * (measured on Node 20, 22 and 24). Node 20 and 22 read one of the flags as a module is compiled, the other, and Node 24
 * both, as a function is first called.
 */
const BASELINE_CODE = {
  during: ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering'],
  otherwise: ['--wasm-tier-up', '--wasm-dynamic-tiering'],
};
