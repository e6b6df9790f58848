import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secretParts } from '../../src/secrets/secret-parts.ts';
import { redact, SecretString } from '../../src/secrets/secret-string.ts';

const encodeAll = (text: string, encode: (character: string) => string) => [...text].map(encode).join('');
const percent = (character: string) => [...Buffer.from(character)].map((byte) => `%${byte.toString(16)}`).join('');
const escaped = (character: string) =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`)
    .join('');
const code = (character: string) => character.codePointAt(0) ?? 0;

/** Spellings of a text that servers, proxies and debugging pages repeat. */
const spell: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'percent-encoded': encodeURIComponent,
  'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'every byte percent-encoded, in lower case': (text) => encodeAll(text, (item) => percent(item).padStart(3, '0')),
  'as a form': (text) => new URLSearchParams({ a: text }).toString().slice(2),
  'in JSON': (text) => JSON.stringify(text).slice(1, -1),
  'in JSON in JSON': (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  'in JSON in JSON in JSON': (text) =>
    JSON.stringify(JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1)).slice(1, -1),
  'in JSON with escaped slashes': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'in JSON with escaped letters': (text) => encodeAll(text, escaped),
  'in JSON inside of a form': (text) => encodeURIComponent(JSON.stringify(text).slice(1, -1)),
  'in HTML': (text) => encodeAll(text, (item) => (/[&<>"']/.test(item) ? `&#${code(item)};` : item)),
  'in HTML by name': (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;'),
  'in HTML in hexadecimal': (text) => encodeAll(text, (item) => `&#x${code(item).toString(16)};`),
  'in hexadecimal': (text) => Buffer.from(text).toString('hex'),
  'in hexadecimal by bytes': (text) =>
    [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
  'in hexadecimal escapes': (text) =>
    encodeAll(text, (item) => Buffer.from(item).toString('hex').replace(/../g, '\\x$&')),
  'in HTML twice': (text) => encodeAll(text, (item) => (/[&<>"']/.test(item) ? `&amp;#${code(item)};` : item)),
};

const secrets = fc.oneof(
  fc.string({ minLength: 6, maxLength: 60 }),
  fc.string({ unit: 'grapheme', minLength: 6, maxLength: 60 }).filter((text) => text.isWellFormed()),
  fc.stringMatching(/^ldpat_[\w+/=&"<\\ -]{6,40}$/),
);
// A secret of the marker's own characters could not be distinguished from it.
const distinct = secrets.filter((secret) => !/^[[\]secrt]+$/.test(secret));

describe('no spelling of a secret remains', () => {
  test.each(Object.entries(spell))('%s', (_, encode) => {
    fc.assert(
      fc.property(fc.string(), distinct, fc.string(), (before, secret, after) => {
        const clean = redact(`${before}${encode(secret)}${after}`, [new SecretString(secret)]);
        expect(clean).toContain('[secret]');
        expect(clean.replaceAll('[secret]', '').length).toBeLessThanOrEqual(before.length + after.length);
      }),
    );
  });

  test.each(['base64', 'base64url'] as const)('inside of %s, with any neighbours', (alphabet) => {
    fc.assert(
      fc.property(fc.string({ maxLength: 9 }), distinct, fc.string({ maxLength: 9 }), (before, secret, after) => {
        const encoded = Buffer.from(`${before}${secret}${after}`).toString(alphabet);
        const clean = redact(`Authorization: Basic ${encoded}`, [new SecretString(secret)]);
        expect(clean).toContain('[secret]');
        const rest = clean.replace('Authorization: Basic ', '').replaceAll('[secret]', '!').split('!');
        for (const part of rest) expect(Buffer.from(part, alphabet).toString()).not.toContain(secret);
      }),
    );
  });
});

test('no segment of a long secret remains, wherever it is cut', () => {
  const key = Array.from({ length: 3_000 }, (_, at) => String.fromCharCode(97 + ((at * at) % 26))).join('');
  const clean = redact(`${key.slice(0, 2_900)}… and ${JSON.stringify({ key })}`, [new SecretString(key)]);
  expect(clean).not.toContain(key.slice(256, 512));
  expect(clean.length).toBeLessThan(300 + 12 * '[secret]'.length * 2);
});

test('a secret of any size can be searched', () => {
  for (const secret of ['x'.repeat(200_000), '"\\%'.repeat(100_000), '\u00e9'.repeat(50_000)]) {
    for (const text of ['nothing', `%41 ${secret}`]) {
      expect(redact(text, [new SecretString(secret)]).length).toBeLessThanOrEqual(text.length);
    }
  }
});

test('JSON stays JSON', () => {
  fc.assert(
    fc.property(fc.string(), distinct, fc.string(), (before, secret, after) => {
      const text = JSON.stringify({ message: `${before}${secret}${after}`, [secret]: [secret] });
      expect(() => JSON.parse(redact(text, [new SecretString(secret)]))).not.toThrow();
    }),
  );
});

describe('the parts of a header value', () => {
  const partsOf = (value: string) => secretParts(new SecretString(value)).map((part) => part.reveal());

  test('are the token after its scheme', () => {
    expect(partsOf('Bearer abcdef0123')).toEqual(['Bearer abcdef0123', 'abcdef0123']);
    expect(partsOf('abcdef0123')).toEqual(['abcdef0123']);
  });

  test('are user and password of Basic', () => {
    const token = Buffer.from('proxy-user:pass:word').toString('base64');
    expect(partsOf(`Basic ${token}`)).toEqual(
      expect.arrayContaining(['proxy-user', 'pass:word', 'proxy-user:pass:word', token]),
    );
  });

  test('are the values of cookies, decoded, and without their signature', () => {
    expect(partsOf('connect.sid=s%3Aabcdef0123.sig+nature; other="quoted value"')).toEqual(
      expect.arrayContaining(['s%3Aabcdef0123.sig+nature', 's:abcdef0123.sig+nature', 'abcdef0123', 'quoted value']),
    );
  });

  test('are the values of parameters', () => {
    expect(partsOf('Token token="abcdef0123", user="someone"')).toEqual(
      expect.arrayContaining(['abcdef0123', 'someone']),
    );
  });
});

test('a run of backslashes or percent signs does not slow down the search', () => {
  const secret = new SecretString('"quoted"\\%secret');
  for (const filler of ['\\', '%', '%25', '&amp;', '"']) {
    const text = filler.repeat(200_000 / filler.length);
    expect(redact(text, [secret])).toBe(text);
  }
});
