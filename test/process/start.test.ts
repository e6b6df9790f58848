import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { mainPath } from '../helpers/client.ts';
import { startServerProcess } from '../helpers/server-process.ts';

const run = async (env: Record<string, string>, flags: string[] = []) => {
  const server = startServerProcess(env, flags);
  const { code } = await server.exited;
  return { code, stdout: server.stdout.join('\n'), stderr: server.stderr() };
};

test('a missing setting stops the start with one line on stderr and exit code 2', async () => {
  const { code, stdout, stderr } = await run({});
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('LIGHTDASH_URL');
});

test('a bad setting is named and its value is not repeated', async () => {
  const { code, stderr } = await run({
    LIGHTDASH_URL: 'https://x.example',
    LIGHTDASH_API_KEY: 'k',
    LIGHTDASH_TIMEOUT: 'soon-ish',
  });
  expect(code).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('LIGHTDASH_TIMEOUT');
  expect(stderr).not.toContain('soon-ish');
});

test('an unknown flag is named', async () => {
  const { code, stderr } = await run({}, ['--no-such-flag']);
  expect(code).toBe(2);
  expect(stderr).toContain('--no-such-flag');
});

test('--help lists every setting and --version the version, without any settings', async () => {
  const help = await run({}, ['--help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('LIGHTDASH_API_KEY');
  const version = await run({}, ['--version']);
  expect(version.stdout).toBe(manifest.version);
});

test('a start for a host loads no code of the commands for people', () => {
  const read = new Map<string, string>();
  const follow = (file: URL) => {
    if (read.has(file.href)) return;
    const text = readFileSync(file, 'utf8');
    read.set(file.href, text);
    for (const [, path = ''] of text.matchAll(/(?:from|import)"(\.{1,2}\/[^"]+)"/g)) follow(new URL(path, file));
  };
  follow(pathToFileURL(mainPath));
  expect(read.size).toBeGreaterThan(2);
  const ofPeople = ['generalSettings/personalAccessTokens', 'claude_desktop_config.json', 'ahead of', 'InvalidSymbol'];
  for (const text of read.values()) for (const words of ofPeople) expect(text).not.toContain(words);
});
