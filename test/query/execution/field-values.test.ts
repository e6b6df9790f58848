import { expect, test } from 'vitest';
import { FieldValueMemory, type ValueSearch } from '../../../src/query/execution/field-values.ts';
import type { ComparedText } from '../../../src/query/filters/compared-texts.ts';
import { isObject, list, objects } from '../../../src/text/json.ts';

const text = (value: string, comparison: ComparedText['comparison'] = 'equals'): ComparedText => ({
  ...{ fieldId: 'customers_city', isShown: false, ignoresCase: false },
  value,
  comparison,
});

/** A field with these values, as Lightdash searches it; the requests are kept. */
function fieldOf(values: readonly string[]) {
  const requests: Parameters<ValueSearch>[0][] = [];
  const search: ValueSearch = async (request) => {
    requests.push(request);
    const [rule] = isObject(request.filters) ? objects(request.filters.and) : [];
    const wanted = list(rule?.values).map(String);
    const passes = (value: string) =>
      rule === undefined ||
      wanted.some((item) => (rule.operator === 'equals' ? value === item : value.startsWith(item)));
    const matches = values.filter(
      (value) => value.toLowerCase().includes(request.search.toLowerCase()) && passes(value),
    );
    return matches.slice(0, request.limit);
  };
  return { search, requests };
}

const cities = ['Austin', 'Porto', 'Portland'];
const many = Array.from({ length: 3_000 }, (_, at) => `city ${String(at).padStart(4, '0')}`);

test('texts that no value equals or begins with are missing, with the nearest values', async () => {
  const { search } = fieldOf(cities);
  const memory = new FieldValueMemory(() => 0);
  const texts = [text('Porto'), text('porto'), text('Port', 'startsWith'), text('port', 'startsWith')];
  const { missing, unverified } = await memory.verify('city', texts, search);
  expect(missing.map(({ text: { value }, nearest }) => [value, nearest[0]])).toEqual([
    ['porto', 'Porto'],
    ['port', 'Porto'],
  ]);
  expect(unverified).toEqual([]);
});

test('a field is read once in ten minutes, also by calls at the same time', async () => {
  const { search, requests } = fieldOf(cities);
  let now = 1_000;
  const memory = new FieldValueMemory(() => now);
  await Promise.all(['Porto', 'Lisbon', 'Austin'].map((value) => memory.verify('city', [text(value)], search)));
  now += 9.9 * 60_000;
  expect((await memory.verify('city', [text('Faro')], search)).missing).toHaveLength(1);
  expect(requests).toHaveLength(1);
  now += 0.2 * 60_000;
  await memory.verify('city', [text('Faro')], search);
  expect(requests).toHaveLength(2);
});

test('of a field of many values, all texts are one request, and each is remembered', async () => {
  const { search, requests } = fieldOf(many);
  const memory = new FieldValueMemory(() => 0);
  const texts = ['city 2000', 'city 2999', 'City 2500', 'nowhere'].map((value) => text(value));
  const { missing } = await memory.verify('city', texts, search);
  expect(missing.map(({ text: { value } }) => value)).toEqual(['City 2500', 'nowhere']);
  expect(missing[0]?.nearest[0]).toBe('city 2500');
  // The first values, the four texts, and a search for what is near either missing one.
  expect(requests).toHaveLength(4);
  expect((await memory.verify('city', texts, search)).missing).toHaveLength(2);
  expect(requests).toHaveLength(4);
  expect((await memory.verify('city', [text('city 29', 'startsWith')], search)).missing).toEqual([]);
});

test('a failed look-up leaves its texts unverified, and is not repeated', async () => {
  let requests = 0;
  const memory = new FieldValueMemory(() => 0);
  const search: ValueSearch = async () => {
    requests += 1;
    return undefined;
  };
  for (let call = 0; call < 2; call += 1) {
    expect(await memory.verify('city', [text('Porto')], search)).toEqual({ missing: [], unverified: [text('Porto')] });
  }
  expect(requests).toBe(1);
});

test('a cancelled look-up is not cached', async () => {
  const memory = new FieldValueMemory(() => 0);
  await expect(memory.verify('city', [text('Porto')], () => Promise.reject(new Error('cancelled')))).rejects.toThrow();
  expect(await memory.verify('city', [text('Porto')], fieldOf(cities).search)).toEqual({ missing: [], unverified: [] });
});
