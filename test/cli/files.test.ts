import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { FileError, localFiles } from '../../src/cli/init/files.ts';

const now = new Date('2026-11-24T10:00:00Z');
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightdash-mcp-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

test('a new file in new folders is readable by its owner only', async () => {
  const path = join(folder, 'a', 'b', 'mcp.json');
  expect(await localFiles.read(path)).toBeUndefined();
  expect(await localFiles.replace(path, undefined, 'new', now)).toEqual({ backup: undefined, readByOthers: false });
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(mode(path)).toBe('600');
});

test('a replaced file keeps its mode, and its backup is readable by its owner only', async () => {
  const path = join(folder, 'mcp.json');
  writeFileSync(path, '\ufeffold');
  chmodSync(path, 0o664);
  const before = await localFiles.read(path);
  const { backup, readByOthers } = await localFiles.replace(path, before, 'new', now);
  expect(readByOthers).toBe(true);
  expect(mode(path)).toBe('664');
  expect(backup).toBe(`${path}.backup-2026-11-24T10-00-00-000Z`);
  expect(readFileSync(backup ?? '', 'utf8')).toBe('\ufeffold');
  expect(mode(backup ?? '')).toBe('600');
  expect(readdirSync(folder)).toHaveLength(2);
});

test('a link stays a link', async () => {
  const [path, target] = [join(folder, 'link.json'), join(folder, 'target.json')];
  writeFileSync(target, 'old');
  symlinkSync(target, path);
  await localFiles.replace(path, 'old', 'new', now);
  expect(readFileSync(target, 'utf8')).toBe('new');
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test('a file that changed in the meantime stays unchanged', async () => {
  const path = join(folder, 'mcp.json');
  writeFileSync(path, 'by another program');
  await expect(localFiles.replace(path, 'old', 'new', now)).rejects.toThrow(FileError);
  await expect(localFiles.replace(path, undefined, 'new', now)).rejects.toThrow(FileError);
  expect(readFileSync(path, 'utf8')).toBe('by another program');
  expect(readdirSync(folder)).toHaveLength(1);
});

test('a file in another encoding, and anything but a file, is not read', async () => {
  const path = join(folder, 'utf16.json');
  writeFileSync(path, Buffer.from('{"é": 1}', 'utf16le').fill(0xff, 0, 1));
  await expect(localFiles.read(path)).rejects.toThrow(FileError);
  await expect(localFiles.read(folder)).rejects.toThrow('EISDIR');
});
