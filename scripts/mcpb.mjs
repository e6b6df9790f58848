// Makes the bundle for Claude Desktop out of dist/, which has to be built: dist-mcpb/lightdash-mcp.mcpb.
//
//   npm run mcpb                      builds first
//   node scripts/mcpb.mjs [FOLDER]    into another folder
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packExtension } from '@anthropic-ai/mcpb/cli';
import { loadTypeScript } from './load-typescript.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.argv[2] ?? join(root, 'dist-mcpb');
const contents = join(folder, 'contents');

const { mcpbManifest } = await loadTypeScript('scripts/mcpb-manifest.ts');
rmSync(contents, { recursive: true, force: true });
mkdirSync(contents, { recursive: true });
writeFileSync(join(contents, 'manifest.json'), `${JSON.stringify(mcpbManifest(), null, 2)}\n`);
// package.json makes the chunks ES modules.
for (const path of ['dist', 'package.json', 'LICENSE']) {
  cpSync(join(root, path), join(contents, path), { recursive: true });
}
// Validates the manifest first, and says what is wrong with it.
const isPacked = await packExtension({ extensionPath: contents, outputPath: join(folder, 'lightdash-mcp.mcpb') });
if (!isPacked) process.exitCode = 1;
