import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectLine, outcomeOf } from '../../helpers/answers.ts';
import { callTool } from '../../helpers/client.ts';
import { expectNoNote } from '../../helpers/notes.ts';
import { Administration, ids, RELEASES } from '../../tools/people/administrators.ts';

const projectUuid = ids.project;
const { edie, vic } = ids.users;
const { baristas, finance } = ids.groups;

describe.each(RELEASES)('An administrator is not misled, on %s', (version) => {
  let admin: Administration;
  beforeAll(async () => {
    admin = await Administration.start(version);
  });
  beforeEach(() => admin.sandbox.reset());
  afterAll(() => admin.close());

  const newAttribute = async (args: Record<string, unknown>) => {
    const attribute = { name: 'tier', ...args };
    const text =
      args.attributeDefault === undefined
        ? await admin.does('create_user_attribute', attribute)
        : (await admin.confirms('create_user_attribute', attribute)).done;
    return /userAttributeUuid ([0-9a-f-]{36})/.exec(text)?.[1] ?? '';
  };

  test('users who lose their value of an attribute get its default, and may see more', async () => {
    const users = [{ userUuid: edie, value: 'gold' }];
    const withDefault = await newAttribute({ attributeDefault: 'all', users });
    const change = { userAttributeUuid: withDefault, users: [] };
    const preview = await admin.does('update_user_attribute', change);
    expectLine(preview, '"tier"', 'edie@roastery.example', 'from "gold" to "all" (default)', 'more');
    expect(preview).not.toContain('hidden');
    const without = await newAttribute({ name: 'level', users });
    const hidden = await admin.does('update_user_attribute', { userAttributeUuid: without, users: [] });
    expectLine(hidden, '"level"', 'edie@roastery.example', 'hidden');
    expect(hidden).not.toContain('more');
  });

  test('a new default and a new name of an attribute are confirmed', async () => {
    const userAttributeUuid = await newAttribute({ attributeDefault: 'all' });
    const preview = await admin.does('update_user_attribute', { userAttributeUuid, attributeDefault: 'none' });
    expectLine(preview, '"tier"', 'default from "all" to "none"', 'Mem Ber', 'more');
    const renamed = await admin.confirms('update_user_attribute', { userAttributeUuid, name: 'rank' });
    expectLine(renamed.preview, '"tier"', '"rank"', 'dbt model', 'hidden');
    expectLine(renamed.done, /^Changed/, 'rank', 'default all');
    const described = await admin.does('update_user_attribute', { userAttributeUuid, description: 'Levels' });
    expect(outcomeOf(described)).not.toBe('question');
  });

  test('several values are refused before the question by a release that has one', async () => {
    const users = [{ userUuid: edie, value: ['Europe', 'Asia'] }];
    const change = { userAttributeUuid: 'region', users };
    if (version === '1.219') return expectLine(await admin.does('update_user_attribute', change), '"Europe, Asia"');
    for (const [tool, args] of [
      ['update_user_attribute', change],
      ['create_user_attribute', { name: 'tier', attributeDefault: ['a', 'b'] }],
    ] as const)
      expectLine(await admin.fails(tool, args), 'one value', 'not a list');
    const { done } = await admin.confirms('update_user_attribute', {
      ...change,
      users: [{ userUuid: edie, value: ['Asia'] }],
    });
    expectLine(done, 'edie@roastery.example', 'Asia');
  });

  test('deleting an attribute names the values that go', async () => {
    const preview = await admin.does('remove_user_attribute', { userAttributeUuid: 'region' });
    expectLine(preview, '"region"', 'edie@roastery.example = Europe', '"Baristas" = Americas', 'default "all"');
  });

  test('remaining roles after a revocation are named', async () => {
    const revoked = await admin.does('revoke_project_access_for_user', { projectUuid, userUuid: edie });
    expectLine(revoked, /^Done/, 'Edie Editor', 'No role there is left');
    expect(await admin.status('editor', `/api/v1/projects/${projectUuid}`)).toBe(403);
    const grant = { projectUuid, email: 'vic@roastery.example', role: 'editor', sendEmail: false };
    await admin.does('grant_project_access_to_user', grant);
    const stays = await admin.does('revoke_project_access_for_user', { projectUuid, userUuid: vic.toUpperCase() });
    expectLine(stays, /^Done/, 'Vic Viewer', 'organization role viewer', 'group Baristas');
  });

  test.each([
    ['update_user_attribute', { userAttributeUuid: ids.project }, 'name, description, attributeDefault'],
    ['update_space', { projectUuid, spaceUuid: ids.spaces.sales }, 'name or isPrivate'],
    ['update_group', { groupUuid: baristas }, 'name or members'],
    ['update_project_metadata', { projectUuid }, 'upstreamProjectUuid'],
    ['update_chart', { chartUuid: ids.charts.revenueByMonth }, 'name, description'],
    ['update_dashboard', { dashboardUuid: ids.dashboards.sales }, 'name, description'],
  ])('%s without a change writes nothing, and says so', async (tool, args, words) => {
    const members = () => [...admin.sandbox.store.groups.values()].map(({ name, memberUuids }) => [name, memberUuids]);
    const before = JSON.stringify(members());
    const outcome = await admin.says(tool, args);
    expectLine(outcome, 'nothing to change', words.split(' ')[0] ?? '');
    expect(outcome).not.toMatch(/^(Changed|Done|Reordered)/);
    expect(JSON.stringify(members())).toBe(before);
  });

  test('an order of no items, a tag without a change and a rollback to the current version are not reported as done', async () => {
    const order = { projectUuid, pinnedListUuid: ids.project, items: [] };
    expectLine(await admin.fails('update_pinned_items_order', order), 'items', 'at least 1');
    const tag = await admin.does('create_tag', { projectUuid, name: 'Core', color: '#5470c6' });
    const tagUuid = /tagUuid ([0-9a-f-]{36})/.exec(tag)?.[1];
    expectLine(await admin.fails('update_tag', { projectUuid, tagUuid }), 'nothing to change', 'name or color');
    const chartUuid = ids.charts.revenueByMonth;
    const history = await admin.does('get_chart_history', { chartUuid });
    const versionUuid = /([0-9a-f-]{36})\|[^\n]*current/.exec(history)?.[1];
    const rolledBack = await admin.does('rollback_chart_version', { chartUuid, versionUuid });
    expectLine(rolledBack, /^Nothing to do/, 'current', '"Revenue by month"');
    expect(await admin.does('get_chart_history', { chartUuid })).toBe(history);
  });

  test('the last administrator of the organization is kept, and the error says what to do', async () => {
    const demotion = { user: 'me', role: 'viewer', inOrganization: true };
    expectLine(await admin.fails('assign_role', demotion), 'Ada', 'only administrator', 'admin first');
    await admin.confirms('assign_role', { user: 'dev@roastery.example', role: 'admin', inOrganization: true });
    const { preview } = await admin.confirms('assign_role', demotion);
    expectLine(preview, 'Ada', 'from admin to viewer', 'That is you');
  });

  test('an administrator role of a project is not revoked without a confirmation', async () => {
    await admin.confirms('assign_role', { user: 'dev@roastery.example', projectUuid, role: 'admin' });
    const host = await admin.host('developer');
    const { text } = await callTool(host, 'assign_role', { user: 'me', projectUuid, role: 'developer' });
    expectLine(text, 'Dev Eloper', 'developer', 'That is you');
    // Ada stays administrator by the organization.
    expectNoNote(text, 'no administrator left');
  });

  test('an invitation names what its groups give, and who may join by their address, what they get', async () => {
    const invitation = { email: 'new@roastery.example', groups: ['Baristas'] };
    const invited = await admin.does('invite_user', invitation);
    expectLine(invited, 'Baristas', 'interactive_viewer of "Roastery"', 'space "Customer team"', '"region" = Americas');
    const domains = { emailDomains: ['acme.example'], role: 'viewer', projects: [{ projectUuid, role: 'editor' }] };
    const { email, password } = admin.sandbox.administrator;
    const session = await admin.host('admin', { LIGHTDASH_EMAIL: email, LIGHTDASH_PASSWORD: password });
    const joining = await callTool(session, 'update_organization_email_domains', domains);
    expectLine(joining.text, '"acme.example"', 'viewer', 'editor of "Roastery"');
  });

  test('a role of a group is confirmed by its earlier tools as by assign_role', async () => {
    const ofFinance = { projectUuid, groupUuid: finance };
    const granted = await admin.confirms('add_project_access_to_group', { ...ofFinance, role: 'developer' });
    const same = { group: 'Finance', projectUuid, role: 'viewer' };
    const asAssigned = (await admin.does('assign_role', same)).split('\n')[0];
    expectLine(granted.preview, 'Finance', '1 member', 'Edie Editor', 'developer', 'Roastery');
    expect((await admin.does('update_project_access_for_group', { ...ofFinance, role: 'viewer' })).split('\n')[0]).toBe(
      asAssigned,
    );
    const taken = await admin.confirms('remove_project_access_from_group', ofFinance);
    expectLine(taken.preview, 'Finance', 'Edie Editor');
    const space = { projectUuid, spaceUuid: ids.spaces.finance, groupUuid: baristas };
    const shared = await admin.confirms('add_space_group_access', { ...space, spaceRole: 'viewer' });
    expectLine(shared.preview, 'Baristas', 'Vic Viewer', 'viewer', 'Finance');
    expectLine((await admin.confirms('revoke_group_space_access', space)).preview, 'Baristas', 'Vic Viewer');
    const person = { projectUuid, userUuid: edie, role: 'admin' };
    expectLine((await admin.confirms('update_project_access_for_user', person)).preview, 'Edie Editor', 'admin');
  });

  test('deleting a group names its roles and values, and says that a default may show more', async () => {
    const question = await admin.does('delete_group', { groupUuid: baristas });
    expectLine(question, '"Baristas"', 'Vic Viewer', 'interactive_viewer of "Roastery"', '"region"', 'default', 'more');
    const emptied = await admin.does('update_group', { groupUuid: baristas, members: [] });
    expectLine(emptied, 'Vic Viewer', '"region"', 'more');
    expectLine(await admin.does('get_user_access', { user: 'vic' }), 'group Baristas', 'region', 'more');
    const left = await admin.confirms('remove_user_from_group', { groupUuid: baristas, userUuid: vic });
    expectLine(left.preview, 'Vic Viewer', '"region"', 'more');
    expectLine(left.done, /^Done/, 'Vic Viewer', '"region"', 'more');
    const created = await admin.does('create_group_in_organization', { name: 'Without rights' });
    const groupUuid = /groupUuid ([0-9a-f-]{36})/.exec(created)?.[1];
    const val = await admin.does('add_user_to_group', { groupUuid, userUuid: ids.users.val });
    expectLine(val, /^Done/, 'Val Plain');
    // A group that gives nothing is left without a question.
    expectLine(await admin.does('remove_user_from_group', { groupUuid, userUuid: ids.users.val }), /^Done/);
  });

  test('a confirmation names gains as well as losses', async () => {
    const members = [{ userUuid: vic }];
    const replaced = await admin.does('update_group', { groupUuid: finance, members });
    expectLine(replaced, 'out of', 'Edie Editor', 'Puts', 'Vic Viewer');
    const userAttributeUuid = await newAttribute({ users: [{ userUuid: edie, value: 'gold' }] });
    const users = [{ userUuid: ids.users.val, value: 'silver' }];
    const changed = await admin.does('update_user_attribute', { userAttributeUuid, users });
    expectLine(changed, 'Edie Editor', 'from "gold" to none', 'Val Plain', 'from none to "silver"');
  });

  test('revoking a role of a group reports it, and a missing one needs no confirmation', async () => {
    const weaker = { group: 'Baristas', projectUuid, role: 'viewer' };
    expectLine(await admin.does('assign_role', weaker), 'Baristas', 'viewer (now interactive_viewer)');
    const without = { projectUuid, groupUuid: finance };
    expectLine(await admin.does('remove_project_access_from_group', without), /^Nothing changed/, 'Finance');
    const space = { projectUuid, spaceUuid: ids.spaces.sales, groupUuid: finance };
    expectLine(await admin.does('revoke_group_space_access', space), /^Nothing changed/, 'Finance');
    await admin.confirms('add_space_group_access', { ...space, spaceRole: 'viewer' });
    const again = await admin.does('add_space_group_access', { ...space, spaceRole: 'viewer' });
    expect(outcomeOf(again)).not.toBe('question');
  });

  test('a member without a role in the project is named before an e-mail is sent', async () => {
    const delivery = { projectUuid, dashboard: 'Sales overview', when: 'every Monday 8:00' };
    const to = ['mem@roastery.example', 'edie@roastery.example', 'stranger@elsewhere.example'];
    const question = await admin.does('create_scheduler', { ...delivery, to });
    expectLine(question, 'No member', 'stranger@elsewhere.example', 'Without a role', 'mem@roastery.example');
    expect(question).not.toMatch(/Without a role[^.]*edie/);
  });

  test('a second tag of the same name and a comment that is already resolved are reported', async () => {
    const tag = { projectUuid, name: 'Core', color: '#5470c6' };
    expect(await admin.does('create_tag', tag)).not.toContain('Note');
    const second = await admin.says('create_tag', tag);
    expect(second).toMatch(/^Note: .*\btag\b|"Core" already/m);
    const dashboardUuid = ids.dashboards.sales;
    const comments = await admin.does('get_comments', { dashboardUuid });
    const commentId = /commentId ([0-9a-f-]{36})/.exec(comments)?.[1];
    expectLine(await admin.does('resolve_comment', { dashboardUuid, commentId }), /^Resolved/);
    expectLine(await admin.does('resolve_comment', { dashboardUuid, commentId }), /^Nothing/);
  });

  test('shares that a new space did not get are named, also if the project gives another role', async () => {
    const access = [
      { userUuid: 'Edie Editor', role: 'admin' },
      { userUuid: 'Mem Ber', role: 'viewer' },
    ];
    const created = await admin.does('create_space_in_project', {
      projectUuid,
      name: 'Open',
      isPrivate: false,
      access,
    });
    const line = expectLine(created, /^Not as requested/, 'Mem Ber', 'viewer', 'assign_role');
    if (version === '1.219') expectLine(line, 'Edie Editor is editor', 'not admin');
    else expect(line).not.toContain('Edie');
  });

  test('a share of a group names the members whom it makes weaker, and those who keep access without it', async () => {
    const share = { projectUuid, group: 'Finance', space: 'Customer team' };
    const { preview } = await admin.confirms('assign_role', { ...share, role: 'viewer' });
    expectLine(preview, 'Finance', 'viewer', 'weaker', 'Edie Editor', 'now editor');
    const { done } = await admin.confirms('remove_role_assignment', share);
    expectLine(done, /^Done/, 'can still be opened', 'Edie Editor');
    await admin.confirms('update_space', { projectUuid, spaceUuid: 'Customer team', isPrivate: true });
    const closed = await admin.does('remove_role_assignment', { ...share, group: 'Baristas' });
    expectLine(closed, 'Baristas', 'Vic Viewer', 'private');
  });

  test('a new name in the same change is confirmed with it', async () => {
    const members = [{ userUuid: 'Mem Ber' }];
    const group = await admin.does('update_group', { groupUuid: 'Finance', name: 'Money', members });
    expectLine(group, 'Edie Editor', '"Money"');
    const space = { projectUuid, spaceUuid: 'Customer team', isPrivate: true, name: 'Team' };
    expectLine(await admin.does('update_space', space), 'Val Plain', '"Team"');
  });

  test('an administrator who leaves only invited ones is warned; leaving oneself names what is left', async () => {
    const { email, password } = admin.sandbox.administrator;
    const session = await admin.host('admin', { LIGHTDASH_EMAIL: email, LIGHTDASH_PASSWORD: password });
    expectLine((await callTool(session, 'delete_me')).text, 'Ada', 'only administrator');
    await admin.confirms('invite_user', { email: 'new@roastery.example', role: 'admin' });
    expectLine((await callTool(session, 'delete_me')).text, 'Ada', 'new@roastery.example has not', 'Daily sales');
    const demotion = await admin.does('assign_role', { user: 'me', role: 'viewer', inOrganization: true });
    expectLine(demotion, 'Ada', 'new@roastery.example has not');
  });

  test('a token that may not read roles gives no all-clear on taking one away', async () => {
    const own = { user: 'vic@roastery.example' };
    const { text } = await callTool(await admin.host('editor'), 'get_user_access', own);
    expectLine(text, 'may not read', 'Roastery');
    expect(text).not.toMatch(/nothing changes|If taken away/);
    const [, all = ''] = (await admin.does('get_user_access', { user: 'edie@roastery.example' })).split(
      'If taken away',
    );
    expectLine(all, 'direct role in Roastery', 'No role');
  });

  test('projects that the settings leave out are not part of an all-clear', async () => {
    const limited = await admin.host('admin', {
      LIGHTDASH_ALLOWED_PROJECTS: projectUuid,
      LIGHTDASH_ALLOW_ORGANIZATION: 'true',
    });
    const question = async (tool: string, args: Record<string, unknown>) => (await callTool(limited, tool, args)).text;
    const deletion = await question('delete_organization_member', { userUuid: vic });
    expectLine(deletion, 'Vic Viewer', 'outside of the settings');
    expect(deletion).not.toContain('There is nothing to hand over');
    const weaker = { userUuid: vic, role: 'member' };
    expectLine(await question('update_organization_member', weaker), 'in Roastery', 'outside of the settings');
    expectLine(await question('get_user_access', { user: 'vic', projectUuid }), 'Other projects were not looked at');
  });

  if (version === '1.219')
    test('a role given by a route without a tool is confirmed as by the tool, and a custom one has its name', async () => {
      const run = (operation: string, args: Record<string, unknown>) =>
        admin.does('run_write_operation', { operation, arguments: args });
      const sent = admin.sandbox.requests.length;
      for (const [operation, args] of [
        ['UpsertOrganizationUserRoleAssignment', { userId: ids.users.val, roleId: 'admin' }],
        ['UpsertProjectGroupRoleAssignment', { projectUuid, groupId: ids.groups.baristas, roleId: 'admin' }],
        ['DeleteProjectGroupRoleAssignment', { projectUuid, groupId: ids.groups.baristas }],
        ['DeleteProjectUserRoleAssignment', { projectUuid, userId: edie }],
        ['CreateInviteLink', { email: 'new@roastery.example', role: 'admin', expiresAt: '2027-01-01' }],
      ] as const)
        expect(outcomeOf(await run(operation, args)), operation).toBe('question');
      expect(admin.sandbox.requests.slice(sent).filter(({ method }) => method !== 'GET')).toEqual([]);
      expectLine(await run('DeleteProjectUserRoleAssignment', { projectUuid, userId: edie }), 'Edie Editor');
      await run('CreateOrganizationRole', { name: 'Reader', scopes: ['view:Dashboard', 'view:Project'] });
      await admin.does('assign_role', { user: 'dev@roastery.example', role: 'Reader', projectUuid });
      await admin.confirms('assign_role', { group: 'Baristas', role: 'Reader', projectUuid });
      expectLine(await admin.does('get_project_access_list', { projectUuid }), 'Dev Eloper', 'Reader');
      expectLine(await admin.does('get_project_group_accesses', { projectUuid }), 'Baristas', 'Reader');
      const ofDev = { projectUuid, userUuid: ids.users.dev };
      expectLine(await admin.does('get_project_member_access', ofDev), 'direct role', 'Reader');
      const set = await admin.does('update_project_access_for_user', { ...ofDev, role: 'viewer' });
      expectLine(set, /^Done/, 'Dev Eloper', 'viewer');
    });

  test('a removed user still gets e-mails, and the confirmation says so; the last administrator stays', async () => {
    const question = await admin.does('delete_organization_member', { userUuid: vic });
    expectLine(question, 'Vic Viewer', 'vic@roastery.example', 'Daily sales', 'go on');
    expectLine(await admin.does('get_user_access', { user: 'vic' }), 'mailed to them', 'Daily sales');
    expectLine(
      await admin.fails('delete_organization_member', { userUuid: ids.users.ada }),
      'Ada',
      'only administrator',
    );
  });

  test('a delivery that is switched off or on is named, and an unchanged one is not reported as changed', async () => {
    const [delivery] = [...admin.sandbox.store.schedulers.values()].filter(({ name }) => name === 'Daily sales');
    const off = { schedulerUuid: delivery?.schedulerUuid, enabled: false };
    expectLine(await admin.does('update_scheduler_enabled', off), /^Switched off/, '"Daily sales"');
    expectLine(await admin.does('update_scheduler_enabled', off), /^Nothing changed/, '"Daily sales"');
    const { done } = await admin.confirms('update_scheduler_enabled', { ...off, enabled: true });
    expectLine(done, /^Switched on/, '"Daily sales"');
  });

  test('a clean validation says what was checked', async () => {
    const [broken] = [...admin.sandbox.store.charts.values()].filter(({ name }) => name.startsWith('Old chart'));
    const listed = await admin.does('search_content', { projectUuid, broken: true });
    expectLine(listed, broken?.name ?? '?');
    expectLine(listed, 'stored', 'validate_project');
  });

  test('"me" is the user of the token', async () => {
    expectLine(await admin.does('get_user_access', { user: 'me' }), 'Ada Abara', 'admin');
    const content = async (owner: string) =>
      (await admin.does('search_content', { projectUuid, owner }))
        .split('\n')
        .filter((line) => !line.startsWith('Filters'));
    const own = await content('me');
    expect(own).toEqual(await content('ada@roastery.example'));
    expect(own[0]).toMatch(/^\d\d items/);
  });
});
