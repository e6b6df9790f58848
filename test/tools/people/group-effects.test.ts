import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectLine, outcomeOf } from '../../helpers/answers.ts';
import { callTool } from '../../helpers/client.ts';
import { Administration, ids, RELEASES } from './administrators.ts';

const projectUuid = ids.project;
const { finance: privateSpace } = ids.spaces;

describe.each(RELEASES)('what groups and attributes give is named before it comes or goes, on %s', (version) => {
  let admin: Administration;
  beforeAll(async () => {
    admin = await Administration.start(version);
  });
  beforeEach(() => admin.sandbox.reset());
  afterAll(() => admin.close());

  /** A group that only a share of a private space gives something, with Val in it. */
  async function makeReaders(): Promise<void> {
    await admin.does('create_group_in_organization', {
      name: 'Readers',
      members: [{ userUuid: 'val@roastery.example' }],
    });
    const share = { projectUuid, spaceUuid: privateSpace, groupUuid: 'Readers', spaceRole: 'viewer' };
    await admin.confirms('add_space_group_access', share);
  }

  const people = (...names: string[]) => names.map((userUuid) => ({ userUuid }));
  const accessOf = (user: string) => admin.does('get_user_access', { user });

  test('a person who leaves a group loses what the question named', async () => {
    await makeReaders();
    expectLine(await accessOf('val@roastery.example'), 'Finance (private)', 'shared with group Readers');
    const leave = { groupUuid: 'Readers', userUuid: 'Val Plain' };
    const { preview, done } = await admin.confirms('remove_user_from_group', leave);
    expectLine(preview, 'Val Plain', '"Readers"', 'lose', 'viewer of the space "Finance (private)"');
    expectLine(done, /^Done/, 'Val Plain');
    expect(await accessOf('val@roastery.example')).not.toContain('Finance (private)');
  });

  test('a person who comes into a group gets what the question named, and its values of attributes', async () => {
    const join = { groupUuid: 'Baristas', userUuid: 'me' };
    const { preview, done } = await admin.confirms('add_user_to_group', join);
    expectLine(
      preview,
      'Ada Abara',
      '"Baristas"',
      'interactive_viewer of "Roastery"',
      'viewer of the space "Customer team"',
      '"region" from "all" (default) to "Americas"',
    );
    expectLine(done, /^Done/, 'Ada Abara', '"region"', '"Americas"');
    expectLine(await accessOf('me'), 'region = Americas');
    expectLine(await admin.does('add_user_to_group', join), /^Nothing to do/, 'Ada Abara');
  });

  test('new members of a group are confirmed as one is, and each list takes names', async () => {
    await makeReaders();
    const replace = { groupUuid: 'Readers', members: people('Val Plain', 'me', 'mem@roastery.example', 'me') };
    const { preview, done } = await admin.confirms('update_group', replace);
    expectLine(preview, '2 people', 'Ada Abara', 'Mem Ber', 'get', 'viewer of the space "Finance (private)"');
    expectLine(done, /^Changed/, '3 members', 'Ada Abara', 'Val Plain', 'Mem Ber');
    const nobody = await admin.fails('update_group', { groupUuid: 'Readers', members: people('Val Plane', 'Mem Ber') });
    expectLine(nobody, 'members[0]', 'Val Plane', 'Val Plain');
    expectLine(
      await admin.fails('update_group', { groupUuid: 'Readers', members: people('fe7f8e5b-8f68-4f02-8300-cd51') }),
      'uuid',
    );
  });

  test('a group that goes names its roles, shares and values', async () => {
    await admin.confirms('assign_role', { group: 'Baristas', projectUuid, space: 'Sales', role: 'editor' });
    const question = await admin.does('delete_group', { groupUuid: 'Baristas' });
    expectLine(
      question,
      'Vic Viewer',
      'interactive_viewer of "Roastery"',
      / of the space "(Sales|Customer team)".* of the space "(Sales|Customer team)"/,
      '"region" from "Americas" to "all" (default)',
    );
    await admin.does('create_group_in_organization', { name: 'Idle' });
    expectLine(await admin.does('delete_group', { groupUuid: 'Idle' }), '"Idle"', '0 members', 'was found');
  });

  test('a value that is given, changed or taken is confirmed with everyone whom it reaches', async () => {
    const change = (users: unknown[], groups?: unknown[]) =>
      admin.confirms('update_user_attribute', { userAttributeUuid: 'region', users, groups });
    const changed = await change([{ userUuid: 'Edie Editor', value: 'Asia' }]);
    expectLine(changed.preview, '"region"', 'Edie Editor', 'from "Europe" to "Asia"');
    expectLine(changed.done, /^- edie@roastery.example .* = Asia$/);
    const added = await change(
      [{ userUuid: 'edie@roastery.example', value: 'Asia' }],
      [
        { groupUuid: 'Baristas', value: 'Americas' },
        { groupUuid: 'Finance', value: 'Africa' },
      ],
    );
    expectLine(added.preview, 'group "Finance" from none to "Africa"', 'Edie Editor');
    expect(added.preview).not.toContain('Vic Viewer');
    const taken = await change([]);
    expectLine(taken.preview, 'Edie Editor', '"Asia"', '"Africa"');
    const pii = {
      userAttributeUuid: 'can_see_pii',
      users: [
        { userUuid: 'me', value: 'yes' },
        { userUuid: 'Vic Viewer', value: 'yes' },
      ],
    };
    expectLine((await admin.confirms('update_user_attribute', pii)).preview, 'Vic Viewer', 'from none to "yes"');
    const same = await admin.does('update_user_attribute', pii);
    expectLine(same, /^Nothing changed/, 'can_see_pii');
  });

  test('a new attribute with a value for a group names the members of it', async () => {
    const attribute = { name: 'tier', users: [{ userUuid: 'me', value: ['gold'] }] };
    expectLine(await admin.does('create_user_attribute', attribute), /^Created/, 'tier');
    const groups = [{ groupUuid: 'Baristas', value: 'gold' }];
    const { preview } = await admin.confirms('create_user_attribute', { ...attribute, name: 'level', groups });
    expectLine(preview, 'group "Baristas"', 'from none to "gold"', 'Vic Viewer');
    const twice = { ...attribute, name: 'rank', users: [...attribute.users, { userUuid: 'Ada Abara', value: 'x' }] };
    expectLine(await admin.fails('create_user_attribute', twice), 'users[1]', 'twice');
  });

  test('a swap of members that no name shows voids the confirmation', async () => {
    const { groups, users } = admin.sandbox.store;
    const [mem, group] = [users.get(ids.users.mem), groups.get(ids.groups.finance)];
    if (mem === undefined || group === undefined) throw new Error('The seed has no such user or group.');
    const numbered = Array.from({ length: 13 }, (_, index) => {
      const number = String(index).padStart(2, '0');
      const userUuid = `${mem.userUuid.slice(0, -2)}${number}`;
      users.set(userUuid, {
        ...mem,
        userUuid,
        userId: 900 + index,
        firstName: `N${number}`,
        email: `${number}@x.example`,
      });
      return userUuid;
    });
    group.memberUuids = numbered.slice(0, 12);
    const question = await admin.does('delete_group', { groupUuid: 'Finance' });
    expectLine(question, '12 members', 'and 2 more');
    const [, confirmation] = /confirmation: (\S+)/.exec(question) ?? [];
    group.memberUuids = [...numbered.slice(0, 11), ...numbered.slice(12)];
    expect(outcomeOf(await admin.does('delete_group', { groupUuid: 'Finance', confirmation }))).toBe('question');
  });

  test('a weaker role in the organization names the roles that are left in projects', async () => {
    const change = { role: 'member', inOrganization: true };
    const none = await admin.does('assign_role', { ...change, user: 'Val Plain' });
    expectLine(none, 'from viewer to member', 'no role in Roastery');
    const byGroup = await admin.does('assign_role', { ...change, user: 'Vic Viewer' });
    expectLine(byGroup, 'from viewer to member', 'interactive_viewer in Roastery');
  });

  test('what could not be read is named in the question', async () => {
    await makeReaders();
    const limited = await admin.host('admin', {
      LIGHTDASH_ALLOWED_PROJECTS: projectUuid,
      LIGHTDASH_ALLOW_ORGANIZATION: 'true',
    });
    const { text } = await callTool(limited, 'delete_group', { groupUuid: 'Readers' });
    expect(outcomeOf(text)).toBe('question');
    expectLine(text, 'Finance (private)', 'Not read', 'projects outside');
  });
});
