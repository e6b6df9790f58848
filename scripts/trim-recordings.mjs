// Writes test/fixtures/recordings/ from the full recordings of a real Lightdash 0.1366, or those of 0.2904 beside it:
//
//   node scripts/trim-recordings.mjs FOLDER [recordings-0.2904]
//
// FOLDER holds one JSON file an operation ({operationId, method, pathTemplate, exchanges: [{note, request, response}]})
// and `extra/` with routes outside of the API document. What is left out:
//   - white space: one exchange a line, so that a changed exchange is one changed line;
//   - how long each answer took and its size (`ms`, `bytes`), `tags`, and the `set-cookie` of every signed-in answer but
//     the login's, whose cookie was masked when it was recorded;
//   - measurements (files of `extra/` without exchanges);
//   - routes of 0.2904 that this server does not use.
// Requests, statuses, error texts, ids and rows are as they were recorded: the sandbox is compared with them, too.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAX_BYTES = 2 * 1024 * 1024;

const source = process.argv[2];
if (!source) {
  process.stderr.write('usage: node scripts/trim-recordings.mjs FOLDER [recordings-0.2904]\n');
  process.exit(2);
}
const target = fileURLToPath(new URL(`../test/fixtures/${process.argv[3] ?? 'recordings'}`, import.meta.url));
const unused = ['List_content.json', 'getProjectDashboard.json', 'executeAsyncUnderlyingDataQuery.json'];

let bytes = 0;
rmSync(target, { recursive: true, force: true });
for (const folder of ['.', 'extra'].filter((item) => existsSync(join(source, item)))) {
  mkdirSync(join(target, folder), { recursive: true });
  for (const name of readdirSync(join(source, folder)).filter((item) => item.endsWith('.json'))) {
    if (!unused.includes(name)) trim(join(folder, name));
  }
}
process.stdout.write(`${(bytes / 1024).toFixed(0)} KB in ${target}\n`);
if (bytes > MAX_BYTES) {
  process.stderr.write(`That is over ${MAX_BYTES / 1024 / 1024} MB: trim more.\n`);
  process.exit(1);
}

function trim(file) {
  const { tags: _, exchanges, ...head } = JSON.parse(readFileSync(join(source, file), 'utf8'));
  const complete = Array.isArray(exchanges) ? exchanges.filter(({ request, response }) => request && response) : [];
  if (complete.length === 0) return;
  const lines = complete.map((exchange) => JSON.stringify(trimExchange(exchange)));
  const text = `{${JSON.stringify(head).slice(1, -1)},"exchanges":[\n${lines.join(',\n')}\n]}\n`;
  JSON.parse(text);
  bytes += Buffer.byteLength(text);
  writeFileSync(join(target, file), text);
}

function trimExchange({ ms: _ms, bytes: _bytes, ...exchange }) {
  const { headers } = exchange.response;
  if (headers && !exchange.request.path.endsWith('/login')) delete headers['set-cookie'];
  if (headers && Object.keys(headers).length === 0) delete exchange.response.headers;
  return exchange;
}
