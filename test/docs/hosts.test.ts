import { readFileSync } from 'node:fs';
import { type ParseError, parse as parseJson } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readCommand } from '../../src/config/command-line.ts';
import { hostIds } from '../../src/config/config.ts';
import { settings } from '../../src/config/settings.ts';

const server = z.strictObject({
  type: z.literal('stdio').optional(),
  command: z.enum(['node', 'npx', 'cmd', 'docker']),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()).optional(),
  startup_timeout_sec: z.number().optional(),
});
const file = z.looseObject({
  mcpServers: z.record(z.string(), server).optional(),
  servers: z.record(z.string(), server).optional(),
  mcp_servers: z.record(z.string(), server).optional(),
  inputs: z.array(z.looseObject({ id: z.string(), password: z.literal(true) })).optional(),
});

/** Variables that Node and the client read in addition to our settings. */
const otherVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS'];
const variables = new Set([...Object.values(settings).map(({ env }) => env), ...otherVariables]);

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocksOf = (page: string): Block[] =>
  [...readFileSync(page, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));

function parsed({ language, text }: Block): unknown {
  if (language === 'toml') return parseToml(text);
  if (language === 'json') return JSON.parse(text);
  const errors: ParseError[] = [];
  const value: unknown = parseJson(text, errors);
  if (errors.length > 0) throw new Error(`not JSON with comments: ${text}`);
  return value;
}

const isSettings = ({ language, text }: Block) =>
  ['json', 'jsonc', 'toml'].includes(language) && /mcpServers|mcp_servers|"servers"/.test(text);

const pages = ['README.md', 'docs/hosts.md', 'docs/teams.md'];
const blocks: [string, Block][] = [
  ...pages.flatMap((page) =>
    blocksOf(page)
      .filter(isSettings)
      .map((block): [string, Block] => [page, block]),
  ),
  ['mcp.json.example', { language: 'json', text: readFileSync('mcp.json.example', 'utf8') }],
];

describe.each(blocks)('a block of settings in %s', (_, block) => {
  const content = file.parse(parsed(block));
  const entries = Object.entries({ ...content.mcpServers, ...content.servers, ...content.mcp_servers });
  const inputs = content.inputs?.map(({ id }) => `\${input:${id}}`) ?? [];

  test('starts one server, by a command of this package', () => {
    expect(entries).toHaveLength(1);
    for (const [, { command, args }] of entries) {
      const line = [command, ...args].join(' ');
      expect(line).toMatch(
        /^(npx|cmd \/c npx) -y .*lightdash-mcp( --|$)|^node \S+\/dist\/main\.js( --|$)|^docker run -i .*lightdash-mcp$/,
      );
    }
  });

  test('names existing variables, with values that the server takes', () => {
    for (const [, { command, args, env = {} }] of entries) {
      for (const name of Object.keys(env)) expect(variables).toContain(name);
      const flags = command === 'docker' ? [] : args.filter((argument) => argument.startsWith('--'));
      // The token stands there as words or as a reference, which the server refuses as they are.
      const filled = { ...env, ...('LIGHTDASH_API_KEY' in env && { LIGHTDASH_API_KEY: 'ldpat_0123456789' }) };
      expect(readCommand(flags, filled).command).toBe('serve');
    }
  });

  test('requests every input that it refers to', () => {
    const references = entries.flatMap(([, { env = {} }]) =>
      Object.values(env).filter((value) => value.startsWith('$')),
    );
    expect(references.toSorted()).toEqual(inputs.toSorted());
  });
});

test('docs/hosts.md has a section with a block for every host and every use', () => {
  const page = readFileSync('docs/hosts.md', 'utf8');
  for (const id of hostIds) expect(page).toContain(`init --host ${id} --write`);
  const uses = ['Lightdash Cloud', 'access proxy', 'only reads', 'administrator', 'sandbox'];
  for (const use of uses) expect(page).toMatch(new RegExp(`^### .*${use}`, 'm'));
  expect(blocks.filter(([where]) => where === 'docs/hosts.md')).toHaveLength(2 + hostIds.length + uses.length);
});

test("docs/hosts.md gives Claude Code's own command, with existing variables", () => {
  const commands = blocksOf('docs/hosts.md').filter(({ text }) => text.startsWith('claude mcp add '));
  expect(commands).toHaveLength(1);
  const names = [...(commands[0]?.text ?? '').matchAll(/--env '?(\w+)=/g)].map(([, name]) => name);
  expect(names).toEqual(['LIGHTDASH_URL', 'LIGHTDASH_API_KEY']);
});
