const WIDTH = 112;
const LINE_HEIGHT = 18;
/** Of a monospaced letter at 13 px. */
const LETTER_WIDTH = 7.8;

/** An answer of more lines is shown by its first few. */
const MAX_ANSWER_LINES = 10;
const FIRST_LINES = 4;

/** Lines that differ from machine to machine, or from run to run. */
const isVolatile = (line: string) => /characters of base64|get_query_result \{"resultId"/.test(line);

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function colorOf(line: string): string {
  if (line.startsWith('  →')) return '#7cc4ff';
  return line.startsWith('    ') ? '#c9d1d9' : '#f2cc60';
}

/** The lines with long answers shortened; those of an answer are indented by four. */
function withShortAnswers(lines: readonly string[]): string[] {
  const shown: string[] = [];
  for (let start = 0; start < lines.length; ) {
    let end = start;
    while (lines[end]?.startsWith('    ')) end += 1;
    const answer = lines.slice(start, end);
    if (answer.length > MAX_ANSWER_LINES) shown.push(...answer.slice(0, FIRST_LINES), '    …');
    else shown.push(...answer);
    shown.push(...lines.slice(end, end + 1));
    start = end + 1;
  }
  return shown;
}

/** docs/images/demo.svg: the analyst's conversation, as the demo printed it. */
export function demoPicture(printed: string): string {
  const printedLines = printed
    .slice(0, printed.indexOf('\nWhich orders are behind'))
    .replace(/^lightdash-mcp \S+:/, 'lightdash-mcp:')
    .trim()
    .split('\n')
    .filter((line) => !isVolatile(line));
  const lines = withShortAnswers(printedLines).map((line) =>
    line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line,
  );
  const texts = lines.map(
    (line, row) =>
      `<text x="20" y="${(row + 2) * LINE_HEIGHT}" fill="${colorOf(line)}" xml:space="preserve">${escaped(line)}</text>`,
  );
  const [width, height] = [Math.ceil(WIDTH * LETTER_WIDTH) + 40, (lines.length + 3) * LINE_HEIGHT];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">`,
    '<title>The demo: an analyst asks for monthly revenue</title>',
    '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
    ...texts,
    '</svg>',
    '',
  ].join('\n');
}
