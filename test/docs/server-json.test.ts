import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { settings } from '../../src/config/settings.ts';

/**
 * Requirements of the registry's schema (2025-12-11) on a server.json with one npm package, and of the registry itself
 * on top: exact versions, and a name that starts with the owner's namespace. The schema leaves further keys open; here
 * they are refused, so that a mistyped one is seen.
 */
const exactVersion = z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
const environmentVariable = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  description: z.string().min(1),
  isRequired: z.boolean(),
  isSecret: z.boolean(),
  format: z.enum(['string', 'number', 'boolean', 'filepath']),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).min(1).optional(),
});
const registered = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^io\.github\.[a-zA-Z0-9-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  repository: z.strictObject({ url: z.url({ protocol: /^https$/ }), source: z.literal('github') }),
  websiteUrl: z.url({ protocol: /^https$/ }),
  version: exactVersion.max(255),
  packages: z.tuple([
    z.strictObject({
      registryType: z.literal('npm'),
      identifier: z.string(),
      version: exactVersion,
      runtimeHint: z.literal('npx'),
      transport: z.strictObject({ type: z.literal('stdio') }),
      environmentVariables: z.array(environmentVariable),
    }),
  ]),
});

const server = registered.parse(JSON.parse(readFileSync('server.json', 'utf8')));
const [npm] = server.packages;
const variable = (name: string) =>
  npm.environmentVariables.find((environmentVariable) => environmentVariable.name === name);

test('server.json names the package, its version and its repository as package.json does', () => {
  expect(server.name).toBe(manifest.mcpName);
  expect([server.version, npm.version]).toEqual([manifest.version, manifest.version]);
  expect(npm.identifier).toBe(manifest.name);
  expect(manifest.repository.url).toBe(`git+${server.repository.url}.git`);
  const [, owner] = /^io\.github\.([^/]+)\//.exec(server.name) ?? [];
  expect(server.repository.url).toContain(`/${owner}/`);
});

test('its variables are the settings, and exactly those that sign in are secret', () => {
  expect(npm.environmentVariables.map(({ name }) => name)).toEqual(Object.values(settings).map(({ env }) => env));
  const secret = npm.environmentVariables.filter(({ isSecret }) => isSecret).map(({ name }) => name);
  expect(secret).toEqual(['LIGHTDASH_API_KEY', 'LIGHTDASH_PASSWORD', 'LIGHTDASH_SESSION_COOKIE', 'LIGHTDASH_HEADERS']);
  const needed = npm.environmentVariables.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  expect(needed).toEqual(['LIGHTDASH_URL', 'LIGHTDASH_API_KEY']);
});

test('a form made of it offers the values of the settings', () => {
  expect(variable('LIGHTDASH_READ_ONLY')).toMatchObject({ format: 'boolean', default: 'false' });
  expect(variable('LIGHTDASH_TIMEOUT')).toMatchObject({ format: 'number', default: '45' });
  expect(variable('LIGHTDASH_AUDIT_LOG')).toMatchObject({ format: 'filepath' });
  expect(variable('LIGHTDASH_OUTPUT')).toMatchObject({ choices: ['text', 'structured'], default: 'text' });
  for (const { env, read } of Object.values(settings)) {
    for (const offered of [variable(env)?.default, ...(variable(env)?.choices ?? [])]) {
      if (offered !== undefined) expect(read.safeParse(offered).success, `${env}=${offered}`).toBe(true);
    }
  }
});
