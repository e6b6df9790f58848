/** How long an answer may be. */
export interface Budget {
  /** In tokens of a language model, estimated. */
  readonly tokens: number;
  /** Hosts cut results that are longer, without a word. */
  readonly characters: number;
  /** What a reader can do to see the rest; said where something was cut. */
  readonly rest: string;
}

/** Characters a token holds in CSV and JSON with uuids, at the least (o200k; measured over the recorded answers). */
const CHARACTERS_PER_TOKEN = 2.2;

/** A cautious estimate of the tokens of a text. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** The text, or its head up to a line's end and a sentence that says what was left out and how to get it. */
export function fitLines(text: string, { tokens, characters, rest }: Budget): string {
  const most = Math.min(characters, Math.floor(tokens * CHARACTERS_PER_TOKEN));
  if (text.length <= most) return text;
  const lines = text.split('\n');
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    if (length + line.length + 1 > most) break;
    kept.push(line);
    length += line.length + 1;
  }
  if (kept.length < 2 && (lines[0]?.length ?? 0) > most) {
    // A single line that is over: the cut falls inside of it.
    return `${text.slice(0, most)}\n[CUT: ${most} of ${text.length} characters shown. ${rest}]`;
  }
  return `${kept.join('\n')}\n[CUT: ${kept.length} of ${lines.length} lines shown. ${rest}]`;
}
