import { expect, test } from 'vitest';
import { standardBudget } from '../../../src/text/token-budget.ts';
import { renderSpace } from '../../../src/tools/content/render-space.ts';
import { renderValidation } from '../../../src/tools/jobs/validation.ts';
import { recorded } from '../../helpers/recordings.ts';

/** What a real Lightdash answered, by the note that the recording bears. */
function resultsOf(operationId: string, note: string): unknown {
  const { body } = recorded(operationId, note).response;
  if (typeof body !== 'object' || body === null || !('results' in body)) throw new Error(`no results: ${note}`);
  return body.results;
}

test('a space is told with who has which role, its dashboards and its charts', () => {
  const told = renderSpace(resultsOf('GetSpace', 'sales'), standardBudget);
  expect(told).toMatch(/^Space "Sales" \(spaceUuid 1ea731d7-[^)]*\), open to the project, \d+ charts, 1 dashboard\n/);
  expect(told).toMatch(/^Edie Editor\|editor\|[0-9a-f-]{36}$/m);
  expect(told).toMatch(/^Sales overview\|773fb4ea-/m);
  expect(told).toMatch(/^Revenue by month\|87b15963-[0-9a-f-]*\|bar chart\|/m);
});

test('a space inside of another, of a newer server, says so, and lists people without names by their uuid', () => {
  const told = renderSpace(
    {
      name: 'Inner',
      uuid: 's2',
      parentSpaceUuid: 's1',
      inheritParentPermissions: true,
      childSpaces: [{ name: 'Innermost', uuid: 's3' }],
      access: [{ userUuid: 'u1', role: 'viewer' }],
      groupsAccess: [{ groupUuid: 'g1', groupName: 'Baristas', spaceRole: 'editor' }],
    },
    standardBudget,
  );
  expect(told).toContain('open to everyone with access to its parent, inside of the space s1, 0 charts');
  expect(told).toContain('group Baristas|editor|g1\n|viewer|u1\n');
  expect(told).toContain('1 space inside: name|spaceUuid\nInnermost|s3');
});

test('what of a space does not fit is said, with where all of it is', () => {
  const queries = Array.from({ length: 500 }, (_, at) => ({ name: `Chart number ${at}`, uuid: `c${at}` }));
  const told = renderSpace({ name: 'Big', uuid: 's1', queries }, { tokens: 500, characters: 40_000 });
  expect(told).toContain('500 charts');
  expect(told).toMatch(/list_charts_in_project have all of them\.\]$/);
});

test('validation errors stand under the thing that is broken, with the id that dismisses each', () => {
  const told = renderValidation(resultsOf('GetLatestValidationResults', 'latest'), standardBudget);
  expect(told).toMatch(
    /^\d+ errors? in \d+ places?:\nchart "[^"]+" \(chartUuid [0-9a-f-]{36}, \d+ views?\):\n- .* \[validationId \d+\]/,
  );
  const newer = { dashboardUuid: 'd1', name: 'Sales', error: 'gone', validationId: null, validationUuid: 'v1' };
  expect(renderValidation([newer, { ...newer, error: 'also gone' }], standardBudget)).toBe(
    '2 errors in 1 place:\ndashboard "Sales" (dashboardUuid d1):\n- gone [validationId v1]\n- also gone [validationId v1]',
  );
  expect(renderValidation([{ name: 'orders', error: 'no dimensions', validationId: 3 }], standardBudget)).toContain(
    'table "orders":\n- no dimensions [validationId 3]',
  );
});
