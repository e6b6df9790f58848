import { expect, test } from 'vitest';
import { standardBudget } from '../../../src/text/token-budget.ts';
import { renderProjectGroups, renderProjectPeople } from '../../../src/tools/access/project-access-lists.ts';
import { renderOwnUser } from '../../../src/tools/account/own-user.ts';
import { renderGroups, renderMembers } from '../../../src/tools/organization/members.ts';
import { renderAttributes } from '../../../src/tools/organization/user-attributes.ts';
import { expectLine } from '../../helpers/answers.ts';
import { expectNote } from '../../helpers/notes.ts';
import { recorded } from '../../helpers/recordings.ts';

/** Answers of a real Lightdash, by the note of the recording. */
function resultsOf(operationId: string, note: string): unknown {
  const { body } = recorded(operationId, note).response;
  if (typeof body !== 'object' || body === null || !('results' in body)) throw new Error(`no results: ${note}`);
  return body.results;
}

test('members have a line each, with their groups', () => {
  const rendered = renderMembers(resultsOf('ListOrganizationMembers', 'with groups'), 5, standardBudget).split('\n');
  expect(rendered[0]).toBe('4 people: name|e-mail|organization role|userUuid|groups');
  expect(rendered[2]).toMatch(/^Vic Viewer\|vic@roastery\.example\|viewer\|[0-9a-f-]{36}\|Baristas$/);
});

test('a list as long as requested is marked as maybe incomplete', () => {
  const members = { data: [{ userUuid: 'u1', firstName: 'Ada', groups: [{ name: 'A' }, { name: 'B' }] }] };
  expect(renderMembers(members, 2, standardBudget)).toMatch(/A, B .*more/);
  expect(renderMembers(members, 3, standardBudget)).not.toContain('more');
  const groups = { data: [{ uuid: 'g1', name: 'Baristas', members: [{ userUuid: 'u1', email: 'ada@x.example' }] }] };
  expect(renderGroups(groups, 1, standardBudget)).toMatch(/^Baristas\|g1\|ada@x\.example .*more$/m);
});

test('a group without members says so, unless members were not requested', () => {
  const groups = { data: [{ uuid: 'g1', name: 'Empty', members: [] }] };
  expect(renderGroups(groups, 50, standardBudget)).toBe('1 group: name|groupUuid|members\nEmpty|g1|none');
  expect(renderGroups(groups, 0, standardBudget)).toBe('1 group: name|groupUuid\nEmpty|g1');
});

test('a page of a list shows the total', () => {
  const answer = { data: [{ userUuid: 'u1' }], pagination: { page: 2, totalPageCount: 3, totalResults: 53 } };
  expect(renderMembers(answer, 20, standardBudget)).toContain('1 person, page 2 of 3, 53 in all:');
});

test('members that do not fit are counted, with the way to read them', () => {
  const data = Array.from({ length: 400 }, (_, at) => ({ userUuid: `u${at}`, firstName: `Person number ${at}` }));
  const rendered = renderMembers({ data }, 20, { tokens: 500, characters: 40_000 });
  expectNote(rendered, 'rest not shown', /\d+ of 400/, 'pageSize');
});

test.each([
  [{ isActive: false, isPending: true }, 'deactivated'],
  [{ isPending: true, isInviteExpired: true }, 'invite expired'],
  [{ isPending: true, isInviteExpired: false }, 'invited, not signed in yet'],
])('a person who cannot sign in is marked: %o', (state, mark) => {
  const rendered = renderMembers({ data: [{ userUuid: 'u1', ...state }] }, 20, standardBudget);
  expect(rendered.split('|').at(-1)).toBe(mark);
});

test('roles in a project are listed, with a note that they are not everybody', () => {
  const rendered = renderProjectPeople(resultsOf('GetProjectAccessList', 'admin'), new Map(), standardBudget);
  expect(rendered).toMatch(/^1 person granted directly:.*\nEdie Editor\|edie@roastery\.example\|editor\|/);
  expectLine(rendered, 'groups', 'organization', 'not in this list');
  expectLine(renderProjectPeople([], new Map(), standardBudget), /^No person/, 'not in this list');
  const names = new Map([['86aba621-0fa0-429e-9978-f79624ee6a80', 'Baristas']]);
  const groups = renderProjectGroups(resultsOf('GetProjectGroupAccesses', 'admin'), names, new Map(), standardBudget);
  expect(groups).toContain('Baristas|interactive_viewer|86aba621');
});

test('each attribute is listed with its default and its values', () => {
  const names = new Map([['86aba621-0fa0-429e-9978-f79624ee6a80', 'Baristas']]);
  expect(renderAttributes(resultsOf('getUserAttributes', 'admin'), names, standardBudget).split('\n')).toEqual([
    '2 user attributes:',
    'region (userAttributeUuid feac6ae7-a8db-45d2-be11-31b760783d06, default all): Sales region',
    '- edie@roastery.example (userUuid e24a02c9-5d9b-4e07-ba41-9b4b3714fec0) = Europe',
    '- group Baristas (groupUuid 86aba621-0fa0-429e-9978-f79624ee6a80) = Americas',
    'can_see_pii (userAttributeUuid c519f085-c130-43cb-bcb8-b8cb2bb5373b, no default): May see e-mail addresses',
    '- ada@roastery.example (userUuid fe7f8e5b-8f68-4f02-8300-cd51c4743be9) = yes',
  ]);
  expect(renderAttributes([], names, standardBudget)).toBe('No user attributes.');
});

test('permissions of the signed-in user are listed by action, conditional rules marked', () => {
  const abilityRules = [
    { action: 'view', subject: 'Project', conditions: { organizationUuid: 'o' } },
    { action: 'view', subject: 'Space', conditions: { organizationUuid: 'o', isPrivate: false } },
    { action: ['manage', 'view'], subject: ['Job'], conditions: {} },
    { action: 'manage', subject: 'Space', conditions: { userUuid: 'u' } },
    { action: 'manage', subject: 'Space', conditions: { organizationUuid: 'o' } },
    { action: 'manage', subject: 'Tags', inverted: true },
  ];
  const rendered = renderOwnUser({ email: 'ada@x.example', userUuid: 'u-1', abilityRules }, standardBudget);
  expect(rendered.split('\n')).toEqual([
    expect.stringMatching(/ada@x\.example, .*no organization/),
    'userUuid u-1',
    expect.stringMatching(/^Permissions \(\* .*conditions/),
    '- view: Project, Space*, Job',
    '- manage: Job, Space, not Tags',
  ]);
});
