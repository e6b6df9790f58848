// Measures how like the real Lightdash the sandbox is: sends it what was recorded and compares the answers.
//
//   node scripts/fidelity.mjs [folder] [--verbose] [--operation=createTag]
//
// The folder holds one JSON file an operation (test/fixtures/recordings, or ../shared/recordings beside a working copy);
// `extra/` in it is taken too. Each operation starts from a fresh sandbox and gets its exchanges in order. Exchanges that need
// what an exchange of another operation had made are left out; every one left out is counted with the reason.
// Exits 1 when fewer than 95 % have the same status, 90 % the same shape, or any RunMetricQuery success other rows.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { compareRows, compareShapes } from './fidelity/compare.mjs';
import { whyDependent } from './fidelity/dependence.mjs';

const LEAST_STATUS = 0.95;
const LEAST_SHAPE = 0.9;
/** The recordings were made from this moment on; relative dates in their filters count from it. */
const RECORDED_AT = Date.parse('2026-11-23T20:19:00.000Z');

const root = fileURLToPath(new URL('..', import.meta.url));
const options = process.argv.slice(2);
const verbose = options.includes('--verbose');
const only = options.find((one) => one.startsWith('--operation='))?.slice('--operation='.length);
const folder =
  options.find((one) => !one.startsWith('--')) ??
  ['test/fixtures/recordings', '../shared/recordings'].map((one) => path.join(root, one)).find((one) => fs.existsSync(one));
if (!folder) throw new Error('no recordings: name their folder');

const bundle = path.join(root, 'dist', `fidelity-${process.pid}.mjs`);
await build({
  entryPoints: [path.join(root, 'src/sandbox/index.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
const { startSandbox } = await import(pathToFileURL(bundle));
fs.rmSync(bundle);

const started = Date.now();
const now = () => new Date(RECORDED_AT + Date.now() - started);
const sandbox = await startSandbox({ dataDir: path.join(root, 'src/sandbox/roastery'), now });

const PASSWORD = 'Roastery!1366';
/** Headers of who asked, by the words of the recordings; null for those who came into being while recording. */
async function credentials(auth) {
  const token = (secret) => ({ authorization: `ApiKey ${secret}` });
  if (auth === 'no auth' || auth === 'login') return {};
  if (auth.startsWith('admin PAT')) return token(sandbox.tokens.admin);
  if (auth.startsWith('viewer PAT')) return token(sandbox.tokens.viewer);
  if (auth.startsWith('plain viewer PAT')) return token(sandbox.tokens.plainViewer);
  if (auth.startsWith('editor PAT')) return token(sandbox.tokens.editor);
  if (/^(unknown PAT|expired PAT|PAT of a deleted user)/.test(auth)) return token('0'.repeat(32));
  if (auth === 'admin session cookie') return { cookie: await cookieOf('/api/v1/login', { email: 'ada@roastery.example', password: PASSWORD }) };
  if (auth === 'viewer session cookie') return { cookie: await cookieOf('/api/v1/login', { email: 'vic@roastery.example', password: PASSWORD }) };
  if (auth === 'PAT of another organization') return token(await strangersToken());
  return null;
}

async function cookieOf(route, body) {
  const response = await call('POST', route, {}, body);
  return response.headers.get('set-cookie').split(';')[0];
}

async function strangersToken() {
  const person = { firstName: 'Stran', lastName: 'Ger', email: `${Math.random()}@elsewhere.example`.slice(2), password: PASSWORD };
  const cookie = await cookieOf('/api/v1/user', person);
  await call('PUT', '/api/v1/org', { cookie }, { name: 'Elsewhere' });
  const made = await call('POST', '/api/v1/user/me/personal-access-tokens', { cookie }, { description: 'x', expiresAt: null });
  return (await made.json()).results.token;
}

function call(method, route, headers, body, contentType = 'application/json') {
  const bodiless = body === undefined || body === null || method === 'GET' || method === 'HEAD';
  return fetch(sandbox.url + route, {
    method,
    redirect: 'manual',
    headers: { ...(bodiless ? {} : { 'content-type': contentType }), ...headers },
    ...(bodiless ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** Bodies recorded as text were sent as they stand, under the type that the note tells. */
const CONTENT_TYPES = { 'no content-type json': 'text/plain', 'form body': 'application/x-www-form-urlencoded' };

async function send({ method, path: route, query, body }, headers, note) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of [value].flat()) search.append(name, String(one));
  }
  const address = search.size > 0 ? `${route}?${search}` : route;
  const response = await call(method, address, headers, body, CONTENT_TYPES[note]);
  const contentType = response.headers.get('content-type');
  const text = await response.text();
  return { status: response.status, contentType, body: contentType?.includes('json') && text ? JSON.parse(text) : text };
}

/** Everything in the seed and everything that names nothing on purpose. */
const known = new Set();
for (const map of Object.values(sandbox.store)) {
  const text = map instanceof Map ? JSON.stringify([...map]) : '';
  for (const id of text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? []) known.add(id);
}
for (const share of sandbox.store.shareUrls.values()) known.add(share.nanoid);
for (const item of sandbox.store.catalog.keys()) known.delete(item);

const files = [folder, path.join(folder, 'extra')].flatMap((one) =>
  fs.existsSync(one) ? fs.readdirSync(one).filter((name) => /^[^_].*\.json$/.test(name)).map((name) => path.join(one, name)) : [],
);
const table = [];
const skipped = new Map();
const differences = [];
for (const file of files.sort()) {
  const recording = JSON.parse(fs.readFileSync(file, 'utf8'));
  const name = path.relative(folder, file).replace(/\.json$/, '');
  if (!recording.exchanges || (only && name !== only && recording.operationId !== only)) continue;
  sandbox.reset();
  const line = { name, compared: 0, skipped: 0, status: 0, shape: 0, rowSets: 0, rows: 0 };
  table.push(line);
  for (const exchange of recording.exchanges) {
    if (!exchange.request || !exchange.response) continue;
    const headers = exchange.request.headers ?? (await credentials(exchange.request.auth));
    const reason = headers === null ? 'asked by someone made while recording' : whyDependent(name, exchange, known);
    if (reason) {
      line.skipped += 1;
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      if (verbose) console.log(`  - ${name} [${exchange.note}]: ${reason}`);
      continue;
    }
    const answer = await send(exchange.request, headers, exchange.note);
    await sandbox.settled();
    line.compared += 1;
    const sameStatus = answer.status === exchange.response.status;
    const shape = compareShapes(exchange.response, answer);
    if (sameStatus) line.status += 1;
    if (shape.length === 0) line.shape += 1;
    const found = [...(sameStatus ? [] : [`status ${answer.status}, recorded ${exchange.response.status}`]), ...shape];
    if (recording.operationId === 'RunMetricQuery' && exchange.response.status === 200) {
      line.rowSets += 1;
      const rows = compareRows(exchange, answer.body?.results?.rows);
      if (rows === null) line.rows += 1;
      else found.push(rows);
    }
    if (found.length > 0) differences.push(`${name} [${exchange.note}] ${exchange.request.auth.split(' (')[0]}\n    ${found.slice(0, 6).join('\n    ')}`);
  }
}
await sandbox.close();

const total = (key) => table.reduce((sum, line) => sum + line[key], 0);
const share = (part, whole) => `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;
console.log('operation'.padEnd(44), 'compared', ' status', '  shape', '   rows', 'left out');
for (const { name, compared, status, shape, rowSets, rows, skipped: left } of table) {
  const cells = [compared, status, shape, rowSets ? `${rows}/${rowSets}` : '', left || ''];
  console.log(name.padEnd(44), String(cells[0]).padStart(8), ...cells.slice(1, 4).map((one) => String(one).padStart(7)), String(cells[4]).padStart(8));
}
if (differences.length > 0) console.log(`\nDifferent:\n- ${differences.join('\n- ')}`);
console.log('\nLeft out:');
for (const [reason, count] of [...skipped].sort((a, b) => b[1] - a[1])) console.log(`  ${String(count).padStart(4)}  ${reason}`);
const compared = total('compared');
console.log(`\n${compared} of ${compared + total('skipped')} exchanges compared`);
console.log(`same status  ${total('status')}/${compared} = ${share(total('status'), compared)}`);
console.log(`same shape   ${total('shape')}/${compared} = ${share(total('shape'), compared)}`);
console.log(`same rows    ${total('rows')}/${total('rowSets')} of RunMetricQuery`);
const good = total('status') >= LEAST_STATUS * compared && total('shape') >= LEAST_SHAPE * compared && total('rows') === total('rowSets');
process.exitCode = good ? 0 : 1;
