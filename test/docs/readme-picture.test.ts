import { readFileSync, writeFileSync } from 'node:fs';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { connectInMemory } from '../helpers/client.ts';

// UPDATE_PICTURE=1 writes it anew.
test("the README's picture is drawn by its call of show_chart", async () => {
  const [, call = '', path = ''] =
    /```json\n(\{\n {2}"query":[\s\S]*?)\n```\n\n!\[[^\]]*\]\(([^)]+)\)/.exec(readFileSync('README.md', 'utf8')) ?? [];
  const sandbox = await startSandbox();
  const { client, close } = await connectInMemory({
    LIGHTDASH_URL: sandbox.url,
    LIGHTDASH_API_KEY: sandbox.tokens.admin,
  });
  const args = { projectUuid: 'Roastery', ...JSON.parse(call) };
  const { content } = CallToolResultSchema.parse(await client.callTool({ name: 'show_chart', arguments: args }));
  await close();
  await sandbox.close();
  const [image] = content.flatMap((part) => (part.type === 'image' ? [Buffer.from(part.data, 'base64')] : []));
  expect(image).toBeDefined();
  if (!image) return;
  if (process.env.UPDATE_PICTURE) writeFileSync(path, image);
  expect(PNG.sync.read(image).data.equals(PNG.sync.read(readFileSync(path)).data)).toBe(true);
});
