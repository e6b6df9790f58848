import type { McpbManifestAny } from '@anthropic-ai/mcpb';
import manifest from '../package.json' with { type: 'json' };
import { settings } from '../src/config/settings.ts';
import { toolDefinitions } from '../src/inventory/tool-entries.ts';

type Field = NonNullable<McpbManifestAny['user_config']>[string];

/** The settings of Claude Desktop's form when the bundle is installed, by the names of their fields. */
const form = {
  url: { setting: settings.url, title: 'Address', required: true },
  api_key: { setting: settings.apiKey, title: 'Personal access token', required: true },
  project: { setting: settings.project, title: 'Project', required: false },
  read_only: { setting: settings.readOnly, title: 'Read only', required: false },
} as const;

/** manifest.json of the bundle for Claude Desktop: the form that it shows, and how it starts the server. */
export function mcpbManifest(): McpbManifestAny {
  const { name, version, description, author, homepage, bugs, repository, keywords, license, engines } = manifest;
  const fields = Object.entries(form);
  return {
    manifest_version: '0.3',
    name,
    display_name: 'Lightdash',
    version,
    description,
    author: { name: author, url: homepage },
    repository: { type: 'git', url: repository.url.replace(/^git\+/, '') },
    homepage,
    documentation: homepage,
    support: bugs,
    license,
    keywords,
    server: {
      type: 'node',
      entry_point: 'dist/main.js',
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/dist/main.js`],
        env: Object.fromEntries(fields.map(([key, { setting }]) => [setting.env, `\${user_config.${key}}`])),
      },
    },
    // The settings decide which of them exist.
    tools: toolDefinitions.map((tool) => ({ name: tool.name, description: tool.title })),
    tools_generated: true,
    prompts_generated: true,
    compatibility: { runtimes: { node: engines.node } },
    user_config: Object.fromEntries(fields.map(([key, field]) => [key, formField(field)])),
  };
}

function formField({ setting, title, required }: (typeof form)[keyof typeof form]): Field {
  const isSwitch = setting.form === 'true';
  return {
    type: isSwitch ? 'boolean' : 'string',
    title,
    description: setting.help,
    required,
    ...(setting.secret && { sensitive: true }),
    // A field without a default that is left empty reaches the server as its placeholder.
    ...(!required && { default: isSwitch ? setting.fallback === 'true' : '' }),
  };
}
