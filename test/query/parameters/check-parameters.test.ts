import { expect, test } from 'vitest';
import { checkParameters } from '../../../src/query/parameters/check-parameters.ts';
import type { Parameter } from '../../../src/query/parameters/parameter.ts';

const regions: Parameter = {
  ...{ name: 'regions', label: 'Regions', description: undefined, type: 'string', multiple: true },
  ...{ default: undefined, options: ['North', 'South, east'], optionsFrom: undefined },
};
const valuesOf = (written: unknown) => checkParameters({ regions: written }, [regions]).values.regions;

test('options in a text are read as a list only if each part is one', () => {
  expect(valuesOf('north, North')).toEqual(['North', 'North']);
  expect(valuesOf('South, east')).toEqual(['South, east']);
  expect(valuesOf('North,West')).toEqual(['North,West']);
});

test('null is a value that was left out', () => {
  expect(checkParameters({ regions: null }, [regions])).toEqual({ values: {}, notes: [], problems: [] });
});
