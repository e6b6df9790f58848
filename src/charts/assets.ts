import { readFile } from 'node:fs/promises';

/** Built next to the server: two folders up from here and from a chunk of the build alike. */
const FOLDER = new URL('../../dist/charts/', import.meta.url);

/** Address of a file of the package. */
export const assetUrl = (name: string): URL => new URL(name, FOLDER);

/** Bytes of a file of the package. @throws if it is missing. */
export const readAsset = (name: string): Promise<Buffer> => readFile(assetUrl(name));
