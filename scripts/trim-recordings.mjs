// Writes test/fixtures/recordings/ from the full recordings of a real Lightdash 0.1366:
//
//   node scripts/trim-recordings.mjs FOLDER
//
// FOLDER holds one JSON file an operation ({operationId, method, pathTemplate, exchanges: [{note, request, response}]})
// and `extra/` with routes outside of the API document. What is left out:
//   - white space: one exchange a line, so that a changed exchange is one changed line;
//   - how long each answer took and its size (`ms`, `bytes`), `tags`, and the `set-cookie` of every signed-in answer but
//     the login's, whose cookie has been masked by hand already;
//   - the explore and its tables that chart-and-results repeats in each answer: whole in the first, its name and label
//     in the others;
//   - files of `extra/` that no test reads.
// Requests, statuses, error texts, ids and rows are as they were recorded.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAX_BYTES = 2 * 1024 * 1024;
const usedExtra = ['auth', 'health', 'unknown_route', 'bad_json', 'saved_get', 'dashboard_get', 'pat', 'field_search'];

const source = process.argv[2];
if (!source) {
  process.stderr.write('usage: node scripts/trim-recordings.mjs FOLDER\n');
  process.exit(2);
}
const target = fileURLToPath(new URL('../test/fixtures/recordings', import.meta.url));

let bytes = 0;
let exploreKept = false;
rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, 'extra'), { recursive: true });
for (const file of readdirSync(source).filter((name) => name.endsWith('.json'))) trim(file);
for (const name of usedExtra) trim(join('extra', `${name}.json`));
process.stdout.write(`${(bytes / 1024).toFixed(0)} KB in ${target}\n`);
if (bytes > MAX_BYTES) {
  process.stderr.write(`That is over ${MAX_BYTES / 1024 / 1024} MB: trim more.\n`);
  process.exit(1);
}

function trim(file) {
  const { tags: _, exchanges, ...head } = JSON.parse(readFileSync(join(source, file), 'utf8'));
  const lines = exchanges
    .filter(({ request, response }) => request && response)
    .map((exchange) => JSON.stringify(trimExchange(exchange)));
  const opening = JSON.stringify(head).slice(1, -1);
  const text = `{${opening},"exchanges":[\n${lines.join(',\n')}\n]}\n`;
  JSON.parse(text);
  bytes += Buffer.byteLength(text);
  writeFileSync(join(target, file), text);
}

function trimExchange({ ms: _ms, bytes: _bytes, ...exchange }) {
  const { response, request } = exchange;
  if (response.headers) {
    if (!request.path.endsWith('/login')) delete response.headers['set-cookie'];
    if (Object.keys(response.headers).length === 0) delete response.headers;
  }
  if (request.path.endsWith('/chart-and-results')) {
    const { results } = response.body;
    if (results?.explore && exploreKept) {
      const { name, label, baseTable } = results.explore;
      results.explore = { name, label, baseTable };
    }
    exploreKept ||= results?.explore !== undefined;
  }
  return exchange;
}
