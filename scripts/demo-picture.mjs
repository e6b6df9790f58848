// Draws the first conversation of the demo, as it was printed, into docs/images/demo.svg.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const WIDTH = 112;
const LINE = 18;
/** Of a monospaced letter at 13 px. */
const LETTER = 7.8;

const { stdout, status } = spawnSync(process.execPath, [at('demo.mjs')], { encoding: 'utf8' });
if (status !== 0) throw new Error('the demo failed');
const shown = stdout.slice(0, stdout.indexOf('\nWhich orders are behind'));
const lines = shown
  .trim()
  .split('\n')
  // The path of the picture is that of this machine.
  .filter((line) => !line.includes('characters of base64'))
  .map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line));

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const colorOf = (line) => (line.startsWith('  →') ? '#7cc4ff' : line.startsWith('    ') ? '#c9d1d9' : '#f2cc60');
const texts = lines.map(
  (line, row) =>
    `<text x="20" y="${(row + 2) * LINE}" fill="${colorOf(line)}" xml:space="preserve">${escaped(line)}</text>`,
);
const [width, height] = [Math.ceil(WIDTH * LETTER) + 40, (lines.length + 3) * LINE];
writeFileSync(
  at('../docs/images/demo.svg'),
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">`,
    '<title>The demo: an analyst asks for monthly revenue</title>',
    '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
    ...texts,
    '</svg>',
    '',
  ].join('\n'),
);
