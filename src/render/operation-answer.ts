import { formatInteger, pluralize } from '../text/format.ts';
import { isObject, type JsonObject } from '../text/json.ts';
import { plainText, truncate } from '../text/plain-text.ts';
import { type Budget, estimateTokens, linesThatFit } from '../text/token-budget.ts';
import { fitLines, fits } from './budget.ts';
import { inlineText } from './inline-text.ts';
import { isEmpty, tabulate, toCsv } from './table.ts';

interface OperationAnswer {
  /** Title of the operation: the first line begins with it. */
  readonly title: string;
  readonly results: unknown;
  /** Items of the list to leave out at its beginning; undefined if the operation takes no offset. */
  readonly offset?: number;
  readonly budget: Budget;
}

/** A longer value of a field, or of a cell of a table, is cut; its length is said. */
const MAX_FIELD = 8_000;
const MAX_VALUE = 1_000;
/** Objects inside of objects become lines of their own to this depth; what is deeper is text in parentheses. */
const DEPTH = 3;

type Json = Readonly<Record<string, unknown>>;

/**
 * Renders the response of an operation without JSON: its lists as tables, the longest first and one page at a time, then its
 * fields, one a line. A text over the budget is cut at the end of a line, with a notice.
 * Lists that Lightdash pages itself say which page this is.
 */
export function renderOperationAnswer({ title, results, offset, budget }: OperationAnswer): string {
  const clean = withoutEmpty(results);
  if (Array.isArray(clean)) return renderList(title, clean, offset, budget);
  if (!isObject(clean)) return fitLines(`${title}: ${plainText(String(clean ?? 'done'))}`, budget, ADVICE);
  const { pagination, ...rest } = clean;
  const hasEmptyList = isObject(results) && Array.isArray(results.data) && results.data.length === 0;
  const lists = listsOf(rest);
  const fields = Object.entries(rest).filter(([name]) => !lists.some((list) => list.name === name));
  const lines = [...fields.flatMap(([name, value]) => fieldLines(name, value)), ...pageLine(pagination)];
  if (lists.length === 0) {
    const nothing = hasEmptyList ? ' nothing there. The list is empty.' : lines.length > 0 ? '' : ' nothing there.';
    return [`${title}:${nothing}`, ...(lines.length > 0 ? [fitFields(lines, budget)] : [])].join('\n');
  }
  const head = lines.length > 0 ? [fitFields(lines, share(budget, 2))] : [];
  const left = {
    tokens: budget.tokens - estimateTokens(head.join('')),
    characters: budget.characters - head.join('').length,
  };
  const tables = lists.map(({ name, items }, position) =>
    renderList(
      name === 'data' ? title : `${title}, ${name}`,
      items,
      // Only the longest list is read on.
      position === 0 ? offset : offset === undefined ? undefined : 0,
      share(left, lists.length),
    ),
  );
  return [...tables, ...head].join('\n');
}

/** Fields of an object; if they do not fit, short ones first, so that a long one does not displace the others. */
function fitFields(lines: readonly string[], budget: Budget): string {
  const whole = lines.join('\n');
  if (fits(whole, budget)) return whole;
  return fitLines(lines.toSorted((left, right) => left.length - right.length).join('\n'), budget, ADVICE);
}

const ADVICE = 'Request less: an argument that filters, or a page.';
const share = ({ tokens, characters }: Budget, parts: number): Budget => ({
  tokens: Math.floor(tokens / parts),
  characters: Math.floor(characters / parts),
});

/** The lists of objects, the longest first; lists of plain values are fields. */
function listsOf(object: Json): { readonly name: string; readonly items: readonly unknown[] }[] {
  const lists = Object.entries(object).flatMap(([name, value]) =>
    Array.isArray(value) && value.some(isObject) ? [{ name, items: value }] : [],
  );
  return lists.sort((left, right) => right.items.length - left.items.length);
}

function renderList(title: string, items: readonly unknown[], from: number | undefined, budget: Budget): string {
  const offset = from ?? 0;
  if (items.length === 0) return `${title}: nothing there. The list is empty.`;
  if (offset >= items.length)
    return `${title}: there are ${pluralize(items.length, 'item')}; an offset of ${formatInteger(offset)} is past the last.`;
  const rest = items.slice(offset);
  const table = rest.every(isObject) ? tableOf(rest) : { head: [], lines: rest.map(valueText) };
  const overhead = table.head.join('\n');
  const room = {
    tokens: budget.tokens - estimateTokens(overhead) - 60,
    characters: budget.characters - overhead.length - 240,
  };
  const shown = linesThatFit(table.lines, room);
  const next = offset + shown;
  const range =
    offset === 0 && next === items.length ? '' : `, ${formatInteger(offset + 1)}-${formatInteger(next)} of them`;
  return [
    `${title}: ${pluralize(items.length, 'item')}${range}`,
    ...table.head,
    ...table.lines.slice(0, shown).map((line) => (shown === 1 ? fitLines(line, room, ADVICE) : line)),
    ...(next < items.length
      ? [`${formatInteger(items.length - next)} more: ${from === undefined ? ADVICE : `offset ${next}.`}`]
      : []),
  ].join('\n');
}

/** Objects as CSV, a line each: what is the same for all of them is said once. */
function tableOf(objects: readonly Json[]): { readonly head: string[]; readonly lines: string[] } {
  const { shared, columns, rows } = tabulate(objects.map(withListsAsText));
  const same = isEmpty(shared)
    ? []
    : [
        `the same for all: ${Object.entries(shared)
          .flatMap(([name, value]) => fieldLines(name, value))
          .join('; ')}`,
      ];
  // A cell has no line break here, so that a line is an item.
  const lines = rows.map((row) =>
    toCsv(
      row.map((cell) => truncate(plainText(cell), MAX_VALUE)),
      [],
    ),
  );
  return { head: [...same, toCsv(columns, [])], lines };
}

/** Lists of plain values as one text: quotes and brackets cost tokens and say nothing. */
function withListsAsText(object: Json): Json {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      isObject(value) ? withListsAsText(value) : isPlainList(value) ? value.map(String).join(' ') : value,
    ]),
  );
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;
const isPlainList = (value: unknown): value is unknown[] => Array.isArray(value) && value.every(isPlain);

function fieldLines(name: string, value: unknown, depth = DEPTH): string[] {
  if (isObject(value) && depth > 0) {
    return Object.entries(value).flatMap(([key, inner]) => fieldLines(`${name}.${key}`, inner, depth - 1));
  }
  return [`${name}: ${valueText(value)}`];
}

const valueText = (value: unknown): string => truncate(plainText(inlineText(value)), MAX_FIELD);

function pageLine(pagination: unknown): string[] {
  if (!isObject(pagination)) return [];
  const { page, totalPageCount, totalResults } = pagination;
  if (typeof page !== 'number' || typeof totalPageCount !== 'number') return fieldLines('pagination', pagination);
  const all = typeof totalResults === 'number' ? `, ${formatInteger(totalResults)} in all` : '';
  const more = page < totalPageCount ? `: page ${page + 1} has the next` : '';
  return [`Page ${page} of ${totalPageCount}${all}${more}.`];
}

/** The value without nulls and empty containers; rows of a query without what their cells are wrapped in. */
function withoutEmpty(value: unknown): unknown {
  // The rows of a large answer are packed.
  if (isIterable(value)) return Array.from(value, withoutEmpty);
  if (!isObject(value)) return value;
  if (isCell(value)) return value.value.raw;
  const entries = Object.entries(value).map(([key, inner]) => [plainText(key), withoutEmpty(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => !isEmpty(inner)));
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;

/** A cell as queries answer it: `{value: {raw, formatted}}`. */
const isCell = (value: JsonObject): value is { readonly value: { readonly raw: unknown } } =>
  Object.keys(value).length === 1 && isObject(value.value) && 'raw' in value.value;

/** The value with the texts under these names replaced: secrets that were not requested. */
export function hideSecrets(value: unknown, names: readonly string[]): unknown {
  if (names.length === 0) return value;
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      names.includes(key) && typeof inner === 'string' && inner !== '' ? '[secret]' : hideSecrets(inner, names),
    ]),
  );
}
