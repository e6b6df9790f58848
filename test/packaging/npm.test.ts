import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { tools } from '../../src/tools/index.ts';
import { tell } from '../helpers/client.ts';
import { connectTo } from './host.ts';

const packed = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })]);

describe('the package as npm installs it into an empty folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lightdash-mcp-npm-'));
  const bin = join(folder, 'node_modules', '.bin', 'lightdash-mcp');
  const npm = (command: 'npm' | 'npx', args: readonly string[]) =>
    execFileSync(command, ['--offline', '--no-audit', '--no-fund', ...args], {
      // What npm exports to its scripts, when these tests are one, is about this folder and not about that one.
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
        npm_config_cache: join(folder, 'cache'),
      },
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  /** Runs the installed command as a shell would. */
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    spawnSync(bin, args, { cwd: folder, env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' });
  let tarball: string;
  let files: string[];

  beforeAll(() => {
    // dist/ is built once before all tests: building it here again would take it away from the others.
    const [pack] = packed.parse(
      JSON.parse(npm('npm', ['pack', process.cwd(), '--ignore-scripts', '--json', '--pack-destination', folder])),
    );
    tarball = join(folder, pack.filename);
    files = pack.files.map(({ path }) => path);
    npm('npm', ['install', tarball]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('holds what was built and what npm shows of it, no more', () => {
    const built = readdirSync('dist', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', ...built].sort());
    for (const file of built) expect(file).toMatch(/^dist\/((main|sandbox|chunks\/[\w-]+)\.js|roastery\/[\w/]+\.\w+)$/);
  });

  test('is built before it is packed, and says where it comes from', () => {
    expect(manifest.scripts.prepack).toBe('npm run build');
    expect(manifest.publishConfig.provenance).toBe(true);
    expect(manifest).not.toHaveProperty('dependencies');
  });

  test('brings no other package along, neither what it is built with nor the optional database', () => {
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([manifest.name]);
  });

  test('npx runs it from the tarball', () => {
    expect(npm('npx', ['--yes', `file:${tarball}`, '--version']).trim()).toBe(manifest.version);
  });

  test.each([
    { args: ['--version'], status: 0, stdout: manifest.version },
    { args: ['--help'], status: 0, stdout: 'Usage: lightdash-mcp' },
    { args: [], status: 2, stderr: 'LIGHTDASH_URL is not set' },
    { args: ['--sandbox'], status: 2, stderr: 'npx -y -p lightdash-mcp -p @duckdb/node-api lightdash-mcp --sandbox' },
  ])('lightdash-mcp $args ends with $status', ({ args, status, stdout = '', stderr = '' }) => {
    const ended = run(args);
    expect(ended.status, ended.stderr).toBe(status);
    expect(ended.stdout).toContain(stdout);
    expect(ended.stderr).toContain(stderr);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('serves every tool over stdio, before anything is asked of Lightdash', async () => {
    const env = { LIGHTDASH_URL: 'https://bi.example', LIGHTDASH_API_KEY: 'ldpat_0123456789' };
    const client = await connectTo(bin, [], env);
    expect(client.getServerVersion()).toMatchObject({ name: 'lightdash-mcp', version: manifest.version });
    expect((await client.listTools()).tools).toHaveLength(tools.length);
    await client.close();
  });

  test('answers from the sandbox once the database is installed beside it', async () => {
    symlinkSync(resolve('node_modules/@duckdb'), join(folder, 'node_modules/@duckdb'));
    const client = await connectTo(bin, ['--sandbox'], {});
    const { text, isError } = await tell(client, 'run_metric_query', {
      projectUuid: 'Roastery',
      exploreId: 'orders',
      metrics: ['orders_order_count'],
    });
    expect(isError, text).toBe(false);
    expect(text).toContain('\n3000');
    await client.close();
  });
});
