import { validationReasons } from '../../src/lightdash/validation-reasons.ts';
import { plainText } from '../../src/text/plain-text.ts';
import type { Exchange } from '../helpers/recordings.ts';

type Named = Readonly<Record<string, unknown>>;

const isNamed = (value: unknown): value is Named =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The words of a failed answer that its text lacks: what Lightdash said, or for an empty message the reasons. */
export function saysWhy(text: string, { response: { status, body } }: Exchange): string[] {
  // Three forms of 401 say the same: a look-up may have met another one first.
  if (status === 401) return /token|session/i.test(text) ? [] : ['nothing about signing in'];
  if (!isNamed(body) || !isNamed(body.error)) return text.length > 20 ? [] : [`nothing about the ${status}`];
  const { message, data } = body.error;
  const wanted =
    typeof message === 'string' && message !== ''
      ? [message]
      : validationReasons(isNamed(data) ? data : {}).slice(0, 1);
  if (wanted.length === 0) return ['neither message nor reasons were recorded'];
  // Of a union the mismatch with each of its members is nothing to read.
  const said = wanted.map((words) => plainText(words.replace(/ Issues: \[.*$/s, '')).slice(0, 300));
  return said.filter((words) => !text.includes(words));
}

/** Names of a thing: an answer must have one of these of its first things. */
const identifying =
  /^(name|label|uuid|email|fieldId|path|status|nanoid|.*Uuid|jobId|firstName|url|token|message|comment|text)$/;

/**
 * True if the text of a result has what was recorded. Its form may change; so of rows some cell of the
 * first must be there, and of anything else something that identifies it.
 */
export function saysWhatCame(text: string, { response: { body } }: Exchange): boolean {
  if (text === '') return false;
  const results = isNamed(body) ? body.results : undefined;
  if (results === undefined || results === null) return true;
  const rows = isNamed(results) && Array.isArray(results.rows) ? results.rows : undefined;
  if (rows) return rows.length === 0 || saysRow(text, rows[0]);
  const values = identifyingValues(results, 3).map(onOneLine);
  return values.length === 0 || values.some((value) => onOneLine(text).includes(value));
}

/** Names that people read of an item of a list, the best first. */
const NAMES = ['name', 'label', 'email', 'organizationUuid', 'text', 'versionUuid', 'uuid'];

/** The items of a recorded list that a text does not name; none for other results. */
export function unsaidItems(text: string, { response: { body } }: Exchange): string[] {
  const results = isNamed(body) ? body.results : undefined;
  const items = isNamed(results) && Array.isArray(results.data) ? results.data : results;
  if (!Array.isArray(items)) return [];
  const shown = onOneLine(text);
  return items.flatMap((item) => {
    const key = isNamed(item) ? NAMES.find((name) => typeof item[name] === 'string' && item[name] !== '') : undefined;
    const name = key === undefined || !isNamed(item) ? '' : onOneLine(String(item[key]));
    return shown.includes(name) ? [] : [name];
  });
}

const onOneLine = (text: string) => plainText(text).replace(/\s+/g, ' ');

function saysRow(text: string, row: unknown): boolean {
  if (!isNamed(row)) return false;
  return Object.values(row).some((cell) => {
    const value = isNamed(cell) && isNamed(cell.value) ? cell.value : { raw: cell, formatted: cell };
    const { raw, formatted } = value;
    if (raw === null || raw === undefined || typeof raw === 'boolean') return true;
    const forms = [String(formatted), String(raw), ...(typeof raw === 'number' ? [raw.toFixed(2)] : [])];
    // A date may be cut to its grain.
    if (typeof raw === 'string' && /^\d{4}-\d\d-\d\dT/.test(raw)) forms.push(raw.slice(0, 10));
    return forms.some((form) => text.includes(form));
  });
}

function identifyingValues(value: unknown, depth: number): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (depth === 0) return [];
  if (Array.isArray(value)) return value.slice(0, 3).flatMap((item) => identifyingValues(item, depth - 1));
  if (!isNamed(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' || identifying.test(key) ? identifyingValues(inner, depth - 1) : [],
  );
}
