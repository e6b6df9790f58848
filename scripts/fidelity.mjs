// Measures how like the real Lightdash the sandbox is: sends it what was recorded and compares the answers.
//
//   node scripts/fidelity.mjs [--release=1.219] [--folder=…] [--operation=createTag] [--verbose]
//
// Both releases unless one is named. A folder holds one JSON file an operation (test/fixtures/recordings…, else ../shared/recordings…
// next to a working copy); `extra/` and `v1/` in it are taken too. Each operation starts from a fresh sandbox and gets its exchanges in
// order. Where one names a thing that another had made, that is made first. What cannot be compared is left out and counted with
// the reason. Exits 1 if nothing was compared, and unless all have the same status, 98 % the same shape, and every query the same
// rows.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from './fidelity/measure.mjs';

const LEAST_STATUS = 1;
const LEAST_SHAPE = 0.98;
const FOLDERS = { 0.1366: 'recordings', 1.219: 'recordings-1.219' };

const say = (line) => process.stdout.write(`${line}\n`);
const root = fileURLToPath(new URL('..', import.meta.url));
const options = process.argv.slice(2);
const option = (name) => options.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3);
const percent = (part, whole) => `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;
const [wide, narrow] = [52, 9];
const printLine = (cells) =>
  say([String(cells[0]).padEnd(wide), ...cells.slice(1).map((one) => String(one).padStart(narrow))].join(' '));

const releases = Object.keys(FOLDERS).filter((release) => [undefined, release].includes(option('release')));
if (releases.length === 0) throw new Error(`--release should be one of ${Object.keys(FOLDERS).join(', ')}`);
for (const release of releases) {
  const folder =
    option('folder') ??
    [`test/fixtures/${FOLDERS[release]}`, `../shared/${FOLDERS[release]}`]
      .map((one) => path.join(root, one))
      .find((one) => fs.existsSync(one) && fs.readdirSync(one).some((name) => name.endsWith('.json')));
  if (!folder) {
    say(`\n${release}: nothing compared: no recordings here; --folder names theirs`);
    process.exitCode = 1;
    continue;
  }
  const result = await measure({
    root,
    release,
    folder,
    only: option('operation'),
    verbose: options.includes('--verbose'),
    say,
  });
  if (!report(release, folder, result)) process.exitCode = 1;
}

/** Prints the result; false if it falls short. */
function report(release, folder, { table, leftOut, different }) {
  say(`\n# ${release}\n`);
  printLine(['operation', 'compared', 'status', 'shape', 'rows', 'left out']);
  for (const { name, compared, status, shape, rowSets, rows, leftOut: out } of table) {
    if (compared > 0) printLine([name, compared, status, shape, rowSets ? `${rows}/${rowSets}` : '', out || '']);
  }
  if (different.length > 0) say(`\nDifferent:\n- ${different.join('\n- ')}`);
  say('\nLeft out:');
  for (const [reason, count] of [...leftOut].sort((a, b) => b[1] - a[1])) printLine([reason, count]);
  const total = (key) => table.reduce((sum, line) => sum + line[key], 0);
  const compared = total('compared');
  say(`\n${release}: ${compared} of ${compared + total('leftOut')} exchanges compared`);
  say(`same status  ${total('status')}/${compared} = ${percent(total('status'), compared)}`);
  say(`same shape   ${total('shape')}/${compared} = ${percent(total('shape'), compared)}`);
  say(`same rows    ${total('rows')}/${total('rowSets')} of queries`);
  if (compared === 0) say(`${release}: NOTHING was compared: ${folder} has no recordings that this can send`);
  return (
    compared > 0 &&
    total('status') >= LEAST_STATUS * compared &&
    total('shape') >= LEAST_SHAPE * compared &&
    total('rows') === total('rowSets')
  );
}
