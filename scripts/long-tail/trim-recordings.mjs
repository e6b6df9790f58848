// Writes test/fixtures/long-tail.json: of each operation without a tool one exchange that was recorded on a real Lightdash
// 1.219, a good one where there is one, its answer cut to the form that a test needs.
//
//   node scripts/long-tail/trim-recordings.mjs FOLDER
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAX_ITEMS = 2;
const MAX_TEXT = 200;
const MAX_BYTES = 6_000;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node scripts/long-tail/trim-recordings.mjs FOLDER');
const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const { operations } = JSON.parse(readFileSync(path('src/operations/long-tail/operations.json'), 'utf8'));
const unnamed = (template) => template.replace(/\{\w+\}/g, '{}');

/** A value with shorter lists and texts. */
function cut(value) {
  if (typeof value === 'string') return value.length > MAX_TEXT ? value.slice(0, MAX_TEXT) : value;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map(cut);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cut(inner)]));
}

const lines = [];
for (const name of readdirSync(folder).filter((item) => item.endsWith('.json'))) {
  const { method, pathTemplate, exchanges = [] } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const operation = operations.find(
    (item) => item.method === method && pathTemplate !== undefined && unnamed(item.path) === unnamed(pathTemplate),
  );
  if (operation === undefined) continue;
  const isGood = ({ response }) => response.status < 300;
  const refused = ({ response }) => /no factory|licen[sc]e|edition/i.test(response.body?.error?.message ?? '');
  const { request, response } = exchanges.find(isGood) ?? exchanges.find(refused) ?? {};
  if (request === undefined) continue;
  const { path: sentTo, query, body } = request;
  const exchange = {
    id: operation.id,
    path: sentTo,
    query: query ?? {},
    ...(body !== null && body !== undefined && { body }),
    status: response.status,
    answer: cut(response.body),
  };
  const line = JSON.stringify(exchange);
  if (line.length <= MAX_BYTES) lines.push(line);
}
writeFileSync(path('test/fixtures/long-tail.json'), `[\n${lines.join(',\n')}\n]\n`);
process.stdout.write(`${lines.length} exchanges\n`);
