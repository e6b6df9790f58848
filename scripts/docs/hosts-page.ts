import { type Entry, launch, withPlaceholders } from '../../src/cli/init/entry.ts';
import { claudeCommand, type Host, hosts, type Machine, renderEntry } from '../../src/cli/init/hosts.ts';
import { FIRST_QUESTION } from '../../src/cli/init/init.ts';
import { hostIds, type SandboxRelease } from '../../src/config/config.ts';

/** In npx's cache: what makes an entry that of a published package. */
const PUBLISHED = '/_npx/0/node_modules/lightdash-mcp/dist/main.js';
const CLONE = '/path/to/lightdash-mcp/dist/main.js';
const NAME = 'lightdash';

const secret = { LIGHTDASH_API_KEY: '' };
const cloud = { LIGHTDASH_URL: 'https://app.lightdash.cloud', ...secret };
const ownServer = { LIGHTDASH_URL: 'https://lightdash.example.com', ...secret };

const entryOf = (
  mainPath: string,
  env: Entry['env'],
  sandbox?: SandboxRelease,
  platform: NodeJS.Platform = 'linux',
): Entry => withPlaceholders({ ...launch({ mainPath, nodePath: 'node', platform }, sandbox), env });
const clone = (env: Entry['env'], sandbox?: SandboxRelease): Entry => entryOf(CLONE, env, sandbox);

/** Settings for a kind of use: what they are for, and the entry. */
const kinds: readonly { readonly title: string; readonly text: string; readonly entry: Entry }[] = [
  {
    title: 'Lightdash Cloud',
    text: 'The address is the one that you open in the browser: `app.lightdash.cloud`, `eu1.lightdash.cloud` or your own.',
    entry: clone(cloud),
  },
  {
    title: 'Your own Lightdash, behind an access proxy',
    text: 'The headers that the proxy requires of programs, as JSON; these are those of Cloudflare Access. Leave `NODE_EXTRA_CA_CERTS` out unless your organization has a certificate authority of its own.',
    entry: {
      ...clone(ownServer),
      env: {
        ...clone(ownServer).env,
        LIGHTDASH_HEADERS: JSON.stringify({
          'CF-Access-Client-Id': 'your client id',
          'CF-Access-Client-Secret': 'your client secret',
        }),
        NODE_EXTRA_CA_CERTS: '/path/to/your-ca.pem',
      },
    },
  },
  {
    title: 'An analyst who only reads',
    text: 'Queries, the catalog, charts and dashboards of one project, and no other; nothing that changes anything, and no raw SQL. Take a token of a user who may see what the assistant may.',
    entry: clone({
      ...cloud,
      LIGHTDASH_PROJECT: 'your project',
      LIGHTDASH_ALLOWED_PROJECTS: 'your project',
      LIGHTDASH_TOOLSETS: 'analyst',
      LIGHTDASH_READ_ONLY: 'true',
    }),
  },
  {
    title: 'An administrator',
    text: 'Spaces, access, groups, the organization and user attributes. E-mail and password open the operations that refuse tokens. What cannot be undone asks first, and every call is written down.',
    entry: clone({
      ...cloud,
      LIGHTDASH_EMAIL: 'you@example.com',
      LIGHTDASH_PASSWORD: '',
      LIGHTDASH_TOOLSETS: 'admin',
      LIGHTDASH_AUDIT_LOG: '/path/to/lightdash-audit.jsonl',
    }),
  },
  {
    title: 'The sandbox',
    text: 'An embedded Lightdash 1.219 with sample data: no account, and nothing leaves your machine. `--sandbox=0.1366` is the older release.',
    entry: clone({}, '1.219'),
  },
];

/** Files as people write them: with the names of folders that differ from person to person. */
const machines: Readonly<Record<string, Machine>> = {
  macOS: { platform: 'darwin', home: '~', environment: {} },
  Linux: { platform: 'linux', home: '~', environment: {} },
  Windows: { platform: 'win32', home: '%USERPROFILE%', environment: { APPDATA: '%APPDATA%' } },
};

function files(host: Host): string[] {
  const paths = Object.entries(machines).map(([system, machine]) => `- ${system}: \`${host.file(machine)}\``);
  return [`Its file, which \`init --host ${host.id} --write\` writes:`, '', ...paths];
}

const fenced = (language: string, text: string) => ['', `\`\`\`${language}`, text, '```', ''];

/** A peculiarity of a host. */
const remarks: Readonly<Partial<Record<Host['id'], string>>> = {
  'claude-desktop':
    'Settings, Developer, Edit Config opens the file, wherever it is. Claude Desktop asks before it uses a tool for the first time.',
  vscode:
    'The token is not in the file: VS Code asks for it at the first start and keeps it. The same block in `.vscode/mcp.json` is for one project, and can be shared.',
  codex:
    'The entry gives the server a minute to start: npx, once it is the command, fetches the package the first time.',
  cursor: 'The same block in `.cursor/mcp.json` is for one project.',
  gemini: 'Gemini CLI takes `$NAME` inside of a value for a variable: choose a password without one.',
};

function hostSection(host: Host): string[] {
  const remark = remarks[host.id];
  const entry = clone(cloud);
  const command =
    host.id === 'claude-code'
      ? ['Or let Claude Code write it:', ...fenced('sh', claudeCommand(NAME, entry, 'linux'))]
      : [];
  return [
    `## ${host.title}`,
    '',
    ...files(host),
    ...fenced(host.format, renderEntry(host, NAME, entry)),
    ...command,
    ...(remark === undefined ? [] : [remark, '']),
    `${host.next} Then ask: *${FIRST_QUESTION}*`,
    '',
  ];
}

/** From the hosts' own pages and issues, August and September 2026. */
const chartsSection = [
  '## Charts',
  '',
  '`show_chart` gives each host what it can show. The text of the answer has the figures in any case.',
  '',
  '| host | what the person sees | what the model gets |',
  '|---|---|---|',
  '| Claude Desktop, claude.ai | the interactive chart (MCP Apps) | text |',
  '| VS Code Copilot, Cursor, ChatGPT, Goose, Microsoft 365 Copilot, Postman, MCPJam | the interactive chart (MCP Apps) | text |',
  '| Claude Code, Codex CLI | a note that there is a picture; with `save` its file | picture and text |',
  '| Copilot CLI | the text | text |',
  '| Windsurf, Gemini CLI and others | a picture, or a note that there is one | picture and text |',
  '',
  'The interactive chart (`ui://lightdash-mcp/chart.html`) is one page without requests: light and dark, exact values under the',
  'pointer, table, CSV, PNG, full screen, and a link to Lightdash. It is offered only to hosts that declare MCP Apps. Tested',
  "in Chromium against the protocol's own host library; not in each host.",
  '',
  'In a terminal, `LIGHTDASH_CHART_FOLDER` names a folder for `save`: PNG at twice the size, and SVG.',
  '',
  "The picture's font has Latin, Greek, Cyrillic and Vietnamese letters; Chinese, Japanese and Korean are drawn by a font of the",
  'system. What none has shows as a box, and the answer says so; the interactive chart shows it in the fonts of the host.',
  '',
];

/** Changes once the package is on the registry. */
function publishedSection(): string[] {
  const block = (platform: NodeJS.Platform) =>
    fenced('json', renderEntry(hosts['claude-desktop'], NAME, entryOf(PUBLISHED, cloud, undefined, platform)));
  return [
    '## Once published',
    '',
    'The package is not on the registry yet. Once it is, no clone is needed: `npx -y lightdash-mcp init` in the place of',
    '`node dist/main.js init`, and this command in every block:',
    ...block('linux'),
    '**On Windows**, npx is a script, which most hosts start only through `cmd`:',
    ...block('win32'),
    '`npm pack` in a clone makes the same package as a file: `npm install -g ./lightdash-mcp-*.tgz`, then `lightdash-mcp init`',
    'writes the path of what was installed.',
    '',
  ];
}

/** docs/hosts.md: the settings of every host, as `init` writes them. */
export function hostsPage(): string {
  return [
    '# Hosts and their settings',
    '',
    'Generated by `npm run docs` from the code that `init` runs. Tests parse every block, and start what `init` writes for each host.',
    '',
    'You need Node 20.18.1 or later, and a clone of this repository. In its folder, build the server once:',
    ...fenced('sh', 'npm ci && npm run build'),
    '`init` asks for the address and the token, checks them, and prints the entry for your host, or writes it',
    'with `--write`. It keeps everything else in the file, comments too, and a copy of how it was.',
    ...fenced('sh', 'node dist/main.js init --host claude-desktop --write'),
    `Hosts: ${hostIds.map((id) => `\`${id}\``).join(', ')}. Settings may follow: \`--read-only\`, \`--toolsets analyst\`,`,
    '`--project "My project"`, `--headers …`. `--name` chooses another name than `lightdash`. An entry that is there is replaced only',
    'after a yes, or with `--force`. Give the token at the prompt, or as `LIGHTDASH_API_KEY`: a flag is seen by other users of the machine.',
    '',
    'To try it without a Lightdash: `node dist/main.js init --host claude-desktop --write --sandbox`.',
    '',
    'By hand: make a token in Lightdash (Settings, Personal access tokens), put the block into the file, with your address and',
    'token and the path of the clone, next to the servers that are there, and restart the host. `init` writes the whole path of Node',
    'for `node`: programs started from the desktop often do not have the PATH of your shell.',
    '',
    `A first question is: *${FIRST_QUESTION}* The assistant lists the projects and their explores, and can go on to`,
    '*Monthly revenue by sales channel this year, delivered orders only*.',
    '',
    ...hostIds.flatMap((id) => hostSection(hosts[id])),
    '## Settings for each use',
    '',
    'The blocks are those of Claude Desktop; other hosts take the same command, arguments and variables. The README lists every',
    'setting.',
    '',
    ...kinds.flatMap(({ title, text, entry }) => [
      `### ${title}`,
      '',
      text,
      ...fenced('json', renderEntry(hosts['claude-desktop'], NAME, entry)),
    ]),
    ...publishedSection(),
    ...chartsSection,
    '## Where it does not work',
    '',
    '`doctor` checks everything with the same settings, and says what to do: Node, tools, proxy, address, certificate, clock,',
    'version, sign-in, session, projects and queries. No check takes more than ten seconds.',
    ...fenced('sh', 'LIGHTDASH_URL=https://app.lightdash.cloud LIGHTDASH_API_KEY=your-token node dist/main.js doctor'),
    'It ends with 0 if nothing failed, with 1 if something did, and with 2 if a setting cannot be understood. It writes',
    'nothing to Lightdash. On servers with the v2 query API it runs one query: the first value of a dimension.',
    '',
    '- *spawn node ENOENT*: programs started from the desktop often do not have the PATH of your shell. Put the whole path of node',
    '  into `command`; `which node` (on Windows `where node`) prints it, and `init` writes it.',
    '- *The host shows no tools*: its log has what the server said at the start; one line names the setting that is wrong.',
    '- *It works in a shell and not in the host*: hosts start servers with little of your environment. What the way to Lightdash',
    '  needs (`HTTPS_PROXY`, `NO_PROXY`, `NODE_EXTRA_CA_CERTS`) belongs into `env`; `init` puts it there.',
    '',
  ].join('\n');
}

/** mcp.json.example: what a clone of this repository is used with. */
export function settingsExample(): string {
  return `${renderEntry(hosts['claude-desktop'], NAME, clone(cloud))}\n`;
}
