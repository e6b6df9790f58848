import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const page = readFileSync('docs/reliability.md', 'utf8');

const source = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('sandbox'))
  .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'))
  .join('\n')
  .replaceAll("\\'", "'");

test('the messages in the page are those of the server', () => {
  const messages = [...page.matchAll(/`([A-Z][a-z][^`\n]+ [^`\n]+ [^`\n]+)`/g)].map(([, message = '']) => message);
  expect(messages.length).toBeGreaterThan(25);
  // Numbers, addresses and reasons are put in at run time.
  const parts = messages.flatMap((message) => message.split(/…|\d+|https?:\/\/|[().:]|\bThe query\b/));
  const unknown = parts.map((part) => part.trim()).filter((part) => part.length > 9 && !source.includes(part));
  expect(unknown).toEqual([]);
});
