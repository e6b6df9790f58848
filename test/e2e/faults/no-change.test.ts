import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { expectLine, outcomeOf } from '../../helpers/answers.ts';
import { callTool, callToolConfirmed } from '../../helpers/client.ts';
import { interceptLightdash } from '../../helpers/intercepting-lightdash.ts';
import { Administration, ids, RELEASES } from '../../tools/people/administrators.ts';

const projectUuid = ids.project;
const dashboardUuid = ids.dashboards.sales;
const { edie } = ids.users;

describe.each(RELEASES)('A write of what is there already, or of nobody, is not called done, on %s', (version) => {
  let admin: Administration;
  beforeAll(async () => {
    admin = await Administration.start(version);
  });
  beforeEach(() => admin.sandbox.reset());
  afterAll(() => admin.close());

  test.each([
    ['update_group', { groupUuid: 'Finance', name: 'Finance' }, { groupUuid: 'Finance', name: 'Money' }],
    [
      'update_space',
      { projectUuid, spaceUuid: 'Sales', name: 'Sales' },
      { projectUuid, spaceUuid: 'Sales', name: 'Trade' },
    ],
    ['update_my_organization', { name: 'Roastery' }, { name: 'Roastery 2' }],
    [
      'update_tag',
      { projectUuid, tagUuid: ids.tags.core, name: 'core' },
      { projectUuid, tagUuid: ids.tags.core, name: 'kernel' },
    ],
    [
      'update_user_attribute',
      { userAttributeUuid: 'region', users: [{ userUuid: 'Edie Editor', value: 'Europe' }] },
      { userAttributeUuid: 'region', description: 'Areas' },
    ],
  ])('%s', async (tool, same, other) => {
    const { email, password } = admin.sandbox.administrator;
    const session = await admin.host('admin', { LIGHTDASH_EMAIL: email, LIGHTDASH_PASSWORD: password });
    expect(outcomeOf((await callTool(session, tool, same)).text)).toBe('nothing changed');
    expectLine((await callTool(session, tool, other)).text, /^Changed/);
  });

  test('settings of the organization and of credentials are read back by name', async () => {
    const { email, password } = admin.sandbox.administrator;
    const session = await admin.host('admin', { LIGHTDASH_EMAIL: email, LIGHTDASH_PASSWORD: password });
    const call = async (tool: string, args: Record<string, unknown>) => (await callTool(session, tool, args)).text;
    const project = { defaultProjectUuid: projectUuid };
    expectLine(await call('update_my_organization', project), /^Changed/, 'default project "Roastery"');
    expect(outcomeOf(await call('update_my_organization', project))).toBe('nothing changed');
    const unknown = await call('update_my_organization', { defaultProjectUuid: edie });
    expectLine(unknown, 'default project', edie, 'no list shows');
    const colors = await call('update_my_organization', { chartColors: ['#ff0000'] });
    if (version === '0.1366') expectLine(colors, /^Changed/, /#ff0000/);
    else expectLine(colors, 'does not list', 'chart colours');
    const [credentials] = [...admin.sandbox.store.credentials.values()];
    const preference = { projectUuid, userWarehouseCredentialsUuid: credentials?.uuid };
    const same = await call('update_user_warehouse_credentials_preference', preference);
    expectLine(same, /^Nothing changed/, credentials?.name ?? '?');
  });

  test('a second of what is made is noted, and what is not there is not changed', async () => {
    const { email, password } = admin.sandbox.administrator;
    const session = await admin.host('admin', { LIGHTDASH_EMAIL: email, LIGHTDASH_PASSWORD: password });
    const call = async (tool: string, args: Record<string, unknown>) => (await callTool(session, tool, args)).text;
    const [own] = [...admin.sandbox.store.credentials.values()];
    const login = { name: own?.name, credentials: { type: 'postgres', user: 'u', password: 'p' } };
    expectLine(await call('create_warehouse_credentials', login), /^Note/, own?.name ?? '?', own?.uuid ?? '?');
    const unknown = await call('update_warehouse_credentials', { uuid: edie, ...login });
    expectLine(unknown, 'no warehouse credentials', edie);
    expect(unknown).not.toContain('may have been done');
    const [token] = (await call('list_personal_access_tokens', {})).match(/(?<=^- )[^;]+/m) ?? [];
    expectLine(await call('create_personal_access_token', { description: token }), 'already', token ?? '?');
    const install = await call('install_github_app_for_organization', {});
    expectLine(install, /^Nothing is installed/, 'https');
    const zone = { projectUuid, schedulerTimezone: 'Europe/Lisbon' };
    expectLine(await call('update_scheduler_settings', zone), 'Europe/Lisbon', 'UTC');
    const moved = await callToolConfirmed(session, 'update_scheduler_settings', zone);
    expectLine(moved.text, /^Changed/, 'Europe/Lisbon');
    expect(outcomeOf(await call('update_scheduler_settings', zone))).toBe('nothing changed');
  });

  if (version === '1.219')
    test('settings of a project that stay are not called changed, and those changed in part are said to be', async () => {
      expect(outcomeOf(await admin.does('update_project', { projectUuid, name: 'Roastery' }))).toBe('nothing changed');
      const lightdash = await interceptLightdash(admin.sandbox.url, ['lightdash-version']);
      onTestFinished(() => lightdash.close());
      const gone = { status: 404, body: { status: 'error', error: { name: 'NotFoundError', statusCode: 404 } } };
      lightdash.intercept(/timezone/i, gone);
      const client = await admin.host('admin', { LIGHTDASH_URL: lightdash.url });
      const change = { projectUuid, name: 'Roasters', queryTimezone: 'Europe/Lisbon' };
      const { text, isError } = await callToolConfirmed(client, 'update_project', change);
      expect(isError).toBe(true);
      expectLine(text, 'in part');
      expect(text).not.toMatch(/Nothing was changed|do not repeat/);
    });

  test('email domains that stay are neither confirmed nor called changed', async () => {
    const { email, password } = admin.sandbox.administrator;
    const session = await admin.host('admin', { LIGHTDASH_EMAIL: email, LIGHTDASH_PASSWORD: password });
    const call = (emailDomains: string[], role = 'viewer') =>
      callTool(session, 'update_organization_email_domains', { emailDomains, role, projects: [] });
    expect(outcomeOf((await call(['@roastery.example '])).text)).toBe('nothing changed');
    expectLine((await call(['roastery.example'], 'editor')).text, 'as editor', 'Before', 'as viewer');
  });

  test('a role that is there already is not reported as given', async () => {
    const share = { projectUuid, group: 'Baristas', space: 'Customer team', role: 'viewer' };
    expect(outcomeOf(await admin.does('assign_role', share))).toBe('nothing to do');
    const [spaceUuid, groupUuid] = [share.space, share.group];
    const earlier = { projectUuid, spaceUuid, groupUuid, spaceRole: 'viewer' };
    expect(outcomeOf(await admin.does('add_space_group_access', earlier))).toBe('nothing to do');
    const ofProject = { projectUuid, groupUuid, role: 'interactive_viewer' };
    expect(outcomeOf(await admin.does('update_project_access_for_group', ofProject))).toBe('nothing to do');
    expect(admin.sandbox.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    const ofPerson = { projectUuid, userUuid: 'Dev Eloper', role: 'developer' };
    expect(outcomeOf(await admin.does('update_project_access_for_user', ofPerson))).toBe('nothing changed');
  });

  test('a share with a user is not given twice, and another role says the one before', async () => {
    const share = { projectUuid, user: 'Edie Editor', space: 'Sales', role: 'viewer' };
    expectLine(await admin.does('assign_role', share), /^Done/, 'Edie Editor', 'viewer', 'before: editor');
    const sent = admin.sandbox.requests.length;
    expect(outcomeOf(await admin.does('assign_role', share))).toBe('nothing to do');
    const earlier = { projectUuid, spaceUuid: 'Sales', userUuid: edie, spaceRole: 'viewer' };
    expect(outcomeOf(await admin.does('add_space_user_access', earlier))).toBe('nothing to do');
    expect(admin.sandbox.requests.slice(sent).filter(({ method }) => method !== 'GET')).toEqual([]);
    const stronger = await admin.does('add_space_user_access', { ...earlier, spaceRole: 'editor' });
    expectLine(stronger, /^Done/, 'editor', 'before: viewer');
  });

  test('a share that opens nothing is taken away, and never called one that was not there', async () => {
    const share = { projectUuid, user: 'Mem Ber', space: 'Sales' };
    expectLine(await admin.does('assign_role', { ...share, role: 'viewer' }), 'Mem Ber', 'no role in the project');
    const taken = await admin.does('remove_role_assignment', share);
    expect(outcomeOf(taken)).not.toBe('nothing changed');
    expectLine(taken, 'Mem Ber', 'cannot open it');
    expect(outcomeOf(await admin.does('remove_role_assignment', { ...share, user: 'Val Plain' }))).toBe(
      'nothing changed',
    );
  });

  if (version === '1.219')
    test('a share with the role of a group is neither denied nor called unchanged', async () => {
      const edie = 'edie@roastery.example';
      const share = { projectUuid, spaceUuid: 'Board', userUuid: edie, spaceRole: 'viewer' };
      expectLine(await admin.does('add_space_user_access', share), /^Lightdash answered ok\./, 'Edie Editor', 'viewer');
      const taken = await admin.does('remove_role_assignment', { projectUuid, space: 'Board', user: edie });
      expect(outcomeOf(taken)).not.toBe('nothing changed');
      expectLine(taken, 'Edie Editor', 'group Finance');
      await admin.does('add_space_user_access', { ...share, spaceRole: 'editor' });
      const seen = await admin.does('remove_role_assignment', { projectUuid, space: 'Board', user: edie });
      expect(outcomeOf(seen)).toBe('done');
    });

  test('a name that another one has is noted, and a group named twice is one', async () => {
    const invited = { email: 'new@roastery.example', groups: ['Finance', ids.groups.finance] };
    expect((await admin.does('invite_user', invited)).match(/group "?Finance/gi)).toHaveLength(1);
    const renamed = await admin.does('update_space', { projectUuid, spaceUuid: 'Sales', name: 'shared' });
    expectLine(renamed, /^Note/, '"shared"', ids.spaces.shared);
    expectLine(
      await admin.does('update_group', { groupUuid: 'Baristas', name: 'finance' }),
      /^Note/,
      ids.groups.finance,
    );
    const created = await admin.does('create_group_in_organization', { name: 'FINANCE' });
    expectLine(created, /^Note/, ids.groups.finance);
  });

  test('a name that is taken, or blank, is refused before it is sent', async () => {
    const tag = { projectUuid, tagUuid: ids.tags.core };
    expectLine(await admin.fails('update_tag', { ...tag, name: 'finance' }), '"finance"', ids.tags.finance);
    expectLine(await admin.fails('create_user_attribute', { name: 'region' }), '"region"', 'already');
    const rename = { userAttributeUuid: 'region', name: 'can_see_pii' };
    expectLine(await admin.fails('update_user_attribute', rename), '"can_see_pii"', 'already');
    for (const name of ['   ', '\t'])
      expectLine(await admin.fails('create_group_in_organization', { name }), 'name', 'blank');
    const groups = [...admin.sandbox.store.groups.values()].map(({ name }) => name);
    expect(groups.toSorted()).toEqual(['Baristas', 'Finance']);
    expect(admin.sandbox.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('a comment that no list would show, or show elsewhere, is refused before it is sent', async () => {
    const question = { dashboardUuid, dashboardTileUuid: ids.tiles.revenueByMonth, text: 'See' };
    const ofNoTile = { ...question, dashboardTileUuid: ids.project };
    expectLine(await admin.fails('create_comment', ofNoTile), 'dashboardTileUuid', '"Sales overview"', 'get_dashboard');
    const { question: thread, reply } = ids.comments;
    const nested = { ...question, replyTo: reply };
    expectLine(await admin.fails('create_comment', nested), 'replyTo', thread);
    const other = admin.sandbox.store.dashboards.get(dashboardUuid)?.tiles.at(-1)?.uuid;
    const elsewhere = { ...question, dashboardTileUuid: other, replyTo: thread };
    expectLine(await admin.fails('create_comment', elsewhere), 'dashboardTileUuid', ids.tiles.revenueByMonth);
    expectLine(await admin.fails('create_comment', { ...question, text: ' ' }), 'text', 'blank');
    expect(admin.sandbox.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('people whom a comment mentions are named, and one who is no member is refused', async () => {
    const dashboardTileUuid = admin.sandbox.store.dashboards.get(dashboardUuid)?.tiles[0]?.uuid;
    const comment = { dashboardUuid, dashboardTileUuid, text: 'See' };
    const commented = await admin.does('create_comment', {
      ...comment,
      mentions: ['edie@roastery.example', 'Vic Viewer'],
    });
    expectLine(commented, /^Commented/, 'Mentioned', 'Edie Editor', 'Vic Viewer');
    const strangers = await admin.fails('create_comment', { ...comment, mentions: [ids.project, 'x@y.example'] });
    expectLine(strangers, 'mentions[0]', ids.project);
    expectLine(strangers, 'mentions[1]', 'x@y.example');
    const unmatched = await admin.does('create_comment', { ...comment, mentions: ['Somebody Else', 'me'] });
    expectLine(unmatched, 'Mentioned', 'Ada Abara', 'Not notified', '"Somebody Else"');
    const commentId = /commentId ([0-9a-f-]{36})/.exec(commented)?.[1];
    expectLine(await admin.does('create_comment', { ...comment, replyTo: commentId }), /^Commented/);
    expectLine(await admin.fails('create_comment', { ...comment, replyTo: ids.project }), 'replyTo', 'get_comments');
    const twice = await admin.does('create_comment', { ...comment, mentions: ['me', 'Ada Abara'] });
    expect(twice.match(/Ada Abara/g)).toHaveLength(1);
  });
});
