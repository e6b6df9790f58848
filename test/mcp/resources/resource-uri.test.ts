import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resourceTypes } from '../../../src/mcp/resources/resource-types.ts';
import {
  formatResourceUri,
  parseResourceUri,
  ResourceUriError,
  variablesOf,
} from '../../../src/mcp/resources/resource-uri.ts';

const project = '28a012f6-4897-4927-8e21-30880ba92505';
const base = `lightdash://projects/${project}`;

test('every type can be read back from its address', () => {
  const word = fc
    .stringMatching(/^[^/\\%\p{C}]{1,20}$/u)
    .filter((text) => text !== '.' && text !== '..' && text.trim() !== '');
  const anyValue = (name: string) => (name.endsWith('Uuid') ? fc.uuid() : word);
  const anyAddress = fc.constantFrom(...resourceTypes).chain(({ type, template }) => {
    const values = Object.fromEntries(variablesOf(template).map((name) => [name, anyValue(name)]));
    return fc.record({ type: fc.constant(type), variables: fc.record(values) });
  });
  fc.assert(
    fc.property(anyAddress, ({ type, variables }) => {
      expect(parseResourceUri(formatResourceUri(type, variables))).toEqual({
        type,
        variables,
        format: 'text',
        offset: undefined,
      });
    }),
  );
});

test('no value of a segment makes an address name something else', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '..%2f..',
      '%2F',
      '%5c',
      '%252e%252e',
      '%00',
      '%',
      '%zz',
      'a/b',
      'a\\b',
      '\u202e',
      '',
    ),
  );
  fc.assert(
    fc.property(hostile, (segment) => {
      try {
        const { type, variables } = parseResourceUri(`${base}/explores/${segment}`);
        const { exploreId = '' } = variables;
        expect(type).toBe('explore');
        expect(variables.projectUuid).toBe(project);
        expect(exploreId).not.toMatch(/^\.{0,2}$|[/\\]|%[0-9a-f]{2}|[\u0000-\u001f]/i);
      } catch (error) {
        expect(error).toBeInstanceOf(ResourceUriError);
      }
    }),
    { numRuns: 500 },
  );
});

test('any text is either an address or refused with a message', () => {
  const pieces = fc.constantFrom(
    'lightdash://',
    'projects',
    'results',
    project,
    '/',
    '..',
    '?',
    '#',
    'format=json',
    '%2f',
    'x',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 9 }), (parts) => {
      try {
        parseResourceUri(parts.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(ResourceUriError);
        expect(error).toHaveProperty('message', expect.stringMatching(/^\S.*\.$/s));
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['another scheme', 'https://projects', /begins with lightdash/],
  ['a foreign host', `lightdash://evil.example/projects/${project}/charts`, /no.* form/],
  ['a user name', `lightdash://me@projects/${project}/charts`, /no.* form/],
  ['dots that climb', 'lightdash://projects/../../org', /no \. or \.\./],
  ['encoded dots', `lightdash://projects/%2e%2e/charts`, /no \. or \.\./],
  ['an encoded slash', `${base}/explores/orders%2f..%2f..`, /no slash/],
  ['an encoded backslash', `${base}/explores/a%5cb`, /no slash/],
  ['a name encoded twice', `${base}/explores/%252e%252e`, /encoded once/],
  ['a broken encoding', `${base}/explores/%e0%a4%a`, /not encoded rightly/],
  ['a control character', `${base}/explores/a%0ab`, /control/],
  ['an empty part', 'lightdash://projects//charts', /empty/],
  ['a slash at the end', 'lightdash://projects/', /empty/],
  ['a fragment', 'lightdash://projects#a', /#/],
  ['a project that is no uuid', 'lightdash://projects/roastery/charts', /uuid/],
  ['a type that is not there', `${base}/users`, /no.* form/],
  ['an unknown query', `${base}/charts?format=xml`, /\?format=json or \?offset/],
  ['an offset where there is none', `${base}/explores?offset=3`, /not understood/],
])('an address with %s is refused and says why', (_, uri, reason) => {
  expect(() => parseResourceUri(uri)).toThrow(reason);
});

test('format and offset are read from the end', () => {
  expect(parseResourceUri(`${base}/charts?offset=200&format=json`)).toMatchObject({
    type: 'charts',
    offset: 200,
    format: 'json',
  });
  expect(
    parseResourceUri(`${base.toUpperCase().replace('LIGHTDASH://PROJECTS', 'lightdash://projects')}/charts`).variables,
  ).toEqual({
    projectUuid: project,
  });
});
