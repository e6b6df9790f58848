import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { startSandbox } from '../../src/sandbox/index.ts';
import { tools } from '../../src/tools/index.ts';
import { connectTo } from './host.ts';
import { type Installed, installPackage } from './install.ts';

const entry = z.object({ command: z.string(), args: z.array(z.string()), env: z.record(z.string(), z.string()) });
const entries = z.object({ mcpServers: z.object({ lightdash: entry }) });

describe('the package as npm installs it into an empty folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lightdash-mcp-npm-'));
  let installed: Installed;

  beforeAll(() => {
    installed = installPackage(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('contains the build and the files that npm shows, no more', () => {
    const built = readdirSync('dist', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const shown = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json'];
    expect([...installed.files].sort()).toEqual([...shown, ...built].sort());
    for (const file of built)
      expect(file).toMatch(
        /^dist\/((main|sandbox|chunks\/[\w-]+)\.js|chunks\/operations\.json|roastery\/[\w/-]+\.\w+|charts\/[\w./-]+|THIRD_PARTY_NOTICES\.txt|sbom\.cdx\.json)$/,
      );
  });

  test('is at most 2,000,000 bytes to download', () => {
    expect(statSync(installed.tarball).size).toBeLessThanOrEqual(2_000_000);
  });

  test('is built before it is packed, and names its repository', () => {
    expect(manifest.scripts.prepack).toBe('npm run build');
    expect(manifest.publishConfig.provenance).toBe(true);
    expect(manifest).not.toHaveProperty('dependencies');
  });

  test('has no dependencies, neither development packages nor the optional database', () => {
    expect(installed.packages()).toEqual([manifest.name]);
  });

  test('npx runs it from the tarball', () => {
    expect(installed.run('npx', '--yes', `file:${installed.tarball}`, '--version').trim()).toBe(manifest.version);
  });

  // Commands that need nothing else, one a line.
  test.each([
    { args: ['--version'], status: 0, stdout: manifest.version },
    { args: ['--help'], status: 0, stdout: 'Usage: lightdash-mcp' },
    { args: [], status: 2, stderr: 'LIGHTDASH_URL is not set' },
    { args: ['--sandbox'], status: 2, stderr: 'npm install @duckdb/node-api' },
  ])('lightdash-mcp $args ends with $status', ({ args, status, stdout = '', stderr = '' }) => {
    const ended = spawnSync(installed.bin, args, {
      cwd: folder,
      env: { PATH: process.env.PATH },
      encoding: 'utf8',
    });
    expect(ended.status, ended.stderr).toBe(status);
    expect(ended.stdout).toContain(stdout);
    expect(ended.stderr).toContain(stderr);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('serves every tool over stdio, before any request to Lightdash', async () => {
    const env = { LIGHTDASH_URL: 'https://bi.example', LIGHTDASH_API_KEY: 'ldpat_0123456789' };
    const client = await connectTo(installed.bin, [], env);
    expect(client.getServerVersion()).toMatchObject({ name: 'lightdash-mcp', version: manifest.version });
    expect((await client.listTools()).tools).toHaveLength(tools.length);
    await client.close();
  });

  test('plays the demo on the sandbox once the database is installed too', () => {
    installed.addDatabase();
    const played = execFileSync(process.execPath, ['scripts/demo.mjs', installed.bin], { encoding: 'utf8' });
    expect(played).toContain(`lightdash-mcp ${manifest.version}: ${tools.length} tools`);
    expect(played).toContain('→ delete_space');
    const checked = execFileSync(installed.bin, ['doctor', '--sandbox=1.219'], { cwd: folder, encoding: 'utf8' });
    expect(checked).toMatch(/^ok +Queries +By v2/m);
    expect(checked).toContain('Nothing failed');
  });

  test('writes the entry of a host, which starts it', async () => {
    const sandbox = await startSandbox();
    const home = join(folder, 'home');
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
    };
    const init = spawn(installed.bin, ['init', '--host', 'gemini', '--write'], { env, stdio: 'ignore' });
    const [code] = await once(init, 'close');
    expect(code).toBe(0);
    const { mcpServers } = entries.parse(JSON.parse(readFileSync(join(home, '.gemini', 'settings.json'), 'utf8')));
    const { command, args, env: environment } = mcpServers.lightdash;
    const client = await connectTo(command, args, { PATH: process.env.PATH ?? '', ...environment });
    const { content } = await client.callTool({ name: 'list_organization_projects' });
    expect(JSON.stringify(content)).toContain('Roastery');
    await client.close();
    await sandbox.close();
  });
});
