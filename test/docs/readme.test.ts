import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { demoPicture } from '../../scripts/docs/demo-picture.ts';

test('generated parts of README and docs are up to date', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/write-docs.mjs', '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test("the README's first screen names both commands, and they exist", () => {
  const firstScreen = readFileSync('README.md', 'utf8').split('\n').slice(0, 30).join('\n');
  expect(firstScreen).toContain('npm ci && npm run demo');
  expect(firstScreen).toContain('npm ci && npm test');
  expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(['demo', 'test', 'docs']));
});

// `npx vitest run test/docs -u` draws the picture.
test('the demo plays to its end, and begins as its picture shows', async () => {
  const played = execFileSync(process.execPath, ['scripts/demo.mjs'], { encoding: 'utf8' });
  expect(played).toContain('An administrator');
  expect(played).toContain('1 group and 2 people have access:\n    - group Baristas: viewer');
  expect(played).toContain('Done: deleted the space "Harvest report"');
  await expect(demoPicture(played)).toMatchFileSnapshot('../../docs/images/demo.svg');
});

test('the example for Claude Desktop is JSON that starts the server', () => {
  const server = z.object({
    command: z.literal('node'),
    args: z.array(z.string()),
    env: z.record(z.string(), z.string()),
  });
  const example = z.object({ mcpServers: z.object({ lightdash: server }) });
  const { mcpServers } = example.parse(JSON.parse(readFileSync('mcp.json.example', 'utf8')));
  expect(mcpServers.lightdash.args[0]).toMatch(/dist\/main\.js$/);
  expect(Object.keys(mcpServers.lightdash.env)).toEqual(['LIGHTDASH_URL', 'LIGHTDASH_API_KEY']);
});
