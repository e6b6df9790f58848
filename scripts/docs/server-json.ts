import * as z from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { settings } from '../../src/config/settings.ts';

type Setting = (typeof settings)[keyof typeof settings];

/** The required settings. Signing in without a token is possible, but an empty form would be of no use. */
const required: readonly string[] = [settings.url.env, settings.apiKey.env];

/** server.json: how the registry of MCP servers lists this package. */
export function serverJson(): string {
  const { name, mcpName, version, description, repository, homepage } = manifest;
  const listed = {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name: mcpName,
    title: 'Lightdash',
    description,
    repository: { url: repository.url.replace(/^git\+|\.git$/g, ''), source: 'github' },
    websiteUrl: homepage,
    version,
    packages: [
      {
        registryType: 'npm',
        identifier: name,
        version,
        runtimeHint: 'npx',
        transport: { type: 'stdio' },
        environmentVariables: Object.values(settings).map(environmentVariable),
      },
    ],
  };
  return `${JSON.stringify(listed, null, 2)}\n`;
}

function environmentVariable(setting: Setting) {
  const { env, help, form, fallback, secret, read } = setting;
  const choices = read instanceof z.ZodEnum ? read.options : undefined;
  return {
    name: env,
    description: help,
    isRequired: required.includes(env),
    isSecret: secret ?? false,
    format: formatOf(form),
    ...(fallback !== undefined && { default: fallback }),
    ...(choices ? { choices } : form === 'true' ? {} : { placeholder: form }),
  };
}

function formatOf(form: string) {
  switch (form) {
    case 'true':
      return 'boolean';
    case 'seconds':
    case 'tokens':
      return 'number';
    case 'path':
      return 'filepath';
    default:
      return 'string';
  }
}
