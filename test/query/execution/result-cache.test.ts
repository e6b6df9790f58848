import { expect, test } from 'vitest';
import { createResultStore } from '../../../src/query/execution/result-cache.ts';

function setup(options: { maxBytes?: number } = {}) {
  let time = 1;
  let number = 0;
  const newId = () => {
    number += 1;
    return `r${number}`;
  };
  const store = createResultStore<string>({ now: () => time, newId, ...options });
  const pass = (minutes: number) => {
    time += minutes * 60_000;
  };
  return { store, pass };
}

test('a result is kept for half an hour after it was last read', () => {
  const { store, pass } = setup();
  const id = store.put('rows', 10);
  pass(29);
  expect(store.get(id)).toBe('rows');
  pass(29);
  expect(store.get(id)).toBe('rows');
  pass(31);
  expect(store.get(id)).toBeUndefined();
});

test('the forty most recently used are kept', () => {
  const { store } = setup();
  const ids = Array.from({ length: 40 }, (_, position) => store.put(`rows ${position}`, 1));
  store.get(ids[0] ?? '');
  store.put('one more', 1);
  expect([store.get(ids[0] ?? ''), store.get(ids[1] ?? ''), store.get(ids[2] ?? '')]).toEqual([
    'rows 0',
    undefined,
    'rows 2',
  ]);
});

test('results too big to be cached together evict each other, and the last one stays', () => {
  const { store } = setup({ maxBytes: 100 });
  const first = store.put('first', 60);
  const second = store.put('second', 60);
  const huge = store.put('huge', 1000);
  expect([store.get(first), store.get(second), store.get(huge)]).toEqual([undefined, undefined, 'huge']);
});

test('an id that was never issued is unknown', () => {
  expect(setup().store.get('r1')).toBeUndefined();
});
