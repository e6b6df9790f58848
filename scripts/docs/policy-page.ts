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

/** Writes that do not ask first, by the reason. */
const unasked: Readonly<Record<string, readonly string[]>> = {
  'makes something new, which can be deleted': [
    ...['create_chart', 'create_sql_chart', 'create_dashboard', 'duplicate_chart', 'duplicate_dashboard'],
    ...['create_comment', 'create_tag', 'create_share_url', 'create_space_in_project', 'create_preview_project'],
    ...['create_group_in_organization', 'create_organization', 'register_user'],
    ...['create_pull_request_for_chart_fields', 'create_pull_request_for_custom_metrics', 'upload_google_sheet'],
    ...['create_ssh_key_pair', 'create_warehouse_credentials', 'add_category_to_catalog_item'],
  ],
  'changes content, of which the version before stays or which can be set again': [
    ...['restore_content'],
    ...['pin_content', 'verify_content', 'update_pinned_items_order', 'resolve_comment', 'update_tag'],
    ...['remove_category_from_catalog_item', 'update_catalog_item_icon', 'dismiss_validation_error'],
  ],
  'changes what one person has, named in the call': ['revoke_space_access_for_user'],
  'is about your own account': [
    ...['join_organization', 'create_email_one_time_passcode', 'update_notification', 'get_google_drive_access_token'],
    ...['update_warehouse_credentials', 'update_user_warehouse_credentials_preference'],
  ],
  'changes a setting that can be set again, or starts a job': [
    ...['update_my_organization', 'update_project_metadata', 'update_project_semantic_layer_connection'],
    ...['update_slack_settings', 'install_github_app_for_organization', 'github_oauth_callback'],
    ...['refresh_project', 'validate_project'],
  ],
  'is decided by the SQL or the operation that it runs': ['run_sql_query', 'run_write_operation'],
};

/** @throws {Error} for a write that neither asks first nor has a reason, and for a reason without its tool. */
function unaskedLines(): string[] {
  const silent = new Set(tools.filter((tool) => !tool.readOnly && !tool.preview).map(({ name }) => name));
  const listed = Object.values(unasked).flat();
  const wrong = [
    ...[...silent].filter((name) => !listed.includes(name)),
    ...listed.filter((name) => !silent.has(name)),
  ];
  if (wrong.length > 0)
    throw new Error(`ask first, or say why not in scripts/docs/policy-page.ts: ${wrong.join(', ')}`);
  return Object.entries(unasked).map(([reason, names]) => `- ${reason}: ${names.map(code).join(', ')}`);
}

/** Effect of the allow-list of projects on a tool. */
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
      ([name, { whole, reading, more = [], excluded: without = [] }]) =>
        `- \`${name}\`: ${name === 'all' ? 'every toolset' : whole.join(', ')}${reading.length > 0 ? `; of ${reading.join(', ')} what reads` : ''}${more.length > 0 ? `; ${more.map(code).join(', ')}` : ''}${without.length > 0 ? `; without ${without.map(code).join(', ')}` : ''}`,
    ),
    '',
    'The last column is the effect of `LIGHTDASH_ALLOWED_PROJECTS` on a call:',
    ...Object.entries(rules).map(([rule, means], at) => `- *${rule}* (${ruleCounts[at]}): ${means}`),
    '',
    row(head),
    row(head.map(() => '---')),
    ...lines,
    '',
    '*Asks first* are changes that cannot be undone, that are wholesale or that many people feel; some of them ask only then:',
    'a space that is opened or closed, a group whose members get or lose something, a value of a user attribute, a role of administrator. The other writes do not ask, because each of them',
    '',
    ...unaskedLines(),
    '',
  ].join('\n');
}
