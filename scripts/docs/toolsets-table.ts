import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type ToolDefinition, toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { COMPACT, filterTools, type presets } from '../../src/inventory/tool-filter.ts';
import { toolSearchTools } from '../../src/inventory/tool-search-entries.ts';
import { type Toolset, toolsets } from '../../src/operations/operation.ts';
import { code, table } from './markdown.ts';

/** Uses of each toolset. */
export const purposes: Readonly<Record<Toolset, string>> = {
  query: 'Find fields, ask for metrics, read on in results, raw SQL',
  catalog: 'What there is to ask about: tables, metrics, tags, where a field is used',
  charts: 'Saved charts: find, read, run, their versions',
  dashboards: 'Dashboards: find, read, run, make, move',
  spaces: 'Spaces, and what is in them',
  access: 'Who may see or change a project or a space',
  groups: 'Groups of users and their members',
  organization: 'The organization, its members and projects',
  attributes: 'User attributes: which rows a user sees',
  projects: 'Project settings, previews, validation',
  content: 'Charts, dashboards and spaces alike: search, move, restore, verify, pin, as code',
  schedulers: 'Scheduled deliveries and alerts: create, list, change, send now, their runs',
  collaboration: 'Comments, notifications, pinned items, share links',
  integrations: 'GitHub, Google Sheets, Slack and the like',
  warehouse: 'Warehouse credentials, SSH keys, the semantic layer connection',
  account: 'Your own user, tokens and sign-in',
  api: 'Every other operation of Lightdash: find, describe, call',
};

const presetPurposes: Readonly<Record<keyof typeof presets | typeof COMPACT, string>> = {
  analyst: 'Preset: asks, and works with charts and dashboards',
  admin: 'Preset: who belongs where and sees what',
  compact: 'Preset: few tools listed, four of them reach all the others',
  all: 'Everything; the default',
};

/** README's table of toolsets and presets, with what each costs a model that is shown all of its tools. */
export function toolsetsTable(): string {
  const row = (name: string, purpose: string, entries: readonly ToolDefinition[]) => [
    code(name),
    String(entries.length),
    purpose,
    Math.max(100, Math.round(tokensOf(entries) / 100) * 100).toLocaleString('en'),
  ];
  const under = (name: string) =>
    filterTools(
      toolDefinitions.map((entry) => ({
        ...entry,
        toolset: entry._meta['lightdash/toolset'],
        readOnly: entry.annotations.readOnlyHint,
      })),
      { toolsets: [name], tools: [], excludeTools: [], readOnly: false },
    );
  const ofPreset = (name: string) => (name === COMPACT ? toolSearchTools(toolDefinitions) : under(name));
  return table(
    ['Toolset', 'Tools', 'What it is for', 'Tokens'],
    [
      ...toolsets.map((name) => row(name, purposes[name], under(name))),
      ...Object.entries(presetPurposes).map(([name, purpose]) => row(name, purpose, ofPreset(name))),
    ],
  ).join('\n');
}

const tokensOf = (entries: readonly ToolDefinition[]) =>
  entries
    .map(({ name, description, inputSchema }) => JSON.stringify({ name, description, input_schema: inputSchema }))
    .reduce((sum, text) => sum + countTokens(text), 0);
