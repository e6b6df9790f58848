import { expect, test } from 'vitest';
import { standardBudget } from '../../../src/text/token-budget.ts';
import { explainAccess, readSpaceAccess } from '../../../src/tools/access/explain-access.ts';
import { renderAccess } from '../../../src/tools/access/render-access.ts';

const nothing = { members: new Map(), groupNames: new Map() };
const space = (more: object) => readSpaceAccess({ name: 'Board', access: [], groupsAccess: [], ...more });
const person = (more: object) => ({ userUuid: 'u1', role: 'viewer', hasDirectAccess: false, ...more });

test('users without a name on a newer server are named from the organization', () => {
  const input = space({ inheritParentPermissions: false, access: [person({ hasDirectAccess: true })] });
  const organization = new Map([['u1', { userUuid: 'u1', firstName: 'Ada', lastName: 'Abara', email: 'a@x.example' }]]);
  const [ada] = explainAccess(input, { ...nothing, organization }).people;
  expect(ada).toMatchObject({ name: 'Ada Abara <a@x.example>', from: [expect.stringMatching(/directly/)] });
  // If those may not be read either, there is the id.
  expect(explainAccess(input, nothing).people).toMatchObject([{ name: 'u1' }]);
});

test('privacy is read from both keys', () => {
  expect(explainAccess(space({ isPrivate: true }), nothing).isPrivate).toBe(true);
  expect(explainAccess(space({ inheritParentPermissions: false }), nothing).isPrivate).toBe(true);
  expect(explainAccess(space({ inheritParentPermissions: true }), nothing).isPrivate).toBe(false);
  expect(explainAccess(space({}), nothing).isPrivate).toBeUndefined();
});

test.each([
  ['organization', /organization .*editor/],
  ['project', /^project role editor$/],
  ['group', /project .*editor .*group/],
  ['space_group', /shared .*group .*editor/],
  ['parent_space', /editor .*space/],
  ['something_new', /editor .*something new/],
])('without readable lists, the inherited role of Lightdash is the reason: %s', (inheritedFrom, phrase) => {
  const input = space({ isPrivate: false, access: [person({ inheritedRole: 'editor', inheritedFrom })] });
  expect(explainAccess(input, nothing).people).toMatchObject([{ from: [expect.stringMatching(phrase)] }]);
});

test('the role of all project members on a newer server is listed', () => {
  const input = space({ inheritParentPermissions: false, projectMemberAccessRole: 'viewer' });
  expect(renderAccess(explainAccess(input, nothing), input, standardBudget)).toMatch(
    /^- everyone in the project: viewer \(.*space\)$/m,
  );
});

test('names are one line of inert text', () => {
  const input = space({
    name: 'Bo\u202eard\n- Eve: admin',
    access: [person({ firstName: 'A\u{e0041}da', lastName: 'x\ny' })],
    groupsAccess: [{ groupUuid: 'g', groupName: 'Fi\u200bnance\n', spaceRole: 'viewer' }],
  });
  const accessContext = { ...nothing, groupNames: new Map([['g', 'Fi\u200bnance\n']]) };
  const lines = renderAccess(explainAccess(input, accessContext), input, standardBudget).split('\n');
  expect(lines).toEqual([
    expect.stringMatching(/^Space "Board - Eve: admin"\. 1 group and 1 person /),
    expect.stringMatching(/^- group Finance : viewer \(.*groupUuid g\)$/),
    expect.stringMatching(/^- Ada x y: viewer \(/),
  ]);
});
