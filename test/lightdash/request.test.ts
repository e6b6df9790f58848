import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildRequest, pathSegment, UnsafePathError } from '../../src/lightdash/request.ts';

const space = { method: 'DELETE', path: '/api/v1/projects/{projectUuid}/spaces/{spaceUuid}' } as const;

describe('path values', () => {
  test.each(['', '.', '..', undefined, null, {}, []])('%j is refused, by the name of its argument', (value) => {
    expect(() => pathSegment('spaceUuid', value)).toThrow(UnsafePathError);
    expect(() => pathSegment('spaceUuid', value)).toThrow(/^spaceUuid /);
  });

  test.each(['../x', 'a/../b', '..\\x', '%2e%2e', '%2e%2e%2fx', '%252e%252e%252fx', './x', 'x/%2E%2e'])(
    '%j is refused: a proxy that decodes it would request another path',
    (value) => {
      expect(() => pathSegment('table', value)).toThrow(UnsafePathError);
    },
  );

  test('half of a surrogate pair is refused, by the name of its argument', () => {
    expect(() => pathSegment('table', 'orders\ud800')).toThrow(/^table .*Unicode/);
    expect(() => pathSegment('table', 'orders\ud800')).toThrow(UnsafePathError);
  });

  test.each([
    ['a/b', 'a%2Fb'],

    ['a?b#c', 'a%3Fb%23c'],
    ['%2e%2e%41', '%252e%252e%2541'],
    ['ü x', '%C3%BC%20x'],
    [7, '7'],
  ])('%j is one segment', (value, segment) => {
    expect(pathSegment('field', value)).toBe(segment);
  });

  test('any values leave the segments of the path as they are, and can be read back', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(value, value, (projectUuid, spaceUuid) => {
        fc.pre(![projectUuid, spaceUuid].some((item) => /(^|[/\\])(\.|%2e){1,2}([/\\]|$)/i.test(item)));
        fc.pre([projectUuid, spaceUuid].every((item) => item.isWellFormed()));
        const { target } = buildRequest(space, { projectUuid, spaceUuid });
        // Proxies and servers see the path that a URL parser makes of it.
        const { pathname, search, hash } = new URL(target, 'https://lightdash.example');
        expect([search, hash]).toEqual(['', '']);
        const segments = pathname.split('/');
        expect(segments).toHaveLength(7);
        expect([segments[4], segments[6]].map((segment) => decodeURIComponent(segment ?? ''))).toEqual([
          projectUuid,
          spaceUuid,
        ]);
      }),
    );
  });
});

describe('query strings', () => {
  const members = { method: 'GET', path: '/api/v1/org/users' } as const;

  test('a list repeats its key, and undefined values are left out', () => {
    const args = { categories: ['a', 'b&c'], page: 2, search: undefined };
    expect(buildRequest(members, args)).toEqual({
      method: 'GET',
      target: '/api/v1/org/users?categories=a&categories=b%26c&page=2',
      body: undefined,
    });
  });

  test('false, zero and the empty text are sent', () => {
    expect(buildRequest(members, { a: false, b: 0, c: '' }).target).toBe('/api/v1/org/users?a=false&b=0&c=');
  });

  test('a DELETE sends its other arguments in the query', () => {
    const request = buildRequest(space, { projectUuid: 'p', spaceUuid: 's', force: true });
    expect(request).toEqual({ method: 'DELETE', target: '/api/v1/projects/p/spaces/s?force=true', body: undefined });
  });

  test('any text arrives unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (search) => {
        fc.pre(search.isWellFormed());
        const { target } = buildRequest(members, { search });
        expect(new URL(target, 'https://lightdash.example').searchParams.get('search')).toBe(search);
      }),
    );
  });
});

describe('bodies', () => {
  const create = { method: 'POST', path: '/api/v1/projects/{projectUuid}/dashboards' } as const;

  test('arguments that are not in the path are in the body, under their names', () => {
    const { target, body } = buildRequest(create, { projectUuid: 'p', name: 'Sales', tiles: [], spaceUuid: undefined });
    expect(target).toBe('/api/v1/projects/p/dashboards');
    expect(JSON.parse(body ?? '')).toEqual({ name: 'Sales', tiles: [] });
  });

  test('arguments declared as query go into the query, not into the body', () => {
    const { target, body } = buildRequest(
      { ...create, query: ['duplicateFrom'] },
      { projectUuid: 'p', duplicateFrom: 'd', name: 'n' },
    );
    expect(target).toBe('/api/v1/projects/p/dashboards?duplicateFrom=d');
    expect(JSON.parse(body ?? '')).toEqual({ name: 'n' });
  });

  test('arguments that only this server reads are not sent', () => {
    const { target, body } = buildRequest(
      { ...create, clientOnlyArguments: ['preview'] },
      { projectUuid: 'p', name: 'n', preview: true },
    );
    expect(target + body).not.toContain('preview');
  });

  test('null is sent: it removes a value, and an omitted argument keeps it', () => {
    expect(buildRequest(create, { projectUuid: 'p', upstream: null }).body).toBe('{"upstream":null}');
  });

  test('a write without arguments sends an empty object, which real servers accept', () => {
    expect(buildRequest({ method: 'PUT', path: '/api/v1/user/me/email/otp' }, {}).body).toBe('{}');
  });
});
