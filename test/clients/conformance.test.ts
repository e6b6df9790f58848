import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCommand } from '../../src/config/command-line.ts';
import { LightdashClient } from '../../src/lightdash/client.ts';
import { AppState } from '../../src/mcp/app-state.ts';
import { createServer } from '../../src/mcp/server.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { serveOverHttp } from './http-server.ts';

const suite = fileURLToPath(new URL('./node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url));

/**
 * The scenarios that apply to any server. The others call tools, prompts and resources of the suite's own example server.
 * Protection against DNS rebinding is for servers that listen; ours speaks over stdio, and HTTP is only for this test.
 */
const scenarios = ['server-initialize', 'ping', 'tools-list', 'resources-list', 'prompts-list'];

describe('the official conformance suite', () => {
  let sandbox: Sandbox;
  let lightdash: LightdashClient;
  let http: Awaited<ReturnType<typeof serveOverHttp>>;

  beforeAll(async () => {
    sandbox = await startSandbox();
    const command = readCommand([], { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });
    if (command.command !== 'serve') throw new Error('not a configuration');
    const { config } = command;
    lightdash = new LightdashClient({ ...config, credentials: config, timeoutMs: 10_000, userAgent: 'conformance' });
    const ignore = () => undefined;
    const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
    const app = new AppState({ version: '0.0.0', config, lightdash, log, audit: { write: ignore } });
    http = await serveOverHttp(() => createServer(app));
  });
  afterAll(async () => {
    await http.close();
    await lightdash.close();
    await sandbox.close();
  });

  test.each(scenarios)('passes %s', async (scenario) => {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [suite, 'server', '--url', http.url, '--scenario', scenario]);
    expect(stdout).toMatch(/Passed: [1-9]\d*\/\d+, 0 failed, 0 warnings/);
  });

  test('fails a scenario that needs a special tool, so the suite can fail', async () => {
    const run = promisify(execFile);
    const failing = run(process.execPath, [suite, 'server', '--url', http.url, '--scenario', 'tools-call-image']);
    await expect(failing).rejects.toMatchObject({ code: 1 });
  });
});
