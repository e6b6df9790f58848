import * as fc from 'fast-check';
import { parse as parseJson } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { mergeJson } from '../../src/cli/init/merge-json.ts';
import { UnmergeableError } from '../../src/cli/init/merge-result.ts';
import { mergeToml } from '../../src/cli/init/merge-toml.ts';

const entry = { command: 'npx', args: ['-y', 'lightdash-mcp'], env: { LIGHTDASH_URL: 'https://bi.example' } };

describe('a file of JSON', () => {
  const addition = { key: 'mcpServers', name: 'lightdash', entry };

  test.each(['', '  \n', '{}', '{\n}\n', '{"mcpServers": {}}'])('that holds %j gets the entry', (text) => {
    const merged = mergeJson(text, addition);
    expect(JSON.parse(merged.text)).toEqual({ mcpServers: { lightdash: entry } });
    expect(merged).toMatchObject({ existing: undefined, others: [] });
  });

  const commented = `// my hosts
{
    "theme": "dark", // at night
    "mcpServers": {
        /* the files */
        "filesystem": { "command": "npx", "args": [ "-y",   "server-filesystem" ] },
    },
    "other": [1,2 , 3],
}
`;

  test('with comments, other servers and unusual formatting keeps every character of them', () => {
    const { text, others } = mergeJson(commented, addition);
    const added = text.split('\n').filter((line) => !commented.includes(line));
    const start = text.indexOf('"lightdash"');
    expect(start).toBeGreaterThan(0);
    expect(others).toEqual(['filesystem']);
    expect(parseJson(text, [], { allowTrailingComma: true })).toEqual({
      theme: 'dark',
      mcpServers: { filesystem: { command: 'npx', args: ['-y', 'server-filesystem'] }, lightdash: entry },
      other: [1, 2, 3],
    });
    // In the file's own indent.
    expect(added.find((line) => line.includes('"lightdash"'))).toMatch(/^ {8}"lightdash"/);
    for (const line of commented.split('\n')) expect(text).toContain(line);
  });

  test('with the entry already gets it replaced, and the rest stays', () => {
    const before = mergeJson(commented, { ...addition, entry: { url: 'https://old.example' } }).text;
    const { text, existing } = mergeJson(before, addition);
    expect(existing).toEqual({ url: 'https://old.example' });
    expect(text).toBe(mergeJson(commented, addition).text);
  });

  test('with line ends of Windows, a byte order mark and tabs keeps them', () => {
    const { text } = mergeJson('\ufeff{\r\n\t"a": 1\r\n}\r\n', addition);
    expect(text.startsWith('\ufeff{\r\n\t"a": 1,\r\n\t"mcpServers": {\r\n')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test.each([
    ['{"mcpServers": {', 'not JSON'],
    ['{"mcpServers": {"a": {}} "b": 1}', 'not JSON'],
    ['not json', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['"text"', 'not a JSON object'],
    ['{"mcpServers": []}', 'not an object'],
    ['{"mcpServers": "none"}', 'not an object'],
    ['{"mcpServers": null}', 'not an object'],
    ['{"mcpServers": {"a": 1}, "mcpServers": {"b": 2}}', 'twice'],
    ['{"__proto__": []}', 'not hold the same'],
  ])('that holds %s is refused', (text, reason) => {
    expect(() => mergeJson(text, addition)).toThrow(UnmergeableError);
    expect(() => mergeJson(text, addition)).toThrow(reason);
  });

  test.each([
    ['{ // none yet\n}', '{ // none yet\n  "mcpServers": {'],
    ['{"a":1}', '{"a":1,\n  "mcpServers": {'],
    ['{\n "a": 1 // one\n // two\n}', '{\n "a": 1, // one\n // two\n "mcpServers": {'],
    ['{\n "a": 1, // one\n}', '{\n "a": 1, // one\n "mcpServers": {'],
  ])('that holds %j keeps each comment in its place', (text, start) => {
    expect(mergeJson(text, addition).text.slice(0, start.length)).toBe(start);
  });

  test('of any content keeps every character, in order', () => {
    const files = fc.record({
      before: fc.dictionary(fc.string(), fc.jsonValue()),
      servers: fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: undefined }),
      indent: fc.constantFrom(undefined, 2, 4, '\t'),
    });
    fc.assert(
      fc.property(files, ({ before, servers, indent }) => {
        const { lightdash: _, ...known } = servers ?? {};
        const content = { ...before, ...(servers && { mcpServers: known }), z: 1 };
        const original = JSON.stringify(content, null, indent);
        // Parsers take it for something else than a key; such a file is refused.
        fc.pre(!original.includes('__proto__'));
        const { text } = mergeJson(original, addition);
        expect(JSON.parse(text)).toEqual({
          ...JSON.parse(original),
          mcpServers: { ...JSON.parse(original).mcpServers, lightdash: entry },
        });
        let at = 0;
        for (const character of original) at = text.indexOf(character, at) + 1 || Number.POSITIVE_INFINITY;
        expect(at).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  const inputs = [{ id: 'lightdash-api-key', type: 'promptString', password: true }];

  test('gets inputs in addition to the existing ones, and each of them once', () => {
    const text = '{"inputs": [{"id": "github-token"}], "servers": {}}';
    const once = mergeJson(text, { ...addition, key: 'servers', inputs }).text;
    const twice = mergeJson(once, { ...addition, key: 'servers', inputs }).text;
    expect(JSON.parse(twice)).toEqual({ inputs: [{ id: 'github-token' }, ...inputs], servers: { lightdash: entry } });
    expect(() => mergeJson('{"inputs": {}}', { ...addition, inputs })).toThrow('not a list');
  });
});

describe('a file of TOML', () => {
  const addition = { key: 'mcp_servers', name: 'lightdash', entry };
  const commented = `# my settings
model = "gpt-5" # the good one

[mcp_servers.docs]
command = "docs"   # spaced

# what the team uses
[profiles.team]
started = 2026-11-24T10:00:00Z
big = 9223372036854775807
`;

  test.each(['', '\n'])('that holds %j gets the entry', (text) => {
    expect(parseToml(mergeToml(text, addition).text)).toEqual({ mcp_servers: { lightdash: entry } });
  });

  test('with comments and other servers keeps every character of them', () => {
    const { text, others } = mergeToml(commented, addition);
    expect(text.startsWith(`${commented}\n[mcp_servers.lightdash]\n`)).toBe(true);
    expect(others).toEqual(['docs']);
    expect(mergeToml(commented.trimEnd(), addition).text).toBe(text);
  });

  test('with the entry already gets it replaced, and the rest stays', () => {
    const old = `[mcp_servers.lightdash] # ours
command = "old"
args = [
  "a", # first
]

[mcp_servers.lightdash.env]
LIGHTDASH_URL = "https://old.example"

# what the team uses
`;
    const before = commented.replace('# what the team uses\n', old);
    const { text, existing } = mergeToml(before, addition);
    expect(existing).toMatchObject({ command: 'old', env: { LIGHTDASH_URL: 'https://old.example' } });
    const [head, tail] = commented.split('# what the team uses\n');
    expect(text.startsWith(head ?? '')).toBe(true);
    expect(text.endsWith(`\n\n# what the team uses\n${tail}`)).toBe(true);
    expect(text).not.toContain('old');
  });

  test('with quoted names and tables apart is understood', () => {
    const before =
      '[mcp_servers."lightdash"]\ncommand = "old"\n[tui]\na = 1\n[ mcp_servers . lightdash . env ]\nX = "1"\n';
    const { text } = mergeToml(before, addition);
    expect(parseToml(text)).toEqual({ tui: { a: 1 }, mcp_servers: { lightdash: entry } });
  });

  test('with line ends of Windows keeps them', () => {
    const { text } = mergeToml('a = 1\r\n', addition);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test.each([
    ['a = ', 'not TOML (line 1)'],
    ['[mcp_servers.lightdash\ncommand = "x"', 'not TOML'],
    ['mcp_servers = 1', 'not a table'],
    ['mcp_servers = { docs = { command = "docs" } }', 'an unsupported form'],
    ['[mcp_servers]\nlightdash = { command = "old" }', 'an unsupported form'],
    ['[mcp_servers]\nlightdash.command = "old"', 'an unsupported form'],
    ['note = """\n[mcp_servers.lightdash]\n"""\n[mcp_servers.lightdash]\ncommand = "old"', 'an unsupported form'],
  ])('that holds %j is refused', (text, reason) => {
    expect(() => mergeToml(text, addition)).toThrow(UnmergeableError);
    expect(() => mergeToml(text, addition)).toThrow(reason);
  });
});
