// Writes src/operations/long-tail/operations.json: every operation of the API of today, as data.
//
//   npm run long-tail -- <openapi.json> [older openapi.json …]
//
// The documents are not part of this project: what is written is committed, and this is run again for a newer release.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { longTail } from './long-tail/operations.mjs';

const paths = process.argv.slice(2);
const documents = '../shared/lightdash-api';
const [newest, ...older] =
  paths.length > 0 ? paths : ['1.219', '0.2904.3', '0.1366.1'].map((release) => `${documents}/openapi-${release}.json`);
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** JSON with an operation and a definition a line, so that a newer release is a readable change. */
function lineByLine({ definitions, operations, leftOut, ...rest }) {
  const list = (items) => `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
  const map = Object.entries(definitions).map(([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`);
  return `${JSON.stringify(rest).slice(0, -1)},\n"definitions":{\n${map.join(',\n')}\n},\n"operations":${list(operations)},\n"leftOut":${list(leftOut)}}\n`;
}

const data = longTail(read(newest), older.map(read));
const { operations, leftOut, definitions } = data;
const text = lineByLine(data);
writeFileSync(fileURLToPath(new URL('../src/operations/long-tail/operations.json', import.meta.url)), text);
const kilobytes = (bytes) => `${Math.round(bytes / 1024)} KB`;
process.stdout.write(
  `${operations.length} operations, ${leftOut.length} left out, ${Object.keys(definitions).length} definitions: ` +
    `${kilobytes(text.length)}, ${kilobytes(gzipSync(text).length)} gzipped\n`,
);
