import { filterTools, presets } from '../../src/inventory/tool-filter.ts';
import { type ProjectRule, projectRule } from '../../src/policy/project-references.ts';
import { tools } from '../../src/tools/index.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { code } from './markdown.ts';

const rules: Readonly<Record<ProjectRule, string>> = {
  argument: 'the projects that the call names have to be allowed ones',
  'looked up':
    'whatever the call names (chart, dashboard, space, …) is looked up first and has to be in an allowed project',
  filtered: 'the answer holds the allowed projects alone',
  local:
    'reads or stops what this server started itself, in calls that were allowed; a project that it names has to be an allowed one',
  operation:
    'decided for each operation that it calls: what its arguments name has to be in an allowed project; an id that cannot be looked up is refused, and what names no project is of the organization',
  organization: 'of no project: refused unless `LIGHTDASH_ALLOW_ORGANIZATION=true`',
  refused: 'always refused: it takes every project down with it',
};

const policies = {
  analyst: { toolsets: ['analyst'], readOnly: false },
  admin: { toolsets: ['admin'], readOnly: false },
  'read-only': { toolsets: [], readOnly: true },
};

const namesUnder = (policy: (typeof policies)[keyof typeof policies]) =>
  new Set(filterTools(tools, { tools: [], excludeTools: [], ...policy }).map(({ name }) => name));

/** How the allow-list of projects treats a tool. */
export const ruleOf = (tool: Tool): ProjectRule => projectRule(tool, Object.keys(tool.input()));

/** docs/policy.md: what each tool is under the settings that limit this server. */
export function policyPage(): string {
  const under = Object.entries(policies).map(([name, policy]) => ({ name, names: namesUnder(policy) }));
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = ['tool', 'toolset', 'does', ...under.map(({ name }) => name), 'asks first', 'projects'];
  const does = (tool: Tool) => (tool.readOnly ? 'reads' : tool.destructive ? 'may destroy' : 'writes');
  const lines = tools.map((tool) =>
    row([
      `\`${tool.name}\``,
      tool.toolset,
      does(tool),
      ...under.map(({ names }) => (names.has(tool.name) ? 'yes' : '')),
      tool.preview ? 'yes' : '',
      ruleOf(tool),
    ]),
  );
  const counts = under.map(({ name, names }) => `${names.size} are left by \`${name}\``).join(', ');
  const ruleCounts = Object.keys(rules).map((rule) => tools.filter((tool) => ruleOf(tool) === rule).length);
  return [
    '# What each tool may do',
    '',
    'Generated from the tools by `npm run docs`; a test fails when it is stale. The settings are explained in [safety.md](safety.md).',
    '',
    `There are ${tools.length} tools; ${counts}. *Reads* is the hint that hosts see, and what \`LIGHTDASH_READ_ONLY\` leaves. A tool that answers with a secret (\`get_google_drive_access_token\`) or runs raw SQL is none of these, whatever its method.`,
    ...Object.entries(presets).map(
      ([name, { whole, reading, more = [], without = [] }]) =>
        `- \`${name}\`: ${name === 'all' ? 'every toolset' : whole.join(', ')}${reading.length > 0 ? `; of ${reading.join(', ')} what reads` : ''}${more.length > 0 ? `; ${more.map(code).join(', ')}` : ''}${without.length > 0 ? `; without ${without.map(code).join(', ')}` : ''}`,
    ),
    '',
    'The last column tells what `LIGHTDASH_ALLOWED_PROJECTS` makes of a call:',
    ...Object.entries(rules).map(([rule, means], at) => `- *${rule}* (${ruleCounts[at]}): ${means}`),
    '',
    row(head),
    row(head.map(() => '---')),
    ...lines,
    '',
  ].join('\n');
}
