import { describe, expect, test } from 'vitest';
import { type Entry, entryVariables, launch, npxTarball, withPlaceholders } from '../../src/cli/init/entry.ts';
import { claudeCommand, hosts, type Machine, renderEntry } from '../../src/cli/init/hosts.ts';
import { readCommand } from '../../src/config/command-line.ts';
import { type HostId, hostIds } from '../../src/config/config.ts';

const mac: Machine = { platform: 'darwin', home: '/Users/ada', environment: {} };
const linux: Machine = { platform: 'linux', home: '/home/ada', environment: {} };
const windows: Machine = {
  platform: 'win32',
  home: 'C:\\Users\\ada',
  environment: { APPDATA: 'D:\\Roaming' },
};

describe('the settings file', () => {
  test.each([
    [
      'claude-desktop',
      '/Users/ada/Library/Application Support/Claude/claude_desktop_config.json',
      '/home/ada/.config/Claude/claude_desktop_config.json',
      'D:\\Roaming\\Claude\\claude_desktop_config.json',
    ],
    ['claude-code', '/Users/ada/.claude.json', '/home/ada/.claude.json', 'C:\\Users\\ada\\.claude.json'],
    ['cursor', '/Users/ada/.cursor/mcp.json', '/home/ada/.cursor/mcp.json', 'C:\\Users\\ada\\.cursor\\mcp.json'],
    [
      'vscode',
      '/Users/ada/Library/Application Support/Code/User/mcp.json',
      '/home/ada/.config/Code/User/mcp.json',
      'D:\\Roaming\\Code\\User\\mcp.json',
    ],
    [
      'windsurf',
      '/Users/ada/.codeium/windsurf/mcp_config.json',
      '/home/ada/.codeium/windsurf/mcp_config.json',
      'C:\\Users\\ada\\.codeium\\windsurf\\mcp_config.json',
    ],
    ['codex', '/Users/ada/.codex/config.toml', '/home/ada/.codex/config.toml', 'C:\\Users\\ada\\.codex\\config.toml'],
    [
      'gemini',
      '/Users/ada/.gemini/settings.json',
      '/home/ada/.gemini/settings.json',
      'C:\\Users\\ada\\.gemini\\settings.json',
    ],
  ] satisfies [HostId, string, string, string][])('of %s is found on macOS, Linux and Windows', (id, ...paths) => {
    expect([mac, linux, windows].map((machine) => hosts[id].file(machine))).toEqual(paths);
  });

  test('is at the path of the environment, for hosts that use it', () => {
    const moved = { XDG_CONFIG_HOME: '/etc/ada', CODEX_HOME: '/etc/codex', CLAUDE_CONFIG_DIR: '/etc/claude' };
    const machine = { ...linux, environment: moved };
    expect(hosts['claude-desktop'].file(machine)).toBe('/etc/ada/Claude/claude_desktop_config.json');
    expect(hosts.vscode.file(machine)).toBe('/etc/ada/Code/User/mcp.json');
    expect(hosts.codex.file(machine)).toBe('/etc/codex/config.toml');
    expect(hosts['claude-code'].file(machine)).toBe('/etc/claude/.claude.json');
    expect(hosts.cursor.file(machine)).toBe('/home/ada/.cursor/mcp.json');
    expect(hosts['claude-desktop'].file({ ...windows, environment: {} })).toBe(
      'C:\\Users\\ada\\AppData\\Roaming\\Claude\\claude_desktop_config.json',
    );
  });
});

describe('the command', () => {
  const nodePath = '/opt/node/bin/node';

  test.each([
    ['/home/ada/lightdash-mcp/dist/main.js', 'linux'],
    ['/usr/lib/node_modules/lightdash-mcp/dist/main.js', 'darwin'],
    ['C:\\npm\\node_modules\\lightdash-mcp\\dist\\main.js', 'win32'],
  ] satisfies [string, NodeJS.Platform][])(
    'of %s on %s is the Node and the file that run now',
    (mainPath, platform) => {
      expect(launch({ mainPath, nodePath, platform })).toEqual({ command: nodePath, args: [mainPath] });
      expect(launch({ mainPath, nodePath, platform }, '0.1366').args).toEqual([mainPath, '--sandbox=0.1366']);
    },
  );

  const cached = '/home/ada/.npm/_npx/1a/node_modules/lightdash-mcp/dist/main.js';

  test('is npx for a package that npx fetched, because its cache is emptied', () => {
    expect(launch({ mainPath: cached, nodePath, platform: 'linux' })).toEqual({
      command: 'npx',
      args: ['-y', 'lightdash-mcp'],
    });
    expect(launch({ mainPath: cached.replaceAll('/', '\\'), nodePath, platform: 'win32' })).toEqual({
      command: 'cmd',
      args: ['/c', 'npx', '-y', 'lightdash-mcp'],
    });
    expect(launch({ mainPath: cached, nodePath, platform: 'linux' }, '1.219').args.join(' ')).toBe(
      '-y -p lightdash-mcp -p @duckdb/node-api lightdash-mcp --sandbox',
    );
  });

  test('names the tarball that npx fetched', async () => {
    const manifest = (source: string) => async (path: string) =>
      path === '/home/ada/.npm/_npx/1a/package.json'
        ? JSON.stringify({ dependencies: { 'lightdash-mcp': source } })
        : undefined;
    const tarball = await npxTarball(cached, manifest('file:../../../lightdash-mcp-0.1.0.tgz'));
    expect(tarball).toBe('/home/ada/lightdash-mcp-0.1.0.tgz');
    expect(launch({ mainPath: cached, nodePath, platform: 'linux', tarball }).args.join(' ')).toBe(
      '-y -p /home/ada/lightdash-mcp-0.1.0.tgz lightdash-mcp',
    );
    expect(await npxTarball(cached, manifest('^0.1.0'))).toBeUndefined();
    expect(await npxTarball(cached, async () => undefined)).toBeUndefined();
    expect(await npxTarball('/src/dist/main.js', manifest('file:x.tgz'))).toBeUndefined();
  });
});

describe('the variables', () => {
  const variables = (
    env: Record<string, string>,
    environment: Record<string, string> = {},
    proxy: Parameters<typeof entryVariables>[3] = {},
  ) => {
    const command = readCommand([], env);
    if (command.command !== 'serve') throw new Error('not settings');
    return entryVariables(command.config, env, environment, proxy);
  };
  const enough = { LIGHTDASH_API_KEY: 'ldpat_x', LIGHTDASH_URL: 'bi.example/projects/1/home' };

  test('are the settings of the command in the order of the help, with the normalised address', () => {
    expect(Object.entries(variables({ LIGHTDASH_READ_ONLY: 'yes', ...enough }))).toEqual([
      ['LIGHTDASH_URL', 'https://bi.example'],
      ['LIGHTDASH_API_KEY', 'ldpat_x'],
      ['LIGHTDASH_READ_ONLY', 'yes'],
    ]);
  });

  test('include proxies and certificate authorities of the environment', () => {
    const proxy = { httpsProxy: 'http://proxy.example:3128', noProxy: '.internal' };
    expect(variables(enough, { NODE_EXTRA_CA_CERTS: '/etc/ca.pem' }, proxy)).toMatchObject({
      HTTPS_PROXY: 'http://proxy.example:3128',
      NO_PROXY: '.internal',
      NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    });
    const here = variables({ ...enough, LIGHTDASH_URL: 'http://127.0.0.1:8080' }, { NODE_EXTRA_CA_CERTS: '/x' }, proxy);
    expect(Object.keys(here)).toEqual(['LIGHTDASH_URL', 'LIGHTDASH_API_KEY']);
  });
});

const entry: Entry = {
  command: 'npx',
  args: ['-y', 'lightdash-mcp'],
  env: { LIGHTDASH_URL: 'https://bi.example', LIGHTDASH_API_KEY: "ldpat_pla'nted", LIGHTDASH_HEADERS: 'X-A: planted' },
};

describe('an entry', () => {
  test.each(hostIds)('of %s starts the server with its settings', (id) => {
    const text = renderEntry(hosts[id], 'lightdash', entry);
    expect(text).toContain('https://bi.example');
    expect(text).toMatch(/-y"?,\s+"lightdash-mcp"/);
    expect(text.includes('planted')).toBe(id !== 'vscode');
  });

  test.each(hostIds)('of %s shows no secret when it is printed', (id) => {
    expect(renderEntry(hosts[id], 'lightdash', withPlaceholders(entry))).not.toContain('planted');
  });

  test('of VS Code requests each secret, by an input of this entry only', () => {
    expect(JSON.parse(renderEntry(hosts.vscode, 'dash', entry))).toMatchObject({
      inputs: [
        { type: 'promptString', id: 'dash-api-key', description: expect.stringContaining('Lightdash'), password: true },
        { type: 'promptString', id: 'dash-headers', password: true },
      ],
      servers: {
        dash: { env: { LIGHTDASH_API_KEY: `\${input:dash-api-key}`, LIGHTDASH_HEADERS: `\${input:dash-headers}` } },
      },
    });
  });

  test("of Claude Code is also a command, quoted for the user's shell", () => {
    expect(claudeCommand('lightdash', withPlaceholders(entry), 'linux')).toBe(
      "claude mcp add --scope user --env LIGHTDASH_URL=https://bi.example --env 'LIGHTDASH_API_KEY=your personal access token' --env 'LIGHTDASH_HEADERS=your LIGHTDASH_HEADERS' --transport stdio lightdash -- npx -y lightdash-mcp",
    );
    const spaced = { ...entry, args: ["C:\\it's mine\\main.js"], env: {} };
    expect(claudeCommand('lightdash', spaced, 'linux')).toContain(" -- npx 'C:\\it'\\''s mine\\main.js'");
    expect(claudeCommand('lightdash', spaced, 'win32')).toContain(' -- npx "C:\\it\'s mine\\main.js"');
  });
});
