import { expect, test } from 'vitest';
import { readResultTable } from '../../../src/query/execution/result-table.ts';

const field = (table: string, label: string) => ({ fieldType: 'dimension', type: 'string', label, tableLabel: table });

test('columns of one label are distinguished by their tables', () => {
  const fields = {
    policy_id: field('Policy', 'Party ID'),
    claim_id: field('Claim', 'Party ID'),
    city: field('Claim', 'City'),
  };
  const { columns } = readResultTable({
    rows: [{ policy_id: 'a', claim_id: 'b', city: 'c' }],
    fields,
    metricQuery: {},
  });
  expect(columns.map(({ label }) => label)).toEqual(['Policy Party ID', 'Claim Party ID', 'City']);
});
