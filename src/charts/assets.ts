import { readFile } from 'node:fs/promises';

/** Built next to the server: two folders up from here and from a chunk of the build alike. */
const FOLDER = new URL('../../dist/charts/', import.meta.url);

export const assetUrl = (name: string): URL => new URL(name, FOLDER);

export const readAsset = (name: string): Promise<Buffer> => readFile(assetUrl(name));
