import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getMcpConfigForManifest, type McpbManifestAny, v0_3 } from '@anthropic-ai/mcpb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageManifest from '../../package.json' with { type: 'json' };
import { tools } from '../../src/tools/index.ts';
import { connectTo } from './host.ts';

type Filled = Readonly<Record<string, string | boolean>>;

describe('the bundle for Claude Desktop', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lightdash-mcp-mcpb-'));
  const installed = join(folder, 'installed');
  const run = (script: string, ...args: string[]) =>
    execFileSync(process.execPath, [resolve(script), ...args], { encoding: 'utf8', stdio: 'pipe' });
  const mcpb = (...args: string[]) => run('node_modules/@anthropic-ai/mcpb/dist/cli/cli.js', ...args);
  let manifest: McpbManifestAny;

  beforeAll(() => {
    run('scripts/mcpb.mjs', folder);
    mcpb('unpack', join(folder, 'lightdash-mcp.mcpb'), installed);
    manifest = v0_3.McpbManifestSchema.parse(JSON.parse(readFileSync(join(installed, 'manifest.json'), 'utf8')));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('carries its licence, those of what is bundled, and a bill of materials', () => {
    for (const file of ['LICENSE', 'dist/THIRD_PARTY_NOTICES.txt', 'dist/sbom.cdx.json']) {
      expect(readFileSync(join(installed, file), 'utf8')).toBe(readFileSync(file, 'utf8'));
    }
  });

  /** The command with which Claude Desktop starts the server after the form; its own code decides. */
  async function startedWith(userConfig: Filled) {
    const start = await getMcpConfigForManifest({
      manifest,
      extensionPath: installed,
      systemDirs: {},
      userConfig,
      pathSeparator: '/',
    });
    return start && { command: start.command, args: start.args ?? [], env: start.env ?? {} };
  }
  /** The tools of a server that is started so; `node` is the one of these tests. */
  async function toolsOf(start: Awaited<ReturnType<typeof startedWith>>) {
    if (start === undefined) throw new Error('something that is required is missing in the form');
    expect(start.command).toBe('node');
    const client = await connectTo(process.execPath, start.args, start.env);
    const listed = await client.listTools();
    await client.close();
    return listed.tools;
  }

  test('has a valid manifest, by its own tool', () => {
    expect(mcpb('validate', join(installed, 'manifest.json'))).toContain('passes');
    expect(manifest).toMatchObject({ name: packageManifest.name, version: packageManifest.version });
    expect(manifest.tools?.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  });

  test('has fields for address, token, project and read-only, and hides the token', () => {
    const fields = manifest.user_config ?? {};
    expect(Object.keys(fields)).toEqual(['url', 'api_key', 'project', 'read_only']);
    expect(fields.url).toMatchObject({ type: 'string', required: true });
    expect(fields.api_key).toMatchObject({ type: 'string', required: true, sensitive: true });
    expect(fields.project).toMatchObject({ type: 'string', required: false });
    expect(fields.read_only).toMatchObject({ type: 'boolean', required: false, default: false });
  });

  const enough: Filled = { url: 'https://bi.example', api_key: 'ldpat_0123456789' };

  test.each<{ form: string; filled: Filled }>([
    { form: 'address and token', filled: enough },
    { form: 'address and token, the rest emptied again', filled: { ...enough, project: '', read_only: false } },
    { form: 'a project', filled: { ...enough, project: 'Finance' } },
  ])('starts with every tool from a form with $form', async ({ filled }) => {
    expect(await toolsOf(await startedWith(filled))).toHaveLength(tools.length);
  });

  test('starts with the reading tools only if the box is ticked', async () => {
    const listed = await toolsOf(await startedWith({ ...enough, read_only: true }));
    expect(listed.length).toBe(tools.filter(({ readOnly }) => readOnly).length);
    expect(listed.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);
  });

  test('starts if a host passes the placeholder of an empty field', async () => {
    const start = await startedWith(enough);
    const { env = {} } = manifest.server.mcp_config;
    // The box for read-only has a default, so that its placeholder is always replaced.
    const placeholders = { LIGHTDASH_PROJECT: env.LIGHTDASH_PROJECT };
    expect(placeholders.LIGHTDASH_PROJECT).toMatch(/^\$\{user_config\./);
    const listed = await toolsOf(start && { ...start, env: { ...start.env, ...definedIn(placeholders) } });
    expect(listed).toHaveLength(tools.length);
  });

  test('is not started without address and token', async () => {
    expect(await startedWith({ url: 'https://bi.example' })).toBeUndefined();
  });
});

const definedIn = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
