import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectLine, outcomeOf } from '../../helpers/answers.ts';
import { callTool } from '../../helpers/client.ts';
import { Administration, ids, RELEASES } from './administrators.ts';

const projectUuid = ids.project;
const { sales, finance, customers } = ids.spaces;

describe.each(RELEASES)('an administrator of Lightdash %s', (version) => {
  let admin: Administration;
  beforeAll(async () => {
    admin = await Administration.start(version);
  });
  beforeEach(() => admin.sandbox.reset());
  afterAll(() => admin.close());

  test('sees the access of a user and revokes it: two calls, under 900 tokens, and the user is locked out', async () => {
    expect(await admin.opens('editor', finance)).toBe(true);
    const reach = await admin.does('get_user_access', { user: 'edie@roastery.example' });
    expectLine(reach, 'Roastery', 'editor', 'editor directly', /\d spaces of \d/);
    expectLine(reach, 'Finance (private)', 'editor', 'directly');
    expectLine(reach, 'direct role', 'Roastery', 'No role');
    const done = await admin.does('remove_role_assignment', { user: 'edie@roastery.example', projectUuid });
    expectLine(done, /^Done/, 'no longer editor', 'No role');
    expect(countTokens(reach) + countTokens(done)).toBeLessThan(900);
    expect([await admin.opens('editor', finance), await admin.opens('editor', sales)]).toEqual([false, false]);
    expect(await admin.does('get_user_access', { user: 'edie' })).toContain('Roastery: no role');
  });

  test('learns who may run SQL in one call, as Lightdash enforces it', async () => {
    const text = await admin.does('list_role_assignments', { projectUuid, may: 'run_sql' });
    expectLine(text, '2 people of 6', 'SQL');
    const people = {
      admin: 'ada',
      developer: 'dev',
      editor: 'edie',
      viewer: 'vic',
      plainViewer: 'val',
      member: 'mem',
    } as const;
    for (const person of ['admin', 'developer', 'editor', 'viewer', 'plainViewer', 'member'] as const) {
      const listed = text.includes(`${people[person]}@roastery.example`);
      const path = `/api/v1/projects/${projectUuid}/sqlQuery`;
      const status = await admin.status(person, path, 'POST', { sql: 'select 1 as one' });
      expect({ person, allowed: status === 200 }).toEqual({ person, allowed: listed });
    }
  });

  test('gives a member a role, who then sees the project; the server’s list agrees', async () => {
    const project = `/api/v1/projects/${projectUuid}`;
    expect(await admin.status('member', project)).toBe(403);
    const done = await admin.does('assign_role', { user: 'mem@roastery.example', projectUuid, role: 'viewer' });
    expectLine(done, /^Done/, 'Mem Ber', 'viewer', 'Roastery');
    expect(await admin.status('member', project)).toBe(200);
    const again = await admin.does('assign_role', { user: 'Mem Ber', projectUuid, role: 'Interactive viewer' });
    expectLine(again, /^Done/, 'interactive_viewer', 'Roastery', 'before: viewer');
    const listed = await admin.does('list_role_assignments', { projectUuid });
    expectLine(listed, 'Mem Ber', 'interactive_viewer', 'interactive_viewer', 'directly');
    const same = await admin.does('assign_role', { user: 'Mem Ber', projectUuid, role: 'interactive_viewer' });
    expect(outcomeOf(same)).toBe('nothing to do');
  });

  test('a group is confirmed, with its members, before all of them get a role', async () => {
    const grant = { group: 'Finance', projectUuid, role: 'developer' };
    const { preview, done } = await admin.confirms('assign_role', grant);
    expect(outcomeOf(preview)).toBe('question');
    expectLine(preview, 'Finance', '1 member', 'Edie Editor', 'developer');
    expectLine(done, /^Done/, 'Finance', 'developer');
    const listed = await admin.does('list_role_assignments', { projectUuid, may: 'run_sql' });
    expectLine(listed, 'Edie Editor', 'developer', 'editor directly', 'developer', 'Finance');
    const taken = await admin.confirms('remove_role_assignment', { group: 'Finance', projectUuid });
    expectLine(taken.done, 'member', 'keeps');
  });

  test('a remaining stronger role is named, also after a removal', async () => {
    const weak = await admin.does('assign_role', { user: 'vic@roastery.example', projectUuid, role: 'viewer' });
    expectLine(weak, 'stays', 'interactive_viewer', 'Baristas');
    const gone = await admin.does('remove_role_assignment', { user: 'vic@roastery.example', projectUuid });
    expectLine(gone, 'stays', 'organization', 'viewer', 'interactive_viewer', 'Baristas');
    expect(await admin.opens('viewer', sales)).toBe(true);
  });

  test('an organization role is confirmed, and reaches every project', async () => {
    const args = { user: 'val@roastery.example', role: 'member', inOrganization: true };
    const { preview, done } = await admin.confirms('assign_role', args);
    expect(outcomeOf(preview)).toBe('question');
    expectLine(preview, 'organization', 'Val Plain', 'viewer', 'member', 'every project');
    expectLine(done, /^Done/, 'Val Plain', 'member', 'before: viewer');
    expect(await admin.opens('plainViewer', sales)).toBe(false);
  });

  test('a private space is shared with a user who sees the project, and unshared', async () => {
    expect(await admin.opens('viewer', finance)).toBe(false);
    const share = { user: 'vic@roastery.example', projectUuid, space: 'Finance (private)' };
    expectLine(await admin.does('assign_role', { ...share, role: 'viewer' }), /^Done/, 'Finance (private)');
    expect(await admin.opens('viewer', finance)).toBe(true);
    expectLine(await admin.does('remove_role_assignment', share), 'cannot open');
    expect(await admin.opens('viewer', finance)).toBe(false);
  });

  test('a share with a user outside of the project opens nothing, and the answer says so', async () => {
    const share = { user: 'mem@roastery.example', projectUuid, space: sales, role: 'editor' };
    expectLine(await admin.does('assign_role', share), 'no role', 'project', 'cannot open');
    expect(await admin.opens('member', sales)).toBe(false);
  });

  test('exactly the spaces that the answer lists for a user open for them', async () => {
    const people = { viewer: 'vic', editor: 'edie', plainViewer: 'val', developer: 'dev', member: 'mem' } as const;
    for (const person of ['viewer', 'editor', 'plainViewer', 'developer', 'member'] as const) {
      const reach = await admin.does('get_user_access', { user: `${people[person]}@roastery.example` });
      const [, named = ''] = /^Roastery: .*\n((?:- .*\n)*)- /m.exec(reach) ?? [];
      for (const { uuid, name } of admin.sandbox.store.spaces.values()) {
        const listed = named.split('\n').some((line) => line.split(': ')[0]?.slice(2).split(', ').includes(name));
        expect({ person, name, opens: listed }).toEqual({ person, name, opens: await admin.opens(person, uuid) });
      }
    }
  });

  test('leaving a group has the announced effects', async () => {
    await admin.confirms('add_space_group_access', {
      projectUuid,
      spaceUuid: finance,
      groupUuid: ids.groups.baristas,
      spaceRole: 'viewer',
    });
    const before = await admin.does('get_user_access', { user: 'vic' });
    expectLine(before, 'group Baristas', 'viewer', 'left', 'organization', 'Finance (private)', 'lost');
    await admin.confirms('remove_user_from_group', { groupUuid: ids.groups.baristas, userUuid: ids.users.vic });
    expect([await admin.opens('viewer', finance), await admin.opens('viewer', customers)]).toEqual([false, true]);
    const after = await admin.does('get_user_access', { user: 'vic' });
    expect(expectLine(after, 'Roastery', 'viewer', 'organization', 'viewer')).not.toContain('group');
  });

  test('a share without a role in the project gives nothing, and the answer says why', async () => {
    const [member] = [...admin.sandbox.store.users.values()].filter(({ email }) => email === 'mem@roastery.example');
    const share = { spaceUuid: finance, userUuid: member?.userUuid, spaceRole: 'editor' };
    const text = await admin.does('add_space_user_access', share);
    expectLine(text, /^Lightdash answered ok/, 'role', 'project');
    expect(await admin.opens('member', finance)).toBe(false);
  });

  test('roles are those of the one project that there is, unless the organization is named', async () => {
    expectLine(await admin.does('list_role_assignments', {}), '5 people of 6', '1 group');
    expect(await admin.does('list_role_assignments', { inOrganization: true })).toMatch(/^6 members/);
    const assigned = await admin.does('assign_role', { user: 'mem@roastery.example', role: 'viewer' });
    expectLine(assigned, 'viewer', 'project Roastery');
    expect(await admin.does('remove_role_assignment', { user: 'mem@roastery.example' })).toMatch(/no longer viewer/);
  });

  test('a caller who is not an administrator gets no false all-clear', async () => {
    const client = await admin.host('viewer');
    const { text, isError } = await callTool(client, 'get_user_access', { user: 'edie@roastery.example', projectUuid });
    expect(isError).toBe(false);
    expectLine(text, 'token', 'not', 'read');
  });

  test('no user is guessed for a change, and the nearest is named', async () => {
    expect(await admin.fails('assign_role', { user: 'mem', projectUuid, role: 'viewer' })).toMatch(/nearest: Mem Ber/);
    expect(await admin.fails('assign_role', { user: 'Mem Ber', projectUuid, role: 'owner' })).toMatch(
      /it takes viewer,/,
    );
    expectLine(
      await admin.fails('assign_role', { group: 'Baristas', inOrganization: true, role: 'viewer' }),
      'organization',
    );
    expectLine(await admin.fails('remove_role_assignment', { projectUuid }), 'user', 'group');
  });

  test('an organization role is refused to a server that is limited to projects', async () => {
    const client = await admin.host('admin', { LIGHTDASH_PROJECT: 'Roastery', LIGHTDASH_ALLOWED_PROJECTS: 'Roastery' });
    const args = { user: 'Val Plain', role: 'member', inOrganization: true };
    const refused = await callTool(client, 'assign_role', args);
    expect(refused).toMatchObject({ isError: true, text: expect.stringMatching(/whole organization/) });
    const listed = await callTool(client, 'list_role_assignments', { inOrganization: true });
    expect(listed).toMatchObject({ isError: true });
    expect(await callTool(client, 'list_role_assignments', {})).toMatchObject({ isError: false });
  });
});

test('1.219 has custom roles: they are listed in words, assigned by name, and counted for what they allow', async () => {
  const admin = await Administration.start('1.219');
  const path = `/api/v2/orgs/${ids.organization}/roles`;
  const scopes = ['view:Project', 'view:SavedChart', 'manage:SqlRunner'];
  expect(await admin.status('admin', path, 'POST', { name: 'SQL reader', scopes })).toBe(201);
  expect(await admin.does('list_roles', {})).toMatch(
    /^- SQL reader \(roleId [0-9a-f-]{36}\): sees content, runs SQL, 1 more scope/m,
  );
  const done = await admin.does('assign_role', { user: 'Mem Ber', projectUuid, role: 'sql reader' });
  expectLine(done, /^Done/, 'Mem Ber', 'SQL reader');
  expect(await admin.does('list_role_assignments', { projectUuid, may: 'run_sql' })).toMatch(
    /^Mem Ber .*\|SQL reader\|/m,
  );
  await admin.close();
});
