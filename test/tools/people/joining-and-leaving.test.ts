import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectLine, outcomeOf } from '../../helpers/answers.ts';
import { Administration, ids, RELEASES } from './administrators.ts';

const projectUuid = ids.project;
const zoe = 'zoe@roastery.example';

describe.each(RELEASES)('people who join and leave on Lightdash %s', (version) => {
  let admin: Administration;
  beforeAll(async () => {
    admin = await Administration.start(version);
  });
  beforeEach(() => admin.sandbox.reset());
  afterAll(() => admin.close());

  const memberWith = (email: string) => [...admin.sandbox.store.users.values()].find((user) => user.email === email);

  test('someone joins: invited with group and project role in one call, after a confirmation that names all of it', async () => {
    const args = { email: zoe, role: 'viewer', groups: ['baristas'], projectUuid, projectRole: 'editor' };
    const { preview, done } = await admin.confirms('invite_user', args);
    expect(outcomeOf(preview)).toBe('question');
    expectLine(preview, zoe, 'viewer', 'Baristas', 'editor', 'Roastery');
    expectLine(done, /^Invited/, zoe, 'viewer', /\d{4}-\d\d-\d\d/);
    expectLine(done, 'group Baristas');
    expectLine(done, /^Done/, zoe, 'editor', 'Roastery');
    expectLine(done, 'sign up');
    const [link] = admin.sandbox.store.inviteLinks.values();
    expect(done).not.toContain(link?.inviteCode);
    expectLine(await admin.does('list_pending_invites', {}), zoe, 'viewer', 'Baristas');
    expectLine(await admin.does('list_role_assignments', { projectUuid }), zoe, 'not signed up', 'editor');
  });

  test('a second invitation has another link and keeps the first role', async () => {
    await admin.confirms('invite_user', { email: zoe, role: 'viewer' });
    const { done } = await admin.confirms('invite_user', { email: zoe, role: 'editor' });
    expectLine(done, 'again', 'viewer stays');
    expect(memberWith(zoe)?.role).toBe('viewer');
  });

  test('nothing is sent for a member, an unknown group, or an invalid address', async () => {
    const before = admin.sandbox.store.users.size;
    expect(await admin.fails('invite_user', { email: 'vic@roastery.example' })).toMatch(/member already \(viewer\)/);
    expect(await admin.fails('invite_user', { email: zoe, groups: ['Barista'] })).toMatch(/nearest: Baristas/);
    expect(await admin.fails('invite_user', { email: 'zoe' })).toMatch(/e-mail address/);
    expect(admin.sandbox.store.users.size).toBe(before);
    expect(await admin.does('list_pending_invites', {})).toBe('No pending invites.');
  });

  test('someone leaves: the confirmation before the account is deleted names everything that depends on it', async () => {
    // Lightdash keeps an administrator.
    await admin.confirms('assign_role', { user: 'dev@roastery.example', role: 'admin', inOrganization: true });
    const preview = await admin.does('delete_organization_member', { userUuid: ids.users.ada });
    const deliveries = [...admin.sandbox.store.schedulers.values()].filter(
      ({ createdBy }) => createdBy === ids.users.ada,
    );
    expectLine(preview, 'Roastery', `${deliveries.length} deliveries`);
    for (const { name } of deliveries) expect(preview).toContain(name);
    expect(preview.includes('reassign_schedulers')).toBe(version === '1.219');
    expect(preview).toMatch(/\d+ dashboards? .* by them \(/);
    const free = await admin.does('delete_organization_member', { userUuid: ids.users.mem });
    expectLine(free, 'nothing', 'hand over');
  });

  test('a removed member is no longer in the list of members', async () => {
    const { done } = await admin.confirms('delete_organization_member', { userUuid: ids.users.val });
    expectLine(done, /^Done/, 'Val Plain', 'no longer');
    expect(await admin.status('plainViewer', '/api/v1/org')).toBe(401);
  });
});

describe('deliveries of someone who leaves', () => {
  test('on 1.219 are handed over to a user who may run them, and counted afterwards', async () => {
    const admin = await Administration.start('1.219');
    const owned = (userUuid: string) =>
      [...admin.sandbox.store.schedulers.values()].filter(({ createdBy }) => createdBy === userUuid).length;
    const [edie, ada] = [owned(ids.users.edie), owned(ids.users.ada)];
    expect(edie).toBeGreaterThan(0);
    const refused = await admin.fails('reassign_schedulers', { user: 'Edie Editor', newOwner: 'Val Plain' });
    expectLine(refused, 'Val Plain', 'Roastery');
    const { preview, done } = await admin.confirms('reassign_schedulers', {
      user: 'edie@roastery.example',
      newOwner: 'ada@roastery.example',
    });
    expect(preview).toMatch(new RegExp(`Gives ${edie} deliver.*German orders as a spreadsheet`));
    expectLine(done, /^Done/, 'Edie Editor', 'none left');
    expect([owned(ids.users.edie), owned(ids.users.ada)]).toEqual([0, ada + edie]);
    const again = await admin.does('reassign_schedulers', { user: 'Edie Editor', newOwner: 'Ada Abara' });
    expect(outcomeOf(again)).toBe('nothing to do');
    await admin.close();
  });

  test('on 0.1366 cannot be handed over, and the answer says so', async () => {
    const admin = await Administration.start('0.1366');
    const text = await admin.fails('reassign_schedulers', { user: 'Ada Abara', newOwner: 'Dev Eloper' });
    expectLine(text, 'cannot', 'deliveries');
    await admin.close();
  });
});
