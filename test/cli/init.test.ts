import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse as parseJson } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { doctorContext } from '../../src/cli/doctor/doctor-context.ts';
import { localFiles } from '../../src/cli/init/files.ts';
import { hosts, type Machine } from '../../src/cli/init/hosts.ts';
import { FIRST_QUESTION, init } from '../../src/cli/init/init.ts';
import { readCommand } from '../../src/config/command-line.ts';
import { ConfigError, type HostId, hostIds } from '../../src/config/config.ts';
import { LightdashClient } from '../../src/lightdash/client.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { expectLine, linesWith } from '../helpers/answers.ts';
import { startServerProcess } from '../helpers/server-process.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const PACKAGE = '/home/ada/.npm/_npx/0/node_modules/lightdash-mcp/dist/main.js';

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'lightdash-mcp-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return home;
}

interface Person {
  /** Their replies, prompt by prompt; without it no person is there. */
  readonly answers?: readonly string[];
  readonly home?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly mainPath?: string;
  readonly platform?: NodeJS.Platform;
  readonly hasWarehouse?: boolean;
}

/** Runs `init` for a person with a folder of their own. */
async function run(flags: readonly string[], person: Person = {}) {
  const { answers, environment = {}, mainPath = PACKAGE, platform = 'linux', home = newHome() } = person;
  const { hasWarehouse = true } = person;
  const command = readCommand(['init', ...flags], environment);
  if (command.command !== 'init') throw new Error('not init');
  const machine: Machine = { platform, home, environment };
  const lines: string[] = [];
  const prompts: { question: string; hidden: boolean }[] = [];
  const left = [...(answers ?? [])];
  const code = await init(command.request, {
    terminal: {
      interactive: answers !== undefined,
      write: (line) => void lines.push(line),
      prompt: async (question, how) => {
        prompts.push({ question, hidden: how?.hidden ?? false });
        return left.shift();
      },
    },
    files: localFiles,
    machine,
    nodePath: '/opt/node/bin/node',
    mainPath,
    proxy: {},
    createDoctorContext(config) {
      if (config.sandbox) throw new Error('the sandbox is not for checking');
      const timeoutMs = config.timeout * 1_000;
      const lightdash = new LightdashClient({ ...config, credentials: config, timeoutMs, userAgent: 'test' });
      onTestFinished(() => lightdash.close());
      return doctorContext(config, lightdash, {
        nodeVersion: '20.18.1',
        proxy: {},
        trustsEveryone: false,
        now: Date.now,
      });
    },
    requireWarehouse() {
      if (!hasWarehouse) throw new ConfigError('no database');
    },
    now: Date.now,
  });
  return { code, said: lines.join('\n'), prompts, machine };
}

const settings = () => ({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });
const parsed = (id: HostId, text: string): Record<string, unknown> =>
  hosts[id].format === 'toml' ? parseToml(text) : parseJson(text);
const serversKey = (id: HostId) => (id === 'vscode' ? 'servers' : id === 'codex' ? 'mcp_servers' : 'mcpServers');

/** A file of the host with comments (where the format has them) and another server. */
const fileWithAnother = (id: HostId) =>
  id === 'codex'
    ? '# mine\nmodel = "x"\n\n[mcp_servers.other]\ncommand = "other" # stays\n'
    : `{\n\t"${serversKey(id)}": {\n\t\t"other": {"command": "other"}\n\t},\n\t"mine": [1,2]\n}\n`;

describe.each(hostIds)('for %s', (id) => {
  test('prints the path of its file and the entry, without the token, and writes nothing', async () => {
    const { code, said, machine } = await run(['--host', id], { environment: settings() });
    expect(code).toBe(0);
    expect(said).toContain('Ada Abara');
    expect(said).toContain(hosts[id].file(machine));
    expect(said).toContain('lightdash-mcp');
    expect(said).not.toContain(sandbox.tokens.admin);
    expect(readdirSync(machine.home)).toEqual([]);
  });

  test('writes a new file, with the token unless the host keeps secrets itself', async () => {
    const { code, said, machine } = await run(['--host', id, '--write', '--read-only'], { environment: settings() });
    expect(code).toBe(0);
    const text = readFileSync(hosts[id].file(machine), 'utf8');
    expect(parsed(id, text)).toMatchObject({
      [serversKey(id)]: {
        lightdash: {
          command: 'npx',
          args: ['-y', 'lightdash-mcp'],
          env: { LIGHTDASH_URL: sandbox.url, LIGHTDASH_READ_ONLY: 'true' },
        },
      },
    });
    expect(text.includes(sandbox.tokens.admin)).toBe(id !== 'vscode');
    expect(said).not.toContain(sandbox.tokens.admin);
    expect(said).toContain(FIRST_QUESTION);
  });

  test('keeps comments and other servers of its file, and a copy of it', async () => {
    const home = newHome();
    const file = hosts[id].file({ platform: 'linux', home, environment: {} });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, fileWithAnother(id));
    chmodSync(file, 0o644);
    const { code, said } = await run(['--host', id, '--write'], { environment: settings(), home });
    expect(code).toBe(0);
    const text = readFileSync(file, 'utf8');
    for (const line of fileWithAnother(id).split('\n')) expect(text).toContain(line.replace(/\}$/, ''));
    expect(parsed(id, text)[serversKey(id)]).toMatchObject({ other: { command: 'other' }, lightdash: {} });
    expectLine(said, 'left', 'other');
    const backup = /The file as it was: (.+)/.exec(said)?.[1];
    expect(readFileSync(backup ?? '', 'utf8')).toBe(fileWithAnother(id));
    expect(said.includes(`chmod 600 ${file}`)).toBe(id !== 'vscode');
  });

  test('leaves a file that it cannot parse unchanged, and prints the entry instead', async () => {
    const home = newHome();
    const file = hosts[id].file({ platform: 'linux', home, environment: {} });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '{ broken = ');
    const { code, said } = await run(['--host', id, '--write', '--force'], { environment: settings(), home });
    expect(code).toBe(1);
    expectLine(said, 'Nothing was written', /not (?:JSON|TOML)/);
    expect(said).toContain('lightdash-mcp');
    expect(said).not.toContain(sandbox.tokens.admin);
    expect(readFileSync(file, 'utf8')).toBe('{ broken = ');
    expect(readdirSync(dirname(file))).toHaveLength(1);
  });
});

describe('an entry that is there already', () => {
  const written = async (flags: readonly string[] = []) => {
    const home = newHome();
    await run(['--host', 'cursor', '--write', ...flags], { environment: settings(), home });
    return { home, file: join(home, '.cursor', 'mcp.json') };
  };

  test('that is the same stays unchanged', async () => {
    const { home, file } = await written();
    const { code, said } = await run(['--host', 'cursor', '--write'], { environment: settings(), home });
    expect(code).toBe(0);
    expectLine(said, file, 'already', 'nothing was written');
    expect(readdirSync(dirname(file))).toHaveLength(1);
  });

  test('is replaced only after a yes, and the changes are listed by name only', async () => {
    const { home, file } = await written(['--project', 'Roastery']);
    const before = readFileSync(file, 'utf8');
    const flags = ['--host', 'cursor', '--write', '--toolsets', 'analyst'];
    const no = await run(flags, { environment: settings(), home, answers: ['n'] });
    expect(no.code).toBe(1);
    expect(no.said).toContain('New: env.LIGHTDASH_TOOLSETS; gone: env.LIGHTDASH_PROJECT.');
    expect(readFileSync(file, 'utf8')).toBe(before);
    const yes = await run(flags, { environment: settings(), home, answers: ['y'] });
    expect(yes.code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('LIGHTDASH_TOOLSETS');
    expect(readFileSync(file, 'utf8')).not.toContain('LIGHTDASH_PROJECT');
  });

  test('is replaced without a prompt by --force only, without a terminal', async () => {
    const { home, file } = await written();
    const flags = ['--host', 'cursor', '--write', '--toolsets', 'analyst'];
    const refused = await run(flags, { environment: settings(), home });
    expect(refused.code).toBe(1);
    expect(refused.said).toContain('--force');
    expect(readFileSync(file, 'utf8')).not.toContain('LIGHTDASH_TOOLSETS');
    expect((await run([...flags, '--force'], { environment: settings(), home })).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('LIGHTDASH_TOOLSETS');
  });

  test('with another name stays next to the new one', async () => {
    const { home, file } = await written();
    await run(['--host', 'cursor', '--write', '--name', 'second'], { environment: settings(), home });
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')).mcpServers)).toEqual(['lightdash', 'second']);
  });
});

test('a folder that cannot be written to ends with a sentence, and nothing changes', async () => {
  const home = newHome();
  writeFileSync(join(home, '.cursor'), 'a file in the place of the folder');
  const { code, said } = await run(['--host', 'cursor', '--write'], { environment: settings(), home });
  expect(code).toBe(1);
  expectLine(said, 'Nothing was written', /mcp\.json/, '(ENOTDIR)');
  expect(readdirSync(home)).toEqual(['.cursor']);
});

describe('a person', () => {
  test('is prompted for host, address and token, the token unseen, and whether to write', async () => {
    const answers = ['nonsense', 'Cursor', 'not an address', sandbox.url, '', sandbox.tokens.admin, 'yes'];
    const { code, said, prompts, machine } = await run([], { answers });
    expect(code).toBe(0);
    expect(prompts.map(({ question, hidden }) => `${question.trim().split(' ')[0]} ${hidden}`)).toEqual([
      'Host: false',
      'Host: false',
      'Address false',
      'Address false',
      'Token true',
      'Token true',
      'Write false',
    ]);
    expect(said).toContain(`${sandbox.url}/generalSettings/personalAccessTokens`);
    expect(said).not.toContain(sandbox.tokens.admin);
    expect(readFileSync(join(machine.home, '.cursor', 'mcp.json'), 'utf8')).toContain(sandbox.tokens.admin);
  });

  test.each([0, 1, 2, 3])(
    'may give up at any question (after %i answers), and nothing is written',
    async (answered) => {
      const answers = ['cursor', sandbox.url, sandbox.tokens.admin].slice(0, answered);
      const { code, said, machine } = await run([], { answers });
      expect(code).toBe(1);
      expect(said).toMatch(/Stopped\. Nothing was written\.$/);
      expect(existsSync(join(machine.home, '.cursor'))).toBe(false);
    },
  );

  test('declining to write gets the entry printed', async () => {
    const { code, said, machine } = await run(['--host', 'gemini'], { environment: settings(), answers: ['n'] });
    expect(code).toBe(0);
    expect(said).toContain('mcpServers');
    expect(readdirSync(machine.home)).toEqual([]);
  });

  test('with a wrong token gets the reason, and nothing is written', async () => {
    const environment = { ...settings(), LIGHTDASH_API_KEY: 'ldpat_planted_wrong' };
    const { code, said, machine } = await run(['--host', 'cursor', '--write', '--force'], { environment });
    expect(code).toBe(1);
    expect(said).toMatch(/^FAILED {2}Sign-in/m);
    expect(said).not.toContain('planted');
    expect(readdirSync(machine.home)).toEqual([]);
  });

  test('with a missing project gets the reason, and nothing is written', async () => {
    const { code, said, machine } = await run(['--host', 'cursor', '--write', '--project', 'Roastry'], {
      environment: settings(),
    });
    expect(code).toBe(1);
    expectLine(said, 'nearest', '"Roastery"');
    expect(readdirSync(machine.home)).toEqual([]);
  });

  test('with a password that the host would expand as a variable gets a warning', async () => {
    const { email, password } = sandbox.administrator;
    const secret = { LIGHTDASH_URL: sandbox.url, LIGHTDASH_EMAIL: email, LIGHTDASH_PASSWORD: password };
    const message = async (host: HostId, value: string) =>
      (await run(['--host', host, '--audit-log', value], { environment: secret })).said;
    expectLine(await message('gemini', '/var/$USER.log'), /^warning/, 'LIGHTDASH_AUDIT_LOG', 'variable');
    expect(linesWith(await message('codex', '/var/$USER.log'), /^warning/)).toEqual([]);
  });

  test('running it from a checkout gets the path of that', async () => {
    const mainPath = '/home/ada/lightdash-mcp/dist/main.js';
    const { said } = await run(['--host', 'cursor'], { environment: settings(), mainPath });
    expect(said).toMatch(
      /"command": "\/opt\/node\/bin\/node",\s+"args": \["\/home\/ada\/lightdash-mcp\/dist\/main\.js"\]/,
    );
  });

  test('on Windows gets a command that Windows can start', async () => {
    const mainPath = 'C:\\npm\\_npx\\0\\node_modules\\lightdash-mcp\\dist\\main.js';
    const { said } = await run(['--host', 'claude-code'], { environment: settings(), mainPath, platform: 'win32' });
    expect(said).toMatch(/"command": "cmd",\s+"args": \["\/c", "npx"/);
    expect(said).toMatch(/"LIGHTDASH_API_KEY=[a-z ]+"/);
  });

  test('choosing the sandbox needs neither address nor token', async () => {
    const { code, machine } = await run(['--host', 'cursor', '--write', '--sandbox=0.1366']);
    expect(code).toBe(0);
    const { mcpServers } = JSON.parse(readFileSync(join(machine.home, '.cursor', 'mcp.json'), 'utf8'));
    expect(mcpServers.lightdash.args.at(-1)).toBe('--sandbox=0.1366');
    expect(mcpServers.lightdash).not.toHaveProperty('env');
  });

  test('learns that an installed package lacks the database of the sandbox, and keeps its files', async () => {
    const home = newHome();
    const person = { home, mainPath: '/usr/lib/node_modules/lightdash-mcp/dist/main.js', hasWarehouse: false };
    await expect(run(['--host', 'cursor', '--write', '--sandbox'], person)).rejects.toThrow(ConfigError);
    expect(readdirSync(home)).toEqual([]);
    const { code } = await run(['--host', 'cursor', '--write', '--sandbox'], { hasWarehouse: false });
    expect(code).toBe(0);
  });
});

describe('the command', () => {
  const start = async (flags: readonly string[], env: Record<string, string>) => {
    const server = startServerProcess(env, ['init', ...flags]);
    const { code } = await server.exited;
    return { code, stdout: server.stdout.join('\n'), stderr: server.stderr() };
  };

  test('writes an entry from which the server starts', async () => {
    const home = newHome();
    const { code, stderr } = await start(['--host', 'cursor', '--write'], { ...settings(), HOME: home });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { command, args, env } = JSON.parse(readFileSync(join(home, '.cursor', 'mcp.json'), 'utf8')).mcpServers
      .lightdash;
    expect(command).toBe(process.execPath);
    const server = startServerProcess(env, args.slice(1));
    expect(JSON.stringify(await server.initialize())).toContain('lightdash-mcp');
  });

  test.each([
    [['--host', 'cursor'], {}, 'LIGHTDASH_URL'],
    [[], { LIGHTDASH_URL: 'https://bi.example', LIGHTDASH_API_KEY: 'x' }, '--host'],
    [['--host', 'emacs'], {}, 'claude-desktop'],
    [['--host', 'cursor', '--name', 'a b'], {}, '--name should be'],
    [['--host', 'cursor', '--timeout', 'x'], {}, '--timeout should be'],
  ])('with %j ends with 2 and one line', async (flags, env, message) => {
    const { code, stdout, stderr } = await start(flags, { ...env, HOME: newHome() });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('without a home folder ends with 2 and writes nothing into the current folder', async () => {
    const { code, stderr } = await start(['--host', 'cursor', '--write', '--sandbox'], { HOME: '' });
    expect(code).toBe(2);
    expect(stderr).toContain('HOME is empty');
    expect(existsSync('.cursor')).toBe(false);
  });
});
