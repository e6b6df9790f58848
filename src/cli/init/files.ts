import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A settings file that cannot be read or written; the message is a sentence. */
export class FileError extends Error {}

/** What became of a file that was replaced. */
interface Replaced {
  /** Where the file as it was before lies; undefined for a new one. */
  readonly backup: string | undefined;
  /** Others on this machine may read it. */
  readonly readByOthers: boolean;
}

/** Settings files of other programs: read whole, replaced whole. */
export interface Files {
  /** The text of a file; undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  /**
   * Puts a text in the place of a file, at once and with its mode; a new file is for its owner alone. What was there is
   * kept beside it.
   *
   * @param before the text that the new one was made from: a file that is another by now is left alone.
   * @throws {FileError}
   */
  replace(path: string, before: string | undefined, text: string, now: Date): Promise<Replaced>;
}

const OWNER_ALONE = 0o600;

/** The files of this machine. */
export const localFiles: Files = {
  async read(path) {
    try {
      // Another encoding would be spoilt by writing it back; a byte order mark is kept.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new FileError(`${path} cannot be read (${codeOf(error)}).`);
    }
  },

  async replace(path, before, text, now) {
    // A link, as people keep their settings in a repository, stays one.
    const target = await realpath(path).catch(() => path);
    if ((await this.read(target)) !== before) throw new FileError(`${path} was changed in the meantime: try again.`);
    try {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const mode = before === undefined ? OWNER_ALONE : (await stat(target)).mode & 0o777;
      const backup = before === undefined ? undefined : `${target}.backup-${now.toISOString().replace(/[:.]/g, '-')}`;
      // Settings hold tokens; nobody but the owner needs the copy.
      if (backup !== undefined && before !== undefined) await write(backup, before, OWNER_ALONE);
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

/** Writes a file that must not be there yet, down to the disk. */
async function write(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    // The mode that a file is opened with is cut by the process's mask.
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'for a reason of its own';
