import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { calls, resource, server, toolNames } from './server.ts';

const inspector = fileURLToPath(
  new URL('./node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js', import.meta.url),
);

describe('the command line of the MCP Inspector', () => {
  // It keeps a catalogue of servers in the home folder.
  const home = mkdtempSync(join(tmpdir(), 'lightdash-mcp-inspector-'));
  afterAll(() => rmSync(home, { recursive: true }));
  const inspect = (...args: string[]) => {
    const run = spawnSync(process.execPath, [inspector, '--cli', ...args, '--', server.command, ...server.args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: home },
      maxBuffer: 16 * 1024 * 1024,
    });
    expect(run.status, run.stderr).toBe(0);
    return { result: JSON.parse(run.stdout), stderr: run.stderr };
  };

  test('lists every tool, and finds no schema that a host would refuse', () => {
    const { result, stderr } = inspect('--strict', '--method', 'tools/list');
    const { tools } = z.object({ tools: z.array(z.object({ name: z.string() })) }).parse(result);
    expect(tools.map(({ name }) => name)).toEqual(toolNames);
    process.stdout.write(`\nInspector: ${stderr.match(/^Warning: tool/gm)?.length ?? 0} warnings about schemas\n`);
    expect(stderr).not.toMatch(/^Error: tool/m);
  });

  test.each(calls)('calls $name', ({ name, args, answer }) => {
    const { result } = inspect('--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args));
    expect(result).toMatchObject({ content: [{ type: 'text', text: expect.stringContaining(answer) }] });
  });

  test('reads a resource', () => {
    const { result } = inspect('--method', 'resources/read', '--uri', resource.uri);
    expect(result).toMatchObject({ contents: [{ uri: resource.uri, text: expect.stringContaining(resource.text) }] });
  });
});
