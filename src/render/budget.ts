import { type Budget, estimateTokens, linesThatFit } from '../text/token-budget.ts';

/**
 * The text, or its head up to the end of a line and a sentence about the rest.
 *
 * @param advice how to see the rest.
 */
export function fitLines(text: string, budget: Budget, advice: string): string {
  if (fits(text, budget)) return text;
  const lines = text.split('\n');
  const count = linesThatFit(lines, budget);
  const head = count > 1 ? lines.slice(0, count).join('\n') : cutInside(text, budget);
  const shown = count > 1 ? `${count} of ${lines.length} lines` : `${head.length} of ${text.length} characters`;
  return `${head}\n[CUT: ${shown} shown. ${advice}]`;
}

/** True if a text is within the budget. */
export const fits = (text: string, { tokens, characters }: Budget) =>
  text.length <= characters && estimateTokens(text) <= tokens;

/** Cuts inside of a line, for a single line over the budget. */
function cutInside(text: string, budget: Budget): string {
  let head = text.slice(0, budget.characters);
  while (head !== '' && !fits(head, budget)) head = head.slice(0, Math.floor(head.length * 0.9));
  return head;
}
