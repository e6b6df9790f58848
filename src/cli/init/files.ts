import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A settings file that cannot be read or written; the message is a sentence. */
export class FileError extends Error {}

/** Result of replacing a file. */
interface Replaced {
  /** Path of the copy of the old file; undefined for a new one. */
  readonly backup: string | undefined;
  /** Other users of this machine may read it. */
  readonly readByOthers: boolean;
}

/** Settings files of other programs: read whole, replaced whole. */
export interface Files {
  /** The text of a file; undefined if it does not exist. */
  read(path: string): Promise<string | undefined>;
  /**
   * Replaces a file atomically, keeping its mode and a copy of the old one; a new file is readable only by its owner.
   *
   * @param before the text that the new one was made from: a file that was changed meanwhile is not replaced.
   * @throws {FileError}
   */
  replace(path: string, before: string | undefined, text: string, now: Date): Promise<Replaced>;
}

const OWNER_ONLY = 0o600;

/** The files of this machine. */
export const localFiles: Files = {
  async read(path) {
    try {
      // Writing back another encoding would damage it; a byte order mark is kept.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new FileError(`${path} cannot be read (${codeOf(error)}).`);
    }
  },

  async replace(path, before, text, now) {
    // A symbolic link, as to settings kept in a repository, stays one.
    const target = await realpath(path).catch(() => path);
    if ((await this.read(target)) !== before) throw new FileError(`${path} was changed in the meantime: try again.`);
    try {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const mode = before === undefined ? OWNER_ONLY : (await stat(target)).mode & 0o777;
      const backup = before === undefined ? undefined : `${target}.backup-${now.toISOString().replace(/[:.]/g, '-')}`;
      // Settings hold tokens; only the owner may read the copy.
      if (backup !== undefined && before !== undefined) await write(backup, before, OWNER_ONLY);
      const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
      try {
        await write(temporary, text, mode);
        await rename(temporary, target);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      return { backup, readByOthers: (mode & 0o077) !== 0 };
    } catch (error) {
      throw new FileError(`${path} cannot be written (${codeOf(error)}).`);
    }
  },
};

/** Writes a new file and flushes it to the disk. */
async function write(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    // The process's umask reduces the mode of open().
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
