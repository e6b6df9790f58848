import { isObject } from '../text/json.ts';
import { plainText } from '../text/plain-text.ts';
import { type Budget, estimateTokens } from '../text/token-budget.ts';
import { fitLines, fits } from './budget.ts';
import { isEmpty, tabulate, toCsv } from './table.ts';

/** Lists of fewer objects read better as JSON. */
const MIN_TABLE_ROWS = 2;

const ADVICE = 'Request less: a search, a filter or a page.';

/**
 * Renders a response as text for a model: lists of objects as CSV tables, everything else as compact JSON without nulls. A
 * text over the budget is cut at the end of a line, with a notice.
 *
 * @param done text for a response without content.
 */
export function renderAnswer(results: unknown, budget: Budget, done: string): string {
  if (results === undefined || results === null) return done;
  const clean = withoutEmpty(results);
  if (Array.isArray(clean)) return clean.length === 0 ? 'The list is empty.' : renderList(clean, budget);
  if (isObject(clean)) return renderObject(clean, budget);
  return fitLines(String(clean), budget, ADVICE);
}

function renderList(list: readonly unknown[], budget: Budget, name = 'items'): string {
  if (list.length < MIN_TABLE_ROWS || !list.every(isObject)) {
    const lines = list.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
    return fitLines(lines.join('\n'), budget, ADVICE);
  }
  const { shared, columns, rows } = tabulate(list);
  const intro = [`${list.length} ${name}`, ...(isEmpty(shared) ? [] : [`the same for all: ${JSON.stringify(shared)}`])];
  return fitLines(`${intro.join('; ')}\n${toCsv(columns, rows)}`, budget, ADVICE);
}

/** An object with lists: its other entries first, then each list as a table. */
function renderObject(object: Readonly<Record<string, unknown>>, budget: Budget): string {
  const entries = Object.entries(object);
  const isTable = (value: unknown) => Array.isArray(value) && value.length >= MIN_TABLE_ROWS && value.every(isObject);
  const lists = entries.filter(([, value]) => isTable(value));
  if (lists.length === 0) return renderEntries(entries, budget);
  const others = entries.filter(([, value]) => !isTable(value));
  const parts = others.length > 0 ? [renderEntries(others, fractionOf(budget, lists.length + 1))] : [];
  // The lists share the rest of the budget.
  const left = {
    tokens: budget.tokens - estimateTokens(parts.join()),
    characters: budget.characters - parts.join().length,
  };
  const share = fractionOf(left, lists.length);
  return [...parts, ...lists.map(([name, list]) => renderList(list as unknown[], share, name))].join('\n\n');
}

const fractionOf = ({ tokens, characters }: Budget, parts: number): Budget => ({
  tokens: Math.floor(tokens / parts),
  characters: Math.floor(characters / parts),
});

/** Compact JSON if it fits; else an entry per line, short ones first, so that a long entry does not displace the others. */
function renderEntries(entries: readonly (readonly [string, unknown])[], budget: Budget): string {
  const whole = JSON.stringify(Object.fromEntries(entries));
  if (entries.length < 2 || fits(whole, budget)) return fitLines(whole, budget, ADVICE);
  const lines = entries.map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return fitLines(lines.sort((left, right) => left.length - right.length).join('\n'), budget, ADVICE);
}

/** The value without nulls, empty containers and invisible characters. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value);
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [plainText(key), withoutEmpty(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => !isEmpty(inner)));
}
