import { isObject } from '../text/json.ts';
import { plainText } from '../text/plain-text.ts';
import { type Budget, estimateTokens } from '../text/token-budget.ts';
import { fitLines, fits } from './budget.ts';
import { isEmpty, tabulate, toCsv } from './table.ts';

/** From so many objects on a list is a table; fewer read better as JSON. */
const TABLE_FROM = 2;

const ADVICE = 'Ask for less: a search, a filter or a page.';

/**
 * Writes what Lightdash answered as text for a model: lists of objects as CSV tables, everything else as compact JSON
 * without nulls. What does not fit the budget is cut at a line and said.
 *
 * @param done what to say where the answer has no content.
 */
export function renderAnswer(results: unknown, budget: Budget, done: string): string {
  if (results === undefined || results === null) return done;
  const clean = withoutEmpty(results);
  if (Array.isArray(clean)) return clean.length === 0 ? 'Nothing there: the list is empty.' : renderList(clean, budget);
  if (isObject(clean)) return renderObject(clean, budget);
  return fitLines(String(clean), budget, ADVICE);
}

function renderList(list: readonly unknown[], budget: Budget, name = 'items'): string {
  if (list.length < TABLE_FROM || !list.every(isObject)) {
    const lines = list.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
    return fitLines(lines.join('\n'), budget, ADVICE);
  }
  const { shared, columns, rows } = tabulate(list);
  const intro = [`${list.length} ${name}`, ...(isEmpty(shared) ? [] : [`the same for all: ${JSON.stringify(shared)}`])];
  return fitLines(`${intro.join('; ')}\n${toCsv(columns, rows)}`, budget, ADVICE);
}

/** An object whose bulk is one or more lists: what is beside them first, then each as a table. */
function renderObject(object: Readonly<Record<string, unknown>>, budget: Budget): string {
  const entries = Object.entries(object);
  const isTable = (value: unknown) => Array.isArray(value) && value.length >= TABLE_FROM && value.every(isObject);
  const lists = entries.filter(([, value]) => isTable(value));
  if (lists.length === 0) return renderEntries(entries, budget);
  const beside = entries.filter(([, value]) => !isTable(value));
  const parts = beside.length > 0 ? [renderEntries(beside, part(budget, lists.length + 1))] : [];
  // What the first part left over is for the lists.
  const left = {
    tokens: budget.tokens - estimateTokens(parts.join()),
    characters: budget.characters - parts.join().length,
  };
  const share = part(left, lists.length);
  return [...parts, ...lists.map(([name, list]) => renderList(list as unknown[], share, name))].join('\n\n');
}

const part = ({ tokens, characters }: Budget, parts: number): Budget => ({
  tokens: Math.floor(tokens / parts),
  characters: Math.floor(characters / parts),
});

/** Compact JSON where it fits; else an entry a line, short ones first, so that one long entry does not push out the rest. */
function renderEntries(entries: readonly (readonly [string, unknown])[], budget: Budget): string {
  const whole = JSON.stringify(Object.fromEntries(entries));
  if (entries.length < 2 || fits(whole, budget)) return fitLines(whole, budget, ADVICE);
  const lines = entries.map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return fitLines(lines.sort((one, other) => one.length - other.length).join('\n'), budget, ADVICE);
}

/** The value without nulls and empty containers, its texts stripped of characters that a reader cannot see. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value);
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [plainText(key), withoutEmpty(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => !isEmpty(inner)));
}
