import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact, SecretString } from '../../src/secrets/secret-string.ts';

test('a secret is hidden when printed, joined, serialised or inspected', () => {
  const secret = new SecretString('ldpat_hidden');
  const shown = [String(secret), `${secret}`, JSON.stringify({ secret }), inspect({ secret }, { showHidden: true })];
  for (const text of shown) expect(text).not.toContain('ldpat_hidden');
  expect(secret.reveal()).toBe('ldpat_hidden');
});

test('no spelling of a secret remains in a text, wherever it is', () => {
  const secret = fc.string({ unit: 'grapheme', minLength: 6 }).filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(fc.string(), secret, fc.string(), (before, plain, after) => {
      for (const spell of [
        (text: string) => text,
        (text: string) => JSON.stringify(text).slice(1, -1),
        encodeURIComponent,
      ]) {
        const spelled = spell(plain);
        const clean = redact(before + spelled + after + spelled, [new SecretString(plain)]);
        // A secret that is part of the marker itself could not be distinguished from it.
        fc.pre(!'[secret]'.includes(spelled));
        expect(clean).toContain('[secret]');
        expect(clean.replaceAll('[secret]', '\u0000')).not.toContain(spelled);
      }
    }),
  );
});

test('a text without secrets is unchanged', () => {
  expect(redact('ordinary words', [new SecretString('ldpat_hidden'), new SecretString('word')])).toBe('ordinary words');
});

test('every one of several secrets is replaced', () => {
  const secrets = ['ldpat_hidden', 'pass word', 'connect.sid=cookie'].map((text) => new SecretString(text));
  expect(redact('ldpat_hidden, pass word and connect.sid=cookie', secrets)).toBe('[secret], [secret] and [secret]');
});
