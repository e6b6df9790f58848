import { isUuid } from '../../operations/fields.ts';
import { type ResourceType, resourceTypes } from './resource-types.ts';

/** A parsed `lightdash://` URI. */
export interface ResourceUri {
  readonly type: ResourceType;
  /** The values of the template's variables, decoded. */
  readonly variables: Readonly<Record<string, string>>;
  /** `json` if the address ends in `?format=json`. */
  readonly format: 'text' | 'json';
  /** Number of list items to skip: `?offset=200`. */
  readonly offset: number | undefined;
}

/** A text that is not an address of this server; the message is one sentence. */
export class ResourceUriError extends Error {}

const SCHEME = 'lightdash://';
const isVariable = (part: string) => part.startsWith('{');
const variableName = (part: string) => part.slice(1, -1);

const patterns = resourceTypes.map(({ type, template }) => ({
  type,
  parts: template.slice(SCHEME.length).split('/'),
}));
/** Kinds whose text may have a second part. */
const paged: readonly ResourceType[] = ['charts', 'dashboards'];

/**
 * Reads an address. It is taken apart by hand: `new URL` would resolve `..` and decode twice, so that an address could
 * mean something other than what a person or a policy saw in it.
 *
 * @throws {ResourceUriError}
 */
export function parseResourceUri(uri: string): ResourceUri {
  if (!uri.startsWith(SCHEME)) throw new ResourceUriError('An address of this server begins with lightdash://.');
  if (uri.includes('#')) throw new ResourceUriError('A lightdash:// address has no # in it.');
  const [path = '', ...queries] = uri.slice(SCHEME.length).split('?');
  if (queries.length > 1) throw new ResourceUriError('A lightdash:// address has one ? at most.');
  const parts = path.split('/').map(decode);
  const pattern = patterns.find(
    (item) =>
      item.parts.length === parts.length &&
      item.parts.every((part, position) => isVariable(part) || part === parts[position]),
  );
  if (pattern === undefined) {
    throw new ResourceUriError(
      `There is nothing of that form. There are ${resourceTypes.map(({ template }) => template).join(', ')}.`,
    );
  }
  const variables: Record<string, string> = {};
  for (const [position, part] of pattern.parts.entries()) {
    if (isVariable(part)) variables[variableName(part)] = checked(variableName(part), parts[position] ?? '');
  }
  return { type: pattern.type, variables, ...parseQuery(queries[0], pattern.type) };
}

/** The address of something; the values are encoded. */
export function formatResourceUri(type: ResourceType, variables: Readonly<Record<string, string>> = {}): string {
  const pattern = patterns.find((item) => item.type === type);
  const parts = (pattern?.parts ?? []).map((part) =>
    isVariable(part) ? encodeURIComponent(variables[variableName(part)] ?? '') : part,
  );
  return SCHEME + parts.join('/');
}

/** The variables of a template, in order. */
export const variablesOf = (template: string): string[] =>
  [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');

/** One segment, decoded once. Whatever could be read as more than one segment, or as another one, is refused. */
function decode(segment: string): string {
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    throw new ResourceUriError(`The part "${segment}" is not encoded rightly: a % is followed by two hex digits.`);
  }
  if (text === '') throw new ResourceUriError('An address has no empty parts.');
  if (text === '.' || text === '..') throw new ResourceUriError('An address has no . or .. in it.');
  if (/[/\\]/.test(text)) throw new ResourceUriError('A part of an address has no slash in it, encoded or not.');
  if (/%[0-9a-f]{2}/i.test(text)) throw new ResourceUriError('A part of an address is encoded once, not twice.');
  if (/[\u0000-\u001f\u007f]|\p{Surrogate}/u.test(text))
    throw new ResourceUriError('An address has no control characters in it.');
  return text;
}

function checked(name: string, value: string): string {
  if (name.endsWith('Uuid') && !isUuid(value)) {
    throw new ResourceUriError(`${name} should be a uuid, not "${value}"; completion finds it by name.`);
  }
  return name.endsWith('Uuid') ? value.toLowerCase() : value;
}

function parseQuery(query: string | undefined, type: ResourceType): Pick<ResourceUri, 'format' | 'offset'> {
  let format: ResourceUri['format'] = 'text';
  let offset: number | undefined;
  for (const pair of query === undefined ? [] : query.split('&')) {
    const [name, value = ''] = pair.split('=', 2);
    if (name === 'format' && (value === 'json' || value === 'text')) format = value;
    else if (name === 'offset' && /^\d{1,9}$/.test(value) && paged.includes(type)) offset = Number(value);
    else {
      const also = paged.includes(type) ? ' or ?offset=100' : '';
      throw new ResourceUriError(`"?${pair}" is not understood: an address may end in ?format=json${also}.`);
    }
  }
  return { format, offset };
}
