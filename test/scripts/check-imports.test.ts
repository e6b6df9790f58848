import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Runs the check on a folder with these files. */
function check(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'imports-'));
  folders.push(folder);
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), source);
  }
  const { status, stderr } = spawnSync(process.execPath, ['scripts/check-imports.mjs', folder], { encoding: 'utf8' });
  return { status, stderr };
}

test('imports that go down pass', () => {
  const files = { 'text/a.ts': '', 'tools/b.ts': "import type { A } from '../text/a.ts';\n" };
  expect(check(files)).toEqual({ status: 0, stderr: '' });
});

test.each([
  ['a value', "import { b } from '../tools/b.ts';\n"],
  ['a type', "import type { B } from '../tools/b.ts';\n"],
  ['several lines', "import {\n  a,\n  b,\n} from '../tools/b.ts';\n"],
  ['a re-export', "export { b } from '../tools/b.ts';\n"],
  ['an import for its effect', "import '../tools/b.ts';\n"],
  ['an import at run time over two lines', "const b = await import(\n  '../tools/b.ts'\n);\n"],
  ['an import at run time', "const b = await import('../tools/b.ts');\n"],
])('an import upwards fails: %s', (_, source) => {
  const { status, stderr } = check({ 'text/a.ts': source, 'tools/b.ts': '' });
  expect(status).toBe(1);
  expect(stderr).toContain('text/a.ts imports tools/b.ts');
});

test('a circle inside a room fails', () => {
  const { status, stderr } = check({
    'text/a.ts': "import './b.ts';\n",
    'text/b.ts': "import { c } from './c.ts';\n",
    'text/c.ts': "import { a } from './a.ts';\n",
  });
  expect(status).toBe(1);
  expect(stderr).toContain('circle');
});

test('the sandbox shares no code with the rest', () => {
  const { status } = check({ 'sandbox/a.ts': "import { b } from '../text/b.ts';\n", 'text/b.ts': '' });
  expect(status).toBe(1);
  expect(check({ 'cli/a.ts': "import { b } from '../sandbox/b.ts';\n", 'sandbox/b.ts': '' }).status).toBe(1);
});

test('a tool that imports the policy fails', () => {
  const files = { 'tools/a.ts': "import { b } from '../policy/b.ts';\n", 'policy/b.ts': '' };
  expect(check(files)).toMatchObject({ status: 1, stderr: expect.stringContaining('policy') });
});

test('a room without a level fails', () => {
  expect(check({ 'attic/a.ts': "import { b } from '../text/b.ts';\n", 'text/b.ts': '' }).status).toBe(1);
});
