import { describe, expect, it } from 'vitest';
import { formatItemValue, toRawValue } from '../../../src/sandbox/warehouse/formatting.ts';

const metric = (parts: Record<string, unknown>) => ({ fieldType: 'metric', type: 'sum', ...parts });
const calculation = (format: unknown) => ({ name: 'x', displayName: 'X', sql: '1', format });
const dimension = (parts: Record<string, unknown>) => ({ fieldType: 'dimension', ...parts });
const moment = new Date('2023-05-06T22:19:17.050Z');

describe('formatted values', () => {
  it.each([
    [undefined, 1234.5678, '1,234.568'],
    [undefined, null, '∅'],
    [metric({}), 1234.5, '1,234.5'],
    [metric({ round: 2 }), 1234.5, '1,234.50'],
    [metric({ round: -2 }), 1234.5, '1,200'],
    [metric({ format: 'usd' }), 1234.5, '$1,234.50'],
    [metric({ format: 'usd', round: 0 }), 2093.5, '$2,094'],
    [metric({ format: 'percent', round: 1 }), 0.8564, '85.6%'],
    [metric({ format: 'percent' }), 0.85641234, '85.641%'],
    [metric({ format: 'km' }), 12, '12 km'],
    [metric({ format: 'id' }), 12345, '12345'],
    [metric({ compact: 'thousands' }), 12345, '12.345K'],
    [metric({ format: 'gbp', compact: 'M', round: 1 }), 12_345_678, '£12.3M'],
    [metric({ formatOptions: { type: 'currency', currency: 'EUR', round: 2 } }), 4.767, '€4.77'],
    [calculation({ type: 'number', prefix: '~', suffix: ' kg', round: 1 }), 1234, '~1,234.0 kg'],
    [calculation({ type: 'currency', currency: 'EUR', separator: 'periodComma' }), 1234.5, '1.234,50 €'],
    [calculation({ type: 'number', separator: 'noSeparatorPeriod' }), 1234.5, '1234.5'],
    [calculation({ type: 'number', separator: 'spacePeriod' }), 1234.5, '1 234.5'],
    [calculation(undefined), 1234.5678, '1,234.568'],
    [calculation(undefined), 'text', 'text'],
    [dimension({ type: 'boolean' }), true, 'True'],
    [dimension({ type: 'boolean' }), false, 'False'],
    [dimension({ type: 'date', timeInterval: 'DAY' }), moment, '2023-05-06'],
    [dimension({ type: 'date', timeInterval: 'MONTH' }), moment, '2023-05'],
    [dimension({ type: 'date', timeInterval: 'QUARTER' }), moment, '2023-Q2'],
    [dimension({ type: 'date', timeInterval: 'YEAR' }), moment, '2023'],
    [dimension({ type: 'timestamp' }), moment, '2023-05-06, 22:19:17:050 (+00:00)'],
    [dimension({ type: 'timestamp', timeInterval: 'HOUR' }), moment, '2023-05-06, 22 (+00:00)'],
    [dimension({ type: 'number', timeInterval: 'YEAR_NUM' }), 2023, '2023'],
    [metric({ type: 'max' }), moment, '2023-05-06, 22:19:17:050 (+00:00)'],
  ])('%j of %s is %s', (item, value, expected) => {
    expect(formatItemValue(item, value)).toBe(expected);
  });
});

describe('raw values', () => {
  it('lose their milliseconds in date dimensions and keep them in metrics', () => {
    expect(toRawValue(dimension({ type: 'timestamp' }), moment)).toBe('2023-05-06T22:19:17Z');
    expect(toRawValue(metric({ type: 'max' }), moment)).toBe('2023-05-06T22:19:17.050Z');
  });
});
