import { type Budget, estimateTokens } from '../text/token-budget.ts';

/**
 * The text, or its head up to a line's end and a sentence that says what was left out and how to get it.
 *
 * @param advice what a reader can do to see the rest.
 */
export function fitLines(text: string, budget: Budget, advice: string): string {
  if (fits(text, budget)) return text;
  const lines = text.split('\n');
  const kept: string[] = [];
  let [tokens, characters] = [0, 0];
  for (const line of lines) {
    tokens += estimateTokens(line) + 1;
    characters += line.length + 1;
    if (tokens > budget.tokens || characters > budget.characters) break;
    kept.push(line);
  }
  const head = kept.length > 1 ? kept.join('\n') : cutInside(text, budget);
  const shown =
    kept.length > 1 ? `${kept.length} of ${lines.length} lines` : `${head.length} of ${text.length} characters`;
  return `${head}\n[CUT: ${shown} shown. ${advice}]`;
}

/** Whether a text is within the budget as it is. */
export const fits = (text: string, { tokens, characters }: Budget) =>
  text.length <= characters && estimateTokens(text) <= tokens;

/** A single line that is over: the cut falls inside of it. */
function cutInside(text: string, budget: Budget): string {
  let head = text.slice(0, budget.characters);
  while (!fits(head, budget)) head = head.slice(0, Math.floor(head.length * 0.9));
  return head;
}
