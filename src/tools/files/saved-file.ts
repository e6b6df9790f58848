import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ArgumentsError } from '../arguments.ts';
import type { ToolContext } from '../tool.ts';

/** The folder of the settings for files. @throws {ArgumentsError} without one: before anything is sent. */
export function fileFolder({ charts: { folder } }: Pick<ToolContext, 'charts'>): string {
  if (folder !== undefined) return folder;
  throw new ArgumentsError(['save needs LIGHTDASH_CHART_FOLDER, which the settings of this server do not name']);
}

/** A file name without an extension: letters, digits and hyphens of a title. */
export function fileStem(title: string, fallback: string): string {
  const stem = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return stem || fallback;
}

/**
 * Writes a file, readable by its owner alone, under its name once it is whole. Writes are synchronous: they come from the
 * network in pieces.
 */
export class FileWriter {
  readonly #folder: string;
  readonly #nameOf: (hash: string) => string;
  readonly #partial: string;
  readonly #hash = createHash('sha256');
  readonly #file: number;
  bytes = 0;

  /**
   * @param nameOf its name, from the first eight digits of its SHA-256.
   * @throws what the file system throws.
   */
  constructor(folder: string, nameOf: (hash: string) => string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#nameOf = nameOf;
    this.#partial = join(folder, `.${randomBytes(8).toString('hex')}.part`);
    this.#file = openSync(this.#partial, 'wx', 0o600);
  }

  write(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    for (let at = 0; at < chunk.length; ) at += writeSync(this.#file, chunk, at);
    this.bytes += chunk.length;
  }

  /** @returns its path. */
  end(): string {
    closeSync(this.#file);
    const path = join(this.#folder, this.#nameOf(this.#hash.digest('hex').slice(0, 8)));
    renameSync(this.#partial, path);
    return path;
  }

  /** Removes a file that was not written to its end. */
  discard(): void {
    try {
      closeSync(this.#file);
    } catch {
      // Closed already.
    }
    rmSync(this.#partial, { force: true });
  }
}

/** Writes a file from its content. @returns its path. @throws what the file system throws; no partial file is left. */
export function writeWhole(folder: string, nameOf: (hash: string) => string, content: string | Uint8Array): string {
  const writer = new FileWriter(folder, nameOf);
  try {
    writer.write(typeof content === 'string' ? Buffer.from(content) : content);
    return writer.end();
  } catch (error) {
    writer.discard();
    throw error;
  }
}
