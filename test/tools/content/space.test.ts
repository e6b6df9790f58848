import { expect, test } from 'vitest';
import { standardBudget } from '../../../src/text/token-budget.ts';
import { renderSpace } from '../../../src/tools/content/render-space.ts';
import { renderValidation } from '../../../src/tools/jobs/validation.ts';
import { recorded } from '../../helpers/recordings.ts';

/** Answers of a real Lightdash, by the note of the recording. */
function resultsOf(operationId: string, note: string): unknown {
  const { body } = recorded(operationId, note).response;
  if (typeof body !== 'object' || body === null || !('results' in body)) throw new Error(`no results: ${note}`);
  return body.results;
}

test('a space is listed with its roles, dashboards and charts', () => {
  const rendered = renderSpace(resultsOf('GetSpace', 'sales'), standardBudget);
  expect(rendered).toMatch(/^Space "Sales" \(spaceUuid 1ea731d7-[^)]*\), open .*project, \d+ charts, 1 dashboard\n/);
  expect(rendered).toMatch(/^Edie Editor\|editor\|[0-9a-f-]{36}$/m);
  expect(rendered).toMatch(/^Sales overview\|773fb4ea-/m);
  expect(rendered).toMatch(/^Revenue by month\|87b15963-[0-9a-f-]*\|bar chart\|/m);
});

test('a nested space of a newer server names its parent, and lists users without names by their uuid', () => {
  const rendered = renderSpace(
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
  expect(rendered.split('\n')[0]).toMatch(/open .*parent, .*space s1, 0 charts/);
  expect(rendered).toContain('group Baristas|editor|g1\n|viewer|u1\n');
  expect(rendered).toContain('1 space inside: name|spaceUuid\nInnermost|s3');
});

test('a space over the budget is cut with a note and the tools that list everything', () => {
  const queries = Array.from({ length: 500 }, (_, at) => ({ name: `Chart number ${at}`, uuid: `c${at}` }));
  const rendered = renderSpace({ name: 'Big', uuid: 's1', queries }, { tokens: 500, characters: 40_000 });
  expect(rendered).toContain('500 charts');
  expect(rendered.split('\n').at(-1)).toContain('list_charts_in_project');
});

test('validation errors are listed under the broken content, each with the id that dismisses it', () => {
  const rendered = renderValidation(resultsOf('GetLatestValidationResults', 'latest'), standardBudget);
  expect(rendered).toMatch(
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
