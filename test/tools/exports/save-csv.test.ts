import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordCounter } from '../../../src/tools/exports/save-csv.ts';

test('records are counted as a CSV reader counts them, in any chunks', () => {
  const cell = fc.string().map((text) => `"${text.replaceAll('"', '""')}"`);
  const row = fc.array(cell, { minLength: 1, maxLength: 4 }).map((cells) => cells.join());
  fc.assert(
    fc.property(
      fc.array(row),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.nat({ max: 9 }),
      (rows, end, closed, size) => {
        const text = rows.join(end) + (closed && rows.length > 0 ? end : '');
        const bytes = Buffer.from(text);
        const counter = new RecordCounter();
        for (let at = 0; at < bytes.length; at += size + 1) counter.add(bytes.subarray(at, at + size + 1));
        expect(counter.records).toBe(rows.length);
      },
    ),
  );
});
