import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inNaturalOrder } from '../../../src/charts/spec/natural-order.ts';

const sort = (names: readonly string[]) => inNaturalOrder(names, (name) => name);

const ORDERS = {
  weekdays: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  'short weekdays': ['Mon', 'Tue', 'Thu', 'Sun'],
  months: ['January', 'February', 'May', 'June', 'December'],
  quarters: ['Q1', 'Q2', 'Q3', 'Q4'],
  numbers: ['-3', '0', '2', '10', '100'],
  bins: ['<10', '10 - 19', '20 - 29', '>29'],
  'bins with signs of their own': ['≤0', '1 - 20', '≥ 21'],
  'ratings and none': ['1', '3.5', '4', '(empty)'],
};

describe('categories with an order of their own', () => {
  it.each(Object.entries(ORDERS))('%s keep it, whatever the order of the rows', (_, names) => {
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: 1 }), (rows) => {
        expect(sort(rows)).toEqual(names.filter((name) => rows.includes(name)));
      }),
    );
  });

  it('keep the order of the rows if a name fits no order, and none is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('Monday', 'May', '7', 'Web', 'Gold', '(empty)')), (names) => {
        expect(sort(names).toSorted()).toEqual(names.toSorted());
        if (names.includes('Web')) expect(sort(names)).toEqual(names);
      }),
    );
  });
});
