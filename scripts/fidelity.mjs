// Measures how like the real Lightdash the sandbox is: sends it what was recorded and compares the answers.
//
//   node scripts/fidelity.mjs [folder] [--verbose] [--operation=createTag]
//
// The folder holds one JSON file an operation (test/fixtures/recordings, else ../shared/recordings beside a working copy); `extra/` in it
// is taken too. Each operation starts from a fresh sandbox and gets its exchanges in order. Where one names a thing that another had
// made, that is made first. What cannot be compared is left out and counted with the reason.
// Exits 1 when fewer than 95 % have the same status, 90 % the same shape, or any RunMetricQuery success other rows.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startClient } from './fidelity/client.mjs';
import { compareRows, compareShapes } from './fidelity/compare.mjs';
import { foreignIds, idsOfSeed, learn, makersOf, translated } from './fidelity/ids.mjs';
import { whyLeftOut } from './fidelity/left-out.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

const LEAST_STATUS = 0.95;
const LEAST_SHAPE = 0.9;

const root = fileURLToPath(new URL('..', import.meta.url));
const options = process.argv.slice(2);
const verbose = options.includes('--verbose');
const only = options.find((one) => one.startsWith('--operation='))?.slice('--operation='.length);
const folder =
  options.find((one) => !one.startsWith('--')) ??
  ['test/fixtures/recordings', '../shared/recordings']
    .map((one) => path.join(root, one))
    .find((one) => fs.existsSync(one));
if (!folder) throw new Error('no recordings: name their folder');

const recordings = [folder, path.join(folder, 'extra')]
  .flatMap((one) => (fs.existsSync(one) ? fs.readdirSync(one).map((name) => path.join(one, name)) : []))
  .filter((file) => /\/[^_/][^/]*\.json$/.test(file))
  .map((file) => ({
    ...JSON.parse(fs.readFileSync(file, 'utf8')),
    name: path.relative(folder, file).replace(/\.json$/, ''),
  }))
  .filter((one) => Array.isArray(one.exchanges))
  .map((one) => ({ ...one, exchanges: one.exchanges.filter(({ request, response }) => request && response) }));
const makers = makersOf(recordings.flatMap((one) => one.exchanges));

const client = await startClient(root);
const { sandbox } = client;
const known = idsOfSeed(sandbox.store);

/** Sends an exchange with what it needs made first. Gives the answer, or in words why it cannot be sent. */
async function replay(exchange, translation, trail = new Set()) {
  const headers = await client.credentials(exchange.request.auth);
  if (headers === null) return 'asked by someone who came into being while recording';
  for (const id of foreignIds(exchange.request, known)) {
    if (translation.has(id)) continue;
    const maker = makers.get(id);
    if (!maker || trail.has(maker)) return 'names something that no recorded exchange made';
    const made = await replay(maker, translation, new Set([...trail, exchange]));
    if (typeof made === 'string') return made;
    if (!translation.has(id)) return 'names something that could not be made again';
  }
  // Only these were recorded while their job still ran.
  if (!/at once|poll 0/.test(exchange.note)) await sandbox.settled();
  const answer = await client.send(translated(exchange.request, translation), headers, exchange.note);
  if (answer.status < 300) learn(exchange.response.body, answer.body, translation);
  return answer;
}

/** All rows of a query without sorts, however many: sorted up and down, as one answer may hold 5,000. */
async function allRows({ request }) {
  const { dimensions, metrics } = request.body;
  const fieldId = dimensions[0] ?? metrics[0];
  const answers = [];
  for (const descending of [false, true]) {
    const sorts = fieldId === undefined ? [] : [{ fieldId, descending }];
    const body = { ...request.body, limit: 5000, sorts };
    answers.push(await client.send({ ...request, body }, await client.credentials(request.auth)));
  }
  return answers.flatMap((answer) => answer.body.results?.rows ?? []);
}

/** How an answer differs from the recorded one, in sentences. */
async function differences(exchange, answer, line) {
  const found = compareShapes(exchange.response, answer);
  if (found.length === 0) line.shape += 1;
  if (answer.status === exchange.response.status) line.status += 1;
  else found.unshift(`status ${answer.status}, recorded ${exchange.response.status}`);
  if (line.name === 'RunMetricQuery' && exchange.response.status === 200) {
    line.rowSets += 1;
    const rows = await compareRows(exchange, answer.body?.results?.rows, () => allRows(exchange));
    if (rows === null) line.rows += 1;
    else found.push(rows);
  }
  return found;
}

const table = [];
const leftOut = new Map();
const different = [];
for (const { name, exchanges } of recordings) {
  if (only && name !== only) continue;
  sandbox.reset();
  const translation = new Map();
  const line = { name, compared: 0, leftOut: 0, status: 0, shape: 0, rowSets: 0, rows: 0 };
  table.push(line);
  for (const exchange of exchanges) {
    const answer = whyLeftOut(name, exchange) ?? (await replay(exchange, translation));
    if (typeof answer === 'string') {
      line.leftOut += 1;
      leftOut.set(answer, (leftOut.get(answer) ?? 0) + 1);
      if (verbose) say(`left out: ${name} [${exchange.note}] ${answer}`);
      continue;
    }
    line.compared += 1;
    const found = await differences(exchange, answer, line);
    const [fault] = sandbox.faults;
    if (fault) found.push(`a mistake of the sandbox: ${fault}`);
    if (found.length > 0) different.push(`${name} [${exchange.note}]\n    ${found.slice(0, 6).join('\n    ')}`);
  }
}
await sandbox.close();

const total = (key) => table.reduce((sum, line) => sum + line[key], 0);
const percent = (part, whole) => `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;
const [wide, narrow] = [44, 9];
const printLine = (cells) =>
  say([String(cells[0]).padEnd(wide), ...cells.slice(1).map((one) => String(one).padStart(narrow))].join(' '));
printLine(['operation', 'compared', 'status', 'shape', 'rows', 'left out']);
for (const { name, compared, status, shape, rowSets, rows, leftOut: out } of table) {
  printLine([name, compared, status, shape, rowSets ? `${rows}/${rowSets}` : '', out || '']);
}
if (different.length > 0) say(`\nDifferent:\n- ${different.join('\n- ')}`);
say('\nLeft out:');
for (const [reason, count] of [...leftOut].sort((a, b) => b[1] - a[1])) printLine([reason, count]);
const compared = total('compared');
say(`\n${compared} of ${compared + total('leftOut')} exchanges compared`);
say(`same status  ${total('status')}/${compared} = ${percent(total('status'), compared)}`);
say(`same shape   ${total('shape')}/${compared} = ${percent(total('shape'), compared)}`);
say(`same rows    ${total('rows')}/${total('rowSets')} of RunMetricQuery`);
const isGood =
  total('status') >= LEAST_STATUS * compared &&
  total('shape') >= LEAST_SHAPE * compared &&
  total('rows') === total('rowSets');
process.exitCode = isGood ? 0 : 1;
