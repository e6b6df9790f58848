import { SecretString } from './secret-string.ts';

const cache = new WeakMap<SecretString, readonly SecretString[]>();

/**
 * A secret header value and its parts, each of which may appear alone: the token behind a scheme (`Bearer …`), user and
 * password of `Basic …`, the values of `name=value` pairs (cookies), all of them decoded, too.
 */
export function secretParts(secret: SecretString): readonly SecretString[] {
  const cached = cache.get(secret);
  if (cached) return cached;
  const parts = new Set(partsOf(secret.reveal()));
  parts.delete(secret.reveal());
  const all = [secret, ...[...parts].map((part) => new SecretString(part))];
  cache.set(secret, all);
  return all;
}

function partsOf(value: string): string[] {
  const [, scheme, token = value] = /^([A-Za-z][\w-]*) +(\S.*)$/s.exec(value.trim()) ?? [];
  const pairs = token.split(/[;,&]\s*/).flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? pair.slice(at + 1).replace(/^"(.*)"$/, '$1') : [];
  });
  const basic = scheme?.toLowerCase() === 'basic' ? credentialsOf(token) : [];
  const parts = [token, ...pairs, ...basic];
  return [...parts, ...parts.map(percentDecoded)].flatMap((part) => [part, ...signedValue(part)]);
}

/** `user:password` of a Basic token, and the two alone. */
function credentialsOf(token: string): string[] {
  const text = Buffer.from(token, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at === -1 ? [] : [text, text.slice(0, at), text.slice(at + 1)];
}

/** The id in a signed session cookie, `s:id.signature`. */
function signedValue(part: string): string[] {
  const id = /^s:([^.]+)\../.exec(part)?.[1];
  return id === undefined ? [] : [id];
}

/** The text without its percent-encoding; as it is if that is broken. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
